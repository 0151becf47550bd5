"""Put back what one origin changed: the versions before it become the present ones, as new changes."""

from dataclasses import dataclass

from django.db.models import Min

from erpd.metadata.findings import finding_from
from erpd.register import changes
from erpd.register.arrival import Arrival
from erpd.register.intake import rewrite
from erpd.register.models import DataSet, Version

_BATCH = 500


@dataclass(slots=True)
class Undone:
    """``later``: data sets that something else has changed since, and so were left alone."""

    restored: int = 0
    later: int = 0


def undo(origin: str, *, by: str) -> Undone:
    """Each data set that ``origin`` changed is again what it was before; what was new gets a tombstone.

    ``by`` is the origin of the changes made here. Doing it again changes nothing.
    """
    done = Undone()
    changed = Version.objects.filter(origin=origin).values("data_set").annotate(first=Min("change"))
    after = None
    while True:
        following = changed.filter(data_set__gt=after) if after else changed
        batch = list(following.order_by("data_set")[:_BATCH])
        if not batch:
            return done
        after = batch[-1]["data_set"]
        _undo_batch({row["data_set"]: row["first"] for row in batch}, origin, by, done)


def _undo_batch(first: dict[object, int], origin: str, by: str, done: Undone) -> None:
    with changes.turn() as turn:
        data_sets = list(DataSet.objects.filter(key__in=first).order_by("change"))
        own = dict(
            Version.objects.filter(change__in=[d.change for d in data_sets]).values_list("change", "origin")
        )
        mine = [data_set for data_set in data_sets if own[data_set.change] == origin]
        done.later += len(data_sets) - len(mine)
        before: dict[object, int] = {}
        earlier = Version.objects.filter(data_set__in=mine).order_by("change")
        for key, change in earlier.values_list("data_set", "change"):
            if change < first[key]:
                before[key] = change
        versions = Version.objects.in_bulk(list(before.values()))
        pairs = [
            (data_set, _arrival(data_set, versions.get(before.get(data_set.key, 0)))) for data_set in mine
        ]
        taken = _taken(pairs)
        done.later += len(taken)
        restored = [pair for pair in pairs if pair[0].key not in taken]
        rewrite([pair for pair in restored if not (pair[0].deleted and pair[1].deleted)], turn, by)
        done.restored += len(restored)


def _taken(pairs: list[tuple[DataSet, Arrival]]) -> set[object]:
    """Those whose former IRI belongs to another data set by now."""
    wanted = {arrival.iri: data_set.key for data_set, arrival in pairs if not arrival.deleted}
    others = DataSet.objects.filter(iri__in=wanted, deleted=False).exclude(key__in=wanted.values())
    return {wanted[iri] for iri in others.values_list("iri", flat=True)}


def _arrival(data_set: DataSet, version: Version | None) -> Arrival:
    if version is None or not version.content:
        return Arrival(data_set.identifier, data_set.key)
    return Arrival(
        data_set.identifier,
        data_set.key,
        version.received,
        version.iri,
        version.digest,
        bytes(version.content),
        [finding_from(facts) for facts in version.findings],
    )
