"""The one cleaning of everything foreign that is stored: texts, numbers and what JSON holds.

JSON, headers and messages of errors can contain what no database takes, or only one of ours. A run that could
not store why it failed would stay "running" for ever.
"""

import math
import re
from typing import Any, TypeAlias

from erpd.metadata.text import LOST

Json: TypeAlias = Any

# PostgreSQL cannot store NUL, and no codec encodes half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# What a column for whole numbers holds (BIGINT). Nothing that is counted is more.
_MOST = 2**63 - 1


def storable(text: str) -> str:
    """Return the text with the characters replaced that some databases cannot store.

    >>> storable("Z\\0rich")
    'Z\ufffdrich'
    """
    if text.isascii() and "\0" not in text:  # true of nearly all, and much faster
        return text
    return _UNSTORABLE.sub(LOST, text)


def storable_json(value: Json) -> Json:
    """Return a text, a number or whatever JSON holds, in a form that every database stores.

    Numbers beyond 64 bits become the greatest that are not; infinity and NaN, which JSON does not know
    (RFC 8259, 6), become None. Other objects, such as dates of our own, are returned unchanged.

    >>> storable_json({"token": "a\\0b", "total": 10**30, "share": float("nan")})
    {'token': 'a\ufffdb', 'total': 9223372036854775807, 'share': None}
    """
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable_json(name): storable_json(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return min(max(value, -_MOST), _MOST)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
