"""Transfers: a catalogue or data set to another owner, or the ownership to a successor.

The other side accepts or refuses. Identifiers stay as they are; the keys of those who had it stop in the same
transaction, and both owners find it in their audit logs.
"""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from erpd.accounts.actions.locking import lock, locked
from erpd.accounts.actions.members import join, part
from erpd.accounts.actions.owners import name_catalogue
from erpd.accounts.actions.unanswered import administrators_of, record_transfer, still_offered
from erpd.accounts.addresses import address
from erpd.accounts.deeds import how_often, record
from erpd.accounts.mails import tell
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand, may
from erpd.accounts.models import Holding, Key, Membership, Owner, Person, Transfer
from erpd.accounts.readiness import ready
from erpd.accounts.refusal import Code, refusal
from erpd.accounts.texts import in_language
from erpd.metadata.storable import storable
from erpd.register.models import Catalogue

# What else moves with a catalogue or data set, in the transaction of its acceptance. Floors above add theirs
# in their AppConfig.ready; each looks at the kind.
CARRIERS: list[Callable[[Transfer], None]] = []

LONGEST_COMMENT = 2000
MOST_A_DAY = 20  # offers of an owner

_State = Transfer.State


@transaction.atomic
def hand_over(*, who: Actor, owner: Owner, successor: str, comment: str = "") -> Transfer:
    """Offer one's place as administrator to an address. On acceptance, whoever offers it leaves the owner."""
    owner = locked(who, Verb.TRANSFER, owner)
    successor = address(successor)
    if who.person and who.person.email == successor:
        raise refusal(Code.TRANSFER_TO_ITSELF, name=successor)
    transfer = Transfer(kind=Transfer.Kind.OWNERSHIP, name=successor, from_owner=owner, to_owner=owner)
    return offer(who, transfer, comment)


@transaction.atomic
def give_catalogue(*, who: Actor, catalogue: Catalogue, to: Owner, comment: str = "") -> Transfer:
    """Offer a catalogue to another owner."""
    owner = lock(_holder(catalogue))
    demand(who, Verb.TRANSFER, Thing(Kind.CATALOGUE, owner.pk, catalogue.pk))
    transfer = Transfer(kind=Transfer.Kind.CATALOGUE, name=catalogue.slug, from_owner=owner, to_owner=to)
    return offer(who, transfer, comment)


@transaction.atomic
def accept(*, who: Actor, transfer: Transfer, catalogue: Catalogue | None = None) -> Transfer:
    """Accept what is offered: by the successor, or by an administrator of the other owner if it is ready.

    ``catalogue``: of the other owner, into which a data set goes; otherwise the one named in the transfer.
    """
    transfer = _pending(who, transfer, _is_other_side)
    if not Transfer.objects.filter(still_offered("from_owner"), pk=transfer.pk).exists():
        raise refusal(Code.OFFER_ENDED, name=transfer.title or transfer.name, owner=transfer.from_owner.slug)
    if transfer.kind == Transfer.Kind.OWNERSHIP:
        _succeed(who, transfer)
    else:
        ready(transfer.to_owner)
        if transfer.kind == Transfer.Kind.CATALOGUE:
            _carry_catalogue(transfer)
        else:
            transfer.catalogue = catalogue or transfer.catalogue
        for carry in CARRIERS:
            carry(transfer)
    return _settle(who, transfer, _State.ACCEPTED, "accept transfer", "")


@transaction.atomic
def refuse(*, who: Actor, transfer: Transfer, comment: str) -> Transfer:
    """Refuse what is offered, and say why."""
    transfer = _pending(who, transfer, _is_other_side)
    said = storable(comment).strip()[:LONGEST_COMMENT]
    if not said:
        raise refusal(Code.REASON_MISSING)
    return _settle(who, transfer, _State.REFUSED, "refuse transfer", said)


@transaction.atomic
def cancel(*, who: Actor, transfer: Transfer) -> Transfer:
    """Take an offer back, while it is pending."""
    transfer = _pending(who, transfer, lambda who, one: may(who, Verb.TRANSFER, _offered(one)))
    return _settle(who, transfer, _State.CANCELLED, "cancel transfer", "")


def offered_to(person: Person) -> QuerySet[Transfer]:
    """The pending transfers that a person can accept or refuse."""
    administers = Membership.objects.filter(person=person, role=Membership.Role.ADMIN).values("owner")
    to_owners = ~Q(kind=Transfer.Kind.OWNERSHIP) & Q(to_owner__in=administers)
    to_person = Q(kind=Transfer.Kind.OWNERSHIP, name=person.email)
    offers = Transfer.objects.filter(to_owners | to_person, still_offered("from_owner"))
    return offers.filter(state=_State.PENDING).order_by("pk")


