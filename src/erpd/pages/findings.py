"""The findings of a record in the reader's language."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from pyoxigraph import NamedNode

from erpd.metadata.findings import Finding, Severity, explain, finding_from
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import ODRL, expand
from erpd.metadata.vocabularies import label_of
from erpd.pages.labels import label_of_property
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
    times: int = 1
    """How often it was found."""
    href: str = ""
    """Where it is put right; "" if nowhere here."""


_WHICH = re.compile(r"\[[^\]]*\]")  # of several resources, in a path


def summed(findings: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The findings for those who fill in forms: equal ones counted once, properties called as on pages."""

    def alike(facts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted({**facts, "path": _WHICH.sub("", facts.get("path", ""))}.items()))

    times = Counter(alike(facts) for facts in findings)
    first = {alike(facts): dict(facts) for facts in reversed(findings)}
    return [
        {**(dict(same) if number > 1 else first[same]), "times": number, "labelled": True}
        for same, number in times.items()
    ]


def _labelled(path: str) -> str:
    """A path after what pages call its properties: "Distribution, Format (dcat:distribution/dct:format)"."""
    try:
        terms = [expand(step) for step in _WHICH.sub("", path).split("/")]
        labels = [_label(term) for term in terms]
    except (KeyError, ValueError):  # not a path of properties
        return path
    return f"{', '.join(labels)} ({path})"


def _label(term: NamedNode) -> str:
    return gettext("Conditions of access") if term == ODRL.hasPolicy else label_of_property(None, term)


def remarks(
    findings: Sequence[Mapping[str, Any]],
    start: int,
    number: int,
    *,
    delivered: bool = False,
    href: Callable[[Finding], str] = lambda finding: "",
) -> list[Remark]:
    """``number`` of the findings of a data set, as the database stores them, for display: worst first.

    ``delivered``: for whoever delivered it; ``href``: where a finding is put right.
    """
    order = {str(severity): place for place, severity in enumerate(SEVERITIES)}
    chosen = sorted(findings, key=lambda facts: order[facts["severity"]])[start : start + number]
    return [
        Remark(
            finding.severity,
            str(SEVERITIES[finding.severity]),
            legible(explain(finding, gettext, delivered=delivered), LONGEST_REMARK),
            facts.get("times", 1),
            href(finding_from(facts)),
        )
        for facts in chosen
        for finding in [_finding(facts)]
    ]


def worded(finding: Finding) -> Finding:
    """Return a finding with the concept that it names as the reader of the page calls it."""
    if finding.rule is not Flaw.CONDITION_BOTH:
        return finding
    return finding._replace(value=label_of(finding.value, get_language() or "en") or finding.value)


def _finding(facts: Mapping[str, Any]) -> Finding:
    finding = worded(finding_from(facts))
    return finding._replace(path=_labelled(finding.path)) if facts.get("labelled") else finding
