"""Transfers: accepted by the other side, identifiers unchanged, old keys dead, told in both audit logs."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from erpd.accounts.actions import members, owners, transfers
from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE, VISITOR, Actor
from erpd.accounts.models import Key, Owner, Transfer
from erpd.accounts.refusal import Code, Refusal
from erpd.register.models import Catalogue, Source
from tests.accounts.people import ADMIN, EDITOR, approved, member, person, ready
from tests.accounts.test_members import at_once, roles
from tests.accounts.test_owners import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]


@pytest.fixture
def anna() -> Actor:
    return person("anna@first.example")


@pytest.fixture
def zoe() -> Actor:
    return person("zoe@second.example")


@pytest.fixture
def first(anna: Actor) -> Owner:
    return ready(anna, "First")


@pytest.fixture
def second(zoe: Actor) -> Owner:
    return ready(zoe, "Second")


def key(who: Actor, owner: Owner, catalogue: Catalogue) -> Key:
    expires = timezone.now() + timedelta(days=1)
    assert who.person
    name = f"k{Key.objects.count()}"
    return Key.objects.create(
        person=who.person, owner=owner, catalogue=catalogue, prefix=name, expires=expires
    )


def test_a_catalogue_goes_to_another_owner(first, second, anna, zoe, told):
    catalogue = Catalogue.objects.get(slug="first")
    moved, stays = key(anna, first, catalogue), key(anna, first, Catalogue.objects.get(slug="first-open"))
    offer = transfers.give_catalogue(who=anna, catalogue=catalogue, to=second, comment="You took it over.")
    assert (told[-1]["to"], told[-1]["comment"]) == (zoe.name, "You took it over.")
    assert list(transfers.offered_to(zoe.person)) == [offer]
    assert not transfers.offered_to(anna.person)
    with refused(Code.TRANSFER_PENDING):
        transfers.give_catalogue(who=anna, catalogue=catalogue, to=second)
    editor = member(second, "editor@second.example", EDITOR)
    for wrong in (VISITOR, anna, editor, person("eve@evil.example")):
        for act in (transfers.accept, lambda **given: transfers.refuse(comment="No.", **given)):
            with pytest.raises(Http404):
                act(who=wrong, transfer=offer)
    for wrong in (VISITOR, zoe, editor):
        with pytest.raises(Http404):
            transfers.cancel(who=wrong, transfer=offer)

    transfers.accept(who=zoe, transfer=offer)
    assert [holding.catalogue.slug for holding in second.holdings.order_by("pk")] == [
        "first",
        "second",
        "second-open",
        "second-test",
    ]
    catalogue.refresh_from_db()
    assert (catalogue.slug, catalogue.title, catalogue.publisher) == ("first", {"en": "First"}, "Second")
    assert Source.objects.get(slug="first").catalogue == catalogue
    moved.refresh_from_db()
    stays.refresh_from_db()
    assert moved.revoked
    assert stays.revoked is None
    for owner in (first, second):
        done = deeds(owner=owner, size=1)[0]
        assert (done.verb, done.by, done.name) == ("accept transfer", zoe.name, "first")
        assert (done.detail["from_owner"], done.detail["to_owner"]) == ("first", "second")
    assert (told[-1]["to"], told[-1]["template"]) == (anna.name, "transfer-accepted")
    for act in (transfers.accept, lambda **given: transfers.refuse(comment="No.", **given)):
        with refused(Code.DECIDED_ALREADY):
            act(who=zoe, transfer=offer)
    with pytest.raises(Http404):  # it is not theirs any more
        transfers.give_catalogue(who=anna, catalogue=catalogue, to=second)
    owners.change(who=zoe, owner=second, title={"en": "Second Office"}, contact=second.contact)
    catalogue.refresh_from_db()
    assert (catalogue.title, catalogue.publisher) == ({"en": "First"}, "Second Office")
    assert Catalogue.objects.get(slug="second").title == {"en": "Second Office"}
    # Closed and opened again, the first owner does not get it back, nor names it.
    owners.close(who=COMMAND_LINE, owner=first, reason="Merged.")
    owners.approve(who=COMMAND_LINE, owner=first)
    catalogue.refresh_from_db()
    assert catalogue.holding.owner == second
    assert catalogue.publisher == "Second Office"


def test_an_offer_is_refused_with_a_reason_or_taken_back(first, second, anna, zoe, told):
    catalogue = Catalogue.objects.get(slug="first")
    for who, error in ((member(first, "e@first.example", EDITOR), PermissionDenied), (zoe, Http404)):
        with pytest.raises(error):
            transfers.give_catalogue(who=who, catalogue=catalogue, to=second)
    with refused(Code.TRANSFER_TO_ITSELF):
        transfers.give_catalogue(who=anna, catalogue=catalogue, to=first)
    with pytest.raises(Http404):
        transfers.give_catalogue(who=anna, catalogue=Catalogue.objects.get(slug="nl"), to=second)
    offer = transfers.give_catalogue(who=anna, catalogue=catalogue, to=second)
    with refused(Code.REASON_MISSING):
        transfers.refuse(who=zoe, transfer=offer, comment=" ")
    transfers.refuse(who=zoe, transfer=offer, comment="Not ours.")
    assert told[-1]["answer"] == "Not ours."
    offer = transfers.give_catalogue(who=anna, catalogue=catalogue, to=second)
    transfers.cancel(who=anna, transfer=offer)
    with refused(Code.DECIDED_ALREADY):
        transfers.accept(who=zoe, transfer=offer)
    assert [one.state for one in Transfer.objects.order_by("pk")] == ["refused", "cancelled"]
    assert catalogue.holding.owner == first


def test_strangers_are_not_pestered_with_offers(first, anna, monkeypatch):
    monkeypatch.setattr(transfers, "MOST_A_DAY", 2)
    for _ in range(2):
        offer = transfers.hand_over(who=anna, owner=first, successor="victim@else.example")
        transfers.cancel(who=anna, transfer=offer)
    with refused(Code.TOO_MANY_MAILS):
        transfers.hand_over(who=anna, owner=first, successor="victim@else.example")


def test_only_a_ready_owner_receives_a_catalogue(first, anna, zoe):
    catalogue, late = Catalogue.objects.get(slug="first"), approved(zoe, "Late")
    offer = transfers.give_catalogue(who=anna, catalogue=catalogue, to=late)
    with pytest.raises(Refusal, match=r"has not been confirmed.*has not been accepted"):
        transfers.accept(who=zoe, transfer=offer)
    owners.close(who=COMMAND_LINE, owner=late, reason="Merged.")
    offer.refresh_from_db()
    assert offer.state == "cancelled"
    with refused(Code.OWNER_CLOSED):
        transfers.give_catalogue(who=anna, catalogue=catalogue, to=late)


def test_the_last_administrator_goes_when_a_successor_has_accepted(first, anna, told):
    mine = key(anna, first, Catalogue.objects.get(slug="first"))
    with refused(Code.TRANSFER_TO_ITSELF):
        transfers.hand_over(who=anna, owner=first, successor="Anna@first.example")
    offer = transfers.hand_over(who=anna, owner=first, successor="Next@First.example", comment="I retire.")
    assert told[-1]["to"] == "next@first.example"  # has no account yet
    with refused(Code.TRANSFER_PENDING):
        transfers.hand_over(who=anna, owner=first, successor="other@first.example")
    with refused(Code.LAST_ADMINISTRATOR):
        members.leave(who=anna, owner=first)
    for wrong in (VISITOR, anna, COMMAND_LINE, person("eve@evil.example")):
        with pytest.raises(Http404):
            transfers.accept(who=wrong, transfer=offer)
    successor = person("next@first.example")
    assert list(transfers.offered_to(successor.person)) == [offer]
    transfers.accept(who=successor, transfer=offer)
    assert roles(first) == {"next@first.example": "admin"}
    mine.refresh_from_db()
    assert mine.revoked
    assert [deed.verb for deed in deeds(owner=first, size=3)] == ["accept transfer", "hand over", "add"]

    # One who has been demoted has nothing to hand over; a member who succeeds gets the role.
    editor = member(first, "editor@first.example", EDITOR)
    offer = transfers.hand_over(who=successor, owner=first, successor=editor.name)
    members.add(who=COMMAND_LINE, owner=first, person=anna.person, role=ADMIN)
    members.change_role(who=anna, owner=first, person=successor.person, role=EDITOR)
    with refused(Code.DECIDED_ALREADY):
        transfers.accept(who=editor, transfer=offer)
    offer = transfers.hand_over(who=anna, owner=first, successor=editor.name)
    transfers.accept(who=editor, transfer=offer)
    assert roles(first) == {"next@first.example": "editor", editor.name: "admin"}


@pytest.mark.usefixtures("shared")
@pytest.mark.django_db(transaction=True)
def test_a_transfer_is_decided_once():
    anna, zoe = person("anna@first.example"), person("zoe@second.example")
    first, second = ready(anna, "First"), ready(zoe, "Second")
    offer = transfers.give_catalogue(who=anna, catalogue=Catalogue.objects.get(slug="first"), to=second)
    assert at_once(
        lambda: transfers.accept(who=zoe, transfer=offer),
        lambda: transfers.refuse(who=zoe, transfer=offer, comment="No."),
        lambda: transfers.cancel(who=anna, transfer=offer),
    ) == ["", "decided_already", "decided_already"]
    offer.refresh_from_db()
    receiver = second if offer.state == "accepted" else first
    assert Catalogue.objects.get(slug="first").holding.owner == receiver
    assert [deeds(owner=owner)[0].name for owner in (first, second)] == ["first", "first"]
