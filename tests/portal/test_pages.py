"""The pages: each scope, each answer, what they cost and what they never do."""

import json
from dataclasses import replace
from html import unescape

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from lxml import html

from erpd.portal import catalogues
from erpd.register.catalogues import country_catalogue
from erpd.register.models import DataSet
from erpd.register.search import rebuild
from tests.portal import shelf

Demo = dict[str, DataSet]


def page(client: Client, address: str, status: int = 200, **headers: str) -> html.HtmlElement:
    response = client.get(address, headers={"accept": "text/html", **headers})
    assert response.status_code == status, response.content[:500]
    return html.fromstring(response.content.decode())


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("/", 62),
        ("/protected/", 42),
        ("/open/", 20),
        ("/protected", 42),
        ("/catalogues/nl/", 42),
        ("/catalogues/nl", 42),
        ("/catalogues/erpd", 42),
        ("/catalogues/nl-open/", 20),
    ],
)
def test_each_scope_has_its_page(client: Client, demo: Demo, address: str, number: int) -> None:
    shown = page(client, address)
    assert f"{number} data sets" in words(shown.get_element_by_id("count"))
    assert len(shown.xpath("//ul[@class='erpd-hits']/li")) == 10


def test_the_switch_keeps_the_question(client: Client, demo: Demo) -> None:
    shown = page(client, "/?q=income&theme=ECON&page=2")
    addresses = [link.get("href") for link in shown.xpath("//*[@id='switch']//a")]
    assert addresses == [
        "/?q=income&theme=ECON",
        "/protected?q=income&theme=ECON",
        "/open?q=income&theme=ECON",
    ]
    assert [link.text_content() for link in shown.xpath("//*[@id='switch']//*[@aria-current='page']")] == [
        "All data"
    ]


def test_words_are_marked_and_filters_can_be_taken_off(client: Client, demo: Demo) -> None:
    shown = page(client, "/?q=income&theme=ECON&access_right=NON_PUBLIC")
    assert {mark.text.lower() for mark in shown.xpath("//mark")} >= {"income"}
    assert {box.get("value") for box in shown.xpath("//input[@checked]")} == {"ECON", "NON_PUBLIC"}
    assert {tag.get("href") for tag in shown.xpath("//a[@class='ecl-tag']")} == {
        "/?q=income&access_right=NON_PUBLIC#count",
        "/?q=income&theme=ECON#count",
    }


def test_pages_of_results_are_turned(client: Client, demo: Demo) -> None:
    seen: list[str] = []
    address = "/?sort=title"
    while address:
        shown = page(client, address)
        seen += [link.get("href") for link in shown.xpath("//ul[@class='erpd-hits']//h3/a")]
        address = next((link.get("href") for link in shown.xpath("//a[@rel='next']")), "")
    assert len(seen) == len(set(seen)) == 62
    behind = page(client, "/?sort=title&page=999")
    assert [link.get("href") for link in behind.xpath("//ul[@class='erpd-hits']//h3/a")] == seen[-2:]


@pytest.mark.parametrize(
    "address",
    [
        "/?page=999",
        "/?page=-1",
        "/?page=x",
        "/?page=²",
        "/?sort=best",
        "/?theme=%00&q=%00",
        "/?q=" + "a" * 999,
    ],
)
def test_an_address_that_makes_no_sense_still_gives_a_page(client: Client, demo: Demo, address: str) -> None:
    assert page(client, address).get_element_by_id("results") is not None


def test_the_catalogue_page_says_how_to_harvest_it(client: Client, demo: Demo) -> None:
    shown = words(page(client, "/catalogues/nl"))
    assert "http://testserver/catalogues/nl/oai" in shown
    assert "European Register" in shown
    whole = page(client, "/catalogues/erpd")
    assert "/catalogues/nl" in {link.get("href") for link in whole.xpath("//ul[@class='erpd-parts-list']//a")}


def test_the_catalogues_are_counted_with_their_parts(client: Client, demo: Demo) -> None:
    shown = page(client, "/catalogues")
    sections = [words(section) for section in shown.xpath("//section[@class='erpd-catalogue']")]
    assert "42 data sets European Register" in sections[0]
    assert "Netherlands National Single Information Point 42 data sets" in sections[0]
    assert "20 data sets" in sections[1]


