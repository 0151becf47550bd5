"""All values of a facet, what is chosen, and keywords."""

from urllib.parse import quote

import pytest
from django.test import Client
from lxml import html

from erpd.metadata.canonical import canonical
from erpd.register.models import Catalogue
from erpd.register.search import rebuild
from tests.metadata.conditions.records import EXAMPLE, with_conditions
from tests.portal import shelf
from tests.portal.test_pages import Demo, page, words

PUBLISHERS = 123


@pytest.fixture
def many(db: None) -> None:
    """A catalogue with data sets of many publishers, and one elsewhere."""
    nl = shelf.catalogue("nl", country="NL")
    for number in range(PUBLISHERS):
        name = f"{'Écoles' if number % 2 else 'Bureau'} {number:03}"
        shelf.put_turtle(nl, f':d{number} a dcat:Dataset ; dct:publisher [ foaf:name "{name}" ] .')
    opened = shelf.catalogue("fr", "open", country="FR")
    shelf.put_turtle(
        opened, ':f a dcat:Dataset ; dct:title "Income"@en ; dct:publisher [ foaf:name "<b>Elsewhere" ] .'
    )
    rebuild()


def listed(shown: html.HtmlElement) -> list[str]:
    return [words(item) for item in shown.xpath("//ul[@class='erpd-parts-list']/li")]


def test_every_value_is_listed_from_a_to_z(client: Client, many: None) -> None:
    (address,) = page(client, "/protected").xpath("//*[@class='erpd-facet__all']/a/@href")
    assert address == "/protected/facets/publisher"
    found = []
    while address:
        shown = page(client, address)
        found += listed(shown)
        next_page = shown.xpath("//a[@rel='next']/@href")
        address = f"/protected/facets/publisher{next_page[0].split('#')[0]}" if next_page else ""
    assert len(found) == PUBLISHERS
    assert found == sorted(found)
    assert words(shown.get_element_by_id("values")) == f"{PUBLISHERS} values"
    assert listed(page(client, "/open/facets/publisher")) == ["<b>Elsewhere (1)"]


def test_values_are_found_by_the_beginnings_of_their_words(client: Client, many: None) -> None:
    assert len(listed(page(client, "/facets/publisher?among=ECOLES"))) == PUBLISHERS // 2
    assert listed(page(client, "/facets/publisher?among=ecoles+011")) == ["Écoles 011 (1)"]
    assert listed(page(client, "/facets/publisher?among=coles")) == []


def test_a_value_leads_back_to_the_search_with_its_other_filters(client: Client, demo: Demo) -> None:
    shown = page(client, "/catalogues/nl/facets/theme?q=income&access_right=NON_PUBLIC&sort=title&page=9")
    hidden = {(each.get("name"), each.get("value")) for each in shown.xpath("//input[@type='hidden']")}
    assert hidden == {("q", "income"), ("access_right", "NON_PUBLIC"), ("sort", "title")}
    links = shown.xpath("//ul[@class='erpd-parts-list']/li")
    assert len(links) > 1
    for item in links:
        address = item.find("a").get("href")
        assert address.startswith("/catalogues/nl?q=income&access_right=NON_PUBLIC&theme=")
        number = item.text_content().rsplit("(", 1)[1].strip(" \n)")
        assert words(page(client, address).get_element_by_id("count")).split()[0] == number
    code = links[0].find("a").get("href").split("theme=")[1].split("&")[0]
    chosen = page(client, f"/facets/theme?theme={code}")
    assert "/" in chosen.xpath("//ul[@class='erpd-parts-list']//a/@href")


@pytest.mark.parametrize(
    "address",
    ["/facets/x", "/facets/kind", "/catalogues/none/facets/theme", "/catalogues/open/facets/theme"],
)
def test_there_are_only_the_facets_that_are_shown(client: Client, demo: Demo, address: str) -> None:
    page(client, address, 404)


@pytest.mark.parametrize(
    ("chosen", "label"),
    [
        ("country=ZZ", "Country: ZZ (unknown)"),
        ("country=FR", "Country: France"),
        ("theme=NONE", "Theme: NONE (unknown)"),
        ("theme=HEAL", "Theme: Health"),
        ("format=CSV&q=nothing-like-this", "File format: CSV"),
        ("publisher=Nobody", "Publisher: Nobody (unknown)"),
        (f"publisher={quote('Statistics Netherlands (CBS)')}&country=FR", "Netherlands (CBS)"),
        ("catalogue=none", "Catalogue: none (unknown)"),
        ("kind=test", "Type of data: test (unknown)"),
    ],
)
def test_values_that_do_not_exist_are_named_as_such(
    client: Client, demo: Demo, chosen: str, label: str
) -> None:
    tags = [words(tag) for tag in page(client, f"/?{chosen}").xpath("//a[@class='ecl-tag']")]
    assert any(tag.endswith(label) for tag in tags), tags


