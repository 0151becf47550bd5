"""What owners do with their data sets: deliver, publish, withdraw, erase. Form and APIs all come here.

Each verb is one transaction: the delivery, what the register makes of it, and the line of the audit log.
Each raises Http404 if the actor may not see the thing, and a Refusal that says why; then nothing changed.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from erpd.accounts.deeds import record as record_deed
from erpd.accounts.may import Actor, Kind, Thing, Verb, may, seen
from erpd.accounts.models import Holding, Owner, Person
from erpd.accounts.readiness import hindrances
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.record import Record
from erpd.register import changes
from erpd.register.arrival import REFUSED
from erpd.register.content import facts_of
from erpd.register.intake import take_in
from erpd.register.intake import withdraw as withdraw_from_register
from erpd.register.models import Catalogue, DataSet
from erpd.register.prepared import Prepared
from erpd.register.rows import insert
from erpd.submit.holders import owner_of
from erpd.submit.incoming import Incoming, delivered, incoming
from erpd.submit.models import Delivery
from erpd.submit.parts import claim
from erpd.submit.places import Place, place_of
from erpd.submit.refusals import (
    Code,
    EditConflict,
    IdentifierTaken,
    NotAllowed,
    NotPublishable,
    NotReady,
    WrongState,
    taken,
)

State = Delivery.State
Way = Delivery.Way


def deliver(
    *,
    who: Actor,
    catalogue: Catalogue,
    record: Record,
    publish: bool = False,
    package: bytes = b"",
    place: Place | None = None,
    way: Way = Way.PAGE,
) -> Delivery:
    """Create a data set: a draft, which may be incomplete, or published at once.

    Its identifier is that of the record, or, if that has none, a new one. The identifier of a withdrawn data
    set brings back that data set, if the record has no other IRI. ``place``: that of its identifier, if the
    caller has it already. ``way``: how a person delivers it.
    """
    if not record.identifier:
        record = replace(record, identifier=str(uuid4()))
    # Before anything is said about the record; that a key's owner still holds the catalogue, ``may`` asks.
    its_own = who.key and who.key.catalogue_id == catalogue.pk
    owner = who.key.owner if who.key and its_own else owner_of(catalogue)
    _allow(who, Verb.CREATE, owner.pk, catalogue.pk)
    place = place or place_of(catalogue, record.identifier)
    made = incoming(record, place.source, catalogue, package)
    try:
        with transaction.atomic():
            owner = owner_of(catalogue, owner)
            _allow(who, Verb.CREATE, owner.pk, catalogue.pk)
            known = _lock(pk=place.key) if place.known else None
            if known and (known.state != State.WITHDRAWN or known.iri != made.iri):
                raise taken(made.identifier, known.pk if known.owner_id == owner.pk else None)
            fresh = Delivery(
                id=place.key,
                owner=owner,
                catalogue=catalogue,
                source=place.source,
                identifier=made.identifier,
            )
            return _write(who, known or fresh, made, publish=publish, now=timezone.now(), way=way)
    except IntegrityError as error:  # somebody else was faster, or it went to another owner
        raise taken(made.identifier) from error


def change(
    *,
    who: Actor,
    delivery: Delivery,
    record: Record,
    edition: int | None = None,
    publish: bool = False,
    package: bytes = b"",
    way: Way = Way.PAGE,
) -> Delivery:
    """Replace what was delivered. What is published must stay complete, so errors refuse the change.

    ``edition``: the one that was changed, as for If-Match; ``publish``: publish it, too.
    """
    if record.identifier != delivery.identifier:
        raise IdentifierTaken(Code.IDENTIFIER_PERMANENT, identifier=repr(delivery.identifier))
    made = incoming(record, delivery.source, delivery.catalogue, package)
    with transaction.atomic():
        known = _hold(who, Verb.CHANGE, delivery, edition)
        if known.published and known.iri != made.iri:
            raise IdentifierTaken(Code.IRI_PERMANENT, iri=known.iri)
        return _write(who, known, made, publish=publish, now=timezone.now(), way=way)


def publish(*, who: Actor, delivery: Delivery, edition: int | None = None) -> Delivery:
    """Publish a draft, or a data set that was withdrawn. Publishing twice changes nothing."""
    made = incoming(delivered(delivery), delivery.source, delivery.catalogue, bytes(delivery.package))
    with transaction.atomic():
        known = _hold(who, Verb.PUBLISH, delivery, edition)
        if bytes(known.content) != bytes(delivery.content):
            raise EditConflict
        return _write(who, known, made, publish=True, now=timezone.now())


def withdraw(*, who: Actor, delivery: Delivery, edition: int | None = None) -> Delivery:
    """Take it out of the register, which keeps a tombstone. Its identifier stays its own."""
    with transaction.atomic():
        known = _hold(who, Verb.WITHDRAW, delivery, edition)
        if known.state == State.DRAFT:
            raise WrongState(Code.NEVER_PUBLISHED)
        if known.state == State.WITHDRAWN:
            return known
        if known.data_set_id:
            found = DataSet.objects.filter(key=known.data_set_id)
            withdraw_from_register(found, origin=_origin(known))
        known.state = State.WITHDRAWN
        return _save(who, known, Verb.WITHDRAW, timezone.now())


def remove(*, who: Actor, delivery: Delivery, edition: int | None = None) -> None:
    """Erase it if it was never published; otherwise withdraw it, and hide it from its owner, too.

    Only delivering the same data set again brings it back.
    """
    with transaction.atomic():
        known = _hold(who, Verb.ERASE, delivery, edition)
        if known.is_erasable:
            erase(who=who, delivery=known)
            return
        known = withdraw(who=who, delivery=known)
        known.removed = timezone.now()
        known.save(update_fields=["removed"])


def erase(*, who: Actor, delivery: Delivery, edition: int | None = None) -> None:
    """Erase a draft that was never published, or anything in a test catalogue."""
    with transaction.atomic():
        known = _hold(who, Verb.ERASE, delivery, edition)
        if not known.is_erasable:
            raise WrongState(Code.NOT_ERASABLE)
        _note(who, known.owner, Verb.ERASE, Kind.DATA_SET, known.identifier, catalogue=known.catalogue.slug)
        known.delete()


def empty(*, who: Actor, catalogue: Catalogue) -> int:
    """Erase everything in a test catalogue. Returns the number of data sets."""
    with transaction.atomic():
        owner = owner_of(catalogue)
        _allow(who, Verb.EMPTY, owner.pk, catalogue.pk, Kind.CATALOGUE)
        if catalogue.kind != Catalogue.Kind.TEST:
            raise WrongState(Code.NOT_A_TEST_CATALOGUE)
        count, _ = Delivery.objects.filter(catalogue=catalogue).delete()
        _note(who, owner, Verb.EMPTY, Kind.CATALOGUE, catalogue.slug, data_sets=count)
    return count


def publish_for_real(*, who: Actor, delivery: Delivery, catalogue: Catalogue) -> Delivery:
    """Publish a data set of a test catalogue in ``catalogue``, under the same identifier.

    If it is there already, this is its next edition. The one in the test catalogue stays.
    """
    if delivery.catalogue.kind != Catalogue.Kind.TEST or catalogue.kind == Catalogue.Kind.TEST:
        raise WrongState(Code.NOT_FROM_TEST)
    _allow(who, Verb.SEE, delivery.owner_id, delivery.catalogue_id)
    key, _, known = place_of(catalogue, delivery.identifier)
    ours = f"{settings.NODE.base_url}/datasets/"
    record = delivered(delivery, renamed_from=f"{ours}{delivery.pk}", to=f"{ours}{key}")
    package = bytes(delivery.package)
    there = Delivery.objects.filter(pk=key, owner_id=delivery.owner_id).first() if known else None
    if there:
        return change(who=who, delivery=there, record=record, publish=True, package=package)
    if Holding.objects.filter(catalogue=catalogue, owner=delivery.owner_id).exists():
        return deliver(who=who, catalogue=catalogue, record=record, publish=True, package=package)
    raise Http404(catalogue.slug)


@contextmanager
def dry_run() -> Iterator[None]:
    """Within this block everything is done, checked and refused as usual, and at its end nothing was done."""
    with transaction.atomic(), changes.rehearsed():
        yield
        transaction.set_rollback(True)


def _write(
    who: Actor, delivery: Delivery, made: Incoming, *, publish: bool, now: datetime, way: Way = Way.PAGE
) -> Delivery:
    """Store what was made of a record, and take it into the register if it is, or shall be, published."""
    same = bytes(delivery.content) == made.content and bytes(delivery.package) == made.package
    publish = publish or delivery.state == State.PUBLISHED
    if same and not delivery.removed and publish == (delivery.state == State.PUBLISHED):
        return delivery
    verb = Verb.CREATE if not delivery.content else Verb.CHANGE
    if not same:
        delivery.way = _way(who, made, way)
    delivery.content, delivery.package, delivery.iri = made.content, made.package, made.iri
    delivery.title, delivery.issued, delivery.revised = made.title, made.issued, made.revised
    delivery.titles, delivery.words = made.titles, made.words
    delivery.removed = None
    findings = made.arrival.findings
    if publish:
        if delivery.state != State.PUBLISHED:
            verb = Verb.PUBLISH
            _allow(who, verb, delivery.owner_id, delivery.catalogue_id)
        findings = _publish(delivery, made)
        delivery.state = State.PUBLISHED
        delivery.published = delivery.published or now
    delivery.findings = facts_of(findings)
    severities = Counter(finding.severity for finding in findings)
    delivery.errors, delivery.warnings = severities[Severity.ERROR], severities[Severity.WARNING]
    return _save(who, delivery, verb, now)


def _publish(delivery: Delivery, made: Incoming) -> list[Finding]:
    """What was found. What is in a test catalogue never reaches the register, so no door can show it."""
    if found := hindrances(delivery.owner):
        raise NotReady(*found)
    if made.arrival.errors:
        raise NotPublishable(made.arrival.findings)
    if delivery.catalogue.kind == Catalogue.Kind.TEST:
        return made.arrival.findings
    # Nobody else has its key.
    present: dict[str, DataSet] | None = {} if delivery.data_set_id is None else None
    (receipt,) = take_in(
        delivery.source,
        [made.arrival],
        origin=_origin(delivery),
        present=present,
        catalogue=delivery.catalogue_id,
        savepoint=False,  # whatever fails here ends the verb
    )
    if receipt.bin in REFUSED:
        raise NotPublishable(receipt.findings)
    # Withdrawn, a data set keeps its IRI.
    if any(key != delivery.pk and kind != Catalogue.Kind.TEST for key, kind in _with_iri(delivery.iri)):
        raise IdentifierTaken(Code.IRI_OF_DATA_SET, iri=delivery.iri)
    claim(delivery, made.described, made.parts)
    delivery.data_set_id = receipt.key
    return receipt.findings


def _save(who: Actor, delivery: Delivery, verb: Verb, now: datetime) -> Delivery:
    added = delivery._state.adding
    delivery.edition += not added
    delivery.modified, delivery.by = now, _person(who)
    if added:
        insert(Delivery, [vars(delivery)])
        delivery._state.adding = False
    else:
        delivery.save()
    facts = {"catalogue": delivery.catalogue.slug, "edition": delivery.edition, "state": delivery.state}
    _note(who, delivery.owner, verb, Kind.DATA_SET, delivery.identifier, **facts)
    return delivery


def _way(who: Actor, made: Incoming, way: Way) -> Way:
    if made.package:
        return Way.CKAN
    return Way.API if who.key else way


def _note(who: Actor, owner: Owner, verb: Verb, kind: Kind, name: str, **detail: object) -> None:
    """The line of the audit log."""
    record_deed(who=who, verb=verb, thing=kind, name=name, owner=owner, **detail)


def _person(who: Actor) -> Person | None:
    return who.key.person if who.key else who.person


def _hold(who: Actor, verb: Verb, delivery: Delivery, edition: int | None) -> Delivery:
    """The delivery as it is now, locked until the transaction ends, if they may do that to this edition."""
    known = _lock(pk=delivery.pk)
    if known is None:
        raise Http404(delivery.identifier)
    _allow(who, verb, known.owner_id, known.catalogue_id)
    if edition is not None and edition != known.edition:
        raise EditConflict
    return known


def _lock(**which: object) -> Delivery | None:
    locked = Delivery.objects.select_related("owner", "catalogue", "source").select_for_update(of=("self",))
    return locked.filter(**which).first()


def _allow(who: Actor, verb: Verb, owner: int, catalogue: int, kind: Kind = Kind.DATA_SET) -> None:
    thing = Thing(kind, owner=owner, catalogue=catalogue)
    if not may(who, verb, thing):
        seen(who, thing)
        raise NotAllowed


_with_iri = Prepared(
    lambda iri: Delivery.objects.filter(iri=iri, published__isnull=False).values_list("pk", "catalogue__kind")
)


def _origin(delivery: Delivery) -> str:
    return f"delivery {delivery.pk}"