@pytest.mark.parametrize(
    ("said", "shown", "told"),
    [
        ('dct:modified "2020-05-31"', "Modified: 31 May 2020", {"dateModified": "2020-05-31"}),
        ('dct:issued "2019-05"', "Issued: May 2019", {"datePublished": "2019-05"}),
        ('dct:modified "soon" ; dct:issued "2019"', "Issued: 2019", {"datePublished": "2019"}),
        ('dct:modified "2999-01-01"', "Modified: 1 January 2999", {"dateModified": "2999-01-01"}),
        ('dct:modified "soon"', "Date unknown", {}),
        ('dct:type "x"', "Date unknown", {}),
    ],
)
def test_dates_are_those_of_the_record(
    client: Client, db: None, said: str, shown: str, told: dict[str, str]
) -> None:
    described = f'dct:title "X" ; dct:description "{"A long description. " * 5}"'
    put = shelf.put_turtle(shelf.catalogue("nl"), f":x a dcat:Dataset ; {described} ; {said} .")
    rebuild()
    assert shown in words(page(client, "/").xpath("//ul[@class='erpd-hits']/li")[0])
    found = page(client, f"/datasets/{put.key}")
    facts = json.loads(found.xpath("//script[@type='application/ld+json']")[0].text)
    assert {name: value for name, value in facts.items() if name.startswith("date")} == told


def test_a_slip_leads_to_what_was_meant_with_the_filters_kept(client: Client, demo: Demo) -> None:
    shown = page(client, "/?q=incmoe&theme=ECON&page=3")
    [link] = shown.xpath("//*[@role='status']//a")  # read aloud with the number
    assert words(link.getparent()) == "Did you mean income?"
    assert link.get("href") == "/?q=income&theme=ECON"
    assert page(client, link.get("href")).xpath("//ul[@class='erpd-hits']/li")
    for plain in ("/?q=income", "/?q=xyzzyqwerty"):
        assert "Did you mean" not in words(page(client, plain))


@pytest.mark.parametrize(
    ("question", "language", "told"),
    [
        ("Gesundheit", "en", ["Theme: Health"]),
        ("terveyden", "de", ["Thema: Gesundheit"]),
        ("terveys elli%C3%B0aa", "en", []),  # finds nothing
        ("Griechenland Gesundheit", "en", ["Country: Greece", "Theme: Health"]),
        ("w%C3%B6chentlich", "en", ["Frequency: weekly"]),
        ("register", "en", []),
        ("health", "en", []),  # is in the marked text
    ],
)
def test_a_hit_says_which_label_found_it(
    client: Client, db: None, question: str, language: str, told: list[str]
) -> None:
    frequency = "<http://publications.europa.eu/resource/authority/frequency/WEEKLY>"
    shelf.put_turtle(
        shelf.catalogue("el", country="EL"),
        f""":x a dcat:Dataset ; dct:title "Register of health"@en ; dcat:theme theme:HEAL ;
            dct:accrualPeriodicity {frequency} .""",
    )
    rebuild()
    shown = page(client, f"/?q={question}", **{"accept-language": language})
    path = "//ul[@class='erpd-hits']//ul[@aria-label]/li"
    assert [words(reason) for reason in shown.xpath(path)] == told


