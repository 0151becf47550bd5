"""What is wrong with a field of the delivery API: its codes, and where the field is."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Code(StrEnum):
    """The codes of faults in fields (Aanlever-API 0.9.0)."""

    REQUIRED_FIELD = "REQUIRED_FIELD"
    INVALID_URI = "INVALID_URI"
    INVALID_PATTERN = "INVALID_PATTERN"
    INVALID_DATE = "INVALID_DATE"
    INVALID_DURATION = "INVALID_DURATION"
    INVALID_NUMERIC_VALUE = "INVALID_NUMERIC_VALUE"
    INVALID_SIZE = "INVALID_SIZE"
    INVALID_CONTACT_POINT = "INVALID_CONTACT_POINT"
    INVALID_FIELD_VALUE = "INVALID_FIELD_VALUE"
    FIELD_NOT_MODIFIABLE = "FIELD_NOT_MODIFIABLE"


Path: TypeAlias = tuple[str | int, ...]
"""The fields and positions that lead to a value."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one field."""

    code: Code
    at: Path
    message: str
    """What is wrong, and how to put it right."""
    section: str = ""
    """The section of the guideline or standard that says so."""

    @property
    def path(self) -> str:
        return dotted(self.at)

    @property
    def pointer(self) -> str:
        """The same place as a JSON Pointer (RFC 6901), which names fields exactly as in the body."""
        return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in self.at)


@dataclass(slots=True)
class Faults:
    """Faults as they are found, up to a limit: nobody reads more."""

    found: list[Fault] = field(default_factory=list)

    def say(self, code: Code, at: Path, message: str, section: str = "") -> None:
        if len(self.found) < _MOST:
            self.found.append(Fault(code, at, message, section))


class Refused(ValueError):
    """A body that says something, but with ``faults`` in it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in faults[:3]))
        self.faults = faults


class Misshapen(Refused):
    """A body with a field that this API does not have, or a value of the wrong type."""


def dotted(at: Path) -> str:
    """Return a path as the API's errors show it. The distributions are called as in its addresses.

    >>> dotted(("dcatDistribution", 0, "dcatByteSize"))
    'distributions[0].dcatByteSize'
    """
    text = ""
    for step in at:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else _ADDRESSES.get(step, step)
    return text


_ADDRESSES = {"dcatDistribution": "distributions"}
_MOST = 200
