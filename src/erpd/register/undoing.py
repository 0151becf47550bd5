"""Undo what one origin changed: earlier versions become current again, as new changes."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import F, Value

from erpd.metadata.findings import finding_from
from erpd.register import changes
from erpd.register.arrival import Arrival
from erpd.register.intake import review, rewrite
from erpd.register.models import DataSet, Review, Version
from erpd.register.rows import insert, update

_BATCH = 500
_UNDO = "undo of "

Pair = tuple[DataSet, Version | None]  # a data set and its earlier version; None if it did not exist


@dataclass(slots=True)
class Undone:
    """How many data sets an undo restored, and how many it left alone."""

    restored: int = 0
    """Data sets restored to their earlier state."""
    later: int = 0
    """Data sets left alone, because something else has changed them since."""
    withdrawn: int = field(default=0, compare=False)
    """How many of those restored are withdrawn, because they did not exist before."""
    changed_by: set[str] = field(default_factory=set, compare=False)
    """The origins of the later changes."""
    earlier: bool = field(default=False, compare=False)
    """Whether an earlier undo has restored some."""


def undo(
    origin: str,
    around: Callable[[], AbstractContextManager[object]] = nullcontext,
    *,
    tombstones: bool = False,
) -> Undone:
    """Restore each data set that ``origin`` changed to its state before that; new ones get a tombstone.

    If only the findings had changed, they are restored without a new change.

    The changes made here have the origin "undo of …" and can be undone too. What has been undone no longer
    counts, so several runs can be undone one after another, last one first. Repeating an undo does nothing.

    ``around`` is entered for each batch. What it raises ends the undo, which can be repeated.

    ``tombstones``: only what ``origin`` withdrew, and is still withdrawn, is restored.
    """
    done = Undone()
    waiting: list[uuid.UUID] = []
    later: set[uuid.UUID] = set()
    for keys in touched(origin, tombstones=tombstones):
        with around():
            waiting += _restore(keys, origin, done, later, tombstones=tombstones)
    if waiting:  # by now their IRIs may be free, or held only by each other
        with around():
            later.update(_restore(waiting, origin, done, set(), tombstones=tombstones))
    done.later = len(later)
    return done


def origin_of_undo(origin: str) -> str:
    """The origin of the changes that an undo of ``origin`` makes."""
    return _UNDO + origin


def touched(origin: str, *, tombstones: bool = False) -> Iterator[list[uuid.UUID]]:
    """The keys of the data sets that ``origin`` changed, in the order of its changes; then those it reviewed.

    In batches. What it changed twice may come twice. ``tombstones``: only of those that it withdrew.
    """
    for model in (Version,) if tombstones else (Version, Review):
        last = 0
        of_origin = model.objects.filter(origin=origin, **({"digest": ""} if tombstones else {})).order_by(
            "pk"
        )
        while batch := list(of_origin.filter(pk__gt=last).values_list("pk", "data_set")[:_BATCH]):
            last = batch[-1][0]
            yield list(dict.fromkeys(key for _, key in batch))


def _restore(
    keys: list[uuid.UUID], origin: str, done: Undone, later: set[uuid.UUID], *, tombstones: bool
) -> list[uuid.UUID]:
    """Restore those whose IRIs are free. Returns the keys of the others.

    Those that something else has changed since are added to ``later``.
    """
    with changes.turn() as turn:
        if tombstones:
            shown = DataSet.objects.filter(key__in=keys, deleted=False).values_list("key", flat=True)
            later.update(shown)
            keys = [key for key in keys if key not in later]
        before: dict[uuid.UUID, _State] = {}
        for key, state in _states(keys).items():
            made = _made_by(origin, state)
            if made:
                before[key] = made.before or _NOTHING
            elif _was_undone(state, origin):
                done.earlier = True
            else:
                later.add(key)
                done.changed_by.add(state.origin)
        versions = _versions(before.values())
        data_sets = DataSet.objects.filter(key__in=before).order_by("change")
        free = _free([(data_set, versions.get(before[data_set.key].at)) for data_set in data_sets])
        rewrite([_arrival(*pair) for pair in free if _differs(*pair)], turn, _UNDO + origin)
        _review([(data_set, version) for data_set, version in free if _stands(data_set, version)], origin)
    done.restored += len(free)
    done.withdrawn += sum(not (version and version.content) for _, version in free)
    return list(before.keys() - {data_set.key for data_set, _ in free})


@dataclass(frozen=True, slots=True)
class _State:
    """A data set after a change or review."""

    at: tuple[int, int]
    """The number of the change, and of its review, or 0."""
    origin: str
    """What made it."""
    before: "_State | None" = None
    """The state that undoing this one restores."""
    again: "_State | None" = None
    """If this state is an undo: the earlier state that it restored."""


_NOTHING = _State((0, 0), "")


def _states(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, _State]:
    """The current state of each data set."""
    states: dict[uuid.UUID, _State] = {}
    versions = Version.objects.filter(data_set__in=keys).annotate(review=Value(0))
    reviews = Review.objects.filter(data_set__in=keys).annotate(review=F("pk"))
    steps = [rows.values_list("change", "review", "data_set", "origin") for rows in (versions, reviews)]
    for change, seen, key, origin in sorted(chain(*steps)):
        last = states.get(key)
        before = last.before if last and last.origin == origin else last
        made = _made_by(origin.removeprefix(_UNDO), last) if origin.startswith(_UNDO) else None
        states[key] = _State((change, seen), origin, before, made.before if made else None)
    return states


def _versions(states: Iterable[_State]) -> dict[tuple[int, int], Version]:
    """The versions of these states, each with the findings and digest that the data set had then."""
    wanted = [state.at for state in states]
    versions = Version.objects.in_bulk([change for change, _ in wanted])
    reviews = Review.objects.in_bulk([number for _, number in wanted if number])
    for seen in reviews.values():
        versions[seen.change].received, versions[seen.change].findings = seen.received, seen.findings
    return {at: versions[at[0]] for at in wanted if at[0]}


def _made_by(origin: str, state: _State | None) -> _State | None:
    """``state``, or the state it restored, if ``origin`` made it."""
    while state and state.origin != origin:
        state = state.again
    return state


def _was_undone(state: _State | None, origin: str) -> bool:
    """Whether ``origin`` was undone after its last change."""
    while state and state.origin not in (origin, _UNDO + origin):
        state = state.before
    return bool(state and state.origin != origin)


def _free(pairs: list[Pair]) -> list[Pair]:
    """Those whose earlier IRI is free, or held by a data set that is giving it up now."""
    while True:
        leaving = {data_set.key for data_set, version in pairs if not _stands(data_set, version)}
        wanted = [version.iri for _, version in pairs if version and version.content]
        others = DataSet.objects.filter(iri__in=wanted, deleted=False).exclude(key__in=leaving)
        taken = dict(others.values_list("iri", "key"))
        free = [
            (data_set, version)
            for data_set, version in pairs
            if not (version and version.content and taken.get(version.iri, data_set.key) != data_set.key)
        ]
        if len(free) == len(pairs):
            return free
        pairs = free  # the others keep their IRIs, so look again


def _differs(data_set: DataSet, version: Version | None) -> bool:
    """Whether its earlier state differs from the current one."""
    return not _stands(data_set, version) and (not data_set.deleted or bool(version and version.content))


def _stands(data_set: DataSet, version: Version | None) -> bool:
    """Whether its metadata are unchanged and only the findings differ."""
    return bool(version and version.change == data_set.change)


def _arrival(data_set: DataSet, version: Version | None) -> tuple[DataSet, Arrival]:
    if version is None or not version.content:
        data_set.iri = version.iri if version else data_set.iri
        return data_set, Arrival(data_set.identifier, data_set.key)
    arrival = Arrival(
        data_set.identifier,
        data_set.key,
        version.received,
        version.iri,
        version.digest,
        bytes(version.content),
        [finding_from(facts) for facts in version.findings],
    )
    return data_set, arrival


def _review(pairs: list[Pair], origin: str) -> None:
    for data_set, version in pairs:
        if version:
            data_set.received, data_set.findings = version.received, version.findings
    data_sets = [data_set for data_set, _ in pairs]
    update(data_sets, "received", "findings")
    insert(Review, [review(data_set, _UNDO + origin) for data_set in data_sets])
