"""Members of an owner and their roles. An owner always keeps an administrator."""

from collections.abc import Callable

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from erpd.accounts.actions.locking import locked
from erpd.accounts.actions.unanswered import withdraw
from erpd.accounts.deeds import record
from erpd.accounts.mails import tell
from erpd.accounts.may import Actor, Kind, Verb
from erpd.accounts.models import Membership, Owner, Person
from erpd.accounts.refusal import Code, refusal
from erpd.accounts.texts import in_language

STILL_NEEDED: list[Callable[[Membership], None]] = []
"""What other floors ask before a member stops answering requests; each raises Refusal against it."""


@transaction.atomic
def add(*, who: Actor, owner: Owner, person: Person, role: Membership.Role) -> Membership:
    """Make somebody who has an account a member. People at pages invite instead: see ``invitations``."""
    owner = locked(who, Verb.CREATE, owner, Kind.MEMBER)
    return join(who, owner, person, role)


def join(who: Actor, owner: Owner, person: Person, role: Membership.Role) -> Membership:
    """Make somebody a member; for actions, in their transaction, with the owner locked."""
    made, new = Membership.objects.get_or_create(owner=owner, person=person, defaults={"role": role})
    if not new:
        raise refusal(Code.MEMBER_ALREADY, person=person.email)
    record(who=who, verb="add", thing=Kind.MEMBER, name=person.email, owner=owner, role=role)
    return made


@transaction.atomic
def change_role(*, who: Actor, owner: Owner, person: Person, role: Membership.Role) -> Membership:
    """Give a member another role. What an administrator has offered is cancelled with their role."""
    owner = locked(who, Verb.CHANGE, owner, Kind.MEMBER, person=person.pk)
    member = _membership(owner, person)
    before = member.role
    if before == role:
        return member
    if role != Membership.Role.ADMIN:
        _another_administrator(owner, member)
    member.role = Membership.Role(role)
    member.save(update_fields=["role"])
    record(
        who=who, verb="change", thing=Kind.MEMBER, name=person.email, owner=owner, role=role, before=before
    )
    if before == Membership.Role.ADMIN:
        withdraw(who, person, owner)
    _tell(member, owner, "role-changed")
    return member


@transaction.atomic
def let_handle(*, who: Actor, owner: Owner, person: Person, handles: bool) -> Membership:
    """Say whether a member answers requests for access, whatever their role.

    Raises Refusal if they cannot stop now.
    """
    owner = locked(who, Verb.CHANGE, owner, Kind.MEMBER, person=person.pk)
    member = _membership(owner, person)
    if member.handles == handles:
        return member
    if not handles:
        _may_stop(member)
    member.handles = handles
    member.save(update_fields=["handles"])
    verb = "let handle" if handles else "stop handling"
    record(who=who, verb=verb, thing=Kind.MEMBER, name=person.email, owner=owner)
    _tell(member, owner, "answers-requests" if handles else "answers-no-requests")
    return member


@transaction.atomic
def remove(*, who: Actor, owner: Owner, person: Person) -> None:
    """Take a member out. Their keys for this owner stop at once."""
    owner = locked(who, Verb.ERASE, owner, Kind.MEMBER, person=person.pk)
    member = _membership(owner, person)
    _another_administrator(owner, member)
    _may_stop(member)
    part(who, owner, member, "remove")
    _tell(member, owner, "removed")


@transaction.atomic
def leave(*, who: Actor, owner: Owner) -> None:
    """Leave an owner. The last administrator hands the ownership over first."""
    if who.person is None:
        raise Http404
    owner = locked(who, Verb.LEAVE, owner, Kind.MEMBER, person=who.person.pk)
    member = _membership(owner, who.person)
    _another_administrator(owner, member)
    _may_stop(member)
    part(who, owner, member, "leave")


def part(who: Actor, owner: Owner, member: Membership, verb: str) -> None:
    """End a membership, its keys and what it has offered; for actions, with the owner locked."""
    person = member.person
    keys = owner.keys.filter(person=person, revoked=None).update(revoked=timezone.now())
    Membership.objects.filter(pk=member.pk).delete()
    record(who=who, verb=verb, thing=Kind.MEMBER, name=person.email, owner=owner, role=member.role, keys=keys)
    withdraw(who, person, owner)


def _membership(owner: Owner, person: Person) -> Membership:
    member = owner.memberships.filter(person=person).select_related("person").first()
    if member is None:
        raise Http404
    return member


def _another_administrator(owner: Owner, member: Membership) -> None:
    administrators = owner.memberships.filter(role=Membership.Role.ADMIN, person__is_active=True)
    if member.role == Membership.Role.ADMIN and not administrators.exclude(pk=member.pk).exists():
        raise refusal(Code.LAST_ADMINISTRATOR, owner=in_language(owner.title)[0])


def _may_stop(member: Membership) -> None:
    if member.handles:
        for ask in STILL_NEEDED:
            ask(member)


def _tell(member: Membership, owner: Owner, template: str) -> None:
    person = member.person
    title = in_language(owner.title, person.language)[0]
    tell(person.email, template, language=person.language, owner=owner.slug, title=title, role=member.role)
