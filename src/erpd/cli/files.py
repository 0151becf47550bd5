"""The contents of an RDF file, read, mended and checked: its data sets, its catalogues and the rest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from pyoxigraph import Quad

from erpd.formats import record_of
from erpd.formats.rdf.carrier import pack, unpack
from erpd.formats.rdf.catalogue import Kind, Piece
from erpd.formats.reading import Reading, Unreadable
from erpd.harvest.children.child import Child
from erpd.metadata.checks import check, check_catalogue
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph
from erpd.metadata.masking import masked, shown
from erpd.metadata.mending import mend, mend_catalogue
from erpd.metadata.mending.terms import mend_terms
from erpd.metadata.profile import AND, PROFILES, Profile, load_profile
from erpd.metadata.record import Record
from erpd.metadata.vocabularies import use_directory
from erpd.node.home import HomeError, vocabularies
from erpd.sources.dump.source import Dump
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client
from erpd.sources.http.credentials import parted

locations = click.argument("locations", nargs=-1, required=True, metavar="FILE|URL…")
NO_DATA_SET = ("There is no data set in it", "Give a file that describes one as a dcat:Dataset.")
networks = click.option(
    "--allow-network", multiple=True, help="A non-public network that may be contacted, such as 10.1.0.0/16."
)


def profile_option(text: str) -> Callable[[Any], Any]:
    """Return the option --profile; ``text`` says what the command uses it for."""
    return click.option(
        "--profile",
        type=click.Choice(PROFILES),
        multiple=True,
        default=("erpd",),
        show_default=True,
        callback=lambda context, option, names: AND.join(names),
        help=f"{text} Several can be given; then the stricter rule holds.",
    )


def error_line(location: str, error: SourceError) -> str:
    """Return what is wrong with a location, which is named once."""
    same = error.url == shown(location)
    return f"{masked(location)}: {SourceError(*error.args[:4]) if same else error}"


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


def use_vocabularies() -> None:
    """Use the vocabularies of the node given with --home, if any. Raises UsageError."""
    try:
        use_directory(vocabularies())
    except HomeError as error:
        raise click.UsageError(str(error)) from error


def found_in(
    location: str, rules: Profile, allow_network: tuple[str, ...], *, as_is: bool = False
) -> Iterator[Found]:
    """Everything at a location: first the data sets, then the catalogues, then the rest. Raises SourceError.

    With ``as_is``, each is also checked before it is mended. A child does all this, and may die of it.

    The names of blank nodes are unique to the document and the same in all its parts, so merging the parts
    gives the document again.
    """
    reader = _Reader(rules.name, allow_network, as_is, vocabularies())
    with Child(reader, location) as child:
        yield from child.each("found", location)


@dataclass(frozen=True)
class _Reader:
    """What the child needs to know."""

    profile: str
    allow_network: tuple[str, ...]
    as_is: bool
    vocabularies: Path | None

    def found(self, location: str) -> Iterator[Found]:
        use_directory(self.vocabularies)
        rules = load_profile(self.profile)
        beside: list[Piece] = []
        address, keys = parted(location) if "://" in location else (location, None)
        with Client(allow_networks=self.allow_network, auth=keys) as client:
            for page in Dump(address, client, local=True, beside=beside.append).pages():
                for reading in page.readings:
                    yield _data_set(reading, rules, self.as_is)
        for piece in beside:
            yield _beside(piece, rules, self.as_is)


def _data_set(reading: Reading, rules: Profile, as_is: bool) -> Found:
    found = Found(Kind.DATA_SET, reading.identifier)
    if reading.fault:
        found.findings = [reading.fault]
        return found
    try:
        record = record_of(reading)
    except Unreadable as error:
        found.findings = [error.finding()]
        return found
    found.as_is = check(record, rules) if as_is else []
    found.findings = mend(record, rules)
    found.findings += check(record, rules)
    found.packed = pack(record.graph.triples())
    return found


def _beside(piece: Piece, rules: Profile, as_is: bool) -> Found:
    graph = Graph(unpack(piece.syntax, piece.content))
    found = Found(piece.kind, getattr(piece.node, "value", ""))
    if piece.kind is Kind.CATALOGUE:
        found.as_is = check_catalogue(graph, piece.node, rules) if as_is else []
        found.findings, node = mend_catalogue(graph, piece.node, rules)
        found.findings += check_catalogue(graph, node, rules)
        found.findings += piece.repairs
    else:
        found.findings = [*mend_terms(Record("", graph, piece.node)), *piece.repairs]
    found.packed = pack(graph.triples())
    return found
