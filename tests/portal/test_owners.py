"""The page of a data owner that everybody sees."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from erpd.accounts.actions import owners
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Owner
from erpd.register.models import Catalogue
from erpd.register.search import rebuild
from tests.accounts.people import person, ready, requested, sign_in
from tests.portal import shelf
from tests.portal.test_pages import page, words

pytestmark = pytest.mark.django_db

DATA_SET = """:{0} a dcat:Dataset ; dct:title "{0} of the year"@en ; dct:description "What we count"@en ."""


@pytest.fixture
def office(settings: LazySettings) -> Owner:
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    owner = ready(person("boss@office.example"), "Statistics Office")
    owners.describe(who=COMMAND_LINE, owner=owner, about="We count.\n<script>", language="en")
    owners.describe(who=COMMAND_LINE, owner=owner, about="Wij tellen.", language="nl")
    for slug, names in (
        (owner.slug, "abcdef"),
        (f"{owner.slug}-open", "g"),
        (f"{owner.slug}-test", "secret"),
    ):
        for name in [names] if names == "secret" else names:
            shelf.put_turtle(Catalogue.objects.get(slug=slug), DATA_SET.format(name))
    rebuild()
    owner.refresh_from_db()
    return owner


def test_everybody_sees_what_an_owner_publishes_and_nothing_of_its_test_catalogue(
    client: Client, office: Owner
) -> None:
    shown = page(client, f"/owners/{office.slug}")
    said = words(shown.get_element_by_id("main"))
    assert "Statistics Office" in words(shown.xpath("//h1")[0])
    assert "7 data sets" in said
    assert "We count.<script>" in said
    assert "data@office.example" in said
    assert "secret" not in said
    assert "test" not in said
    titles = [words(link) for link in shown.xpath("//ul[@class='erpd-hits']//h3/a")]
    assert titles == [f"{name} of the year" for name in "gfedc"]
    (everything,) = shown.xpath("//main//a[.='Show all']/@href")
    assert everything == f"/?catalogue={office.slug}&catalogue={office.slug}-open"
    assert "7 data sets" in words(page(client, everything).get_element_by_id("results"))
    links = {link.get("href") for link in shown.xpath("//main//a")}
    assert {
        f"/catalogues/{office.slug}",
        f"/catalogues/{office.slug}-open",
        f"/owners/{office.slug}/",
    } <= links
    assert "boss@office.example" not in said
    dutch = words(page(client, f"/owners/{office.slug}?lang=nl").get_element_by_id("main"))
    assert "Wij tellen." in dutch
    listed = client.get("/sitemaps/pages.xml").content.decode()
    assert f"<loc>http://testserver/owners/{office.slug}</loc>" in listed
    catalogue = page(client, f"/catalogues/{office.slug}")
    assert f"/owners/{office.slug}" in {link.get("href") for link in catalogue.xpath("//dd/a")}


def test_it_is_kept_and_shared_and_changes_with_what_it_shows(client: Client, office: Owner) -> None:
    address = f"/owners/{office.slug}"
    first = client.get(address)
    assert "Cookie" not in first.get("Vary", "")
    assert "X-Robots-Tag" not in first
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    owners.describe(who=COMMAND_LINE, owner=office, about="We also ask.", language="en")
    assert "We also ask." in client.get(address).content.decode()
    Owner.objects.update(confirmed=timezone.now() - timedelta(days=366))
    assert "data@office.example" not in client.get(address).content.decode()
    sign_in(client, person("boss@office.example"), second_factor="totp")
    assert client.get(address).content == Client().get(address).content


def test_owners_that_are_not_approved_have_none(client: Client, office: Owner) -> None:
    waiting = requested(person("other@office.example"), "Other Office")
    for slug in (waiting.slug, "no-such-owner", "apply"):
        answer = client.get(f"/owners/{slug}")
        assert (answer.status_code, answer["Location"]) == (302, f"/owners/{slug}/")
        assert client.get(f"/owners/{slug}/")["Location"].startswith("/account/login/?next=")
    owners.close(who=COMMAND_LINE, owner=office, reason="Merged")
    assert client.get(f"/owners/{office.slug}").status_code == 302
    assert office.slug not in client.get("/sitemaps/pages.xml").content.decode().partition("/catalogues/")[0]


def test_a_description_is_bounded_and_taken_away(office: Owner) -> None:
    with pytest.raises(ValidationError):
        owners.describe(who=COMMAND_LINE, owner=office, about="x" * 2001, language="en")
    with pytest.raises(ValidationError):
        owners.describe(who=COMMAND_LINE, owner=office, about="x", language="xx")
    owners.describe(who=COMMAND_LINE, owner=office, about=" ", language="en")
    office.refresh_from_db()
    assert office.about == {"nl": "Wij tellen."}
