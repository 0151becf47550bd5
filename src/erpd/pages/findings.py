"""The findings of a record in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.metadata.findings import Severity, explain, finding_from

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


def remarks(findings: list[dict[str, str]]) -> list[Remark]:
    """The findings of a data set, as the database stores them, for display: worst first."""
    order = list(SEVERITIES)
    found = sorted(map(finding_from, findings), key=lambda finding: order.index(finding.severity))
    return [
        Remark(finding.severity, str(SEVERITIES[finding.severity]), explain(finding, gettext))
        for finding in found
    ]
