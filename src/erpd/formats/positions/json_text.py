"""The tokens of JSON, and where each one begins."""

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from erpd.formats.positions.mark import Position
from erpd.formats.positions.text import Tokens, text_of

_TOKEN = re.compile(
    r'\s*+(?:(?P<text>"(?:[^"\\]++|\\.)*+(?:"|\\?\Z))(?:\s*+(?P<colon>:|\Z))?'
    r"|(?P<sign>[{}\[\]])|(?P<word>[^\s\"{}\[\],:]++)|.|\Z)",
    re.DOTALL,
)
# In a value that is read whole.
_MOST_TOKENS = 50_000
_DEEPEST = 100


class Event(NamedTuple):
    """A token: ``{``, ``}``, ``[``, ``]``, the name of a member, a text, or a word such as a number."""

    kind: str
    """One of the brackets, "name", "text" or "word"."""
    value: str
    at: Position


def events(stream: BinaryIO) -> Iterator[Event]:
    """Yield the tokens of a document."""
    tokens = Tokens(text_of(stream), _TOKEN)
    for token in tokens:
        if token["sign"]:
            yield Event(token["sign"], "", tokens.at(token.start("sign")))
        elif token["text"]:
            kind = "name" if token["colon"] else "text"
            yield Event(kind, _unescaped(token["text"]), tokens.at(token.start("text")))
        elif token["word"]:
            yield Event("word", token["word"], tokens.at(token.start("word")))


def whole(coming: Iterator[Event]) -> Any:
    """Return the next value of ``coming``, and read no further; None if it is too large."""
    return _value(next(coming, None), coming, [_MOST_TOKENS], 0)


def _value(event: Event | None, coming: Iterator[Event], left: list[int], depth: int) -> Any:
    left[0] -= 1
    if event is None or left[0] < 0 or depth > _DEEPEST:
        return None
    if event.kind == "{":
        members = {}
        for each in coming:
            if each.kind != "name":
                break
            members[each.value] = _value(next(coming, None), coming, left, depth + 1)
        return members
    if event.kind == "[":
        values = []
        for each in coming:
            if each.kind == "]":
                break
            values.append(_value(each, coming, left, depth + 1))
        return values
    return event.value if event.kind == "text" else None


def _unescaped(written: str) -> str:
    if "\\" not in written:
        return written[1:-1]
    try:
        return str(json.loads(written, strict=False))
    except ValueError:
        return written[1:-1]
