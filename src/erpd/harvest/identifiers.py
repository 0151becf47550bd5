"""A source that changed its identifiers: which data set is which record now, and to keep it so (G3.4.3)."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef

from erpd.harvest.comparing import TEXTS, likeness
from erpd.harvest.lease import idle
from erpd.harvest.ledger import entries_of
from erpd.harvest.models import Run
from erpd.metadata.rules import Intake
from erpd.register.arrival import Bin
from erpd.register.content import record_of, records
from erpd.register.models import DataSet, Version
from erpd.register.renaming import rename
from erpd.sources.errors import Reason

MOST = 2_000  # data sets, and records, that are compared at a time


class Pair(NamedTuple):
    """A data set that did not come, and the record that seems to be it."""

    data_set: DataSet
    title: str
    identifier: str
    """What the source calls it now."""
    same_iri: bool
    """Whether it has the same IRI; otherwise the same titles and descriptions, which no other has."""


def has_changed(run: Run) -> bool:
    """Whether a run failed because identifiers have changed, and the source was not harvested since."""
    is_last = not run.settings.runs.filter(pk__gt=run.pk).exists()
    return is_last and run.error.get("rule") == Reason.CHANGED_IDS


def pairs(run: Run) -> list[Pair]:
    """The pairs of such a run. What could be two is left out. None of any other run."""
    if not has_changed(run):
        return []
    came = entries_of(run).filter(identifier=OuterRef("identifier"))
    missing = run.settings.present().filter(~Exists(came)).order_by("identifier")[:MOST]
    sample = records(missing, TEXTS)
    by_iri = _by_iri(run)
    new = _new(run)
    times = Counter(likeness(record) for _, record in sample)
    found = []
    for data_set, record in sample:
        like = likeness(record)
        name = by_iri.get(data_set.iri) or (new.get(like, "") if like and times[like] == 1 else "")
        if name:
            found.append(Pair(data_set, record.title.best("en")[0], name, data_set.iri in by_iri))
    names = Counter(one.identifier for one in found)
    return [one for one in found if names[one.identifier] == 1]


def keep(run: Run, keys: Collection[UUID]) -> int:
    """Give these data sets the identifiers of their pairs: their addresses stay. Returns how many.

    Raises SourceBusy while the source is being harvested.
    """
    with idle(run.settings, "keep its data sets") as locked:
        chosen = {one.data_set.key: one.identifier for one in pairs(run) if one.data_set.key in keys}
        locked.forget()
        return rename(locked.source, chosen, origin=f"identifiers of {run}") if chosen else 0


def _by_iri(run: Run) -> dict[str, str]:
    """IRI -> identifier, of the records that were refused because a data set has their IRI."""
    refused = entries_of(run).filter(bin=Bin.DUPLICATE).order_by("pk").values_list("identifier", "findings")
    return {
        facts.get("value", ""): name
        for name, findings in refused[:MOST]
        for facts in findings
        if facts["rule"] == Intake.IRI_TAKEN and not facts.get("repaired")
    }


def _new(run: Run) -> dict[str, str]:
    """Likeness -> identifier, of the records that were new; those that are alike are left out."""
    names = list(
        entries_of(run).filter(bin=Bin.NEW).order_by("pk").values_list("identifier", flat=True)[:MOST]
    )
    rolled_back = DataSet.objects.filter(source=run.settings.source_id, identifier__among=names, deleted=True)
    brought = Version.objects.filter(data_set__in=rolled_back, origin=str(run)).exclude(digest="")
    likes = [(_likeness(one), one.data_set.identifier) for one in brought.select_related("data_set")]
    times = Counter(like for like, _ in likes)
    return {like: name for like, name in likes if like and times[like] == 1}


def _likeness(version: Version) -> str:
    one = version.data_set
    then = DataSet(key=one.key, identifier=one.identifier, iri=version.iri, change=version.change)
    return likeness(record_of(then, bytes(version.content), TEXTS))


def keys_of(texts: Iterable[str]) -> set[UUID]:
    """The keys among what a form sent."""
    found = set()
    for text in texts:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found
