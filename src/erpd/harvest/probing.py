"""Read the first page of a source and see what would become of it. Nothing is kept."""

from collections import Counter
from dataclasses import dataclass

from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.opening import open_source, preparer_for
from erpd.metadata.findings import Finding
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client


@dataclass(frozen=True, slots=True)
class Probe:
    """What the first page holds. ``fine`` and ``faulty`` add up to ``received``."""

    received: int
    total: int | None
    """The number of records that the source announces."""
    fine: int
    faulty: int
    findings: list[tuple[Finding, int]]
    """One of each kind, and their number: errors first, then the most frequent."""


def probe(settings: SourceSettings, client: Client) -> Probe:
    """Raises SourceError if no page can be read."""
    with open_source(Run(settings=settings), client) as source:
        page = next(iter(source.pages(None)), None)
    if page is None:
        raise SourceError(
            Reason.EMPTY_LIST, "The source returned nothing", "Check its URL.", url=settings.url
        )
    with preparer_for(settings) as preparer:
        prepared = preparer.begin(page.readings)()
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], Finding] = {}
    fine = 0
    for result in prepared:
        findings = [result] if isinstance(result, Finding) else result.findings
        fine += not isinstance(result, Finding) and not result.errors
        for finding in findings:
            kind = (finding.rule, finding.path.rpartition("/")[2])
            counts[kind] += 1
            examples.setdefault(kind, finding)
    found = [(examples[kind], times) for kind, times in counts.most_common()]
    found.sort(key=lambda one: one[0].urgency)
    return Probe(len(prepared), page.total, fine, len(prepared) - fine, found)
