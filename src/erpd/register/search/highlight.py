"""Where the words of a question occur in a text. Plain text, never HTML: the template escapes it."""

import re
from collections.abc import Sequence
from functools import lru_cache

from erpd.register.search.asked import BEGINNING, parts_of
from erpd.register.words import LONGEST_WORD, divided, folded, known_language, stemmed, words

Pieces = list[tuple[str, bool]]

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_LONGEST_TEXT = 20_000  # characters that a snippet searches
_LEAD = 60  # characters shown before the first match
_MOST_KNOWN = 5_000  # words, for each of the last questions


def highlight(text: str, question: str, languages: Sequence[str]) -> Pieces:
    """Split ``text`` into pieces, each True if it matches the question; joined, they give ``text`` again.

    ``languages`` are those that ``text`` may be in, ideally just its own: words match by their stems.
    """
    return _pieces(text, 0, len(text), _found(text, question, languages))


def snippet(text: str, question: str, languages: Sequence[str], size: int = 240) -> Pieces:
    """About ``size`` characters of ``text`` around the first match, in pieces as ``highlight`` returns them.

    White space is collapsed; "…" marks omitted text.
    """
    text = " ".join(text[:_LONGEST_TEXT].split())
    found = _found(text, question, languages)
    start = found[0][0] - _LEAD if found and found[0][1] > size else 0
    start = text.find(" ", start, start + _LEAD) + 1 if start > 0 else 0
    end = len(text)
    if end > start + size:
        blank = text.rfind(" ", start, start + size)
        end = blank if blank > start + size // 2 else start + size
    pieces = _pieces(text, start, end, found)
    return [("…", False)] * (start > 0) + pieces + [("…", False)] * (end < len(text))


def _pieces(text: str, start: int, end: int, found: list[tuple[int, int]]) -> Pieces:
    """The part of ``text`` from ``start`` to ``end`` in pieces, of which those in ``found`` match."""
    pieces: Pieces = []
    for first, last in found:
        if first >= end:
            break
        if last <= start:
            continue
        if first > start:
            pieces.append((text[start:first], False))
        pieces.append((text[max(first, start) : min(last, end)], True))
        start = min(last, end)
    if start < end:
        pieces.append((text[start:end], False))
    return pieces


def _found(text: str, question: str, languages: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words of ``text`` that match begin and end."""
    wanted = _wanted(question, tuple(dict.fromkeys(filter(None, map(known_language, languages)))))
    if not wanted.forms:
        return []
    fitting = wanted.among(set(_WORD.findall(text)))
    return [match.span() for match in _WORD.finditer(text) if match[0] in fitting] if fitting else []


class _Wanted:
    """The words of a question, as they are looked for in texts of some languages."""

    def __init__(self, question: str, languages: tuple[str, ...]) -> None:
        asked = [word for part in parts_of(question) if not part.excluded for word in part.words]
        self.forms = _forms(asked, languages)
        self._languages = languages
        self._beginnings = tuple(word for word in folded(asked) if len(word) >= BEGINNING)
        self._fitting: set[str] = set()  # words repeat
        self._others: set[str] = set()

    def among(self, some: set[str]) -> set[str]:
        """Those of some words of a text that match."""
        fitting, others = self._fitting, self._others
        languages, beginnings, misses = self._languages, self._beginnings, self.forms.isdisjoint
        for word in some - others - fitting:
            forms, plain = (_remembered if len(word) <= LONGEST_WORD else _forms_of)(word, languages)
            if misses(forms) and not (beginnings and any(each.startswith(beginnings) for each in plain)):
                others.add(word)
            else:
                fitting.add(word)
        if len(fitting) + len(others) > _MOST_KNOWN:
            self._fitting, self._others = set(), set()
        return some & fitting


@lru_cache(32)  # a page has many texts, in a few languages
def _wanted(question: str, languages: tuple[str, ...]) -> _Wanted:
    return _Wanted(question, languages)


def _forms_of(word: str, languages: tuple[str, ...]) -> tuple[set[str], Sequence[str]]:
    """The forms of a word of a text and of the parts of a compound; and the word only folded."""
    inside = words(word)
    forms = _forms(inside, languages)
    if len(word) <= LONGEST_WORD:
        forms.update(*[divided(each, language) for each in inside for language in languages])
    return forms, folded(inside)


_remembered = lru_cache(20_000)(_forms_of)  # words occur in many texts


def _forms(some: Sequence[str], languages: Sequence[str]) -> set[str]:
    return set(folded(some)).union(*(stemmed(some, language) for language in languages))
