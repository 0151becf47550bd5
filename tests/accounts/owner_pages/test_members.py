"""Members, roles and invitations by pages."""

import re

import pytest
from django.test import Client

from erpd.accounts.models import Invitation, Mail, Membership
from tests.accounts.owner_pages.conftest import shown, told, words
from tests.accounts.people import ADMIN, EDITOR, READER, member, person, ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]


def link() -> str:
    """The link of the newest invitation."""
    mail = Mail.objects.filter(template="invited").latest("pk")
    return f"/owners/invitations/{mail.context['token']}/"


def test_somebody_is_invited_signs_in_and_becomes_an_editor(as_, client: Client):
    anna = person("anna@office.example")
    owner = ready(anna, "Office <b>")
    admin, address = as_(anna), f"/owners/{owner.slug}/members/"
    facts = {"act": "invite", "email": "NEW@office.example", "role": "editor", "language": "nl"}
    assert "invitation to NEW@office.example" in told(
        admin, admin.post(address, {**facts, "state": "accepted"})
    )
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.by, Mail.objects.latest("pk").language) == (
        "pending",
        anna.person,
        "nl",
    )
    assert "has already been invited" in words(admin.post(address, facts), 409)
    for bad in ({"email": "x"}, {"role": "operator"}, {"language": "xx"}):
        words(admin.post(address, {**facts, "email": "other@office.example", **bad}), 400)
    old = link()
    told(admin, admin.post(address, {"act": "again", "id": invitation.pk}))
    new = link()
    assert old != new

    assert client.get(new)["Location"] == f"/account/login/?next={new}"
    eve = as_(person("eve@evil.example"))
    for reached in (eve.get(new), eve.post(new, {"act": "accept", "id": invitation.pk})):
        assert "You are signed in as eve@evil.example" in words(reached, 404)
    words(eve.post("/owners/", {"act": "accept", "id": invitation.pk}), 409)

    browser = as_(person("new@office.example"))  # signs up only now
    assert "This link is not valid for you" in words(browser.get(old), 404)
    assert "Office <b>" in words(browser.get(new))
    assert "Invitations to you" in words(browser.get("/owners/"))
    assert "You are now a member" in told(browser, browser.post(new, {"act": "accept", "id": invitation.pk}))
    assert Membership.objects.get(person__email="new@office.example").role == "editor"
    for again in (browser.get(new), browser.post(new, {"act": "accept", "id": invitation.pk})):
        words(again, 404)
    words(browser.post("/owners/", {"act": "accept", "id": invitation.pk}), 409)
    acts = shown(browser.get(address)).xpath("//ul[@class='erpd-cards']//button/@value")
    assert acts == ["leave"]


def test_an_invitation_is_refused_or_cancelled(as_):
    anna, bert = person("anna@office.example"), person("bert@office.example")
    owner = ready(anna)
    admin, browser, address = as_(anna), as_(bert), f"/owners/{owner.slug}/members/"
    facts = {"act": "invite", "email": bert.name, "role": "admin", "language": "en"}
    told(admin, admin.post(address, facts))
    assert "refused" in told(
        browser, browser.post("/owners/", {"act": "refuse", "id": Invitation.objects.get().pk})
    )
    told(admin, admin.post(address, facts))
    cancelled = Invitation.objects.get(state="pending")
    assert "is cancelled" in told(admin, admin.post(address, {"act": "cancel", "id": cancelled.pk}))
    words(browser.get(link()), 404)
    assert "already been decided" in words(admin.post(address, {"act": "again", "id": cancelled.pk}), 409)


def test_roles_are_changed_and_members_leave(as_):
    anna = person("anna@office.example")
    owner = ready(anna)
    bert = member(owner, "bert@office.example", EDITOR)
    admin, address = as_(anna), f"/owners/{owner.slug}/members/"
    mine, his = (owner.memberships.get(person=who.person).pk for who in (anna, bert))
    assert "would be left without an administrator" in words(admin.post(address, {"act": "leave"}), 409)
    words(admin.post(address, {"act": "role", "id": his, "role": "operator"}), 400)
    told(admin, admin.post(address, {"act": "role", "id": his, "role": "admin", "person": mine, "owner": 1}))
    assert owner.memberships.get(pk=his).role == ADMIN
    told(admin, admin.post(address, {"act": "role", "id": his, "role": "reader"}))
    assert owner.memberships.get(pk=his).role == READER
    reader = as_(bert)
    for act in ({"act": "role", "id": his, "role": "admin"}, {"act": "remove", "id": mine}):
        words(reader.post(address, act), 403)
    assert "have left" in told(reader, reader.post(address, {"act": "leave"}))
    words(reader.get(address), 404)
    carl = member(owner, "carl@office.example", READER)
    his = owner.memberships.get(person=carl.person).pk
    assert "no longer a member" in told(admin, admin.post(address, {"act": "remove", "id": his}))
    for gone in (his, 0, -1, 2**70, "x", ""):
        assert admin.post(address, {"act": "remove", "id": gone}).status_code in (400, 404)


def test_many_members_are_paged(as_):
    anna = person("anna@office.example")
    owner = ready(anna)
    for number in range(55):
        person(f"p{number}@office.example")
    rows = [
        Membership(owner=owner, person=person(f"p{number}@office.example").person, role=READER)
        for number in range(55)
    ]
    Membership.objects.bulk_create(rows)
    admin, address = as_(anna), f"/owners/{owner.slug}/members/"
    first = shown(admin.get(address))
    assert len(first.xpath("//ul[@class='erpd-cards']/li")) == 50
    (further,) = first.xpath("//a[@rel='next']/@href")
    assert len(shown(admin.get(address + further)).xpath("//ul[@class='erpd-cards']/li")) == 6


def test_roles_need_a_sign_in_not_long_ago(as_):
    anna = person("anna@office.example")
    owner = ready(anna)
    for page in ("", "members/", "keys/", "transfers/"):
        answer = as_(anna, ago=16 * 60).post(f"/owners/{owner.slug}/{page}", {"act": "leave"})
        assert re.match("/account/(2fa/)?reauthenticate/", answer["Location"]), page
