"""The operator decides about owners: each decision as the command makes it, each refusal at its form."""

import html
from typing import Any

import pytest
from django.test import Client

from erpd.accounts.actions import agreements
from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail, Organisation, Owner
from tests.accounts.desk.conftest import EVIL
from tests.accounts.people import approved, person, requested

pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    content: str = answer.content.decode()
    assert EVIL not in content, "what people write is text"
    return content


def test_who_asks_and_whether_they_belong_there(at_desk: Any, waiting: Owner, organisation: Any) -> None:
    client = at_desk()
    assert f"/desk/owners/{waiting.slug}/" in text(client, "/desk/")
    address = f"/desk/owners/{waiting.slug}/"
    page = text(client, address)
    assert html.escape(EVIL) in page
    assert "anna@stat.example" in page
    assert page.count("The address belongs to the organisation.") == 1  # Anna's
    assert page.count("The address does NOT belong to the organisation.") == 1  # of the contact
    Organisation.objects.update(domains=["other.example"])
    assert text(client, address).count("does NOT belong") == 2
    Organisation.objects.update(domains=[])
    assert text(client, address).count("proves nothing") == 2
    Owner.objects.update(organisation=None)
    assert "The organisation that it asks for is not in the list." in text(client, address)


def test_approval_with_another_organisation_and_name(at_desk: Any, waiting: Owner) -> None:
    client, address = at_desk(), f"/desk/owners/{waiting.slug}/"
    other = Organisation.objects.create(iri="https://x.example/o", title={"en": "Other"}, words="other")
    assert "No organisation in the list matches these words." in text(client, f"{address}?find=nothing")
    assert "Other" in text(client, f"{address}?find=other")
    said = {"act": "approve", "slug": "other-office", "organisation": other.pk, "reason": "Welcome"}
    answer = client.post(f"{address}?find=statistics", said)
    assert (answer.status_code, "what was chosen is not offered" in answer.content.decode()) == (400, True)
    assert "<title>Error: " in answer.content.decode()
    answer = client.post(f"{address}?find=other", said)
    assert answer["Location"] == "/desk/owners/other-office/"
    assert "The data owner is approved." in text(client, answer["Location"])
    made = Owner.objects.get(slug="other-office")
    assert (made.state, made.organisation, made.reason) == ("approved", other, "Welcome")
    assert deeds(size=1)[0].by == "operator@portal.example"
    assert Mail.objects.filter(template="owner-approved", to="anna@stat.example").exists()


def test_what_is_refused_is_told_at_the_form(at_desk: Any, waiting: Owner, organisation: Any) -> None:
    client, address = at_desk(), f"/desk/owners/{waiting.slug}/"
    answer = client.post(address, {"act": "refuse", "reason": " "})
    assert (answer.status_code, "“Reason” is empty." in answer.content.decode()) == (400, True)
    for slug, reason in (("erpd", "is taken or reserved"), ("x", "is taken or reserved")):
        answer = client.post(address, {"act": "approve", "slug": slug})
        assert (answer.status_code, reason in answer.content.decode()) == (409, True)
    first = approved(person("c@stat.example"), "Office of statistics")
    Owner.objects.filter(pk=first.pk).update(organisation=organisation)
    answer = client.post(address, {"act": "approve"})
    assert answer.status_code == 409
    assert "Ask one of its administrators to invite you." in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "requested"
    assert client.post(address, {"act": "close", "reason": "x"}).status_code == 404  # no such form
    assert client.post(address, {"act": "refuse", "reason": EVIL}).status_code == 302
    assert "The request is refused." in text(client, address)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("refused", EVIL)


def test_contact_and_paper_and_the_end(at_desk: Any, waiting: Owner) -> None:
    client, address = at_desk(), f"/desk/owners/{waiting.slug}/"
    client.post(address, {"act": "approve"})
    assert "has not been confirmed" in text(client, address)
    assert client.post(address, {"act": "confirm"}).status_code == 302
    anna, stranger = person("anna@stat.example").person, person("else@x.example").person
    assert anna
    assert stranger
    for who, version, status in ((stranger, 1, 400), (anna, 7, 409), (anna, 1, 302)):
        said = {"act": "paper", "person": who.pk, "version": version, "language": "nl"}
        assert client.post(address, said).status_code == status
    page = text(client, address)
    assert "it may publish" in page
    assert "signed on paper" not in page
    agreements.add_version(who=COMMAND_LINE, text={"en": "New"}, changes={"en": "All"})
    assert "signed on paper" in text(client, address)
    assert client.post(address, {"act": "close", "reason": "merged"}).status_code == 302
    assert "Approve after all" in text(client, address)
    assert client.post(address, {"act": "approve", "slug": "another"}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.slug) == ("approved", "stat")


def test_the_list_is_searched_and_turned_by_key(at_desk: Any, waiting: Owner, publishing: Owner) -> None:
    client = at_desk()
    for words, names in (
        ("υπουργείο", {waiting.slug}),
        ("ΥΠΟΥΡΓΕΊΟ stat.example", {waiting.slug}),
        ("LAND registry", {publishing.slug}),
        ("data@office.example", {waiting.slug, publishing.slug}),
        ("nothing \0", set()),
        ("%", set()),
    ):
        answer = client.get("/desk/owners/", {"q": words})
        assert {one["slug"] for one in answer.context["owners"]} == names, words
    assert [one["slug"] for one in client.get("/desk/owners/?state=requested").context["owners"]] == [
        waiting.slug
    ]
    Owner.objects.bulk_create(
        Owner(slug=f"office-{number}", words=f"office {number}", contact="a@x.example")
        for number in range(120)
    )
    assert "101 more" in text(client, "/desk/")
    seen: list[str] = []
    address = "/desk/owners/?q=office"
    pages = 0
    while address:
        answer = client.get(address)
        seen += [one["slug"] for one in answer.context["owners"]]
        further = answer.context["page"].further
        address = f"/desk/owners/{further}" if further else ""
        pages += 1
    assert (pages, len(seen), len(set(seen))) == (3, 122, 122)
    for slip in ("x", "-1", "9" * 30, "1.5", "١"):
        assert client.get("/desk/owners/", {"after": slip}).status_code == 200


def test_an_owner_whose_title_is_long_or_empty(at_desk: Any, national: None) -> None:
    long = requested(person("l@x.example"), "W" * 300)
    assert "W" * 300 in text(at_desk(), f"/desk/owners/{long.slug}/")
