"""The only way in. Harvest, form and API all bring their records here; nothing else writes data sets."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import QuerySet

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Intake
from erpd.register import changes
from erpd.register.among import named
from erpd.register.arrival import Arrival, Bin, apart, of_key
from erpd.register.content import facts_of
from erpd.register.identity import can_name
from erpd.register.models import Catalogue, DataSet, Review, Source, Version
from erpd.register.prepared import Prepared
from erpd.register.rows import Row, insert, update

_UPDATED = ["iri", "change", "modified", "deleted", "digest", "received", "findings"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the register did with one arrival."""

    identifier: str
    """What the source calls the record."""
    bin: Bin
    """What became of it."""
    key: uuid.UUID
    """The key of its data set, even if nothing was written."""
    findings: list[Finding]
    """Those of the arrival, and any that intake added."""


def known(source: Source, identifiers: Iterable[str]) -> dict[str, DataSet]:
    """Identifier -> data set, for those the register has from this source, including tombstones."""
    return {data_set.identifier: data_set for data_set in _under(source, identifiers)}


def digests(source: Source, identifiers: Iterable[str]) -> dict[str, str]:
    """Identifier -> ``DataSet.received``, "" for a tombstone. Ten times as fast as ``known``."""
    rows = _under(source, identifiers).values_list("identifier", "deleted", "received")
    return {identifier: "" if deleted else received for identifier, deleted, received in rows}


def _under(source: Source, identifiers: Iterable[str]) -> QuerySet[DataSet]:
    names = [identifier for identifier in identifiers if can_name(identifier)]
    if not names:  # most pages have no changes
        return DataSet.objects.none()
    return named(DataSet.objects.all(), names, source_id=source.pk)


def take_in(
    source: Source,
    arrivals: Sequence[Arrival],
    *,
    origin: str,
    present: dict[str, DataSet] | None = None,
    catalogue: int | None = None,
    savepoint: bool = True,
) -> list[Receipt]:
    """Write what is new or changed, in one transaction. Returns a receipt for each arrival, in order.

    If the source is strict, records with errors are rejected, and their last good version stays. If two
    sources claim the same IRI, the first keeps it; within one source, the second data set gets its spare IRI,
    if it has one.

    No identifier may occur twice in ``arrivals``. ``origin`` is what makes the change ("run 12"). ``present``
    is what ``known`` returns for these identifiers, if the caller has it already. ``catalogue``: the key of
    the one into which new data sets go, if it is not that of the source. ``savepoint``: as in ``turn``.
    """
    if not arrivals:
        return []
    with changes.turn(savepoint=savepoint) as turn:
        if present is None:
            present = known(source, (arrival.identifier for arrival in arrivals))
        arrivals = [
            of_key(came, data_set.key)
            if (data_set := present.get(came.identifier)) and data_set.key != came.key
            else came
            for came in arrivals
        ]
        owners = _owners(arrivals)
        written: list[tuple[Bin, DataSet]] = []
        versions, reviews, receipts = [], [], []
        moved: list[uuid.UUID] = []
        for came in arrivals:
            arrival = apart(came) if _is_taken(source, came, arrivals, owners) else came
            data_set = present.get(arrival.identifier)
            place, findings = _place(source, arrival, data_set, owners)
            receipts.append(Receipt(arrival.identifier, place, arrival.key, findings))
            if place in (Bin.NEW, Bin.CHANGED) or (
                place is Bin.DELETED and data_set and not data_set.deleted
            ):
                if data_set is None:
                    data_set = DataSet(
                        key=arrival.key,
                        source_id=source.pk,
                        catalogue_id=catalogue or source.catalogue_id,
                        identifier=arrival.identifier,
                        created=turn.at,
                    )
                elif not data_set.deleted and data_set.iri != arrival.iri:
                    owners.pop(data_set.iri, None)
                    moved.append(data_set.key)
                _change(data_set, arrival, turn)
                if not data_set.deleted:
                    owners[data_set.iri] = data_set.key
                written.append((place, data_set))
                versions.append(_version(data_set, arrival, origin))
            elif place is Bin.UNCHANGED and data_set and data_set.received != arrival.received:
                data_set.received, before = arrival.received, data_set.findings
                data_set.findings = facts_of(findings)
                written.append((place, data_set))
                if data_set.findings != before:
                    reviews.append(review(data_set, origin))
        if moved:  # free the IRIs they give up, so that the order in which rows are written does not matter
            DataSet.objects.filter(key__in=moved).update(deleted=True)
        rest = [data_set for place, data_set in written if place is not Bin.NEW]
        update(rest, *_UPDATED)
        insert(DataSet, [vars(data_set) for place, data_set in written if place is Bin.NEW])
        insert(Version, versions)
        insert(Review, reviews)
    return receipts


def withdraw(data_sets: QuerySet[DataSet], *, origin: str) -> int:
    """Delete each of ``data_sets`` (a slice of a few hundred), leaving tombstones. Returns their number.

    In the order of their identifiers: change numbers must not depend on how the database finds the rows.
    """
    with changes.turn() as turn:
        gone = [data_set for data_set in data_sets if not data_set.deleted]
        gone.sort(key=attrgetter("identifier"))
        rewrite([(data_set, Arrival(data_set.identifier, data_set.key)) for data_set in gone], turn, origin)
    return len(gone)


