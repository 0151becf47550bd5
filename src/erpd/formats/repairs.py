"""Repairs to the text of a document before it is parsed, and the findings that report them.

Only the parser knows in which value a part of the text ends up. So a repair is marked in the text itself,
with a character that no text contains; the mark goes through the parser, and is removed after it.
"""

import re
from collections.abc import Hashable
from typing import Any, TypeAlias

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Correction

# Unassigned in Unicode, and allowed in XML, JSON and names in Turtle.
MARK = "\U000efff0"
MARK_BYTES = MARK.encode()
_BYTE, _ENTITY, _TEXT = "\U000efff1", "\U000efff2", "\U000efff3"
_RULES = {_BYTE: Correction.BYTE, _ENTITY: Correction.ENTITY, _TEXT: Correction.TEXT_MISPLACED}
_BEGINNINGS = {rule: beginning for beginning, rule in _RULES.items()}
_MARKED = re.compile(f"([{_BYTE}{_ENTITY}{_TEXT}])([^{MARK}]*+){MARK}([^{MARK}]*+){MARK}")
_STOOD = "\U000efff4"  # between the place where a text stood, and the text
_AROUND = 40  # characters that a finding shows on either side

Json: TypeAlias = Any
# The repairs in a document, by the node, or the property and value, that contains them.
Told: TypeAlias = dict[Hashable, Finding]


def marked(rule: Correction, repaired: str, was: str, stood: str = "") -> str:
    """Return ``repaired``, marked as the replacement of ``was``, which for a "byte" is its number.

    ``stood`` is the property where it stood, if it will be in another.
    """
    return f"{_BEGINNINGS[rule]}{repaired}{MARK}{stood + _STOOD if stood else ''}{was}{MARK}"


def has_wrong_byte(text: str) -> bool:
    """Whether a byte in the marked ``text`` was repaired."""
    return _BYTE in text


def unmarked(text: str, path: str = "") -> tuple[str, Finding | None]:
    """Return the text without marks, and the finding; None if there were no marks."""
    first = _MARKED.search(text)
    if first is None:
        return text, None
    rule, start = _RULES[first[1]], max(first.start() - _AROUND, 0)
    stood, separator, _ = first[3].partition(_STOOD)
    path = stood if separator else path
    was = _MARKED.sub(_as_it_was, text)
    now = _MARKED.sub(r"\2", text)
    shown = slice(start, start + 3 * _AROUND)
    return now, Finding(rule, Severity.REPAIR, path, was[shown], rule.section, now[shown])


def _as_it_was(found: re.Match[str]) -> str:
    return f"[0x{found[3]}]" if found[1] == _BYTE else found[3].rpartition(_STOOD)[2]


def unmarked_json(value: Json, path: str = "") -> tuple[Json, tuple[Finding, ...]]:
    """Do the same for all texts in a JSON value. ``path`` names the fields that lead to each."""
    found: list[Finding] = []

    def plain(value: Json, path: str) -> Json:
        if isinstance(value, str):
            value, finding = unmarked(value, path)
            found.extend([finding] if finding else [])
        elif isinstance(value, dict):
            fields = ((unmarked(name, "")[0], each) for name, each in value.items())
            return {name: plain(each, f"{path}/{name}".lstrip("/")) for name, each in fields}
        elif isinstance(value, list):
            return [plain(each, path) for each in value]
        return value

    return plain(value, path), tuple(found)
