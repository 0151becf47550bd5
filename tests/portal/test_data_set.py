"""The page of a data set: all that the record says, in the reader's words, and nothing that does harm."""

import json

import pytest
from django.test import Client
from lxml import html
from pyoxigraph import Literal, NamedNode

from erpd.metadata.terms import RDF
from erpd.pages.labels import is_class_of_profile
from erpd.pages.remainder import Remainder
from erpd.register.content import records
from erpd.register.models import DataSet
from tests.metadata.conditions.records import EXAMPLE, with_conditions
from tests.portal import shelf
from tests.portal.test_pages import Demo, page, words

HOSTILE = "<script>alert(1)</script>\"' onload=alert(2) {{ 7|add:7 }} </title></script><!--"


@pytest.fixture
def nl(db: None) -> object:
    return shelf.catalogue("nl", country="NL")


def shown(client: Client, data_set: DataSet, **headers: str) -> html.HtmlElement:
    return page(client, f"/datasets/{data_set.key}", **headers)


def section(element: html.HtmlElement, name: str) -> str:
    return words(element.xpath(f"//section[.//*[@id='{name}'] or @id='{name}']")[0])


def said(element: html.HtmlElement) -> tuple[str, set[str]]:
    """What is to be read on the page, and the values, addresses and names that stand in attributes."""
    attributes = {str(value) for value in element.xpath("//main//@href | //main//data/@value")}
    return words(element.xpath("//main")[0]), attributes


def test_nothing_that_came_in_is_lost(client: Client, demo: Demo) -> None:
    for data_set, record in records(DataSet.objects.all()):
        text, attributes = said(shown(client, data_set))
        for subject, predicate, value, _ in record.graph.triples():
            if predicate == RDF.type and is_class_of_profile(value):
                continue
            if isinstance(value, Literal):
                assert " ".join(value.value.split()) in text or value.value in attributes, (
                    subject,
                    predicate,
                    value,
                )
            elif isinstance(value, NamedNode) and value not in record.graph.nodes:
                assert value.value in attributes or value.value in text, (subject, predicate, value)


def test_each_triple_is_given_once_however_nodes_hang_together(client: Client, nl: object) -> None:
    data_set = shelf.put_turtle(
        nl,
        """
        :x a dcat:Dataset ; dct:title "Knots"@en ; dct:relation _:a , :lonely ; :odd _:b .
        _:a :to _:b ; rdfs:label "first" . _:b :to _:a ; :deep [ :deep [ :deep [ :deep [ :deep [ :deep [
            :deep [ :deep [ :deep [ :deep "the bottom" ] ] ] ] ] ] ] ] ] .
        [] a dcat:CatalogRecord ; :about :x ; dct:issued "2024-05-31"^^xsd:date .
        """,
    )
    [(_, record)] = records([data_set])
    rest = Remainder(record, ("en",))
    rest.properties(record.dataset)
    rest.elsewhere()
    assert rest.properties(record.dataset) == []
    assert rest.elsewhere() == []
    text = words(shown(client, data_set).xpath("//main")[0])
    for told in ("the bottom", "31 May 2024", "Also in the record", "first"):
        assert told in text


def test_a_record_without_end_has_a_page_with_an_end(client: Client, nl: object) -> None:
    keywords = " , ".join(f'"word {number}"' for number in range(5000))
    files = " , ".join(f"<https://data.example/d{number}>" for number in range(1000))
    described = "\n".join(
        f'<https://data.example/d{number}> a dcat:Distribution ; dct:title "File {number}" .'
        for number in range(1000)
    )
    data_set = shelf.put_turtle(
        nl, f":x a dcat:Dataset ; dcat:keyword {keywords} ; dcat:distribution {files} . {described}"
    )
    found = shown(client, data_set)
    assert len(found.xpath("//article")) == 25
    assert "has more metadata than a page can show" in section(found, "rest")


def test_the_page_leads_with_what_a_person_with_a_need_asks(client: Client, demo: Demo) -> None:
    found = shown(client, demo["inkomen-van-personen"])
    heads = [words(head) for head in found.xpath("//main//h2")]
    assert heads[:6] == [
        "Can I get it?",
        "What it is",
        "Who holds it",
        "Why it is protected",
        "Conditions",
        "Distributions (2)",
    ]
    assert "This file contains the annual income" in section(found, "what")
    assert "Statistics Netherlands (CBS)" in section(found, "who")
    assert "Non-public" in section(found, "why")
    assert "protection of personal data" in section(found, "why")
    action = found.xpath("//section[@id='access']//a[contains(@class, 'erpd-action')]")[0]
    # Where the conditions say how to ask for access, that comes before the access URLs of distributions.
    assert action.get("href").partition("?")[0] == "https://www.cbs.example/microdata/aanvragen"
    assert "https://www.cbs.example/microdata/toegang-aanvragen" in found.xpath(
        "//section[@id='access']//a/@href"
    )
    assert "microdata@cbs.example" in section(found, "access")
    assert "For statistical or scientific research only" in section(found, "conditions")
    assert "21.5 GB" in section(found, "distributions")


