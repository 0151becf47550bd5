"""The findings of a record in the reader's language."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from pyoxigraph import NamedNode

from erpd.metadata.findings import Finding, Severity, explain, finding_from, of_any, others_of, quoted
from erpd.metadata.masking import masked
from erpd.metadata.parts import excerpt
from erpd.metadata.record import Record
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCT, ODRL, expand
from erpd.metadata.text import Text
from erpd.metadata.vocabularies import label_of
from erpd.pages.labels import label_of_property
from erpd.pages.values import legible, shortened

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
    path: str = ""
    """The path of the property, if the text calls it as pages do."""
    others: Sequence[str] = ()
    """If the text names one value: the first others of which it was found, too."""

    @property
    def found(self) -> str:
        """In words, how often it was found, if it was several times."""
        if self.times < 2:
            return ""
        if self.others:
            text = ngettext(
                "(found %(number)s time, with different values: also %(others)s)",
                "(found %(number)s times, with different values: also %(others)s)",
                self.times,
            )
        else:
            text = ngettext("(found %(number)s time)", "(found %(number)s times)", self.times)
        return text % {"number": number_format(self.times), "others": quoted(self.others)}


_WHICH = re.compile(r"\[([^\[\]]*+)\]")  # of several resources, in a path
_LONGEST_NAME = 60  # characters of a title


def summed(findings: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The findings for those who fill in forms: equal ones counted once."""

    def alike(facts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted({**facts, "path": of_any(facts.get("path", ""))}.items()))

    times = Counter(alike(facts) for facts in findings)
    first = {alike(facts): dict(facts) for facts in reversed(findings)}
    return [
        {**(dict(same) if number > 1 else first[same]), "times": number} for same, number in times.items()
    ]


def distribution_names(record: Record, languages: tuple[str, ...]) -> dict[str, str]:
    """Which of several distributions a path means, by its IRI there: its number on the page, and its title.

    Blank nodes have no names of their own, so nobody can say which is meant.
    """
    nodes = record.distributions
    if len(nodes) < 2:
        return {}
    names = {}
    for number, node in enumerate(nodes, 1):
        if isinstance(node, NamedNode):
            title = Text.of(record.graph.objects(node, DCT.title)).best(*languages)[0]
            names[excerpt(node.value)] = (
                f"{number} “{shortened(title, _LONGEST_NAME)}”" if title else f"{number}"
            )
    return names


def _labelled(path: str, names: Mapping[str, str]) -> str:
    """What pages call the properties of a path: "Distribution 2 “Trees”, Format"; the path if it is none."""
    for told in (path, path.rpartition("]/")[2]):  # deep in a record, the middle of a path is left out
        try:
            return ", ".join(_steps(told, names))
        except (KeyError, ValueError):
            continue
    return path


def _steps(path: str, names: Mapping[str, str]) -> Iterator[str]:
    which = iter(_WHICH.findall(path))
    for step in _WHICH.sub("[]", path).split("/"):
        label = _label(expand(step.removesuffix("[]")))
        name = names.get(next(which), "") if step.endswith("[]") else ""
        yield f"{label} {name}" if name and step == _DISTRIBUTION else label


_DISTRIBUTION = "dcat:distribution[]"


def _label(term: NamedNode) -> str:
    return gettext("Conditions of access") if term == ODRL.hasPolicy else label_of_property(None, term)


def remarks(
    findings: Sequence[Mapping[str, Any]],
    start: int,
    number: int,
    *,
    delivered: bool = False,
    href: Callable[[Finding], str] = lambda finding: "",
    names: Callable[[], Mapping[str, str]] = dict,
) -> list[Remark]:
    """``number`` of the findings of a data set, as the database stores them, for display: worst first.

    Properties are called as on pages. ``delivered``: for whoever delivered it; ``href``: where a finding is
    put right; ``names``: ``distribution_names``, if the record is at hand.
    """
    order = {str(severity): place for place, severity in enumerate(SEVERITIES)}
    chosen = sorted(findings, key=lambda facts: order[facts["severity"]])[start : start + number]
    known = names() if any("[" in facts.get("path", "") for facts in chosen) else {}
    return [
        Remark(
            finding.severity,
            str(SEVERITIES[finding.severity]),
            legible(masked(explain(finding, gettext, delivered=delivered)), LONGEST_REMARK),
            facts.get("times", 1),
            href(received),
            legible(masked(received.path), LONGEST_REMARK) if finding.path != received.path else "",
            others_of(facts) if "{value}" in getattr(finding.rule, "message", "") else (),
        )
        for facts in chosen
        for received in [finding_from(facts)]
        for finding in [worded(received)._replace(path=received.path and _labelled(received.path, known))]
    ]


def worded(finding: Finding) -> Finding:
    """Return a finding with the concept that it names as the reader of the page calls it."""
    if finding.rule is not Flaw.CONDITION_BOTH:
        return finding
    return finding._replace(value=label_of(finding.value, get_language() or "en") or finding.value)
