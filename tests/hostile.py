"""Hostile texts, and how work grows with their length: twice the text may take twice the time, no more."""

import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

# What texts are repeated of, where no regular expression says what is hostile to it.
UNITS = (
    *(
        " ",
        "a",
        "0",
        ".",
        "<",
        "&",
        '"',
        "(",
        "\n",
        "A",
        "-",
        ",",
        ";",
        "/",
        "[",
        "{",
        "'",
        "=",
        "%",
        "@",
        "#",
    ),
    *(
        "http://",
        "<a href=",
        "&lt;",
        "0 ",
        "a@b.eu ",
        "é",
        "\u0301",
        "\u00a0",
        "<a b='x' ",
        "<b>",
        "<b>x</b>",
    ),
    *(
        "<!--",
        "&amp;",
        "&lt;p&gt;",
        "<sup>2</sup>",
        "<ol><li>",
        "https://a.eu/ ",
        "www.",
        "mailto:a@",
        "tel:+49 ",
    ),
    *(
        "+49 0",
        "00-",
        "1.",
        "1,",
        "1 000",
        "2020-01-01/",
        "P1D",
        "en-",
        "POINT(",
        "0 0,",
        '{"a":',
        "[1,",
        "\\u",
    ),
    *(
        "CC BY 4.0 ",
        "http://creativecommons.org/licenses/by/4.0/ ",
        "text/csv;",
        "; a=b",
        "start=1;",
        "1996 - ",
    ),
    *("ab ", "\u200b", "\u2028", "x<s>", "\ufffd", "application/", "vanaf 1996 ", "</b>", "<p>"),
)
_MANY = 16  # a repeat of up to so many cannot take long
_SIGNS = " a0<\"'&-:/.\n"
_CATEGORIES = {
    sre.CATEGORY_DIGIT: "0",
    sre.CATEGORY_NOT_DIGIT: "a",
    sre.CATEGORY_SPACE: " \n",
    sre.CATEGORY_NOT_SPACE: "a<",
    sre.CATEGORY_WORD: "a_",
    sre.CATEGORY_NOT_WORD: "- ",
}


@dataclass(frozen=True)
class Family:
    """Texts of any length: a start, something repeated, an end that does not fit."""

    start: str
    repeated: str
    end: str

    def text(self, length: int) -> str:
        return self.start + self.repeated * max(length // len(self.repeated), 1) + self.end


class Grown(AssertionError):
    """Work grows faster than its input."""


def assert_linear(work: Callable[[str], object], family: Family, length: int, patience: float) -> None:
    """Raise Grown if a text of ``length`` takes far more than sixteen times as long as a sixteenth of it.

    Processor time, of which only the least of several counts, so that a busy machine changes nothing; less
    than ``patience`` seconds is never too long. Linear work takes 16 times as long, quadratic work 256 times.
    """
    small, large = family.text(length // 16), family.text(length)
    for _ in range(4):
        taken = _seconds(work, large)
        if taken < patience or taken < 64 * max(_seconds(work, small) for _ in range(3)):
            return
    raise Grown(f"{family} takes {taken:.3f} s at {length}")


def _seconds(work: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    work(text)
    return time.process_time() - start


def families(pattern: "re.Pattern[Any]", pairs: int = 0) -> Iterator[Family]:
    """Texts against one regular expression: whatever it repeats, after what leads there, with a bad end.

    ``pairs``: also every pair of so many of its own pieces.
    """
    source, flags = pattern.pattern, pattern.flags
    if isinstance(source, bytes):
        source, flags = source.decode("latin-1"), flags | re.UNICODE
    found = _Found()
    whole = found.walk(parser.parse(source, flags), "")
    pieces = list(dict.fromkeys([*found.pieces, whole]))
    made: dict[Family, None] = {}
    for before, repeated in dict.fromkeys(found.repeats):
        for end in ("", "\x00", "!"):
            made[Family(before, repeated, end)] = None
        made[Family("", before + repeated, "\x00")] = None
    for one in pieces:
        made[Family("", one, "\x00")] = None
    for one in pieces[:pairs]:
        for other in pieces[:pairs]:
            made[Family(one, other, "\x00")] = made[Family("", one + other * 3, "\x00")] = None
    return (family for family in made if family.repeated)


class _Found:
    """What a regular expression repeats, each with an example of what precedes it, and its pieces."""

    def __init__(self) -> None:
        self.repeats: list[tuple[str, str]] = []
        self.pieces: dict[str, None] = {}

    def walk(self, tree: Any, before: str) -> str:
        """Return a text that the expression matches, or nearly."""
        text = ""
        for operation, value in tree:
            text += self._example(operation, value, before + text)
        return text

    def _example(self, operation: Any, value: Any, before: str) -> str:
        if operation is sre.LITERAL:
            return chr(value)
        if operation is sre.NOT_LITERAL:
            return "b" if value == ord("a") else "a"
        if operation is sre.ANY:
            return "a"
        if operation is sre.IN:
            signs = _signs(value)
            self.pieces.update(dict.fromkeys(signs))
            return signs[:1]
        if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            return self._repeat(*value, before)
        if operation is sre.BRANCH:
            examples = [self.walk(branch, before) for branch in value[1]]
            self.pieces.update(dict.fromkeys(filter(None, examples)))
            return examples[0]
        if operation is sre.SUBPATTERN:
            return self.walk(value[3], before)
        if operation is sre.ATOMIC_GROUP:
            return self.walk(value, before)
        if operation in (sre.ASSERT, sre.ASSERT_NOT):
            self.walk(value[1], before)
        return ""

    def _repeat(self, least: int, most: int, tree: Any, before: str) -> str:
        example = self.walk(tree, before)
        if most > _MANY and example:
            self.repeats.append((before, example))
            if tree[0][0] is sre.IN:
                self.repeats += [(before, sign) for sign in _signs(tree[0][1])]
        if example:
            self.pieces[example] = None
        return example * min(max(least, 1), 1000)


def _signs(items: Any) -> str:
    """Some signs of a set."""
    signs, negated = "", False
    for operation, value in items:
        if operation is sre.NEGATE:
            negated = True
        elif operation is sre.LITERAL:
            signs += chr(value)
        elif operation is sre.RANGE:
            signs += chr(value[0]) + chr(value[1])
        elif operation is sre.CATEGORY:
            signs += _CATEGORIES[value]
    return "".join(sign for sign in _SIGNS if sign not in signs)[:4] if negated else signs[:6]