@pytest.mark.parametrize(
    ("turtle", "told", "address"),
    [
        (
            "dcat:landingPage <https://holder.example/page>",
            "Ask for access at holder.example",
            "https://holder.example/page",
        ),
        ("dcat:contactPoint [ vcard:hasEmail <mailto:a@b.example> ]", "Ask the holder", "mailto:a@b.example"),
        ("dcat:contactPoint [ vcard:hasEmail 'a@b.example' ]", "Ask the holder", "mailto:a@b.example"),
        (
            "dcat:contactPoint [ vcard:hasEmail [ vcard:hasValue <mailto:a@b.example> ] ]",
            "Ask the holder",
            "mailto:a@b.example",
        ),
        ("dct:publisher [ foaf:mbox <mailto:p@b.example> ]", "Ask the holder", "mailto:p@b.example"),
        ("dct:identifier '1'", "The record gives no page or address", ""),
    ],
)
def test_there_is_always_a_way_to_ask(
    client: Client, nl: object, turtle: str, told: str, address: str
) -> None:
    data_set = shelf.put_turtle(nl, f":x a dcat:Dataset ; dct:accessRights access:RESTRICTED ; {turtle} .")
    found = shown(client, data_set)
    assert told in section(found, "access")
    assert address in {"", *found.xpath("//section[@id='access']//a/@href")}


def test_open_data_is_simply_there(client: Client, demo: Demo) -> None:
    found = shown(client, demo["brt-top10nl"])
    assert "How to get the data" in section(found, "access")
    assert "What to expect" not in section(found, "access")


def test_open_data_need_not_say_that_it_is(client: Client, db: None) -> None:
    data_set = shelf.put_turtle(
        shelf.catalogue("it", "open"),
        """:x a dcat:Dataset ; dct:title "Alberi"@it ; dcat:distribution [ a dcat:Distribution ;
             dcat:accessURL <https://a.example/> ; dcat:downloadURL <https://d.example/trees.csv> ] .""",
    )
    found = shown(client, data_set)
    assert "Get the data from d.example" in section(found, "access")
    assert "What to expect" not in section(found, "access")
    assert not found.xpath("//*[@id='why']")


def test_hostile_values_are_shown_and_do_nothing(client: Client, nl: object) -> None:
    text = json.dumps(HOSTILE)
    data_set = shelf.put_turtle(
        nl,
        f"""
        :x a dcat:Dataset ; dct:title {text}@en ; dct:description {text}@en ; dcat:keyword {text} ;
          dct:publisher [ foaf:name {text} ; foaf:homepage <javascript:alert(3)> ] ;
          dcat:landingPage <javascript:alert(4)> , <data:text/html,x> ;
          dcat:contactPoint [ vcard:fn {text} ; vcard:hasEmail <vbscript:x> ;
            vcard:hasURL <JaVaScRiPt:alert(5)> ] ;
          dct:rights {text} ; :odd <file:///etc/passwd> ;
          dcat:distribution [ a dcat:Distribution ; dct:title {text} ; dcat:accessURL <javascript:alert(6)> ;
            dcat:downloadURL <javascript:alert(7)> ; dcat:byteSize {text} ; dct:format {text} ] .
        """,
    )
    found = shown(client, data_set)
    schemes = {str(address).split(":")[0].lower() for address in found.xpath("//@href") if ":" in address}
    assert schemes <= {"http", "https", "mailto", "tel"}
    assert len(found.xpath("//script")) == 4  # three of our own and the data block, nothing more
    assert found.xpath("//title")[0].text.startswith(HOSTILE)
    facts = json.loads(found.xpath("//script[@type='application/ld+json']")[0].text)
    assert facts["name"] == HOSTILE
    text = words(found.xpath("//main")[0])
    for told in (
        "javascript:alert(4)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
    ):
        assert told in text
    assert "{{ 7|add:7 }}" in text


TITLES = """dct:title "Water"@nl , "Wasser"@de , "Eau"@fr , "Ūdens"@lv , "Uisce"@ga ;
    dct:description "Op zijn Nederlands"@nl"""


