"""What a run changed, beside what was there before it: new data sets, and those that became other ones."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from erpd.harvest.models import Run
from erpd.metadata.record import Record
from erpd.metadata.terms import DCT
from erpd.metadata.text import Text
from erpd.register.content import record_of, records, stored
from erpd.register.models import DataSet, Version
from erpd.register.undoing import touched

TEXTS = frozenset(str(name).encode() for name in (DCT.title, DCT.description))
_SAMPLE = 200
_WORD = re.compile(r"\w+")
# Words that more of the data sets have say nothing about one of them.
_COMMON = 0.1
# A description that keeps so many of its rare words is the same one, edited.
_EDITED = 1 / 3
# Texts without rare words are the same if they have so many words in common.
_ALIKE = 1 / 2


def changes_of(run: Run) -> Iterator[tuple[DataSet, Version | None]]:
    """The data sets that a run brought or changed, each with its version before; None if it was not there.

    What another origin has changed since, or what is a tombstone again, is left out.
    """
    origin = str(run)
    for keys in touched(origin):
        current = DataSet.objects.filter(deleted=False).in_bulk(keys)
        before: dict[object, Version] = {}
        changed: set[object] = set()
        versions = Version.objects.filter(data_set__in=keys).defer("content", "findings")
        for version in versions.order_by("change"):
            if version.origin == origin:
                changed.add(version.data_set_id)
            elif version.data_set_id not in changed:
                before[version.data_set_id] = version
        for key in changed & current.keys():
            past = before.get(key)
            yield current[key], past if past and past.digest else None


def likeness(record: Record) -> str:
    """Equal for two records with the same titles and descriptions."""
    return "\n".join(sorted(text for _, text in [*record.title, *record.description]))


def likenesses_of_new(run: Run) -> Iterator[str]:
    """The likenesses of the data sets that were not there before the run: new ones, and revived ones."""
    new = (data_set for data_set, before in changes_of(run) if before is None)
    while batch := list(islice(new, _SAMPLE)):
        yield from (likeness(record) for _, record in records(batch, TEXTS))


def part_replaced(run: Run) -> float:
    """Of the data sets that a run changed, or a sample: how many are now about something else altogether.

    Those about which nothing can be said are not counted: all are called the same, or the language changed.
    """
    pairs = list(islice(((one, past) for one, past in changes_of(run) if past), _SAMPLE))
    contents = stored(chain.from_iterable((past.change, one.change) for one, past in pairs))
    compared = []
    for (one, past), old, new in zip(pairs, contents, contents, strict=True):
        if old is not None and new is not None:
            before = DataSet(key=one.key, identifier=one.identifier, iri=past.iri, change=past.change)
            compared.append((record_of(before, old, TEXTS), record_of(one, new, TEXTS)))
    judged = list(_judged(compared))
    return sum(judged) / len(judged) if judged else 0.0


def _judged(pairs: list[tuple[Record, Record]]) -> Iterator[bool]:
    """For each pair that says something: whether the second record is another data set than the first."""
    most = max(1, _COMMON * len(pairs))
    titles = Counter(chain.from_iterable(_words(old.title) for old, _ in pairs))
    descriptions = Counter(chain.from_iterable(_words(old.description) for old, _ in pairs))
    for old, new in pairs:
        languages = [{language for language, _ in [*one.title, *one.description]} for one in (old, new)]
        if old.iri == new.iri and not languages[0] & languages[1]:
            continue  # perhaps a translation
        # Both have the identifier: to have it in their texts does not make them alike.
        names = {word for name in (old.identifier, old.iri, new.iri) for word in _words_in(name)}
        title, description = _words(old.title) - names, _words(old.description) - names
        if not (title or description):
            continue
        now = _words(new.title) - names, _words(new.description) - names
        rare = {word for word in title if titles[word] <= most}
        rare_described = {word for word in description if descriptions[word] <= most}
        if {text for _, text in old.description} & {text for _, text in new.description}:
            yield False
        elif rare or rare_described:
            yield not (rare & now[0] or _kept(rare_described, now[1], _EDITED))
        else:
            yield not (_kept(title, now[0], _ALIKE) or _kept(description, now[1], _ALIKE))


def _kept(words: set[str], now: set[str], part: float) -> bool:
    return bool(words and now) and len(words & now) >= part * min(len(words), len(now))


def _words(texts: Text) -> set[str]:
    return {word for _, text in texts for word in _words_in(text)}


def _words_in(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
