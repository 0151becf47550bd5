"""The way in for every record, wherever it comes from: mend, check, arrival.

No Django, because worker processes do this too.
"""

from collections import Counter
from collections.abc import Iterable

from erpd.metadata.checks import check_parts
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.limits import MOST_ALIKE
from erpd.metadata.mending import mend_parts
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record
from erpd.metadata.rules import Intake
from erpd.register.arrival import Arrival, arrival


def prepare(
    record: Record,
    profile: Profile,
    *,
    source: str,
    node: str,
    received: str = "",
    findings: Iterable[Finding] = (),
) -> Arrival:
    """Mend and check a record, and make the arrival that ``take_in`` expects. Changes the record's graph.

    ``profile``: the profile of its catalogue (``profile_of`` in ``erpd.register.catalogues``);
    ``source``: the slug of its source, a part of its identity;
    ``node``: the address of this node, where a record without an IRI gets one;
    ``received``: a digest of what was received; if it is the same next time, there is nothing to do;
    ``findings``: what was found before this step.
    """
    repairs, parts = mend_parts(record, profile)
    found = [*findings, *repairs, *check_parts(parts)]
    return arrival(source, received, record, counted(found) if len(found) > MOST_ALIKE else found, node)


def counted(findings: list[Finding]) -> list[Finding]:
    """Count the errors and warnings beyond MOST_ALIKE of one rule about one property, in one finding each.

    Repairs all stay: they are what is left of the value as received.
    """
    alike: Counter[tuple[str, str]] = Counter()
    kept: list[Finding] = []
    for finding in findings:
        kind = (finding.rule, finding.path.rpartition("/")[2])
        alike[kind] += finding.severity is not Severity.REPAIR
        if alike[kind] <= MOST_ALIKE or finding.severity is Severity.REPAIR:
            kept.append(finding)
    for (rule, path), times in alike.items():
        if times > MOST_ALIKE:
            more = f"{times - MOST_ALIKE:,}"
            kept.append(Finding(Intake.MORE, Severity.WARNING, path, rule, Intake.MORE.section, more))
    return kept
