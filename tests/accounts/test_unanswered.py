"""What somebody has offered in the name of an owner ends with their right to offer it."""

from collections.abc import Callable

import pytest

from erpd.accounts.actions import invitations, members, people, transfers
from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE, Actor
from erpd.accounts.models import Invitation, Mail, Membership, Owner, Person, Transfer
from erpd.accounts.refusal import Code
from erpd.register.models import Catalogue
from tests.accounts.people import ADMIN, EDITOR, operator, person, ready
from tests.accounts.test_members import at_once, by_link, roles
from tests.accounts.test_owners import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]


def end(thief: Actor, owner: Owner) -> None:
    assert thief.person
    people.end(who=operator(), person=thief.person, reason="stolen")


def demote(thief: Actor, owner: Owner) -> None:
    assert thief.person
    members.change_role(who=COMMAND_LINE, owner=owner, person=thief.person, role=EDITOR)


def remove(thief: Actor, owner: Owner) -> None:
    assert thief.person
    members.remove(who=COMMAND_LINE, owner=owner, person=thief.person)


def leave(thief: Actor, owner: Owner) -> None:
    members.leave(who=thief, owner=owner)


@pytest.mark.parametrize("act", [end, demote, remove, leave])
def test_whoever_may_no_longer_offer_has_offered_nothing(act: Callable[[Actor, Owner], None], told):
    anna, zoe, thief = person("anna@ours.example"), person("zoe@other.example"), person("thief@ours.example")
    owner, other = ready(anna, "Ours"), ready(zoe, "Other")
    members.add(who=COMMAND_LINE, owner=owner, person=thief.person, role=ADMIN)
    bert, again = person("bert@ours.example"), person("again@evil.example")
    kept = invitations.invite(who=anna, owner=owner, email=bert.name, role=EDITOR)
    resent = invitations.invite(who=anna, owner=owner, email="third@evil.example", role=ADMIN)
    invitations.send_again(who=thief, invitation=resent)
    invitation = invitations.invite(who=thief, owner=owner, email=again.name, role=ADMIN)
    token = told[-1]["token"]
    catalogue = Catalogue.objects.get(slug="ours")
    gift = transfers.give_catalogue(who=thief, catalogue=catalogue, to=other)
    place = transfers.hand_over(who=thief, owner=owner, successor=again.name)

    act(thief, owner)
    with refused(Code.LINK_INVALID):
        by_link(invitations.accept, again, token)
    with refused(Code.LINK_INVALID):
        invitations.accept(who=again, invitation=invitation)
    for who, offer in ((zoe, gift), (again, place)):
        with refused(Code.DECIDED_ALREADY):
            transfers.accept(who=who, transfer=offer)
    assert again.name not in roles(owner)
    assert catalogue.holding.owner == owner
    told_anna = [mail for mail in told if mail["template"] == "offers-cancelled"]
    assert [(mail["to"], mail["names"]) for mail in told_anna] == [
        (anna.name, "third@evil.example, again@evil.example, ours, again@evil.example")
    ]
    assert [deed.verb for deed in deeds(owner=owner, size=9)].count("cancel invitation") == 2
    assert [deed.verb for deed in deeds(owner=owner, size=9)].count("cancel transfer") == 2
    assert deeds(owner=other, size=1)[0].verb == "cancel transfer"
    assert list(invitations.invitations_of(bert)) == [kept]
    if act is end:
        assert thief.person
        people.open_again(who=operator(), person=thief.person)
        with refused(Code.LINK_INVALID):
            invitations.accept(who=again, invitation=invitation)


def test_what_was_left_over_is_not_accepted(told):
    """As if it had been offered at the very moment at which the right to offer it ended."""
    anna, zoe, again = person("anna@ours.example"), person("zoe@other.example"), person("again@evil.example")
    owner, other = ready(anna, "Ours"), ready(zoe, "Other")
    invitation = invitations.invite(who=anna, owner=owner, email=again.name, role=ADMIN)
    token = told[-1]["token"]
    gift = transfers.give_catalogue(who=anna, catalogue=Catalogue.objects.get(slug="ours"), to=other)
    place = transfers.hand_over(who=anna, owner=owner, successor=again.name)
    for change, back in (
        (lambda: Person.objects.filter(pk=anna.person.pk).update(is_active=False), {"is_active": True}),
        (lambda: Membership.objects.filter(person=anna.person).update(role=EDITOR), {}),
    ):
        change()
        assert invitations.pending(token) is None
        assert not invitations.invitations_of(again)
        assert not transfers.offered_to(again.person)
        assert not transfers.offered_to(zoe.person)
        with refused(Code.LINK_INVALID):
            invitations.accept(who=again, invitation=invitation)
        for who, offer in ((zoe, gift), (again, place)):
            with refused(Code.OFFER_ENDED):
                transfers.accept(who=who, transfer=offer)
        Person.objects.filter(pk=anna.person.pk).update(**back or {"is_active": True})
    by_host = invitations.invite(who=COMMAND_LINE, owner=owner, email="host@ours.example", role=EDITOR)
    assert list(invitations.invitations_of(person("host@ours.example"))) == [by_host]


@pytest.mark.usefixtures("shared")
@pytest.mark.django_db(transaction=True)
def test_an_account_ends_while_its_invitation_is_accepted():
    anna, thief, again = (person(f"{name}@ours.example") for name in ("anna", "thief", "again"))
    owner = ready(anna, "Ours")
    members.add(who=COMMAND_LINE, owner=owner, person=thief.person, role=ADMIN)
    invitation = invitations.invite(who=thief, owner=owner, email=again.name, role=ADMIN)
    done = at_once(
        lambda: end(thief, owner),
        lambda: invitations.accept(who=again, invitation=invitation),
        lambda: invitations.invite(who=thief, owner=owner, email="third@evil.example", role=ADMIN),
    )
    invitation.refresh_from_db()
    accepted = invitation.state == Invitation.State.ACCEPTED
    assert done.count("link_invalid") == (not accepted), done
    assert accepted == (again.name in roles(owner))
    assert not invitations.invitations_of(person("third@evil.example"))
    assert not Transfer.objects.exists()
    assert not Mail.objects.filter(template="offers-cancelled", to=thief.name).exists()
