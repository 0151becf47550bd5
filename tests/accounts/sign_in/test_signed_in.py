"""What every page of people with an account asks for."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from erpd.accounts.models import Membership, Person
from erpd.accounts.sign_in.signed_in import lately, signed_in
from erpd.node.urls import urlpatterns as _ours
from tests.accounts.people import ADMIN, READER, approved, member, person, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@signed_in
@lately
def work(request: HttpRequest, number: int = 0) -> HttpResponse:
    return HttpResponse(f"{request.method} {request.POST.get('text', '')}")


urlpatterns = [path("owners/work/", work), *_ours]


def test_strangers_sign_in_and_come_back(client: Client) -> None:
    answer = client.get("/owners/work/?a=1")
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/owners/work/%3Fa%3D1")
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    assert client.delete("/owners/work/").status_code == 405


def test_who_can_change_what_others_see_needs_a_second_factor(client: Client, national: None) -> None:
    admin, editor = person("admin@office.example"), person("ed@office.example")
    owner = approved(admin)
    offices = [person(f"{office}@x.example", office=office) for office in ("operator", "reviewer")]
    second = member(owner, "second@office.example", ADMIN)
    handler = member(owner, "handler@office.example", READER)
    Membership.objects.filter(person=handler.person).update(handles=True)
    for who in (admin, second, handler, *offices):
        sign_in(client, who)
        assert client.get("/owners/work/?a=1")["Location"] == "/account/2fa/"
        page = client.get("/account/2fa/").content.decode()
        assert "Your role needs a second factor" in page
        assert "those who answer requests for access need a second factor" in page
        sign_in(client, who, second_factor="recovery_codes")  # are none
        assert client.get("/owners/work/").status_code == 302
        Authenticator.objects.update(type="totp")
        assert 'href="/owners/work/"' in client.get("/account/2fa/").content.decode()
        assert client.get("/owners/work/").status_code == 200
        assert "/owners/work/" not in client.get("/account/2fa/").content.decode(), "once is enough"
    sign_in(client, editor)
    assert client.get("/owners/work/").status_code == 200


def test_sudo_mode_lasts_a_quarter_of_an_hour_and_then_asks_and_goes_on(
    client: Client, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    who = person("ed@office.example")
    assert who.person
    Person.objects.get(pk=who.person.pk).emailaddress_set.create(
        email=who.person.email, verified=True, primary=True
    )
    who.person.set_password("quite-long-and-unusual")
    who.person.save()
    sign_in(client, who, ago=14 * 60)
    assert client.post("/owners/work/", {"text": "done"}).content == b"POST done"
    sign_in(client, who, ago=16 * 60)
    assert client.get("/owners/work/").status_code == 200
    answer = client.post("/owners/work/", {"text": "done"})
    assert answer["Location"] == "/account/reauthenticate/?next=%2Fowners%2Fwork%2F"
    assert "What you have entered is kept" in client.get(answer["Location"]).content.decode()
    wrong = client.post(answer["Location"], {"password": "another-one-entirely"})
    assert "errorlist" in wrong.content.decode()
    again = client.post(answer["Location"], {"password": "quite-long-and-unusual"})
    assert again.content == b"POST done"
    assert client.post("/owners/work/", {"text": "more"}).content == b"POST more"
    session = client.session
    session["account_authentication_methods"] = [{"method": "socialaccount", "at": time.time()}]
    session.save()
    assert client.post("/owners/work/").status_code == 302, "a provider answers also for somebody who is away"
