"""A desk is opened when the body has all that it needs; members say who answers there."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client

from erpd.access.bodies import actions
from erpd.access.handling import opening
from erpd.access.models import Body
from erpd.accounts.actions import members
from erpd.accounts.may import Actor, Kind
from erpd.accounts.models import Deed, Mail, Membership
from erpd.accounts.refusal import Refusal
from tests.access.bodies.test_bodies import FACTS
from tests.access.handling.conftest import Desk, desk
from tests.accounts.owner_pages.conftest import told, words
from tests.accounts.people import operator, person
from tests.submit.owners import office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]


def test_a_desk_opens_once_nothing_is_lacking_and_says_what_is(signed: Callable[[Actor], Client]) -> None:
    made = office("knmi")
    owner, admin = made.owner, made.actor("admin")
    bare = replace(FACTS, country="", redress_within="")
    body = actions.create(who=admin, facts=bare, keeper=owner)
    client, address = signed(admin), f"/owners/{owner.slug}/body/"
    with pytest.raises(Refusal) as refused:
        opening.open_desk(who=admin, body=body, nudge=5)
    said = [one.code for one in refused.value.hindrances]
    assert said == ["desk-without-country", "desk-without-redress", "desk-without-handler"]
    page = words(client.get(address))
    assert "The country is missing." in page
    assert "No member answers requests for access." in page
    assert "The country is missing." in words(client.post(address, {"act": "open", "nudge": 5}), 409)

    body = actions.change(who=admin, body=body, facts=FACTS)
    reader = made.actor("reader").person
    assert reader
    row = owner.memberships.get(person=reader)
    ticked = {"act": "handles", "id": row.pk, "handles": "on"}
    assert signed(made.actor("editor")).post(f"/owners/{owner.slug}/members/", ticked).status_code == 403
    assert "now answers requests" in told(client, client.post(f"/owners/{owner.slug}/members/", ticked))
    assert (Mail.objects.latest("pk").template, Mail.objects.latest("pk").to) == (
        "answers-requests",
        reader.email,
    )
    members.let_handle(who=admin, owner=owner, person=reader, handles=True)  # again: nothing is told
    assert Deed.objects.filter(verb="let handle", thing=Kind.MEMBER).count() == 1

    for who in (made.actor("editor"), Actor(reader), desk("other").office.actor("admin")):
        with pytest.raises((PermissionDenied, Http404)):
            opening.open_desk(who=who, body=body, nudge=5)
        with pytest.raises((PermissionDenied, Http404)):
            opening.close_desk(who=who, body=body)
    assert "now receive requests" in told(client, client.post(address, {"act": "open", "nudge": 5}))
    assert words(client.post(address, {"act": "open", "nudge": 61}), 400)
    assert "Saved" in told(client, client.post(address, {"act": "open", "nudge": 9}))
    body = Body.objects.get(pk=body.pk)
    assert (body.desk, body.nudge) == (True, 9)
    taken, public = "Requests for access are taken here.", f"/bodies/{body.slug}/"
    assert taken in Client().get(public).content.decode()
    assert "The desk is closed" in told(client, client.post(address, {"act": "close"}))
    assert taken not in Client().get(public).content.decode()
    verbs = Deed.objects.filter(thing=Kind.BODY, owner=owner).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["create", "change", "open desk", "close desk"]

    without = actions.create(who=operator(), facts=FACTS)
    with pytest.raises(Refusal, match="No data owner keeps"):
        opening.open_desk(who=operator(), body=without, nudge=5)


def test_a_body_that_has_received_requests_stays(cbs: Desk, signed: Callable[[Actor], Client]) -> None:
    cbs.received()
    answering = cbs.handler.person
    assert answering
    admin = signed(cbs.office.actor("admin"))
    answer = admin.post(f"/owners/{cbs.office.owner.slug}/body/", {"act": "remove"})
    assert "It can stop taking requests instead" in words(answer, 409)
    answering.is_active = False
    answering.save()
    page = words(admin.get(f"/owners/{cbs.office.owner.slug}/body/"))
    assert "It no longer has all it needs" in page


def test_an_open_desk_keeps_somebody_who_answers(cbs: Desk, signed: Callable[[Actor], Client]) -> None:
    who, owner, last = cbs.office.actor("admin"), cbs.office.owner, cbs.handler.person
    assert last
    admin, address = signed(who), f"/owners/{owner.slug}/members/"
    row = owner.memberships.get(person=last)
    for act in ("handles", "remove"):
        said = words(admin.post(address, {"act": act, "id": row.pk}), 409)
        assert f"Nobody but {last.email} answers requests for access" in said
    with pytest.raises(Refusal, match="Nobody but"):
        members.leave(who=cbs.handler, owner=owner)
    second = cbs.office.people["reader"]
    members.let_handle(who=who, owner=owner, person=second, handles=True)
    members.let_handle(who=who, owner=owner, person=last, handles=False)
    members.remove(who=who, owner=owner, person=last)
    opening.close_desk(who=who, body=cbs.body)
    assert not members.let_handle(who=who, owner=owner, person=second, handles=False).handles


def test_the_row_of_places_leads_to_ones_desks(cbs: Desk, signed: Callable[[Actor], Client]) -> None:
    cbs.received()
    client = signed(cbs.handler)
    assert "Requests (1 To do)" in " ".join(client.get("/owners/").content.decode().split()).replace(
        '<span class="erpd-sr"> To do</span>', " To do"
    )
    for who in (cbs.office.actor("editor"), person("else@x.example")):
        assert "/desk/" not in signed(who).get("/owners/").content.decode()
    assert Membership.objects.filter(handles=True).count() == 1