def test_titles_that_we_made_are_in_the_language_of_the_page(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    german = {catalogues.INFORMATION_POINT: "Nationale zentrale Informationsstelle: %(country)s"}
    monkeypatch.setattr(catalogues, "gettext", lambda text: german.get(text, text))
    made = country_catalogue("NL", open_data=False, european=False)
    opened = country_catalogue("NL", open_data=True, european=False)
    with override("de"):
        title = catalogues.title_of(made, ("de",))
        assert (title.text, title.language) == ("Nationale zentrale Informationsstelle: Niederlande", "de")
        title = catalogues.title_of(opened, ("de",))  # not translated yet
        assert (title.text, title.language) == ("Netherlands open data", "en")
        made.title["nl"] = "Informatiepunt"  # somebody wrote another
        assert catalogues.title_of(made, ("nl",)).text == "Informatiepunt"


def test_a_scope_without_data_sets_says_so(client: Client, demo: Demo) -> None:
    for name, gone in demo.items():
        if "open" in gone.catalogue.slug:
            shelf.take_away(demo[name])
    rebuild()
    shown = page(client, "/open/")
    assert "There are no data sets here yet." in words(shown)
    assert "No results found" not in words(shown)
    assert "No results found" in words(page(client, "/open/?q=health"))


def test_the_page_for_machines_lists_every_catalogue(client: Client, demo: Demo) -> None:
    shown = page(client, "/harvest-us")
    links = {words(link): link.get("href") for link in shown.xpath("//main//a")}
    assert links["European Register"] == "/catalogues/erpd"
    for slug in ("erpd", "nl", "nl-open"):
        assert f"http://testserver/catalogues/{slug}/oai" in links
    assert "Specifications: OAI-PMH 2.0" in words(shown)
    assert client.get("/machines")["Location"] == "/harvest-us"
    text = words(shown)
    for said in (
        "protected:nl",
        "open:nl-open",
        "curl -L http://testserver/open/dumps",
        "?profile=dcat-ap-3",
    ):
        assert said in text
    assert "erpd harvest --protocol oai-pmh --url http://testserver/protected/oai" in text


def test_test_catalogues_are_nowhere(client: Client, db: None) -> None:
    hidden = shelf.put_turtle(shelf.catalogue("trial", "test"), ':x a dcat:Dataset ; dct:title "Trial"@en .')
    rebuild()
    assert "Trial" not in words(page(client, "/"))
    assert "Trial" not in words(page(client, "/catalogues"))
    for address in ("/catalogues/trial", f"/datasets/{hidden.key}"):
        assert "There is nothing at this address" in words(page(client, address, 404))


def test_a_tombstone_answers_410(client: Client, demo: Demo) -> None:
    gone = demo["inkomen-van-personen"]
    shelf.take_away(gone)
    shown = page(client, f"/datasets/{gone.key}", 410)
    assert shown.findtext(".//h1") == "This data set was removed"
    assert "Income of persons" not in words(shown)


def test_machines_get_the_record_at_the_same_address(client: Client, demo: Demo) -> None:
    address = f"/datasets/{demo['inkomen-van-personen'].key}"
    response = client.get(address, headers={"accept": "text/turtle"})
    assert response["Content-Type"].startswith("text/turtle")
    shown = client.get(address, headers={"accept": "text/html"})
    assert "Accept" in shown["Vary"]
    assert "Accept-Language" in shown["Vary"]


def test_a_page_that_did_not_change_is_not_sent_again(client: Client, demo: Demo) -> None:
    address = f"/datasets/{demo['inkomen-van-personen'].key}"
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    assert client.get(f"{address}?lang=de", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/?q=income", 6), ("/catalogues/nl?page=1", 8), ("/catalogues?page=1", 5), ("/", 3), ("data set", 6)],
)
def test_few_queries(
    client: Client, demo: Demo, django_assert_num_queries: object, address: str, queries: int
) -> None:
    if address == "data set":
        address = f"/datasets/{demo['inkomen-van-personen'].key}"
    client.get(address)  # counts the data sets of each catalogue, once for each change
    with django_assert_num_queries(queries):  # type: ignore[operator]
        client.get(address)


def test_the_search_that_is_not_ready_says_so(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from erpd.portal import results
    from erpd.register.search import IndexNotReady

    def search(*_: object, **__: object) -> None:
        raise IndexNotReady

    monkeypatch.setattr(results, "search", search)
    response = client.get("/")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "The search is being prepared" in unescape(response.content.decode())


def test_schema_org(client: Client, demo: Demo) -> None:
    shown = page(client, f"/datasets/{demo['inkomen-van-personen'].key}")
    facts = json.loads(shown.xpath("//script[@type='application/ld+json']")[0].text)
    assert facts["@type"] == "Dataset"
    assert facts["name"] == "Income of persons (INPATAB)"
    assert facts["publisher"]["name"] == "Statistics Netherlands (CBS)"
    assert facts["conditionsOfAccess"] == "non-public"
    assert "license" not in facts  # only the documentation has one
    shown = page(client, f"/datasets/{demo['brt-top10nl'].key}")
    facts = json.loads(shown.xpath("//script[@type='application/ld+json']")[0].text)
    assert facts["license"] == "https://creativecommons.org/licenses/by/4.0/"


def test_hits_lead_to_the_pages_of_their_data_sets(client: Client, demo: Demo) -> None:
    addresses = {reverse("portal:data-set", args=[data_set.key]) for data_set in demo.values()}
    assert {
        link.get("href") for link in page(client, "/").xpath("//ul[@class='erpd-hits']//h3/a")
    } <= addresses


def test_a_national_node_says_how_to_publish(client: Client, demo: Demo, settings: LazySettings) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL", email="desk@nsip.example")
    shown = page(client, "/publish")
    links = {link.get("href") for link in shown.xpath("//main//a")}
    assert {
        "/owners/apply/",
        "/account/signup/?next=/owners/apply/",
        "/harvest-us",
        "mailto:desk@nsip.example",
    } <= links
    assert "/publish" in {link.get("href") for link in shown.xpath("//nav//a")}
    assert {"test catalogue", "agreement", "/api/v1", "/api/3/action"} <= {
        word for word in ("test catalogue", "agreement", "/api/v1", "/api/3/action") if word in words(shown)
    }
    assert "<loc>http://testserver/publish</loc>" in client.get("/sitemaps/pages.xml").content.decode()


def test_the_european_node_says_whom_to_ask(client: Client, demo: Demo) -> None:
    shown = page(client, "/publish")
    main = {link.get("href") for link in shown.xpath("//main//a")}
    assert "/catalogues/nl" in main
    assert not {link for link in main if "owners" in link or "mailto" in link}
    assert "/publish" in {link.get("href") for link in shown.xpath("//footer//a")}
    assert "/publish" not in {link.get("href") for link in shown.xpath("//header//a")}
