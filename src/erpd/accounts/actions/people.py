"""Accounts that the operator makes, and what people are for the node."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from erpd.accounts.actions.locking import lock
from erpd.accounts.actions.profiles import claim, kept_name, send_link
from erpd.accounts.actions.unanswered import invitations_by, transfers_by, withdraw
from erpd.accounts.addresses import address
from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Person
from erpd.accounts.refusal import Code, refusal
from erpd.metadata.storable import storable

LONGEST_REASON = 2_000


@transaction.atomic
def add(
    *, who: Actor, email: str, name: str = "", language: str = "en", password: str | None = None
) -> Person:
    """Make an account, or return the one with this address as it is. Without a password, mail sets one.

    Its address counts as confirmed. If somebody signed up with it who has not confirmed it, their password is
    discarded: it may be a stranger, who waits for what the account is given. Only for operators: at pages,
    people sign up themselves, and nobody is told whether an address is known.
    """
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    email = address(email)
    if found := Person.objects.filter(email=email).first():
        claim(found, password)
        return found
    facts = {"name": kept_name(name), "language": language}
    if password is not None:
        validate_password(password, Person(email=email, name=facts["name"]))
    try:
        with transaction.atomic():
            made = Person.objects.create_user(email, password, **facts)
    except IntegrityError:  # they signed up at this moment
        made = Person.objects.get_by_natural_key(email)
    claim(made, password)
    record(who=who, verb="add", thing=Kind.NODE, name=made.email)
    return made


@transaction.atomic
def give_office(*, who: Actor, person: Person, office: Person.Office) -> Person:
    """Make somebody an operator, a reviewer or a reader of the node, or none of these."""
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    person = _locked(person)
    if person.office != office:
        if office != Person.Office.OPERATOR:
            _another_operator(person)
        before, person.office = person.office, Person.Office(office)
        person.save(update_fields=["office"])
        record(who=who, verb="change", thing=Kind.NODE, name=person.email, office=office, before=before)
    return person


@transaction.atomic
def end(*, who: Actor, person: Person, reason: str = "") -> Person:
    """End an account at once, with its sessions and keys and every way to sign in. It can be opened again.

    What it has offered in the name of owners is cancelled: a stranger who had it would come back by an own
    invitation. Its roles stay as they are. Unlike a member, it may be the last administrator of an owner: an
    account that strangers have got hold of has to end now.
    """
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    _lock_owners(person)
    person = _locked(person)
    if not person.is_active:
        return person
    _another_operator(person)
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    keys = person.keys.filter(revoked=None).update(revoked=timezone.now())
    sessions = end_sessions(person)
    # A stranger may have added these.
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
    facts: dict[str, Any] = {"keys": keys, "sessions": sessions, "offers": withdraw(who, person)}
    said = storable(reason).strip()[:LONGEST_REASON]
    record(who=who, verb="end", thing=Kind.NODE, name=person.email, reason=said, **facts)
    return person


@transaction.atomic
def open_again(*, who: Actor, person: Person) -> Person:
    """Open an account again. Its person is sent a link that sets a password; keys stay revoked."""
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    _lock_owners(person)
    person = _locked(person)
    if not person.is_active:
        withdraw(who, person)  # what was offered at the moment when it ended
        person.is_active = True
        person.save(update_fields=["is_active"])
        send_link(person)
        record(who=who, verb="open", thing=Kind.NODE, name=person.email)
    return person


def end_sessions(person: Person) -> int:
    """Sign a person out wherever they are signed in; returns how many sessions that ended."""
    sessions = UserSession.objects.filter(user=person)
    for session in sessions:
        session.end()
    return len(sessions)


def _lock_owners(person: Person) -> None:
    """Lock the owners that a person has offered something of, before the person, as others do."""
    keys = {*invitations_by(person).values_list("owner", flat=True).order_by()}
    for ends in transfers_by(person).values_list("from_owner", "to_owner"):
        keys.update(ends)
    if keys:
        lock(*keys)


def _locked(person: Person) -> Person:
    """The person as they are now. Operators are locked, too, so that one of them stays."""
    rows = Person.objects.select_for_update().filter(Q(pk=person.pk) | Q(office=Person.Office.OPERATOR))
    return next(one for one in rows.order_by("pk") if one.pk == person.pk)


def _another_operator(person: Person) -> None:
    """Raises Refusal if a person is the only operator who can sign in."""
    if person.office != Person.Office.OPERATOR or not person.is_active:
        return
    operators = Person.objects.filter(office=Person.Office.OPERATOR, is_active=True)
    if not operators.exclude(pk=person.pk).exists():
        raise refusal(Code.LAST_OPERATOR, account=person.email)
