"""Owners from request to closure: catalogues, contact, agreement, and what keeps them from publishing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from erpd.accounts.actions import agreements, contacts, owners
from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE, VISITOR
from erpd.accounts.models import Agreement, Deed, Organisation, Owner, Person
from erpd.accounts.readiness import CONFIRMED_FOR, hindrances
from erpd.accounts.refusal import _TEXTS, Code, Refusal
from erpd.accounts.slugs import short_name
from erpd.register.catalogues import country_catalogue
from erpd.register.models import Catalogue, Source
from erpd.register.scope import scopes
from tests.accounts.people import approved, operator, person, ready, requested

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]


def refused(code: Code):
    return pytest.raises(Refusal, check=lambda error: [one.code for one in error.hindrances] == [code])


def codes(owner: Owner) -> list[str]:
    owner.refresh_from_db()
    return [one.code for one in hindrances(owner)]


def test_operators_are_told_of_a_request_but_not_of_a_flood(told):
    anna, boss = person("anna@office.example"), operator()
    person("gone@portal.example", office=Person.Office.OPERATOR, is_active=False)
    person("reviewer@portal.example", office=Person.Office.REVIEWER)
    owner = requested(anna, "Statistics Office", reason="We keep microdata.")
    mails = [mail for mail in told if mail["template"] == "owner-requested"]
    assert [(mail["to"], mail["owner"], mail["by"], mail["reason"]) for mail in mails] == [
        ("operator@portal.example", owner.slug, "anna@office.example", "We keep microdata.")
    ]
    requested(boss, "Their own")
    requested(COMMAND_LINE, "From the command line")
    for number in range(owners.MOST_TOLD_A_DAY):
        requested(person(f"{number}@office.example"), f"Office {number}")
    told_of = [mail["to"] for mail in told if mail["template"] == "owner-requested"]
    assert len(told_of) == owners.MOST_TOLD_A_DAY - 1
    assert Owner.objects.count() == owners.MOST_TOLD_A_DAY + 3


def test_an_owner_from_request_to_closure(told):
    anna, boss = person("anna@office.example"), operator()
    owner = requested(anna, "Büro für Statistik")
    assert owner.slug == "buro-fur-statistik"
    assert codes(owner) == ["owner_waiting", "agreement_not_accepted"]
    assert not owner.holdings.exists()

    with pytest.raises(PermissionDenied):
        owners.approve(who=anna, owner=owner)
    owners.approve(who=boss, owner=owner, slug="stats", reason="Known to us.")
    owner.refresh_from_db()
    names = {holding.catalogue.slug: holding.catalogue for holding in owner.holdings.all()}
    assert {name: one.kind for name, one in names.items()} == {
        "stats": "protected",
        "stats-open": "open",
        "stats-test": "test",
    }
    for name, catalogue in names.items():
        source = Source.objects.get(slug=name)
        assert (source.catalogue, source.policy) == (catalogue, Source.Policy.STRICT)
        assert catalogue.country == ""
        assert catalogue.publisher == "Büro für Statistik"
    for name, is_open in (("stats", False), ("stats-open", True)):
        above = country_catalogue("NL", open_data=is_open, european=False)
        assert names[name].part_of == above
    shown = {catalogue.slug for scope in scopes() for catalogue in scope.catalogues.values()}
    assert {"stats", "stats-open"} < shown
    assert "stats-test" not in shown
    assert told[-1]["template"] == "owner-approved"
    assert (told[-1]["contact"], told[-1]["version"]) == (owner.contact, 1)
    with refused(Code.DECIDED_ALREADY):
        owners.approve(who=boss, owner=owner)

    token = next(mail["token"] for mail in told if mail["template"] == "contact")
    contacts.confirm(token=token)
    with refused(Code.LINK_INVALID):
        contacts.confirm(token=token)
    assert codes(owner) == ["agreement_not_accepted"]
    with refused(Code.AGREEMENT_SUPERSEDED):
        agreements.accept(who=anna, owner=owner, version=2, language="de")
    accepted = agreements.accept(who=anna, owner=owner, version=1, language="de")
    assert accepted.language == "de"
    assert agreements.accept(who=anna, owner=owner, version=1, language="en") == accepted
    assert codes(owner) == []

    agreements.add_version(who=boss, text={"en": "New."}, changes={"en": "Shorter.", "nl": "Korter."})
    assert (told[-1]["to"], told[-1]["changes"]) == ("anna@office.example", "Shorter.")
    assert codes(owner) == ["agreement_changed"]
    assert agreements.accept(who=anna, owner=owner, version=2, language="fr").language == "en"
    assert codes(owner) == []

    with refused(Code.REASON_MISSING):
        owners.close(who=boss, owner=owner, reason=" ")
    owners.close(who=boss, owner=owner, reason="Merged.")
    assert codes(owner) == ["owner_closed"]
    with pytest.raises(PermissionDenied):
        owners.change(who=anna, owner=owner, title={"en": "X"}, contact="x@office.example")
    owners.approve(who=boss, owner=owner)
    assert codes(owner) == []
    assert owner.holdings.count() == 3

    done = deeds(owner=owner)
    verbs = ["approve", "close", "accept", "accept", "confirm", "approve", "request"]
    assert [deed.verb for deed in done] == verbs
    assert [deed.by for deed in done[:5]] == [
        boss.name,
        boss.name,
        anna.name,
        anna.name,
        "data@office.example",
    ]


def test_the_log_is_read_in_pages_by_key():
    owner = approved(person("anna@office.example"))
    for number in range(7):
        owners.change(
            who=COMMAND_LINE, owner=owner, title={"en": f"Name {number}"}, contact="data@office.example"
        )
    read, before = [], None
    while page := deeds(owner=owner, before=before, size=4):
        read += page
        before = page[-1].pk
    assert read == list(Deed.objects.filter(owner=owner).order_by("-pk"))
    assert deeds(size=3) == list(Deed.objects.order_by("-pk")[:3])


def test_a_refusal_needs_a_reason_and_closes_nothing_to_the_right_one(told):
    known = Organisation.objects.create(iri="https://x.example/1", title={"en": "X"}, domains=["x.example"])
    eve, anna = person("eve@evil.example"), person("anna@x.example")
    false = requested(eve, "X", organisation=known)
    true = requested(anna, "X", organisation=known)
    assert (false.slug, true.slug) == ("owner-2", "owner-3")  # "x" is too short for a name
    with refused(Code.REASON_MISSING):
        owners.refuse(who=operator(), owner=false, reason="")
    owners.refuse(who=operator(), owner=false, reason="Your address is not the organisation's.")
    assert told[-1]["reason"] == "Your address is not the organisation's."
    assert codes(false)[0] == "owner_refused"
    owners.approve(who=operator(), owner=true)
    with refused(Code.ORGANISATION_TAKEN):
        owners.approve(who=operator(), owner=false)
    with refused(Code.ORGANISATION_TAKEN):
        requested(eve, "X again", organisation=known)


@pytest.mark.parametrize(
    "slug", ["nl", "erpd", "all", "open", "a-open", "abc-test", "Abc", "-abc", "1abc", "a" * 41]
)
def test_names_that_no_owner_gets(slug):
    with refused(Code.SLUG_UNFIT):
        requested(person("anna@office.example"), slug=slug)
    assert not Owner.objects.exists()


def test_names_are_found_for_titles_in_any_script():
    anna = person("anna@office.example")
    known = Organisation.objects.create(iri="https://x.example/1", title={"en": "X"}, domains=["cbs.nl"])
    assert requested(anna, "Στατιστική Υπηρεσία").slug == "owner-2"
    assert requested(anna, "Open").slug == "open-2"
    assert requested(anna, "Anything", organisation=known).slug == "cbs"
    Catalogue.objects.create(slug="taken-open", kind="open")
    assert requested(anna, "Taken").slug == "taken-2"


def test_short_names_are_whole_words():
    title = "Bundesinstitut für Bau-, Stadt- und Raumforschung"
    assert short_name(title, 36) == "bundesinstitut-fur-bau-stadt-und"
    assert short_name(title, 100) == "bundesinstitut-fur-bau-stadt-und-raumforschung"
    assert short_name("Which_years -- do you need", 14) == "which-years-do"
    assert short_name("Rijksdienstvoorhetcultureelerfgoed", 10) == "rijksdiens"
    assert short_name("Στατιστική", 10) == ""


def test_requests_are_limited_for_each_person():
    anna = person("anna@office.example")
    for number in range(owners.MOST_WAITING):
        requested(anna, f"Office {number}")
    with refused(Code.TOO_MANY_REQUESTS):
        requested(anna, "One more")
    requested(person("bert@office.example"), "His first")
    with pytest.raises(Http404):
        requested(VISITOR)


@pytest.mark.parametrize(
    "facts",
    [
        {"title": {}},
        {"title": {"en": " "}},
        {"title": {"xx": "X"}},
        {"title": {"en": "x" * 301}},
        {"title": {"en": "Office", "nl": "You won: https://evil.example/"}},
        {"contact": "no"},
    ],
    ids=str,
)
def test_values_that_no_owner_has(facts):
    with pytest.raises(ValidationError):
        requested(person("anna@office.example"), **facts)


def test_nobody_gets_mail_for_an_owner_that_is_not_approved(told):
    anna = person("anna@office.example")
    owner = requested(anna, contact="victim@else.example")
    owners.change(who=anna, owner=owner, contact="other@else.example")
    with refused(Code.OWNER_WAITING):
        contacts.ask_again(who=anna, owner=owner)
    owners.refuse(who=COMMAND_LINE, owner=owner, reason="Not a government.")
    assert [mail["to"] for mail in told] == [anna.name]
    with pytest.raises(ValidationError):
        owners.change(
            who=COMMAND_LINE, owner=owner, title={"en": "http://evil.example"}, contact=owner.contact
        )
    owners.approve(who=COMMAND_LINE, owner=owner)
    assert [(mail["to"], mail["template"]) for mail in told[1:]] == [
        ("other@else.example", "contact"),
        (anna.name, "owner-approved"),
    ]


def test_a_contact_is_confirmed_each_year(told):
    anna = person("anna@office.example")
    owner = ready(anna)
    assert contacts.remind() == 0
    then = timezone.now() - CONFIRMED_FOR + contacts.EARLY - timedelta(hours=1)
    Owner.objects.update(confirmed=then, asked=then)
    assert [contacts.remind(), contacts.remind()] == [1, 0]
    assert codes(owner) == []
    Owner.objects.update(confirmed=timezone.now() - CONFIRMED_FOR - timedelta(hours=1))
    assert codes(owner) == ["contact_expired"]
    owner.refresh_from_db()
    contacts.confirm(token=contacts.token_of(owner))
    assert codes(owner) == []

    owners.change(who=anna, owner=owner, title=owner.title, contact="new@office.example")
    assert codes(owner) == ["contact_unconfirmed"]
    token = told[-1]["token"]
    assert told[-1]["to"] == "new@office.example"
    for wrong in (
        "",
        "x",
        token[:-1],
        token + "x",
        contacts.token_of(Owner(pk=owner.pk, contact="a@b.example")),
    ):
        with refused(Code.LINK_INVALID):
            contacts.confirm(token=wrong)
    for number in range(contacts.MOST_A_DAY - 1):
        owners.change(who=anna, owner=owner, title=owner.title, contact=f"{number}@victim.example")
    with refused(Code.TOO_MANY_MAILS):
        contacts.ask_again(who=anna, owner=owner)
    with refused(Code.LINK_INVALID):  # the address has changed
        contacts.confirm(token=token)


def test_the_agreement_that_we_ship_is_only_a_beginning():
    agreements.add_version(who=COMMAND_LINE, text={"en": "Ours."}, changes={})
    requested(person("anna@office.example"))
    assert [one.text for one in Agreement.objects.all()] == [{"en": "Ours."}]
    Agreement.objects.all().delete()
    requested(person("anna@office.example"))
    text = Agreement.objects.get().text
    assert set(text) == {"en", "nl", "fr", "de"}
    assert len({len(one.splitlines()) for one in text.values()}) == 1


def test_each_code_has_its_texts():
    assert set(_TEXTS) == set(Code)