def move(data_sets: QuerySet[DataSet], catalogue: Catalogue, *, origin: str) -> None:
    """Put each of ``data_sets`` (a few hundred) into another catalogue: a new change, the same content."""
    with changes.turn() as turn:
        versions = Version.objects.filter(change__in=data_sets.values("change")).select_related("data_set")
        moved = [(version.data_set, version) for version in versions.order_by("change")]
        for data_set, version in moved:
            data_set.catalogue = catalogue
            data_set.change = version.change = turn.next()
            data_set.modified = version.at = turn.at
            version.origin = origin
        update([data_set for data_set, _ in moved], "catalogue", "change", "modified")
        insert(Version, [vars(version) for _, version in moved])


def rewrite(pairs: Sequence[tuple[DataSet, Arrival]], turn: changes.Turn, origin: str) -> None:
    """Give each data set the state in its arrival, as a new change.

    The IRIs must be free, or held by one of these data sets.
    """
    # Free the IRIs they give up, so that the order in which rows are written does not matter.
    DataSet.objects.filter(key__in=[data_set.key for data_set, _ in pairs]).update(deleted=True)
    versions = []
    for data_set, arrival in pairs:
        _change(data_set, arrival, turn)
        versions.append(_version(data_set, arrival, origin))
    update([data_set for data_set, _ in pairs], *_UPDATED)
    insert(Version, versions)


def review(data_set: DataSet, origin: str) -> Row:
    """The row of a review: the data set has new findings, but its metadata are unchanged."""
    return {
        "data_set_id": data_set.pk,
        "change": data_set.change,
        "origin": origin,
        "received": data_set.received,
        "findings": data_set.findings,
    }


def _place(
    source: Source, arrival: Arrival, data_set: DataSet | None, owners: dict[str, uuid.UUID]
) -> tuple[Bin, list[Finding]]:
    """The bin and the findings of an arrival that is neither unreadable nor filtered."""
    if arrival.deleted:
        return Bin.DELETED, arrival.findings
    if arrival.errors and (
        source.policy == Source.Policy.STRICT or any(_hopeless(e) for e in arrival.errors)
    ):
        return Bin.REJECTED, arrival.findings
    if owners.get(arrival.iri, arrival.key) != arrival.key:
        taken = Finding(Intake.IRI_TAKEN, Severity.ERROR, "@id", arrival.iri, "G3.4.3")
        return Bin.DUPLICATE, [*arrival.findings, taken]
    if data_set is None:
        return Bin.NEW, arrival.findings
    if data_set.deleted or data_set.digest != arrival.digest:
        return Bin.CHANGED, arrival.findings
    return Bin.UNCHANGED, arrival.findings


def _is_taken(
    source: Source, arrival: Arrival, arrivals: Sequence[Arrival], owners: dict[str, uuid.UUID]
) -> bool:
    """Whether another data set of this source holds its IRI, while its spare IRI is free."""
    holder = owners.get(arrival.iri, arrival.key)
    if not arrival.spare or holder == arrival.key or not can_name(arrival.spare):
        return False
    if owners.get(arrival.spare, arrival.key) != arrival.key:
        return False
    beside = any(other.key == holder for other in arrivals)
    return beside or source.data_sets.filter(key=holder).exists()


def _hopeless(error: Finding) -> bool:
    """Whether no policy accepts it: the database cannot store it, or cannot tell it from other records."""
    return error.rule in (Intake.TOO_LONG, Intake.UNSTORABLE, Intake.PLACEHOLDER_ID)


def _owners(arrivals: Sequence[Arrival]) -> dict[str, uuid.UUID]:
    """IRI -> key of the data set that holds it now, for the IRIs of these arrivals."""
    claimed = (iri for arrival in arrivals for iri in (arrival.iri, arrival.spare))
    iris = [iri for iri in claimed if iri and can_name(iri)]
    return dict(_holders(iris)) if iris else {}


_holders = Prepared(
    lambda iris: DataSet.objects.filter(iri__among=iris, deleted=False).values_list("iri", "key")
)


def _change(data_set: DataSet, arrival: Arrival, turn: changes.Turn) -> None:
    data_set.change = turn.next()
    data_set.modified = turn.at
    data_set.deleted = arrival.deleted
    data_set.received = arrival.received
    data_set.digest = arrival.digest
    data_set.findings = facts_of(arrival.findings)
    if not arrival.deleted:
        data_set.iri = arrival.iri


def _version(data_set: DataSet, arrival: Arrival, origin: str) -> Row:
    return {
        "change": data_set.change,
        "data_set_id": data_set.key,
        "at": data_set.modified,
        "origin": origin,
        "iri": data_set.iri,
        "digest": data_set.digest,
        "received": data_set.received,
        "findings": data_set.findings,
        "content": arrival.content,
    }
