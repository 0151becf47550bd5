"""Put back what one origin changed: the versions before it become the present ones, as new changes."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Min

from erpd.metadata.findings import finding_from
from erpd.register import changes
from erpd.register.arrival import Arrival
from erpd.register.intake import rewrite
from erpd.register.models import DataSet, Version

_BATCH = 500
_UNDO = "undo of "

Pair = tuple[DataSet, Version | None]  # and what it was before; None: it was not there


@dataclass(slots=True)
class Undone:
    """``later``: data sets that something else has changed since, and so were left alone."""

    restored: int = 0
    later: int = 0


def undo(origin: str) -> Undone:
    """Each data set that ``origin`` changed is again what it was before; what was new gets a tombstone.

    The changes made here have the origin "undo of …", and can be undone as well. What was undone counts as
    if it had never been: the last run first, then the one before it. Doing it again changes nothing.
    """
    done = Undone()
    changed = Version.objects.filter(origin=origin).values("data_set").annotate(first=Min("change"))
    waiting: list[uuid.UUID] = []
    after = None
    while True:
        following = changed.filter(data_set__gt=after) if after else changed
        keys = list(following.order_by("data_set").values_list("data_set", flat=True)[:_BATCH])
        if not keys:
            break
        after = keys[-1]
        waiting += _restore(keys, origin, done)
    if waiting:  # their IRIs may have become free, or be held by each other
        done.later += len(_restore(waiting, origin, done, first=False))
    return done


def _restore(keys: list[uuid.UUID], origin: str, done: Undone, *, first: bool = True) -> list[uuid.UUID]:
    """Put these back as far as their IRIs are free; the keys of the others."""
    with changes.turn() as turn:
        before: dict[uuid.UUID, int] = {}
        for key, state in _states(keys).items():
            made = _made_by(origin, state)
            if made:
                before[key] = made.before.change if made.before else 0
            elif first and not _was_undone(state, origin):
                done.later += 1
        versions = Version.objects.in_bulk(list(before.values()))
        data_sets = DataSet.objects.filter(key__in=before).order_by("change")
        free = _free([(data_set, versions.get(before[data_set.key])) for data_set in data_sets])
        rewrite([_arrival(*pair) for pair in free if _differs(*pair)], turn, _UNDO + origin)
    done.restored += len(free)
    return list(before.keys() - {data_set.key for data_set, _ in free})


@dataclass(frozen=True, slots=True)
class _State:
    """A data set after one change. ``before``: where it goes back to; ``again``: what an undo put back."""

    change: int
    origin: str
    before: "_State | None"
    again: "_State | None"


def _states(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, _State]:
    """The present state of each."""
    states: dict[uuid.UUID, _State] = {}
    rows = Version.objects.filter(data_set__in=keys).order_by("change")
    for key, change, origin in rows.values_list("data_set", "change", "origin"):
        last = states.get(key)
        before = last.before if last and last.origin == origin else last
        made = _made_by(origin.removeprefix(_UNDO), last) if origin.startswith(_UNDO) else None
        states[key] = _State(change, origin, before, made.before if made else None)
    return states


def _made_by(origin: str, state: _State | None) -> _State | None:
    """``state``, or the state that it put back, where ``origin`` made it."""
    while state and state.origin != origin:
        state = state.again
    return state


def _was_undone(state: _State | None, origin: str) -> bool:
    """Whether ``origin`` was undone after its last change."""
    while state and state.origin not in (origin, _UNDO + origin):
        state = state.before
    return bool(state and state.origin != origin)


def _free(pairs: list[Pair]) -> list[Pair]:
    """Those whose former IRI no other data set holds, unless that one leaves it now."""
    while True:
        leaving = {data_set.key for data_set, _ in pairs}
        wanted = [version.iri for _, version in pairs if version and version.content]
        others = DataSet.objects.filter(iri__in=wanted, deleted=False).exclude(key__in=leaving)
        taken = set(others.values_list("iri", flat=True))
        free = [
            (data_set, version)
            for data_set, version in pairs
            if not (version and version.content and version.iri in taken)
        ]
        if len(free) == len(pairs):
            return free
        pairs = free  # those that stay keep their IRIs


def _differs(data_set: DataSet, version: Version | None) -> bool:
    return not data_set.deleted or bool(version and version.content)


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
