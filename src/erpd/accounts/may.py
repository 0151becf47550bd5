"""Who may do what: one function, and the table it reads. Whoever may not see a thing gets 404."""

from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.http import Http404

from erpd.accounts.models import Key, Membership, Owner, Person


class Kind(StrEnum):
    """The kinds of things that verbs are about."""

    OWNER = "owner"
    MEMBER = "member"
    KEY = "key"
    CATALOGUE = "catalogue"
    DATA_SET = "data set"
    AUDIT = "audit log"
    NODE = "node"


class Verb(StrEnum):
    """What can be done to them."""

    SEE = "see"
    CHANGE = "change"
    CREATE = "create"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    ERASE = "erase"
    EMPTY = "empty"
    TRANSFER = "transfer"
    AGREE = "agree"
    DECIDE = "decide"
    LEAVE = "leave"


class Role(StrEnum):
    """What somebody is for a thing. One person can be several."""

    VISITOR = "visitor"
    PERSON = "person"  # signed in, whoever they are
    SELF = "self"  # whose key, membership or account it is
    READER = "reader"
    EDITOR = "editor"
    ADMIN = "administrator"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    KEY = "key"  # of this catalogue; it may do nothing that its person may not do


_MEMBERS = frozenset((Role.READER, Role.EDITOR, Role.ADMIN))
_OFFICES = frozenset((Role.REVIEWER, Role.OPERATOR))
_WRITERS = frozenset((Role.EDITOR, Role.ADMIN))
_ADMIN = frozenset((Role.ADMIN,))
_OPERATOR = frozenset((Role.OPERATOR,))
_KEY = frozenset((Role.KEY,))

TABLE: dict[tuple[Kind, Verb], frozenset[Role]] = {
    (Kind.OWNER, Verb.CREATE): frozenset((Role.PERSON,)),  # ask to become one
    (Kind.OWNER, Verb.SEE): _MEMBERS | _OFFICES,
    (Kind.OWNER, Verb.CHANGE): _ADMIN,
    (Kind.OWNER, Verb.AGREE): _ADMIN,
    (Kind.OWNER, Verb.DECIDE): _OPERATOR,
    (Kind.OWNER, Verb.TRANSFER): _ADMIN,
    (Kind.MEMBER, Verb.SEE): _MEMBERS | _OPERATOR,
    (Kind.MEMBER, Verb.CREATE): _ADMIN,
    (Kind.MEMBER, Verb.CHANGE): _ADMIN,
    (Kind.MEMBER, Verb.ERASE): _ADMIN,
    (Kind.MEMBER, Verb.LEAVE): frozenset((Role.SELF,)),
    (Kind.KEY, Verb.SEE): frozenset((Role.SELF, Role.ADMIN, Role.OPERATOR, Role.KEY)),
    (Kind.KEY, Verb.CREATE): _WRITERS,
    (Kind.KEY, Verb.ERASE): frozenset((Role.SELF, Role.ADMIN, Role.OPERATOR)),
    (Kind.CATALOGUE, Verb.SEE): _MEMBERS | _OFFICES | _KEY,
    (Kind.CATALOGUE, Verb.EMPTY): _WRITERS,  # a test catalogue
    (Kind.CATALOGUE, Verb.TRANSFER): _ADMIN,
    # Until it is published, and in a test catalogue; what is published everybody sees, through the doors.
    (Kind.DATA_SET, Verb.SEE): _MEMBERS | _KEY,
    (Kind.DATA_SET, Verb.CREATE): _WRITERS | _KEY,
    (Kind.DATA_SET, Verb.CHANGE): _WRITERS | _KEY,
    (Kind.DATA_SET, Verb.PUBLISH): _WRITERS | _KEY,
    (Kind.DATA_SET, Verb.WITHDRAW): _WRITERS | _KEY,
    (Kind.DATA_SET, Verb.ERASE): _WRITERS | _KEY,
    (Kind.DATA_SET, Verb.TRANSFER): _ADMIN,
    (Kind.AUDIT, Verb.SEE): _ADMIN | _OPERATOR,
    (Kind.NODE, Verb.SEE): _OPERATOR,  # its mail, its list of organisations
    (Kind.NODE, Verb.CHANGE): _OPERATOR,
}


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
            found.add(Role(person.office))
        if thing.person == person.pk:
            found.add(Role.SELF)
        memberships = Membership.objects.filter(person=person, owner=thing.owner)
        if thing.catalogue is not None:
            memberships = memberships.filter(owner__holdings__catalogue=thing.catalogue)
        for role, state in memberships.values_list("role", "owner__state"):
            found.add(_ROLES[Membership.Role(role)] if state in _LIVING else Role.READER)
    return frozenset(found)


def _reaches(key: Key, thing: Thing) -> bool:
    if thing.owner != key.owner_id:
        return False
    if thing.kind is Kind.KEY:
        return thing.person == key.person_id
    return thing.catalogue == key.catalogue_id


_LIVING = (Owner.State.REQUESTED, Owner.State.APPROVED)
_ROLES = {
    Membership.Role.READER: Role.READER,
    Membership.Role.EDITOR: Role.EDITOR,
    Membership.Role.ADMIN: Role.ADMIN,
}