@pytest.mark.parametrize(
    ("accepted", "page_language", "title", "lang"),
    [
        ("de", "de", "Wasser", None),
        ("de-AT,de;q=0.9", "de", "Wasser", None),
        ("lv", "en", "Ūdens", "lv"),
        ("ga,fr;q=0.8", "fr", "Uisce", "ga"),
        ("xx", "en", "Eau", "fr"),
        ("", "en", "Eau", "fr"),
    ],
)
def test_titles_are_in_the_readers_language(
    client: Client, nl: object, accepted: str, page_language: str, title: str, lang: str | None
) -> None:
    data_set = shelf.put_turtle(nl, f":x a dcat:Dataset ; {TITLES} .")
    found = shown(client, data_set, **{"accept-language": accepted})
    assert found.get("lang") == page_language
    head = found.xpath("//h1")[0]
    assert (head.text, head.get("lang")) == (title, lang)
    description = found.xpath("//*[contains(@class, 'erpd-prose--lead')]")[0]
    assert description.get("lang") == "nl"
    assert found.xpath("//*[contains(@class, 'erpd-note')]")


def test_a_language_once_chosen_stays(client: Client, nl: object) -> None:
    data_set = shelf.put_turtle(nl, f":x a dcat:Dataset ; {TITLES} .")
    client.get("/catalogues?lang=lv")
    found = shown(client, data_set, **{"accept-language": "fr"})
    assert (found.xpath("//h1")[0].text, found.get("lang")) == ("Ūdens", "fr")
    client.get("/catalogues?lang=nl")
    found = shown(client, data_set, **{"accept-language": "fr"})
    assert (found.xpath("//h1")[0].text, found.get("lang")) == ("Water", "nl")
    assert client.get("/catalogues?lang=<x>").cookies == {}


def test_findings_are_told_in_plain_words(client: Client, nl: object) -> None:
    data_set = shelf.put_turtle(
        nl, ':x a dcat:Dataset ; dct:title "Half a record"@en ; dct:issued "31/05/2024" .', mended=True
    )
    text = section(shown(client, data_set), "remarks")
    assert "Missing or wrong" in text
    assert "is mandatory but missing" in text


def test_a_record_with_nothing_in_it_has_a_page(client: Client, nl: object) -> None:
    data_set = shelf.put_turtle(nl, ":x a dcat:Dataset .")
    found = shown(client, data_set)
    assert found.findtext(".//h1/code") == "data.example/x"
    assert "The record has no description" in section(found, "what")
    assert not found.xpath("//script[@type='application/ld+json']")  # search engines refuse it


LICENCES = "http://publications.europa.eu/resource/authority/licence"


@pytest.mark.parametrize(
    ("said", "where", "told", "is_address"),
    [
        (
            "dct:license <http://dcat-ap.de/def/licenses/cc-by/4.0>",
            "conditions",
            "Creative Commons Attribution 4.0",
            False,
        ),
        ("dct:license <https://a.example/x/terms#use>", "conditions", "a.example/…/use", True),
        (
            "dct:license 'https://creativecommons.org/licenses/by/4.0/'",
            "conditions",
            "Creative Commons Attribution 4.0",
            False,
        ),
        ("dct:publisher <http://datos.gob.es/recurso/org/E05024401>", "who", "gob.es/…/E05024401", True),
        (
            "dct:publisher <http://dcat-ap.de/def/contributors/destatis>",
            "who",
            "Statistisches Bundesamt",
            False,
        ),
        ("dcat:theme <http://datos.gob.es/kos/sector-publico/sector/deporte>", "what", "Sports", False),
        (
            "dct:license <https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40>",
            "conditions",
            "Creative Commons Attribution 4.0",
            False,
        ),
        ("dct:publisher <https://agency.example/>", "who", "agency.example", True),
        ("dct:publisher [ a foaf:Agent ; foaf:homepage <https://agency.example/> ]", "who", "agency", False),
        (
            "dcat:distribution [ dct:format <https://www.iana.org/assignments/media-types/text/csv> ]",
            "distributions",
            "CSV",
            False,
        ),
    ],
)
def test_no_bare_address_stands_for_a_name(
    client: Client, nl: object, said: str, where: str, told: str, is_address: bool
) -> None:
    found = shown(client, shelf.put_turtle(nl, f':x a dcat:Dataset ; dct:title "X" ; {said} .'))
    text = section(found, where)
    assert told in text
    if where != "who" or is_address:
        assert "://" not in text
    assert bool(found.xpath(f"//section[.//*[@id='{where}']]//a/code")) is is_address