def offer(who: Actor, transfer: Transfer, comment: str) -> Transfer:
    """Offer a thing; for actions, in their transaction, with its owner locked, if ``who`` may transfer it."""
    owner = transfer.from_owner
    if transfer.kind != Transfer.Kind.OWNERSHIP and transfer.to_owner_id == owner.pk:
        raise refusal(Code.TRANSFER_TO_ITSELF, name=transfer.name)
    transfer.to_owner.refresh_from_db(fields=["state"])
    if transfer.to_owner.state != Owner.State.APPROVED:
        closed = transfer.to_owner
        raise refusal(Code.OWNER_CLOSED, owner=in_language(closed.title)[0], slug=closed.slug)
    pending = owner.transfers_out.filter(kind=transfer.kind, state=_State.PENDING)
    if transfer.kind != Transfer.Kind.OWNERSHIP:
        pending = pending.filter(name=transfer.name)
    if pending.exists():
        raise refusal(Code.TRANSFER_PENDING, name=transfer.name)
    if how_often(owner, "offer") >= MOST_A_DAY:  # each sends a mail, perhaps to a stranger
        raise refusal(Code.TOO_MANY_MAILS, owner=in_language(owner.title)[0])
    transfer.by = who.person
    transfer.comment = storable(comment).strip()[:LONGEST_COMMENT]
    transfer.save(force_insert=True)
    record_transfer(who, transfer, "offer")
    for person in _other_side(transfer):
        _tell(transfer, person.email, person.language, "transfer-offered")
    return transfer


def _pending(who: Actor, transfer: Transfer, entitled: Callable[[Actor, Transfer], bool]) -> Transfer:
    """The transfer, its owners locked: of two who decide at once, the second finds it decided."""
    lock(transfer.from_owner_id, transfer.to_owner_id)
    transfer = Transfer.objects.select_related("from_owner", "to_owner", "by", "catalogue").get(
        pk=transfer.pk
    )
    if not entitled(who, transfer):
        raise Http404
    if transfer.state != _State.PENDING:
        raise refusal(Code.DECIDED_ALREADY, state=transfer.get_state_display())
    return transfer


def _is_other_side(who: Actor, transfer: Transfer) -> bool:
    if transfer.kind == Transfer.Kind.OWNERSHIP:
        return bool(who.person and who.person.is_active and who.person.email == transfer.name)
    return may(who, Verb.TRANSFER, Thing(Kind.OWNER, transfer.to_owner_id))


def _succeed(who: Actor, transfer: Transfer) -> None:
    owner, successor = transfer.from_owner, who.person
    assert successor
    given_by = owner.memberships.filter(person=transfer.by, role=Membership.Role.ADMIN).first()
    if given_by is None:  # the command line has no place to hand over
        raise refusal(Code.NOTHING_TO_TRANSFER, name=owner.slug, owner=owner.slug)
    transfer.state = _State.ACCEPTED  # before its giver leaves, which cancels what they offer
    transfer.save(update_fields=["state"])
    member = owner.memberships.filter(person=successor).first()
    if member is None:
        join(who, owner, successor, Membership.Role.ADMIN)
    elif member.role != Membership.Role.ADMIN:
        before, member.role = member.role, Membership.Role.ADMIN
        member.save(update_fields=["role"])
        record(
            who=who,
            verb="change",
            thing=Kind.MEMBER,
            name=successor.email,
            owner=owner,
            role=member.role,
            before=before,
        )
    part(who, owner, given_by, "hand over")


def _carry_catalogue(transfer: Transfer) -> None:
    holding = Holding.objects.select_related("catalogue").get(catalogue__slug=transfer.name)
    if holding.owner_id != transfer.from_owner_id:
        raise refusal(Code.NOTHING_TO_TRANSFER, name=transfer.name, owner=transfer.from_owner.slug)
    holding.owner = transfer.to_owner
    holding.save(update_fields=["owner"])
    Key.objects.filter(catalogue=holding.catalogue, revoked=None).update(revoked=timezone.now())
    name_catalogue(holding.catalogue, transfer.to_owner)


def _settle(who: Actor, transfer: Transfer, state: Transfer.State, verb: str, answer: str) -> Transfer:
    transfer.state, transfer.answer = state, answer
    transfer.decided, transfer.decided_by = timezone.now(), who.person
    transfer.save(update_fields=["state", "answer", "catalogue", "decided", "decided_by"])
    record_transfer(who, transfer, verb)
    told = [transfer.by] if transfer.by else administrators_of(transfer.from_owner)  # offered by the operator
    for person in told:
        _tell(transfer, person.email, person.language, f"transfer-{state}")
    return transfer


def _offered(transfer: Transfer) -> Thing:
    return Thing(Kind.OWNER, transfer.from_owner_id)


def _holder(catalogue: Catalogue) -> int:
    holding = Holding.objects.filter(catalogue=catalogue).first()
    if holding is None:
        raise Http404
    return holding.owner_id


def _other_side(transfer: Transfer) -> list[Person]:
    if transfer.kind == Transfer.Kind.OWNERSHIP:
        known = Person.objects.filter(email=transfer.name).first()
        return [known or Person(email=transfer.name)]
    return administrators_of(transfer.to_owner)


def _tell(transfer: Transfer, to: str, language: str, template: str) -> None:
    tell(
        to,
        template,
        language=language,
        transfer=transfer.pk,
        kind=transfer.kind,
        name=transfer.title or transfer.name,
        owner=transfer.from_owner.slug,
        title=in_language(transfer.from_owner.title, language)[0],
        to_owner=transfer.to_owner.slug,
        comment=transfer.comment,
        answer=transfer.answer,
    )
