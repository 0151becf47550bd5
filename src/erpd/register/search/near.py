"""What a question that finds nothing may have meant: words of the index that are written nearly the same."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice
from uuid import UUID

from django.db.models.functions import Length
from pyoxigraph import Literal
from tantivy import Query, Searcher

from erpd.metadata.terms import DCAT, DCT
from erpd.register.content import listed
from erpd.register.models import DataSet, Version
from erpd.register.search.asked import Asked, Asking, Part
from erpd.register.search.labels import words_of_labels
from erpd.register.words import LONGEST_WORD, folded, words

_SHORTEST = 4  # letters; shorter words are near to too many others
_LONG = 7  # letters of a word that may have two slips
_MOST_SLIPS = 2  # words that do not occur: with more, the question is another one
_DATA_SETS = 20  # read to see how their words are written
_LARGEST = 50_000  # bytes stored of a data set that is read
_MOST_WORDS = 500  # of a data set
_READ = frozenset(str(name).encode() for name in (DCT.title, DCT.description, DCAT.keyword))
_ALIKE = 0.75  # see difflib


def near(
    searcher: Searcher, asking: Asking, asked: Asked, parts: Sequence[Part], languages: Sequence[str]
) -> str:
    """The question with words that occur; "" if there are none, or if that finds nothing either.

    Reads up to _DATA_SETS records for each word that does not occur, so ask only where nothing was found.
    """
    wrong = {
        part
        for part in parts
        if len(part.words) == 1 and not part.excluded and not _occurs(searcher, asking, asked, part)
    }
    if not 1 <= len(wrong) <= _MOST_SLIPS:
        return ""
    meant: list[Part] = []
    for part in parts:
        if part not in wrong:
            meant.append(part)
            continue
        word = _nearest(searcher, asking, asked, part.words[0], languages)
        meant += [Part((word,))] if word else []
    if not any(not part.excluded for part in meant):
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
    spelt.update(words_of_labels(tuple(languages)))
    by_plain: dict[str, str] = {}
    for candidate, _ in spelt.most_common():
        by_plain.setdefault(folded([candidate])[0], candidate)
    best = get_close_matches(plain, by_plain, 1, _ALIKE)
    return by_plain[best[0]] if best else ""


def _words_of(keys: Sequence[UUID]) -> Iterator[str]:
    """Words of some data sets, as they are written there, in lower case. Large data sets are passed over."""
    found = DataSet.objects.filter(key__in=keys)
    small = Version.objects.filter(change__in=found.values("change")).alias(size=Length("content"))
    for _, record in listed(
        found.filter(change__in=small.filter(size__lte=_LARGEST).values("change")), _READ
    ):
        texts = (*record.values(DCT.title), *record.values(DCAT.keyword), *record.values(DCT.description))
        spelt = (word for text in texts if isinstance(text, Literal) for word in words(text.value))
        yield from islice(spelt, _MOST_WORDS)


def _written(part: Part) -> str:
    text = " ".join(part.words)
    return f"{'-' if part.excluded else ''}{text if len(part.words) == 1 else chr(34) + text + chr(34)}"