def test_what_this_register_has_is_shown_by_title_and_linked_here(client: Client, nl: object) -> None:
    here = shelf.put_turtle(nl, ':other a dcat:Dataset ; dct:title "Andere"@nl .')
    hidden = shelf.put_turtle(shelf.catalogue("trial", "test"), ':trial a dcat:Dataset ; dct:title "Trial" .')
    data_set = shelf.put_turtle(
        nl, ":x a dcat:Dataset ; dct:relation :other , :trial , :elsewhere ; dct:source :gone ."
    )
    found = shown(client, data_set)
    [link] = found.xpath("//section[@aria-labelledby='rest']//data/a")
    assert (link.text, link.get("href"), link.get("lang")) == ("Andere", f"/datasets/{here.key}", "nl")
    assert link.getparent().get("value") == "https://data.example/other"
    assert "Trial" not in words(found)
    assert str(hidden.key) not in html.tostring(found).decode()
    assert "https://data.example/elsewhere" in section(found, "rest")


def test_labels_in_another_language_than_the_page_say_so(client: Client, nl: object) -> None:
    data_set = shelf.put_turtle(nl, ":x a dcat:Dataset ; dcat:theme theme:HEAL .")
    found = shown(client, data_set, **{"accept-language": "fi"})
    [theme] = found.xpath("//*[@class='erpd-tags__theme']//data")
    assert (theme.text, theme.get("lang")) == ("Terveys", "fi")


PROTECTED = ":x a dcat:Dataset ; dct:accessRights access:NON_PUBLIC"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('dct:rights "Statistical confidentiality."@en', ["statistical confidentiality"]),
        ('dct:rights [ rdfs:label "statistische Geheimhaltung"@de ]', ["statistical confidentiality"]),
        ('dcat:distribution [ dct:rights "protection of personal data" ]', ["protection of personal data"]),
        (
            """<http://data.europa.eu/r5r/applicableLegislation>
            <http://data.europa.eu/eli/reg/2022/868/art_3/par_1/pnt_c/oj>,
            <http://data.europa.eu/eli/reg/2022/868/art_3/par_1/pnt_b>""",
            ["statistical confidentiality", "intellectual property rights of third parties"],
        ),
        ('dct:rights "no statistical confidentiality"', []),
        ("<http://data.europa.eu/r5r/applicableLegislation> <http://data.europa.eu/eli/reg/2022/868/oj>", []),
    ],
)
def test_only_the_grounds_that_the_record_names_are_told(
    client: Client, nl: object, said: str, told: list[str]
) -> None:
    found = shown(client, shelf.put_turtle(nl, f"{PROTECTED} ; {said} ."))
    assert [words(one) for one in found.xpath("//section[@aria-labelledby='why']/ul/li")] == told
    assert ("does not say on which" in section(found, "why")) is not told


def test_conditions_of_access_are_shown_field_by_field(client: Client, nl: object) -> None:
    told = with_conditions(EXAMPLE)
    lines = "\n".join(
        f"{triple.subject} {triple.predicate} {triple.object} ." for triple in told.graph.triples()
    )
    data_set = shelf.put_turtle(nl, lines, mended=True)
    found = shown(client, data_set, **{"accept-language": "nl"})
    conditions = found.xpath("//section[@aria-labelledby='conditions']")[0]
    [card] = found.xpath("//section[@id='access']")
    labels = [words(one) for one in card.xpath(".//dl/dt")]
    assert labels[:2] == ["Wie toegang kan vragen", "Wie onder een voorwaarde toegang kan vragen"]
    # The grounds are told with the access rights.
    assert len(labels) == len(EXAMPLE.said()) - 1
    assert not conditions.xpath("./dl")
    [action] = card.xpath(".//a[contains(@class, 'erpd-action')]")
    assert action.get("href").partition("?")[0] == "https://a.example/ask"
    assert [words(one) for one in conditions.xpath("./h3")][:2] == ["Voorwaarden als gegevens", "Rechten"]
    assert "onderzoeksorganisaties" in words(card)
    assert "The result is published." in words(card)
    # In words they are said once, in the part for a closer look; what a person wrote stands as it is.
    [closer] = conditions.xpath("./details")
    assert "Redenen van bescherming: bescherming" in words(closer)
    assert "Redenen van bescherming:" not in section(found, "distributions")
    assert "Ask me" in words(conditions)
    assert len(found.xpath("//section[@aria-labelledby='why']/ul/li")) == 2
    assert not found.xpath("//section[@aria-labelledby='rest']//*[contains(., 'isAnyOf')]")


def test_conditions_in_words_only_are_called_that(client: Client, nl: object) -> None:
    found = shown(client, shelf.put_turtle(nl, f'{PROTECTED} ; dct:rights "Ask" .'))
    assert "as text only" in section(found, "conditions")
