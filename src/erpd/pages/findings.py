"""The findings of a record in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.metadata.findings import Severity, explain, finding_from
from erpd.pages.values import legible

LONGEST_REMARK = 2_000  # characters
SEVERITIES = {
    Severity.ERROR: _("Missing or wrong"),
    Severity.WARNING: _("Could be improved"),
    Severity.REPAIR: _("Repaired by us"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding as the page of its data set shows it."""

    severity: str
    label: str
    text: str


def remarks(findings: list[dict[str, str]], start: int, number: int) -> list[Remark]:
    """``number`` of the findings of a data set, as the database stores them, for display: worst first."""
    order = {str(severity): place for place, severity in enumerate(SEVERITIES)}
    chosen = sorted(findings, key=lambda facts: order[facts["severity"]])[start : start + number]
    return [
        Remark(
            finding.severity,
            str(SEVERITIES[finding.severity]),
            legible(explain(finding, gettext), LONGEST_REMARK),
        )
        for finding in map(finding_from, chosen)
    ]
