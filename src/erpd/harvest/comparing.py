"""What a run changed, beside what was there before it: new data sets, and those that became other ones."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from random import Random
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from erpd.harvest.models import Run
from erpd.metadata.record import Record
from erpd.metadata.terms import DCT
from erpd.metadata.text import Text
from erpd.register.content import record_of, records, stored
from erpd.register.models import DataSet, Version
from erpd.register.rows import streamed
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


def replaced_since(start: Run, run: Run) -> float:
    """How many of the data sets that were there when ``start`` began are now about something else altogether.

    Judged by a sample of those that have changed since; not by those about which nothing can be said, because
    all are called the same.
    """
    changed = _changed_since(start)
    amount, chosen = 0, list[tuple[UUID, int]]()
    chance = Random(run.pk)  # noqa: S311 - a sample, which is the same if the run is resumed
    for amount, one in enumerate(streamed(changed.values_list("pk", "past")), start=1):  # type: ignore[misc]
        if len(chosen) < _SAMPLE:
            chosen.append(one)
        elif (place := chance.randrange(amount)) < _SAMPLE:
            chosen[place] = one
    data_sets = DataSet.objects.in_bulk([key for key, _ in chosen])
    versions = Version.objects.defer("content", "findings").in_bulk([past for _, past in chosen])
    pairs = [
        (data_sets[key], versions[past])
        for key, past in chosen
        if key in data_sets and past in versions and versions[past].digest
    ]
    contents = stored(chain.from_iterable((past.change, one.change) for one, past in pairs))
    compared = []
    for (one, past), old, new in zip(pairs, contents, contents, strict=True):
        if old is not None and new is not None:
            before = DataSet(key=one.key, identifier=one.identifier, iri=past.iri, change=past.change)
            compared.append((record_of(before, old, TEXTS), record_of(one, new, TEXTS)))
    judged = list(_judged(compared))
    return amount * len(pairs) / len(chosen) * sum(judged) / len(judged) if judged else 0.0


def _changed_since(start: Run) -> QuerySet[DataSet]:
    """Present data sets of a source that were known when ``start`` began: ``past`` is their version then."""
    before = Version.objects.filter(data_set=OuterRef("pk"), change__lte=start.after_change)
    past = Subquery(before.order_by("-change").values("change")[:1])
    changed = start.settings.present().filter(change__gt=start.after_change)
    return changed.annotate(past=past).filter(past__isnull=False).order_by("change")


def _judged(pairs: list[tuple[Record, Record]]) -> Iterator[bool]:
    """For each pair that says something: whether the second record is another data set than the first."""
    most = max(1, _COMMON * len(pairs))
    titles = Counter(chain.from_iterable(_words(old.title) for old, _ in pairs))
    descriptions = Counter(chain.from_iterable(_words(old.description) for old, _ in pairs))
    for old, new in pairs:
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