def test_keywords_search(client: Client, demo: Demo) -> None:
    shown = page(client, f"/datasets/{demo['inkomen-van-personen'].key}")
    (address, *_) = shown.xpath("//ul[@class='erpd-tags']//a[contains(@href, '?q=%22')]/@href")
    found = page(client, address).xpath("//ul[@class='erpd-hits']//h3/a/@href")
    assert f"/datasets/{demo['inkomen-van-personen'].key}" in found


def test_labels_in_another_language_than_the_page_say_so(client: Client, demo: Demo) -> None:
    greek = {"accept-language": "el"}
    shown = page(client, "/?theme=HEAL&access_right=NON_PUBLIC", **greek)
    for path in ("//span[@class='erpd-facet__label']", "//a[@class='ecl-tag']"):
        foreign = shown.xpath(f"{path}//span[@lang='el']")
        assert {"Υγεία", "Μη δημόσιο"} <= {words(label) for label in foreign}
    listed = page(client, "/facets/theme?among=υγεία", **greek)
    [theme] = listed.xpath("//ul[@class='erpd-parts-list']//a/span")
    assert (theme.text, theme.get("lang")) == ("Υγεία", "el")
    [country] = page(client, "/catalogues", **greek).xpath("//section//li[text()='Κάτω Χώρες']")
    assert country.get("lang") == "el"
    english = page(client, "/?theme=HEAL")
    assert not english.xpath("//span[@class='erpd-facet__label']/span[@lang]")


def test_a_scope_without_data_sets_says_so(client: Client, demo: Demo) -> None:
    shelf.catalogue("be", country="BE")
    rebuild()
    [told] = page(client, "/catalogues/be").xpath("//*[@class='ecl-notification__content']")
    assert words(told) == "There are no data sets here yet. Search all data"
    [told] = page(client, "/catalogues/be?q=x").xpath("//*[@class='ecl-notification__content']")
    assert words(told).startswith("No results found Try fewer")


def test_facets_that_are_kept_show_no_earlier_state(client: Client, demo: Demo) -> None:
    def shown(address: str = "/?page=1", language: str = "en") -> str:
        first, second = (
            client.get(address, headers={"accept-language": language}).content.decode() for _ in range(2)
        )
        assert first == second
        return first.partition('<section class="erpd-results"')[0]

    assert "Health <" in shown()
    assert "Gesundheit <" in shown(language="de")
    assert " checked>" in shown("/?theme=HEAL")
    assert " checked>" not in shown()
    assert 'href="/facets/theme"' in shown()
    assert 'href="/facets/theme?sort=title"' in shown("/?sort=title")
    assert 'href="/protected/facets/theme"' in shown("/protected")
    nl = Catalogue.objects.get(slug="nl")
    Catalogue.objects.filter(pk=nl.pk).update(title={"en": "Renamed <3"})
    assert "Renamed &lt;3" in shown()
    number = shown().partition("Health <")[2].partition("(")[2].partition(")")[0]
    shelf.put_turtle(nl, ":another a dcat:Dataset ; dcat:theme theme:HEAL .")
    rebuild()
    assert f"({int(number) + 1})" in shown().partition("Health <")[2][:100]


def test_conditions_of_access_are_facets_where_there_are_any(client: Client, many: None) -> None:
    names = page(client, "/").xpath("//main//fieldset//input/@name")
    assert not {"ground", "access_form", "may_ask", "fees"} & {*names}
    nl = Catalogue.objects.get(slug="nl")
    shelf.put_turtle(nl, canonical(with_conditions(EXAMPLE).graph)[0].decode())
    rebuild()
    shown = page(client, "/", **{"accept-language": "fr"})
    chosen = {(one.get("name"), one.get("value")) for one in shown.xpath("//main//fieldset//input")}
    assert {
        ("ground", "personal-data"),
        ("access_form", "remote"),
        ("may_ask", "research"),
        ("may_ask", "company"),
        ("fees", "tariff"),
    } <= chosen
    assert ("may_ask", "individual") not in chosen
    assert "Protection des données à caractère personnel" in words(shown)
    assert "Discharges" in words(page(client, "/?ground=personal-data&may_ask=research&fees=tariff"))
    assert "Discharges" not in words(page(client, "/?fees=none"))
