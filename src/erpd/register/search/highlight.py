"""Where the words of a question occur in a text. Plain text, never HTML: the template escapes it."""

import re
from collections.abc import Sequence
from functools import lru_cache

from erpd.register.search.asked import BEGINNING, parts_of
from erpd.register.words import LONGEST_WORD, divided, folded, known_language, stemmed, words

Pieces = list[tuple[str, bool]]

_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_LONGEST_TEXT = 20_000  # characters that a snippet searches
_LEAD = 60  # characters shown before the first match


def highlight(text: str, question: str, languages: Sequence[str]) -> Pieces:
    """Split ``text`` into pieces, each True if it matches the question; joined, they give ``text`` again.

    ``languages`` are those that ``text`` may be in, ideally just its own: words match by their stems.
    """
    pieces: Pieces = []
    end = 0
    for start, stop in _found(text, question, languages):
        if start > end:
            pieces.append((text[end:start], False))
        pieces.append((text[start:stop], True))
        end = stop
    if end < len(text):
        pieces.append((text[end:], False))
    return pieces


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
    pieces = highlight(text[start:end], question, languages)
    return [("…", False)] * (start > 0) + pieces + [("…", False)] * (end < len(text))


def _found(text: str, question: str, languages: Sequence[str]) -> list[tuple[int, int]]:
    asked = [word for part in parts_of(question) if not part.excluded for word in part.words]
    if not asked:
        return []
    spoken = tuple(dict.fromkeys(filter(None, map(known_language, languages))))
    begun = tuple(word for word in folded(asked) if len(word) >= BEGINNING)
    wanted = _forms(asked, spoken)
    fitting: dict[str, bool] = {}  # words repeat
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        fits = fitting.get(word)
        if fits is None:
            forms = _forms_of(word, spoken) if len(word) <= LONGEST_WORD else _forms(words(word), spoken)
            fits = fitting[word] = bool(wanted & forms) or any(form.startswith(begun) for form in forms)
        if fits:
            found.append(match.span())
    return found


@lru_cache(20_000)  # and in many texts
def _forms_of(word: str, languages: tuple[str, ...]) -> set[str]:
    """The forms of a word of the text, and those of the parts of a compound."""
    inside = words(word)
    parts = (divided(each, language) for each in inside for language in languages)
    return _forms(inside, languages).union(*parts)


def _forms(some: Sequence[str], languages: Sequence[str]) -> set[str]:
    return set(folded(some)).union(*(stemmed(some, language) for language in languages))
