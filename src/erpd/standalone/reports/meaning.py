"""What a rule means, without a finding: the words for its facts stand in their places."""

from erpd.metadata.rules import Rule
from erpd.sources.errors import Reason

FACTS = {"path": "property", "value": "value", "repaired": "repaired"}


def meaning(rule: Rule | Reason, facts: dict[str, str] = FACTS) -> str:
    """Return what a finding of the rule says is wrong, or what a reason means."""
    if isinstance(rule, Reason):
        return f"{rule.meaning[0].upper()}{rule.meaning[1:]}."
    said = rule.message.format(**facts, section=rule.section)
    return said if said.endswith(".") else f"{said}."


def advice(rule: Rule | Reason, facts: dict[str, str] = FACTS) -> str:
    """Return how to put it right."""
    if isinstance(rule, Reason):
        return "The message says what to do."
    return rule.advice.format(**facts, section=rule.section)
