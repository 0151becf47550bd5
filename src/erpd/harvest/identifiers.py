"""A source that changed its identifiers: which data set is which record now, and to keep it so (G3.4.3)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from erpd.harvest.comparing import TEXTS, likeness
from erpd.harvest.lease import idle
from erpd.harvest.leaving import in_batches
from erpd.harvest.ledger import entries_of
from erpd.harvest.models import Run
from erpd.metadata.rules import Intake
from erpd.metadata.terms import DCT
from erpd.register.arrival import Bin
from erpd.register.content import listed, record_of, records
from erpd.register.models import DataSet, Version
from erpd.register.renaming import rename
from erpd.register.rows import streamed
from erpd.sources.errors import Reason

MOST = 2_000  # data sets that are renamed at a time
# Titles and descriptions are compared up to so many data sets, and new records; beyond, only IRIs.
_COMPARED = 10_000
_TITLE = frozenset({str(DCT.title).encode()})


class Pair(NamedTuple):
    """A data set that did not come, and the record that seems to be it."""

    key: UUID
    before: str
    """What the source called it."""
    identifier: str
    """What the source calls it now."""
    same_iri: bool
    """Whether it has the same IRI; otherwise the same titles and descriptions, which no other has."""


def has_changed(run: Run) -> bool:
    """Whether a run failed because identifiers have changed, and the source was not harvested since."""
    is_last = not run.settings.runs.filter(pk__gt=run.pk).exists()
    return is_last and run.error.get("rule") == Reason.CHANGED_IDS


def pairs(run: Run) -> list[Pair]:
    """The pairs of such a run. What could be two is left out. None of any other run.

    No record is opened where IRIs say enough.
    """
    if not has_changed(run):
        return []
    by_iri, new = _by_iri(run), _new(run)
    alike = _alike(run, new)
    if not (by_iri or alike):
        return []
    missing = _missing(run).order_by("identifier").values_list("pk", "identifier", "iri")
    found = [
        Pair(key, before, name, iri in by_iri)
        for key, before, iri in streamed(missing)
        if (name := by_iri[iri] if iri in by_iri else alike.get(key, ""))
    ]
    names = Counter(one.identifier for one in found)
    return [one for one in found if names[one.identifier] == 1]


def titles_of(some: Iterable[Pair]) -> dict[UUID, str]:
    """Key -> title of these data sets, in English if possible."""
    found = DataSet.objects.filter(pk__in=[one.key for one in some])
    return {one.key: record.title.best("en")[0] for one, record in listed(found, _TITLE)}


def _missing(run: Run) -> QuerySet[DataSet]:
    """What did not come, or came as deleted. An incremental run says nothing of what did not come."""
    came = entries_of(run).filter(identifier=OuterRef("identifier"))
    missing = run.settings.present().filter(~Exists(came.exclude(bin=Bin.DELETED)))
    return missing.filter(Exists(came.filter(bin=Bin.DELETED))) if run.since else missing


def keep(run: Run, keys: Collection[UUID] | None) -> int:
    """Give these data sets the identifiers of their pairs: their addresses stay. Returns how many.

    None stands for all, up to MOST. Raises SourceBusy while the source is being harvested.
    """
    with idle(run.settings, "keep its data sets") as locked:
        asked = (one for one in pairs(run) if keys is None or one.key in keys)
        chosen = {one.key: one.identifier for one in islice(asked, MOST)}
        locked.forget()
        return rename(locked.source, chosen, origin=f"identifiers of {run}") if chosen else 0


def _by_iri(run: Run) -> dict[str, str]:
    """IRI -> identifier, of the records that were refused because a data set has their IRI; "" of several."""
    refused = entries_of(run).filter(bin=Bin.DUPLICATE).values_list("identifier", "findings")
    found: dict[str, str] = {}
    for name, findings in streamed(refused):
        for facts in findings:
            if facts["rule"] == Intake.IRI_TAKEN and not facts.get("repaired"):
                iri = facts.get("value", "")
                found[iri] = name if found.get(iri, name) == name else ""
    return found


def _new(run: Run) -> dict[str, str]:
    """Likeness -> identifier, of the records that were new; those that are alike are left out."""
    entries = entries_of(run).filter(bin=Bin.NEW)
    if run.settings.present().count() > _COMPARED or entries.count() > _COMPARED:
        return {}
    names = list(entries.values_list("identifier", flat=True))
    rolled_back = DataSet.objects.filter(source=run.settings.source_id, identifier__among=names, deleted=True)
    brought = Version.objects.filter(data_set__in=rolled_back, origin=str(run)).exclude(digest="")
    versions = streamed(brought.select_related("data_set").order_by("change"), 500)
    likes = {one.data_set.identifier: _likeness(one) for one in versions}  # the last of each
    times = Counter(likes.values())
    return {like: name for name, like in likes.items() if like and times[like] == 1}


def _alike(run: Run, new: Mapping[str, str]) -> dict[UUID, str]:
    """Key -> identifier of the new record, of the only data set that is like it.

    All that the source has are compared: what came may be called the same, too.
    """
    times, keys = Counter[str](), dict[str, UUID]()
    for batch in in_batches(run.settings.present().order_by("identifier")) if new else ():
        for one, record in records(batch, TEXTS):
            if (like := likeness(record)) in new:
                times[like] += 1
                keys[like] = one.key
    return {key: new[like] for like, key in keys.items() if times[like] == 1}


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
