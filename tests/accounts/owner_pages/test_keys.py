"""Keys by pages: shown once, replaced, revoked."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from erpd.accounts import keys
from erpd.accounts.models import Key, Membership
from erpd.register.models import Catalogue
from tests.accounts.owner_pages.conftest import shown, told, words
from tests.accounts.people import EDITOR, READER, approved, member, person, ready

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]


def form(browser: Client, address: str) -> dict[str, str]:
    page = shown(browser.get(address))
    (once,) = page.xpath("//input[@name='once']/@value")
    return {"act": "make", "catalogue": "statistics-office-test", "days": "30", "once": once}


def text_of(answer) -> str:
    return shown(answer).xpath("string(//pre)")


def test_a_key_is_made_shown_once_replaced_and_revoked(as_):
    anna = person("anna@office.example")
    owner = ready(anna)
    browser, address = as_(member(owner, "ed@office.example", EDITOR)), f"/owners/{owner.slug}/keys/"
    facts = {
        **form(browser, address),
        "key_name": "<script>alert(1)</script>",
        "person": "1",
        "prefix": "mine",
    }
    answer = browser.post(address, facts)
    text = text_of(answer)
    assert "no-store" in answer["Cache-Control"]
    key = keys.find(text, "192.0.2.1")
    assert key
    assert (key.person.email, key.catalogue.slug, key.owner) == (
        "ed@office.example",
        "statistics-office-test",
        owner,
    )
    assert 'curl "http://' in words(browser.post(address, {**form(browser, address)}))
    again = browser.post(address, facts)  # the page is loaded again
    assert "has already created the key" in words(again, 409)
    assert shown(again, 409).xpath("//input[@name='once']/@value") != [facts["once"]]
    assert Key.objects.count() == 2
    page = browser.get(address)
    assert "<script>alert" not in page.content.decode()
    assert text not in page.content.decode()
    assert "192.0.2.1" in words(page)
    assert not [one for one in Session.objects.all() if text in str(one.get_decoded())]

    new = text_of(browser.post(address, {"act": "rotate", "id": key.pk}))
    assert keys.find(new)
    assert keys.find(text)
    assert "has already been replaced" in words(browser.post(address, {"act": "rotate", "id": key.pk}), 409)
    assert "replaced by" in words(browser.get(address))
    (link,) = shown(browser.get(address)).xpath(f"//a[@href='?revoke={key.pk}']")
    assert "cannot be undone" in words(browser.get(f"{address}{link.get('href')}"))
    assert keys.find(text), "asking changes nothing"
    assert browser.get(f"{address}?revoke=999999").status_code == 404
    assert "no longer works" in told(browser, browser.post(address, {"act": "revoke", "id": key.pk}))
    assert not keys.find(text)

    admin = as_(anna)
    assert "ed@office.example" in words(admin.get(address))
    other = keys.find(new)
    assert other
    words(admin.post(address, {"act": "rotate", "id": other.pk}), 403)  # nobody acts in another's name
    told(admin, admin.post(address, {"act": "revoke", "id": other.pk}))


def test_what_is_wrong_is_said_at_the_form(as_):
    anna = person("anna@office.example")
    owner = ready(anna)
    foreign = ready(person("zoe@second.example"), "Second")
    browser, address = as_(anna), f"/owners/{owner.slug}/keys/"
    facts = form(browser, address)
    for bad in (
        {"catalogue": "second"},
        {"catalogue": "none"},
        {"days": "x"},
        {"once": ""},
        {"key_name": "x" * 81},
    ):
        words(browser.post(address, {**facts, **bad}), 400)
    for days in ("0", "366", "-1"):
        assert "valid for 1 to 365 days" in words(browser.post(address, {**facts, "days": days}), 409)
    assert not Key.objects.exists()
    catalogue = Catalogue.objects.get(slug=foreign.slug)
    theirs, _ = keys.make(who=person("zoe@second.example"), catalogue=catalogue)
    for act in ("rotate", "revoke"):
        assert (
            browser.post(address, {"act": act, "id": theirs.pk}).content
            == browser.post(address, {"act": act, "id": 999_999}).content
        )
    reader = as_(member(owner, "reader@office.example", READER))
    assert not shown(reader.get(address)).xpath("//input[@name='once']")
    words(reader.post(address, facts), 403)


def test_an_owner_that_is_not_ready_is_told_what_is_missing(as_):
    anna = person("anna@office.example")
    owner = approved(anna)
    browser, address = as_(anna), f"/owners/{owner.slug}/keys/"
    assert "cannot get keys yet" in words(browser.get(address))
    facts = {"act": "make", "catalogue": owner.slug, "days": "1", "once": "x"}
    assert "has not been confirmed" in words(browser.post(address, facts), 409)


def test_who_answers_requests_makes_a_key_for_the_case_system(as_):
    owner = ready(person("anna@office.example"))
    rita = member(owner, "rita@office.example", READER)
    browser, address = as_(rita), f"/owners/{owner.slug}/keys/"
    facts = {"act": "make_for_desk", "days": "30", "once": "x", "key_name": "cases"}
    assert "requests for access" not in words(browser.get(address))
    assert browser.post(address, facts).status_code == 403
    Membership.objects.filter(person=rita.person).update(handles=True)
    assert "Create a key for requests for access" in words(browser.get(address))
    answer = browser.post(address, facts)
    assert keys.find(text_of(answer), desk=True)
    assert "/api/requests/v1/requests" in words(answer)
    [key] = Key.objects.all()
    assert key.prefix in words(browser.get(f"{address}?revoke={key.pk}"))
    browser.post(address, {"act": "revoke", "id": key.pk})
    assert "revoked on" in words(browser.get(address))
