"""Members, roles, invitations: an owner keeps an administrator, an invitation is used once by its address."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.utils import timezone

from erpd.accounts.actions import invitations, members
from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE, VISITOR, Actor
from erpd.accounts.models import Invitation, Key, Membership, Owner, Person
from erpd.accounts.refusal import Code, Refusal
from tests.accounts.people import ADMIN, EDITOR, READER, approved, member, person, ready, requested
from tests.accounts.test_owners import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]


def roles(owner: Owner) -> dict[str, str]:
    return dict(owner.memberships.order_by("pk").values_list("person__email", "role"))


def by_link(act: Callable[..., Any], who: Actor, token: str) -> Any:
    return act(who=who, invitation=invitations.invited(who=who, token=token))


@pytest.fixture
def anna() -> Actor:
    return person("anna@office.example")


@pytest.fixture
def owner(anna: Actor) -> Owner:
    return ready(anna)


def test_an_owner_keeps_an_administrator(owner, anna, told):
    bert = member(owner, "bert@office.example", EDITOR)
    for refusing in (
        lambda: members.leave(who=anna, owner=owner),
        lambda: members.remove(who=anna, owner=owner, person=anna.person),
        lambda: members.change_role(who=anna, owner=owner, person=anna.person, role=EDITOR),
        lambda: members.remove(who=COMMAND_LINE, owner=owner, person=anna.person),
    ):
        with refused(Code.LAST_ADMINISTRATOR):
            refusing()
    members.change_role(who=anna, owner=owner, person=bert.person, role=ADMIN)
    assert (told[-1]["to"], told[-1]["template"], told[-1]["role"]) == (bert.name, "role-changed", ADMIN)
    Person.objects.filter(pk=bert.person.pk).update(is_active=False)
    with refused(Code.LAST_ADMINISTRATOR):  # one who cannot sign in is none
        members.leave(who=anna, owner=owner)
    Person.objects.filter(pk=bert.person.pk).update(is_active=True)
    members.leave(who=anna, owner=owner)
    assert roles(owner) == {"bert@office.example": "admin"}
    with pytest.raises(Http404):
        members.leave(who=anna, owner=owner)
    assert [(deed.verb, deed.name) for deed in deeds(owner=owner, size=3)] == [
        ("leave", anna.name),
        ("change", bert.name),
        ("add", bert.name),
    ]


def test_only_administrators_change_members(owner, anna):
    bert, rita = member(owner, "bert@office.example", EDITOR), member(owner, "rita@office.example", READER)
    stranger = ready(person("eve@other.example"), "Other")
    for who, error in ((bert, PermissionDenied), (rita, PermissionDenied), (VISITOR, Http404)):
        for act in (
            lambda who=who: members.change_role(who=who, owner=owner, person=who.person, role=ADMIN),
            lambda who=who: members.remove(who=who, owner=owner, person=anna.person),
            lambda who=who: members.add(who=who, owner=owner, person=anna.person, role=ADMIN),
            lambda who=who: invitations.invite(who=who, owner=owner, email="x@x.example", role=ADMIN),
        ):
            if who.person or error is Http404:
                with pytest.raises((error, AttributeError) if who is VISITOR else error):
                    act()
    with pytest.raises(Http404):
        members.remove(who=person("eve@other.example"), owner=owner, person=bert.person)
    with pytest.raises(Http404):  # not of this owner
        members.remove(who=anna, owner=owner, person=person("eve@other.example").person)
    assert stranger.memberships.count() == 1
    with refused(Code.MEMBER_ALREADY):
        members.add(who=COMMAND_LINE, owner=owner, person=bert.person, role=ADMIN)


def test_whoever_goes_takes_no_key_along(owner, anna):
    bert, catalogue = member(owner, "bert@office.example", EDITOR), owner.holdings.first().catalogue
    other = ready(person("eve@other.example"), "Other")
    members.add(who=COMMAND_LINE, owner=other, person=bert.person, role=EDITOR)
    facts = {"person": bert.person, "expires": timezone.now() + timedelta(days=1)}
    Key.objects.create(owner=owner, catalogue=catalogue, prefix="a", **facts)
    Key.objects.create(owner=other, catalogue=other.holdings.first().catalogue, prefix="b", **facts)
    members.remove(who=anna, owner=owner, person=bert.person)
    assert [key.revoked is None for key in Key.objects.order_by("prefix")] == [False, True]
    assert deeds(owner=owner)[0].detail == {"role": "editor", "keys": 1}


def test_an_invitation_is_for_its_address_alone_and_once(owner, anna, told):
    invitation = invitations.invite(who=anna, owner=owner, email=" New@Office.example", role=EDITOR)
    token = told[-1]["token"]
    assert told[-1]["to"] == invitation.email == "new@office.example"
    assert token not in str(list(Invitation.objects.values()))
    assert token not in str([deed.detail for deed in deeds()])
    for wrong in (VISITOR, anna, person("eve@evil.example"), COMMAND_LINE):
        with refused(Code.LINK_INVALID):
            by_link(invitations.accept, wrong, token)
        with refused(Code.LINK_INVALID):
            by_link(invitations.refuse, wrong, token)
    new = person("new@office.example")  # signs up after the invitation
    for wrong in ("", "x", token[:-1], token + "x", invitation.digest, "\ud800"):
        with refused(Code.LINK_INVALID):
            by_link(invitations.accept, new, wrong)
    assert by_link(invitations.accept, new, token).role == EDITOR
    members.remove(who=anna, owner=owner, person=new.person)
    with refused(Code.LINK_INVALID):
        by_link(invitations.accept, new, token)
    assert "new@office.example" not in roles(owner)


def test_an_invitation_is_sent_again_cancelled_refused_or_too_old(owner, anna, told):
    def tokens() -> list[str]:
        return [mail["token"] for mail in told if mail["template"] == "invited"]

    new = person("new@office.example")
    invitation = invitations.invite(who=anna, owner=owner, email=new.name, role=READER)
    with refused(Code.INVITED_ALREADY):
        invitations.invite(who=anna, owner=owner, email="NEW@office.example", role=ADMIN)
    invitations.send_again(who=anna, invitation=invitation, language="nl")
    assert told[-1]["language"] == "nl"
    with refused(Code.LINK_INVALID):
        by_link(invitations.accept, new, tokens()[0])
    Invitation.objects.update(expires=timezone.now())
    with refused(Code.LINK_INVALID):
        by_link(invitations.accept, new, tokens()[1])
    invitations.send_again(who=anna, invitation=invitation)
    invitations.cancel(who=anna, invitation=invitation)
    with refused(Code.LINK_INVALID):
        by_link(invitations.accept, new, tokens()[2])
    for late in (invitations.cancel, invitations.send_again):
        with refused(Code.DECIDED_ALREADY):
            late(who=anna, invitation=invitation)
    invitations.invite(who=anna, owner=owner, email=new.name, role=READER)
    by_link(invitations.refuse, new, tokens()[3])
    with refused(Code.LINK_INVALID):
        by_link(invitations.accept, new, tokens()[3])
    assert roles(owner) == {anna.name: "admin"}
    with pytest.raises(Http404):
        invitations.cancel(who=new, invitation=invitation)


def test_nobody_is_pestered_on_behalf_of_an_owner(owner, anna, monkeypatch):
    waiting = requested(anna, "Waiting")
    with refused(Code.OWNER_WAITING):
        invitations.invite(who=anna, owner=waiting, email="a@b.example", role=READER)
    with refused(Code.MEMBER_ALREADY):
        invitations.invite(who=anna, owner=owner, email=anna.name, role=READER)
    with pytest.raises(ValidationError):
        invitations.invite(who=anna, owner=owner, email="a@b.example\nBcc: c@d.example", role=READER)
    with pytest.raises(ValueError, match="owner"):
        invitations.invite(who=anna, owner=owner, email="a@b.example", role="owner")
    monkeypatch.setattr(invitations, "MOST_PENDING", 2)
    monkeypatch.setattr(invitations, "MOST_A_DAY", 3)
    first = invitations.invite(who=anna, owner=owner, email="1@b.example", role=READER)
    invitations.invite(who=anna, owner=owner, email="2@b.example", role=READER)
    with refused(Code.TOO_MANY_INVITATIONS):
        invitations.invite(who=anna, owner=owner, email="3@b.example", role=READER)
    invitations.send_again(who=anna, invitation=first)
    with refused(Code.TOO_MANY_MAILS):
        invitations.send_again(who=anna, invitation=first)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Do them at once, each with its own connection; returns the codes of the refused, "" for the others."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        try:
            start.wait()
            act()
        except Refusal as error:
            return error.hindrances[0].code
        except (Http404, PermissionDenied) as error:
            return type(error).__name__
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.usefixtures("shared")
@pytest.mark.django_db(transaction=True)
def test_of_those_who_act_at_once_one_wins(told):
    anna, bert = person("anna@office.example"), person("bert@office.example")
    owner = approved(anna)
    invitation = invitations.invite(who=anna, owner=owner, email=bert.name, role=ADMIN)
    token = told[-1]["token"]
    assert at_once(*[lambda: by_link(invitations.accept, bert, token)] * 3) == [
        "",
        "link_invalid",
        "link_invalid",
    ]
    assert Membership.objects.filter(owner=owner).count() == 2
    assert [deed.verb for deed in deeds(owner=owner, size=2)] == ["add", "accept invitation"]

    # Two administrators leave: one stays.
    leaving = at_once(
        lambda: members.leave(who=anna, owner=owner), lambda: members.leave(who=bert, owner=owner)
    )
    assert leaving == ["", "last_administrator"]
    (left,) = Membership.objects.filter(owner=owner).select_related("person")
    one, other = (anna, bert) if left.person == anna.person else (bert, anna)

    # Two administrators demote each other: the second is none any more.
    members.add(who=COMMAND_LINE, owner=owner, person=other.person, role=ADMIN)
    assert at_once(
        lambda: members.change_role(who=one, owner=owner, person=other.person, role=READER),
        lambda: members.change_role(who=other, owner=owner, person=one.person, role=READER),
    ) == ["", "PermissionDenied"]
    assert sorted(roles(owner).values()) == ["admin", "reader"]

    # It is accepted and cancelled.
    boss = one if roles(owner)[one.name] == "admin" else other
    new = person("new@office.example")
    invitation = invitations.invite(who=boss, owner=owner, email=new.name, role=READER)
    token = told[-1]["token"]
    done = at_once(
        lambda: by_link(invitations.accept, new, token),
        lambda: invitations.cancel(who=boss, invitation=invitation),
    )
    invitation.refresh_from_db()
    accepted = invitation.state == Invitation.State.ACCEPTED
    assert done == ["", "decided_already" if accepted else "link_invalid"]
    assert (new.name in roles(owner)) == accepted
