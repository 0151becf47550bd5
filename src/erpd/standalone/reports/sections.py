"""What was found, summed up by section of the standards: of any document no more than a page shows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from erpd.formats.positions.mark import Position
from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.findings import Finding, Others, of_any
from erpd.metadata.profile import Profile
from erpd.sources.errors import SourceError
from erpd.standalone.found import Found
from erpd.standalone.quoting import Quote
from erpd.standalone.reports.report import Report

MOST_SPOTS = 5  # of one kind of finding
MOST_SORTS = 300


@dataclass(slots=True)
class Spot:
    """Where something was found."""

    identifier: str
    """Of the data set or catalogue; "" if it has none."""
    kind: Kind
    entry: str
    """The document that it is in, if the file has several."""
    position: Position | None
    quote: Quote | None = None


@dataclass(slots=True)
class Sort:
    """One sort of finding: the same rule at the same property."""

    finding: Finding
    """The first."""
    times: int = 0
    others: Others = field(default_factory=Others)
    """Other values that some of them are about."""
    spots: list[Spot] = field(default_factory=list)


class Sections(Report):
    """Sums up. It writes nothing."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(None, profile)  # type: ignore[arg-type]  # nothing is written
        self.sorts: dict[tuple[str, ...], Sort] = {}
        self.left_out = 0
        """Findings beyond MOST_SORTS sorts."""
        self.lost = 0
        """Pieces that could not be read."""
        self.errors: list[SourceError] = []

    def write(self, file: str, found: Found) -> None:
        self.lost += not found.read
        for finding in found.findings:
            sort = self._sort(finding)
            if sort is None:
                self.left_out += 1
                continue
            sort.times += 1
            sort.others.note(finding, sort.finding)
            if len(sort.spots) < MOST_SPOTS:
                sort.spots.append(Spot(found.identifier, found.kind, found.entry, found.where(finding)))

    def write_error(self, file: str, error: SourceError) -> None:
        self.errors.append(error)

    def in_sections(self) -> list[tuple[str, list[Sort]]]:
        """Return the sorts by section: those with errors first, the harvesting guidelines before others."""
        sections: dict[str, list[Sort]] = {}
        for sort in sorted(self.sorts.values(), key=lambda sort: sort.finding.urgency):
            sections.setdefault(sort.finding.stated_in, []).append(sort)
        return sorted(
            sections.items(), key=lambda one: (one[1][0].finding.urgency, not one[0].startswith("G"), one[0])
        )

    def spots(self) -> Iterable[Spot]:
        """Yield all spots."""
        for sort in self.sorts.values():
            yield from sort.spots

    def _sort(self, finding: Finding) -> Sort | None:
        key = (finding.rule, finding.severity, of_any(finding.path), finding.stated_in)
        if key not in self.sorts and len(self.sorts) >= MOST_SORTS:
            return None
        return self.sorts.setdefault(key, Sort(finding))
