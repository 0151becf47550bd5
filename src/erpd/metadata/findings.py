"""What was found in a record. A finding holds a rule and its facts; whoever shows it makes the sentence."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from erpd.metadata.masking import shown
from erpd.metadata.rules import RULES, Former, Rule

MOST_OTHERS = 3  # values that are shown beside the one of an example
_LONGEST_OTHER = 60  # characters


class Severity(StrEnum):
    """How serious a finding is."""

    ERROR = "error"
    """Strict sources reject the record."""
    WARNING = "warning"
    REPAIR = "repair"
    """Mended: ``value`` is the value as received, ``repaired`` the value now in the record."""


class Finding(NamedTuple):
    """One fault or repair: the rule, where, and the value concerned."""

    rule: Rule | Former
    severity: Severity
    path: str
    """The property concerned: ``dcat:distribution[IRI]/dct:format``."""
    value: str = ""
    """The value as received, shortened if long."""
    section: str = ""
    """The section of the guideline or standard that states the rule."""
    repaired: str = ""
    """The value after the repair."""

    @property
    def stated_in(self) -> str:
        """The section that states the rule: the finding's own, else that of its rule; "" if none is known."""
        return self.section or getattr(self.rule, "section", "")

    @property
    def urgency(self) -> int:
        """For sorting: errors first, repairs last."""
        return list(Severity).index(self.severity)

    def as_dict(self) -> dict[str, str]:
        """Return the fields as plain text, without the empty ones, to be stored or printed as JSON."""
        return {name: str(value) for name, value in zip(self._fields, self, strict=True) if value}


def finding_from(facts: Mapping[str, str]) -> Finding:
    """Return the finding that ``as_dict`` wrote, perhaps in an older version."""
    return Finding(
        RULES.get(facts["rule"]) or Former(facts["rule"]),
        Severity(facts["severity"]),
        *(facts.get(name, "") for name in ("path", "value", "section", "repaired")),
    )


def explain(finding: Finding, translate: Callable[[str], str] = str, *, delivered: bool = False) -> str:
    """Return the finding as one text for people; ``translate`` receives the English texts of its rule.

    ``delivered``: the reader delivered the record, and can change it; otherwise it was harvested.
    If the rule no longer exists, the text is its name and facts.
    """
    rule = finding.rule
    if isinstance(rule, Former):
        return " ".join(filter(None, (rule, finding.path, finding.value, finding.section)))
    facts = {**finding.as_dict(), "section": finding.stated_in}
    facts = {name: facts.get(name, "") for name in ("path", "value", "repaired", "section")}
    said = translate(rule.message).format(**facts)
    advice = rule.delivered if delivered else rule.advice
    stop = "" if said.endswith((".", "?", "!", "…", "”")) else "."
    return f"{said}{stop} {translate(advice).format(**facts)}".rstrip()


def others_of(facts: Mapping[str, Any]) -> Sequence[str]:
    """The other values that a kept sum of findings names. Earlier ones say only whether there are any."""
    others: list[str] | bool = facts.get("others", False)
    return others if isinstance(others, list) else ["…"] * others


class Others(list[str]):
    """The first values of which findings of a kind are found, beside that of its example.

    Up to MOST_OTHERS, and one more if there are more.
    """

    def note(self, finding: "Finding", example: "Finding") -> None:
        if finding.value != example.value and len(self) <= MOST_OTHERS and finding.value not in self:
            self.append(finding.value)


def quoted(others: Sequence[str]) -> str:
    """The first other values of which a finding was found, for people; "…" for those beyond MOST_OTHERS."""
    found = [f"“{shown(each, _LONGEST_OTHER)}”" for each in others[:MOST_OTHERS]]
    return ", ".join([*found, "…"] if len(others) > MOST_OTHERS else found)


def of_any(path: str) -> str:
    """Return a path without which of several resources it means: the same for each of them.

    >>> of_any("dcat:distribution[https://a.example/1]/dct:format")
    'dcat:distribution/dct:format'
    """
    return _WHICH.sub("", path)


_WHICH = re.compile(r"\[[^\[\]]*+\]")
