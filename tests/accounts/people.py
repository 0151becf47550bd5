"""People and owners for tests."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client

from erpd.accounts.actions import agreements, contacts, members, owners
from erpd.accounts.may import COMMAND_LINE, Actor
from erpd.accounts.models import Membership, Owner, Person
from erpd.accounts.readiness import newest

ADMIN, EDITOR, READER = Membership.Role.ADMIN, Membership.Role.EDITOR, Membership.Role.READER


def person(email: str, **facts: Any) -> Actor:
    return Actor(Person.objects.get_or_create(email=email, defaults=facts)[0])


def operator() -> Actor:
    return person("operator@portal.example", office=Person.Office.OPERATOR)


def requested(who: Actor, title: Any = "Statistics Office", **facts: Any) -> Owner:
    given = {
        "title": {"en": title} if isinstance(title, str) else title,
        "contact": "data@office.example",
        **facts,
    }
    return owners.request(who=who, **given)


def approved(who: Actor, title: str = "Statistics Office", **facts: Any) -> Owner:
    return owners.approve(who=COMMAND_LINE, owner=requested(who, title, **facts))


def ready(who: Actor, title: str = "Statistics Office", **facts: Any) -> Owner:
    """An owner that may publish; ``who`` is its administrator."""
    owner = approved(who, title, **facts)
    contacts.confirm(token=contacts.token_of(owner))
    version = newest()
    assert version
    agreements.accept(who=who, owner=owner, version=version.version, language="en")
    owner.refresh_from_db()
    return owner


def member(owner: Owner, email: str, role: Membership.Role) -> Actor:
    who = person(email)
    assert who.person
    members.add(who=COMMAND_LINE, owner=owner, person=who.person, role=role)
    return who


def sign_in(client: Client, who: Actor, *, second_factor: str = "", ago: float = 0) -> None:
    """Sign in a person, with or without a second factor ("totp", "webauthn"), ``ago`` seconds ago."""
    assert who.person
    if second_factor:
        Authenticator.objects.get_or_create(user=who.person, type=second_factor, defaults={"data": {}})
    client.force_login(who.person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(who.person.pk)
    session.save()
