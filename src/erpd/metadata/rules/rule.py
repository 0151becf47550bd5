"""What a rule of a finding is: its name, and what it means in plain words."""

from enum import StrEnum
from typing import Self

# Where the documentation is on the web. It says w3id.org, which outlives where the pages lie today.
DOCUMENTATION = "https://w3id.org/erpd"


class Rule(StrEnum):
    """The base of the rules; each subclass has the rules of one kind. The value is the name that is stored.

    ``message`` and ``advice`` are format strings with {path}, {value}, {repaired} and {section};
    translations look them up.
    """

    message: str
    """What is wrong, where, and by which rule."""
    advice: str
    """How to put it right at the source."""
    delivered: str
    """The same for whoever delivered the record themselves; mostly the same words."""
    section: str
    """The section that states the rule, if a finding does not name one itself."""

    def __new__(cls, name: str, message: str, advice: str, section: str, delivered: str = "") -> Self:
        rule = str.__new__(cls, name)
        rule._value_ = name
        rule.message, rule.advice, rule.section = message, advice, section
        rule.delivered = delivered or advice
        return rule

    @property
    def link(self) -> str:
        """Where the documentation explains it, with an example."""
        return f"{DOCUMENTATION}/findings#{self}"


class Former(str):
    """A rule that no longer exists. Findings of older versions, which are kept, may name it."""

    __slots__ = ()
