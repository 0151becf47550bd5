"""What a question that finds nothing may have meant: words of the index that are written nearly the same."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from uuid import UUID

from pyoxigraph import Literal
from tantivy import Query, Searcher

from erpd.metadata.terms import DCT
from erpd.metadata.view import View
from erpd.register.content import records
from erpd.register.models import DataSet
from erpd.register.search.asked import Asked, Asking, Part
from erpd.register.search.labels import words_of_labels
from erpd.register.words import LONGEST_WORD, folded, words

_SHORTEST = 4  # letters; shorter words are near to too many others
_LONG = 7  # letters of a word that may have two slips
_DATA_SETS = 20  # read to see how their words are written
_LONGEST_TEXT = 5_000
_ALIKE = 0.75  # see difflib


def near(
    searcher: Searcher, asking: Asking, asked: Asked, parts: Sequence[Part], languages: Sequence[str]
) -> str:
    """The question with words that occur; "" if there are none, or if that finds nothing either.

    Reads up to _DATA_SETS records for each word that does not occur, so ask only where nothing was found.
    """
    meant: list[Part] = []
    for part in parts:
        if part.excluded or len(part.words) > 1 or _occurs(searcher, asking, asked, part):
            meant.append(part)
            continue
        word = _nearest(searcher, asking, asked, part.words[0], languages)
        meant += [Part((word,))] if word else []
    if meant == list(parts) or not any(not part.excluded for part in meant):
        return ""
    if not _number(searcher, replace(asked, question=asking.query(meant))):
        return ""
    return " ".join(_written(part) for part in meant)


def _occurs(searcher: Searcher, asking: Asking, asked: Asked, part: Part) -> bool:
    return _number(searcher, replace(asked, question=asking.query([part]))) > 0


def _number(searcher: Searcher, asked: Asked) -> int:
    return searcher.search(asked.query(), limit=1).count  # type: ignore[attr-defined, no-any-return]


def _nearest(searcher: Searcher, asking: Asking, asked: Asked, word: str, languages: Sequence[str]) -> str:
    plain = folded([word])[0]
    if not _SHORTEST <= len(plain) <= LONGEST_WORD:
        return ""
    slips = 2 if len(plain) >= _LONG else 1
    alike = [Query.fuzzy_term_query(asking.schema, field, plain, slips, True) for field in ("title", "text")]
    found = searcher.search(
        replace(asked, question=Query.disjunction_max_query(alike)).query(), limit=_DATA_SETS
    )
    keys = [UUID(searcher.doc(address)["key"][0]) for _, address in found.hits]
    spelt = Counter(_words_of(keys))
    spelt.update(words_of_labels(languages))
    by_plain: dict[str, str] = {}
    for candidate, _ in spelt.most_common():
        by_plain.setdefault(folded([candidate])[0], candidate)
    best = get_close_matches(plain, by_plain, 1, _ALIKE)
    return by_plain[best[0]] if best else ""


def _words_of(keys: Iterable[UUID]) -> Iterable[str]:
    """All words of some data sets, as they are written there, in lower case."""
    for _, record in records(DataSet.objects.filter(key__in=list(keys))):
        view = View(record)
        texts = [*record.values(DCT.title), *record.values(DCT.description), *view.keywords]
        texts += [value for node in record.distributions for value in view.graph.objects(node, DCT.title)]
        for text in texts:
            if isinstance(text, Literal):
                yield from words(text.value[:_LONGEST_TEXT])
        yield from words(view.publisher())


def _written(part: Part) -> str:
    text = " ".join(part.words)
    return f"{'-' if part.excluded else ''}{text if len(part.words) == 1 else chr(34) + text + chr(34)}"
