"""From a person without an owner to an owner that may publish, by pages alone."""

import pytest
from django.test import Client

from erpd.accounts.actions import agreements, contacts, organisations, owners
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Acceptance, Organisation, Owner
from erpd.accounts.organisation_lists import Listed
from tests.accounts.owner_pages.conftest import shown, told, words
from tests.accounts.people import EDITOR, approved, member, person, requested

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national")]

APPLY = "/owners/apply/"


@pytest.fixture
def listed(db: None) -> Organisation:
    facts = [
        Listed(
            "https://list.example/1", {"en": "Statistics Office", "nl": "Bureau Statistiek"}, ["st.example"]
        ),
        Listed("https://list.example/2", {"nl": "Ministerie <b>"}, None),
    ]
    organisations.take_in(who=COMMAND_LINE, listed=facts, origin="test")
    return Organisation.objects.get(iri="https://list.example/1")


def test_who_has_no_owner_learns_what_one_is(as_):
    page = as_(person("anna@st.example")).get("/owners/")
    assert "You are not yet a member of a data owner" in words(page)
    assert shown(page).xpath(f"//a[@href='{APPLY}']")


def test_a_known_organisation_is_found_chosen_and_asked_for(as_, listed):
    client = as_(person("anna@st.example"))
    assert not shown(client.get(APPLY)).xpath("//form[@method='post']//input[@name='contact']")
    found = shown(client.get(APPLY, {"q": "statistiek ST.EXAMPLE"}))
    (link,) = found.xpath("//a[starts-with(@href, '?organisation=')]")
    assert (link.text, link.get("href")) == ("Statistics Office", f"?organisation={listed.pk}")
    assert "No organisation found" in words(client.get(APPLY, {"q": "nothing\0like this"}))
    address = APPLY + link.get("href")
    wrong = client.post(address, {"act": "apply", "contact": "nobody"})
    assert "Error:" in wrong.content.decode()
    assert "takes an e-mail address" in words(wrong, 400)
    answer = client.post(address, {"act": "apply", "contact": "data@st.example", "state": "approved"})
    assert "sent to the operator" in told(client, answer)
    owner = Owner.objects.get()
    assert (owner.organisation, owner.state, owner.title) == (listed, "requested", listed.title)
    page = words(client.get(f"/owners/{owner.slug}/"))
    assert "has not been approved yet" in page
    for unknown in ("0", "9" * 18, "9" * 40, "x", "-1", ""):
        assert client.get(APPLY, {"organisation": unknown}).status_code == 404


def test_a_new_organisation_needs_a_reason(as_):
    client = as_(person("anna@st.example"))
    address = APPLY + "?new"
    facts = {"act": "apply", "contact": "data@st.example", "title_text": "Amt <i>", "language": "de"}
    assert "is empty. Fill it in." in words(client.post(address, facts), 400)
    for bad in ({"language": "xx"}, {"title_text": "x" * 301}, {"contact": f"{'x' * 300}@st.example"}):
        words(client.post(address, {**facts, "reason": "A law.", **bad}), 400)
    assert not Owner.objects.exists()
    told(client, client.post(address, {**facts, "reason": "A law."}))
    owner = Owner.objects.get()
    assert (owner.title, owner.reason, owner.organisation) == ({"de": "Amt <i>"}, "A law.", None)
    heading = shown(client.get(f"/owners/{owner.slug}/")).find(".//h1/span")
    assert (heading.text, heading.get("lang")) == ("Amt <i>", "de")


def test_somebody_elses_organisation_is_refused_in_plain_words(as_, listed):
    approved(person("first@st.example"), organisation=listed)
    client = as_(person("anna@st.example"))
    answer = client.post(f"{APPLY}?organisation={listed.pk}", {"act": "apply", "contact": "a@st.example"})
    assert "is already a data owner for this organisation" in words(answer, 409)
    assert Owner.objects.count() == 1


def test_each_thing_that_is_missing_has_a_link_that_puts_it_right(as_):
    anna = person("anna@st.example")
    owner = approved(anna)
    client, address = as_(anna), f"/owners/{owner.slug}/"
    page = shown(client.get(address))
    assert [link.get("href") for link in page.xpath("//section[h2[@id='state']]//li/a")] == [
        "#contact",
        f"{address}agreement/",
    ]
    assert [row.text_content() for row in page.xpath("//section[h2[@id='catalogues']]//tbody//code")] == [
        "statistics-office",
        "statistics-office-open",
        "statistics-office-test",
    ]
    assert "sent the link to data@office.example" in told(client, client.post(address, {"act": "again"}))
    facts = {"act": "contact", "contact": "new@office.example", "confirmed": "2026-01-01", "slug": "mine"}
    assert "new@office.example" in told(client, client.post(address, facts))
    owner.refresh_from_db()
    assert (owner.slug, owner.contact, owner.confirmed) == ("statistics-office", "new@office.example", None)
    contacts.confirm(token=contacts.token_of(owner))

    late = as_(anna, ago=16 * 60).post(f"{address}agreement/", {"act": "accept", "version": 1})
    assert (late.status_code, "reauthenticate" in late["Location"]) == (302, True)
    client = as_(anna)
    assert "Tick the box" in words(client.post(f"{address}agreement/", {"act": "accept", "version": 1}), 400)
    facts = {"act": "accept", "version": 1, "language": "nl", "read": "on", "person": 1}
    assert "accepted version 1" in told(client, client.post(f"{address}agreement/", facts))
    accepted = Acceptance.objects.get()
    assert (accepted.person, accepted.language) == (anna.person, "nl")
    assert "Ready to publish" in words(client.get(address))
    editor = as_(member(owner, "ed@st.example", EDITOR))
    assert not shown(editor.get(address)).xpath("//section//form")
    for act in ({"act": "again"}, {"act": "contact", "contact": "evil@evil.example"}):
        words(editor.post(address, act), 403)


def test_a_new_version_of_the_agreement_says_what_changed_and_old_ones_stay(as_):
    anna = person("anna@st.example")
    owner = approved(anna)
    client, address = as_(anna), f"/owners/{owner.slug}/agreement/"
    accept = {"act": "accept", "version": 1, "language": "en", "read": "on"}
    client.post(address, accept)
    text = {"en": "All of it <script>", "nl": "Alles"}
    agreements.add_version(who=COMMAND_LINE, text=text, changes={"en": "A little <b>"})
    page = client.get(address)
    assert "A little <b>" in words(page)
    assert "<script>" in shown(page).xpath("string(//div[contains(@class, 'erpd-agreement')])")
    assert "Alles" in words(client.get(address, {"lang": "nl"}))
    client.cookies.pop("django_language")
    assert "no longer the newest" in words(client.post(address, accept), 409)
    assert "Accepted by" in words(client.get(address, {"version": "1"}))
    assert not shown(client.get(address, {"version": "1"})).xpath("//input[@name='read']")
    for version in ("3", "x", "9" * 30):
        assert client.get(address, {"version": version}).status_code == 404


def test_the_operators_reason_is_shown(as_):
    anna = person("anna@st.example")
    owner = requested(anna, reason="Please.")
    owners.refuse(who=COMMAND_LINE, owner=owner, reason="No <law>.")
    assert "No <law>." in words(as_(anna).get(f"/owners/{owner.slug}/"))


def test_strangers_sign_in_first(client: Client, db: None):
    for address in ("/owners/", APPLY, "/owners/none/", "/owners/none/agreement/", "/owners/transfers/1/"):
        assert client.get(address)["Location"] == f"/account/login/?next={address}"
