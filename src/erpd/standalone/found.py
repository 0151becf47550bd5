"""One thing found in what a user gave: a data set, a catalogue, or the rest of a file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Quad

from erpd.formats.positions.mark import Position
from erpd.formats.rdf.carrier import unpack
from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.findings import Finding, Severity


@dataclass(slots=True)
class Found:
    """A data set, a catalogue, or the rest of a file."""

    kind: Kind
    identifier: str
    packed: tuple[str, bytes] | None = None
    """Its triples, mended, as ``pack`` returns them; None if it could not be read."""
    findings: list[Finding] = field(default_factory=list)
    """The repairs, and what is still wrong."""
    as_is: list[Finding] = field(default_factory=list)
    """What was wrong before the repairs."""
    position: Position | None = None
    """Where it begins in the file, as received; None if that is not known."""
    places: dict[Finding, Position] = field(default_factory=dict)
    """Where its findings are. Ask ``where``."""
    entry: str = ""
    """The document that it is in, if the file has several."""

    def where(self, finding: Finding) -> Position | None:
        """Return where a finding is in the file: its statement, or the subject in which one is missing."""
        return self.places.get(finding, self.position)

    @property
    def read(self) -> bool:
        """Whether it could be read."""
        return self.packed is not None

    def triples(self) -> Iterator[Quad]:
        """Its triples, mended; none if it could not be read."""
        return unpack(*self.packed) if self.packed else iter(())

    @property
    def valid(self) -> bool:
        """Whether it has no errors after the repairs."""
        return not has_errors(self.findings)


def has_errors(findings: list[Finding]) -> bool:
    """Whether any of the findings is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)
