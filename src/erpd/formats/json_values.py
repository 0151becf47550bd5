"""JSON text -> values of Python, so that nothing is lost without a word: no figure of a number, no member."""

import json
import math
from typing import Any, TypeAlias

from erpd.formats.rdf.checked_stream import shallow_json
from erpd.metadata.masking import shown

Json: TypeAlias = Any

OF_JSON = "RFC 8259"
"""The standard against which broken JSON is, as findings name it."""
_MOST_DIGITS = 400
_MOST_FIGURES = 18  # more than a float can hold
_LONGEST_NAME = 60


def loads(text: str) -> Json:
    """Parse JSON. Numbers that Python cannot hold exactly or at all, such as NaN, become strings.

    Raises ValueError if it is not JSON, or if an object has two members of one name with different values:
    what they mean is undefined (RFC 8259, 4), so neither may be dropped. RecursionError if it is nested too
    deeply.
    """
    return decoder().decode(text)


def decoder() -> json.JSONDecoder:
    """Return a decoder that reads like ``loads``, piece by piece."""
    return json.JSONDecoder(
        object_pairs_hook=_object, strict=False, parse_int=_int, parse_float=_float, parse_constant=str
    )


def shallow(document: bytes) -> str:
    """Return the text of a JSON document. Raises ValueError if it is nested deeper than any record."""
    safe = shallow_json(document)
    return (safe if isinstance(safe, bytes) else safe.read()).decode("utf-8", "surrogatepass")


def _object(members: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(members)
    if len(found) < len(members):
        for name, value in members:
            if found[name] != value:
                raise ValueError(
                    f"“{shown(name, _LONGEST_NAME)}” occurs twice in the same object, with different values"
                )
    return found


def _int(text: str) -> int | str:
    return int(text) if len(text) <= _MOST_DIGITS else text


def _float(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) and len(text) <= _MOST_FIGURES else text
