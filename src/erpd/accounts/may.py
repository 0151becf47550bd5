"""Who may do what: one function, which reads the table. Whoever may not see a thing gets 404."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from erpd.accounts.models import Key, Membership, Owner, Person
from erpd.accounts.table import TABLE, Kind, Role, Verb
from erpd.register.prepared import Prepared
from erpd.register.statements import Rows

__all__ = [
    "COMMAND_LINE",
    "TABLE",
    "VISITOR",
    "Actor",
    "Kind",
    "Role",
    "Thing",
    "Verb",
    "demand",
    "may",
    "roles",
    "seen",
]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a verb is about. ``owner``, ``catalogue`` and ``person`` are keys of the database."""

    kind: Kind
    owner: int | None = None
    catalogue: int | None = None
    person: int | None = None
    """Whose key, membership or account it is."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person at a page, a key at an API, the command line, or nobody who is known."""

    person: Person | None = None
    key: Key | None = None
    host: bool = False
    """The command line: whoever can use it can read and write the database anyway."""

    @property
    def name(self) -> str:
        """As the audit log shows it."""
        if self.host:
            return "erpd"
        if self.key:
            return self.key.prefix
        return self.person.email if self.person else ""

    @property
    def human(self) -> Person | None:
        """The person who answers for it: that of a key, too."""
        return self.key.person if self.key else self.person


VISITOR = Actor()
COMMAND_LINE = Actor(host=True)


def may(who: Actor, verb: Verb, thing: Thing) -> bool:
    """Whether ``who`` may do it. A key acts in its catalogue only, and never does what its person may not."""
    allowed = TABLE.get((thing.kind, verb), frozenset())
    if who.host:
        return bool(allowed)
    if who.key:
        of_person = roles(Actor(who.key.person), thing) & allowed
        return bool(of_person) and Role.KEY in allowed and _reaches(who.key, thing)
    return bool(roles(who, thing) & allowed)


def seen(who: Actor, thing: Thing) -> None:
    """Raises Http404 if ``who`` may not see the thing: for them it does not exist."""
    if not may(who, Verb.SEE, thing):
        raise Http404


def demand(who: Actor, verb: Verb, thing: Thing) -> None:
    """Raises PermissionDenied if ``who`` may not do it, Http404 if they may not even see the thing."""
    if may(who, verb, thing):
        return
    if may(who, Verb.SEE, thing):
        raise PermissionDenied
    raise Http404


def roles(who: Actor, thing: Thing) -> frozenset[Role]:
    """What a person is for a thing. Members of an owner that was refused or closed can only look.

    A catalogue that is not the owner's is foreign, whoever asks: it may have gone to another owner.
    """
    found = {Role.VISITOR}
    person = who.person
    if person and person.is_active:
        found.add(Role.PERSON)
        if person.office:
            found.add(_OFFICES[Person.Office(person.office)])
        if thing.person == person.pk:
            found.add(Role.SELF)
        for role, handles, state in _memberships(person, thing):
            found.add(_ROLES[Membership.Role(role)] if state in _LIVING else Role.READER)
            if handles and state in _LIVING:
                found.add(Role.HANDLER)
    return frozenset(found)


def _memberships(person: Person, thing: Thing) -> Rows:
    if thing.owner is None:
        return []
    if thing.catalogue is None:
        return _of_owner(person.pk, thing.owner)
    return _of_catalogue(person.pk, thing.owner, thing.catalogue)


def _roles_of(person: int, owner: int) -> QuerySet[Membership, Any]:
    return (
        Membership.objects.filter(person=person)
        .filter(owner=owner)
        .values_list("role", "handles", "owner__state")
    )


_of_owner = Prepared(_roles_of)
_of_catalogue = Prepared(
    lambda person, owner, catalogue: _roles_of(person, owner).filter(owner__holdings__catalogue=catalogue)
)


def _reaches(key: Key, thing: Thing) -> bool:
    if thing.owner != key.owner_id or key.desk:  # requests for access have a table of their own
        return False
    if thing.kind is Kind.KEY:
        return thing.person == key.person_id
    return thing.catalogue == key.catalogue_id


_OFFICES = {
    Person.Office.READER: Role.DESK_READER,
    Person.Office.REVIEWER: Role.REVIEWER,
    Person.Office.OPERATOR: Role.OPERATOR,
}
_LIVING = (Owner.State.REQUESTED, Owner.State.APPROVED)
_ROLES = {
    Membership.Role.READER: Role.READER,
    Membership.Role.EDITOR: Role.EDITOR,
    Membership.Role.ADMIN: Role.ADMIN,
}
