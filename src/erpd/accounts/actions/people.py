"""Accounts that the operator makes, and what people are for the node."""

from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from erpd.accounts.deeds import record
from erpd.accounts.may import Actor, Kind, Thing, Verb, demand
from erpd.accounts.models import Person
from erpd.metadata.storable import storable

LONGEST_NAME = 120


@transaction.atomic
def add(
    *, who: Actor, email: str, name: str = "", language: str = "en", password: str | None = None
) -> Person:
    """Make an account, or return the one with this address as it is. Without a password, mail sets one.

    Only for operators: at pages, people sign up themselves, and nobody is told whether an address is known.
    """
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    validate_email(email)
    if found := Person.objects.filter(email=email.strip().lower()).first():
        return found
    facts = {"name": storable(name).strip()[:LONGEST_NAME], "language": language}
    if password is not None:
        validate_password(password, Person(email=email, name=facts["name"]))
    try:
        with transaction.atomic():
            made = Person.objects.create_user(email, password, **facts)
    except IntegrityError:  # they signed up at this moment
        return Person.objects.get_by_natural_key(email)
    record(who=who, verb="add", thing=Kind.NODE, name=made.email)
    return made


@transaction.atomic
def give_office(*, who: Actor, person: Person, office: Person.Office) -> Person:
    """Make somebody an operator or a reviewer of the node, or neither."""
    demand(who, Verb.CHANGE, Thing(Kind.NODE))
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.office != office:
        before, person.office = person.office, Person.Office(office)
        person.save(update_fields=["office"])
        record(who=who, verb="change", thing=Kind.NODE, name=person.email, office=office, before=before)
    return person
