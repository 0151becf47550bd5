"""One form of an address; addresses that look alike are refused wherever one is given."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from erpd.accounts.actions import invitations, owners, people, transfers
from erpd.accounts.addresses import address, known_as
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail, Person
from tests.accounts.people import READER, person, ready, sign_in

ALIKE = [
    "an\u200bna@office.example",
    "anna@off\u200bice.example",
    "anna@o\ufb03ce.example",
    "\u017fteve@office.example",
    "\u0131an@office.example",
    "anna@office\u3002example",
    "\u212aim@office.example",
    "anna@boo\u212a.example",
    "anna@\u017ftat.example",
    "anna@xn--abc.example",
    "anna@\uff4fffice.example",
]


@pytest.mark.parametrize("given", ALIKE, ids=ascii)
def test_what_looks_like_another_address_is_refused(given):
    with pytest.raises(ValidationError):
        address(given)
    assert known_as(given) == ""


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (" Anna.B+data@Office.Example ", "anna.b+data@office.example"),
        ("a@office.construction", "a@office.construction"),
        ("o'neill_x@sub.r3---sn.example", "o'neill_x@sub.r3---sn.example"),
        ("anna@B\u00dccher.example", "anna@xn--bcher-kva.example"),
        ("anna@XN--bcher-kva.example", "anna@xn--bcher-kva.example"),
        ("a@\u03b4\u03bf\u03ba\u03b9\u03bc\u03ae.gr", "a@xn--jxalpdlp.gr"),
        ("a@xn--jxalpdlp.xn--qxam", "a@xn--jxalpdlp.xn--qxam"),
    ],
    ids=ascii,
)
def test_addresses_of_people_have_one_form(given, stored):
    assert address(given) == address(stored) == stored


INNER = ["a@localhost", "a@[127.0.0.1]", "a@mail.localhost", "a@printer.local", "a@localhost.localdomain"]


@pytest.mark.django_db
@pytest.mark.usefixtures("national")
def test_strangers_have_nothing_sent_to_a_host_that_is_not_public(client, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    anna = person("anna@office.example")
    owner = ready(anna)
    for given in INNER:
        for act in (
            lambda given=given: invitations.invite(who=anna, owner=owner, email=given, role=READER),
            lambda given=given: owners.change(who=anna, owner=owner, contact=given),
            lambda given=given: owners.request(who=anna, title={"en": "X"}, contact=given),
        ):
            with pytest.raises(ValidationError):
                act()
        signing_up = {"email": given, "password1": "long enough a password"}
        assert client.post("/account/signup/", signing_up).context["form"].errors["email"]
    own = Client()
    sign_in(own, anna)
    assert own.post("/account/email/", {"email": INNER[0], "action_add": ""}).context["form"].errors
    assert not Mail.objects.filter(to__in=INNER).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("national")
def test_every_place_that_takes_an_address_takes_that_form(client, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    anna = person("anna@office.example")
    owner = ready(anna)
    for given in (ALIKE[0], ALIKE[3]):
        for act in (
            lambda given=given: invitations.invite(who=anna, owner=owner, email=given, role=READER),
            lambda given=given: transfers.hand_over(who=anna, owner=owner, successor=given),
            lambda given=given: people.add(who=COMMAND_LINE, email=given),
            lambda given=given: owners.change(who=anna, owner=owner, contact=given),
            lambda given=given: owners.request(who=anna, title={"en": "X"}, contact=given),
            lambda given=given: Person.objects.create_user(given),
        ):
            with pytest.raises(ValidationError):
                act()
    for given in ALIKE:
        signing_up = {"email": given, "password1": "long enough a password"}
        assert client.post("/account/signup/", signing_up).status_code == 200
        assert client.post("/account/password/reset/", {"email": given}).context["form"].errors
    assert Person.objects.count() == 1
    made = people.add(who=COMMAND_LINE, email="bert@b\u00fccher.example", password="long enough a password")
    assert made.email == "bert@xn--bcher-kva.example"
    own = Client()
    sign_in(own, anna)
    for given in ALIKE:
        changing = own.post("/account/email/", {"email": given, "action_add": ""})
        assert changing.context["form"].errors, ascii(given)
    signing_in = {"login": "Bert@B\u00fccher.example", "password": "long enough a password"}
    assert client.post("/account/login/", signing_in).status_code == 302
