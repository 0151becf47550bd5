"""Invitations and transfers that nobody has answered yet: they end with the right of whoever offered them."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from erpd.accounts.deeds import record
from erpd.accounts.mails import tell
from erpd.accounts.may import Actor, Kind
from erpd.accounts.models import Invitation, Membership, Owner, Person, Transfer
from erpd.accounts.texts import in_language

_KINDS = {
    Transfer.Kind.OWNERSHIP: Kind.OWNER,
    Transfer.Kind.CATALOGUE: Kind.CATALOGUE,
    Transfer.Kind.DATA_SET: Kind.DATA_SET,
}


def still_offered(owner: str) -> Q:
    """Of invitations or transfers: those whose ``by`` is still an administrator of their ``owner`` field.

    The command line, which is nobody, may always offer.
    """
    administrators = Membership.objects.filter(role=Membership.Role.ADMIN, person__is_active=True)
    administers = administrators.filter(owner=OuterRef(owner), person=OuterRef("by"))
    return Q(by=None) | Q(Exists(administers))


def invitations_by(person: Person) -> QuerySet[Invitation]:
    """What a person has invited others to, unanswered."""
    return Invitation.objects.filter(by=person, state=Invitation.State.PENDING).order_by("pk")


def transfers_by(person: Person) -> QuerySet[Transfer]:
    """What a person has offered to others, unanswered."""
    return Transfer.objects.filter(by=person, state=Transfer.State.PENDING).order_by("pk")


def withdraw(who: Actor, person: Person, owner: Owner | None = None) -> int:
    """Cancel what a person has offered for an owner, or for all; returns how much that was.

    For actions, in their transaction, with the owners locked. The other administrators are told, and find it
    in the audit log.
    """
    invitations, transfers = invitations_by(person), transfers_by(person)
    if owner:
        invitations, transfers = invitations.filter(owner=owner), transfers.filter(from_owner=owner)
    ended: dict[int, tuple[Owner, list[str]]] = {}
    for invitation in invitations.select_related("owner"):
        invitation.state = Invitation.State.CANCELLED
        invitation.save(update_fields=["state"])
        its = invitation.owner
        record(who=who, verb="cancel invitation", thing=Kind.MEMBER, name=invitation.email, owner=its)
        ended.setdefault(its.pk, (its, []))[1].append(invitation.email)
    for transfer in transfers.select_related("from_owner", "to_owner"):
        transfer.state, transfer.decided = Transfer.State.CANCELLED, timezone.now()
        transfer.decided_by = who.person
        transfer.save(update_fields=["state", "decided", "decided_by"])
        record_transfer(who, transfer, "cancel transfer")
        its = transfer.from_owner
        ended.setdefault(its.pk, (its, []))[1].append(transfer.title or transfer.name)
    for its, names in ended.values():
        _tell_others(its, person, names)
    return sum(len(names) for _, names in ended.values())


def record_transfer(who: Actor, transfer: Transfer, verb: str) -> None:
    """Write into the logs of both owners what was done to a transfer."""
    for owner in {
        transfer.from_owner_id: transfer.from_owner,
        transfer.to_owner_id: transfer.to_owner,
    }.values():
        record(
            who=who,
            verb=verb,
            thing=_KINDS[Transfer.Kind(transfer.kind)],
            name=transfer.name,
            owner=owner,
            title=transfer.title,
            from_owner=transfer.from_owner.slug,
            to_owner=transfer.to_owner.slug,
            comment=transfer.answer or transfer.comment,
        )


def administrators_of(owner: Owner) -> list[Person]:
    """Those who can sign in."""
    role = Q(memberships__owner=owner, memberships__role=Membership.Role.ADMIN)
    return list(Person.objects.filter(role, is_active=True))


def _tell_others(owner: Owner, person: Person, names: list[str]) -> None:
    for other in administrators_of(owner):
        if other != person:
            title = in_language(owner.title, other.language)[0]
            facts = {"owner": owner.slug, "title": title, "person": person.email, "names": ", ".join(names)}
            tell(other.email, "offers-cancelled", language=other.language, **facts)
