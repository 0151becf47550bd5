"""Lines of a document, cut around the columns that findings name, fit to be shown anywhere."""

import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from erpd.formats.positions.mark import Position
from erpd.formats.positions.text import CHUNK, text_of
from erpd.metadata.storable import storable

BEFORE, AFTER = 60, 140  # characters of a line before a column and from it on
# Controls, what turns the direction of text, and what nobody sees: they are shown by their names instead, so
# that a line reads as programs read it.
_UNSEEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\U000e0000-\U000e007f]"
)


class Quote(NamedTuple):
    """A part of a line: what is before the column, and what begins there."""

    before: str
    text: str


def quoted(stream: BinaryIO, wanted: Iterable[Position]) -> dict[Position, Quote]:
    """Return the lines at some positions of a document, each cut around its column. May raise SourceError."""
    left = sorted(set(wanted), reverse=True)
    return dict(_quotes(text_of(stream), left)) if left else {}


def _quotes(text: io.TextIOBase, left: list[Position]) -> Iterator[tuple[Position, Quote]]:
    line, first, held = 1, 1, ""  # the column of the first character that is held
    while left and (piece := text.readline(CHUNK)):
        held += piece
        ended = piece.endswith("\n")
        while left and left[-1].line == line and (ended or left[-1].column - first + AFTER < len(held)):
            yield left[-1], _cut(held, left.pop().column - first)
        if ended:
            line, first, held = line + 1, 1, ""
        elif (passed := len(held) - BEFORE - AFTER - 1) > 0:
            first, held = first + passed, held[passed:]
    while left and held and left[-1].line == line:
        yield left[-1], _cut(held, left.pop().column - first)


def _cut(line: str, at: int) -> Quote:
    line = line.rstrip("\n")
    at = min(max(at, 0), len(line))
    before, text = line[max(at - BEFORE, 0) : at], line[at : at + AFTER]
    begun, ended = "…" if at > BEFORE else "", "" if at + AFTER >= len(line) else "…"
    return Quote(begun + _seen(before if begun else before.lstrip()), _seen(text) + ended)


def _seen(text: str) -> str:
    return storable(_UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text))
