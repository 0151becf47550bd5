"""What was found in a record. A finding holds a rule and its facts; whoever shows it makes the sentence."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from erpd.metadata.rules import RULES, Former, Rule


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


def of_any(path: str) -> str:
    """Return a path without which of several resources it means: the same for each of them.

    >>> of_any("dcat:distribution[https://a.example/1]/dct:format")
    'dcat:distribution/dct:format'
    """
    return _WHICH.sub("", path)


_WHICH = re.compile(r"\[[^\[\]]*+\]")
