"""The view of a record: where names, agents, codes, distributions, periods, places and dates are found."""

from datetime import UTC, datetime

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT, FOAF, PREFIXES, SKOS, VCARD
from erpd.metadata.view import NAMES, Statement, View, all_names, called, name, names
from tests.metadata.records import AUTHORITY

HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + (
    f"@prefix : <https://a.example/> . @prefix at: <{AUTHORITY}/> .\n"
)
HEALTH = NamedNode(f"{AUTHORITY}/data-theme/HEAL")


def view(turtle: str) -> View:
    """Of the data set ``:it``."""
    graph = Graph(parse(HEAD + turtle, format=RdfFormat.TURTLE))
    return View(Record("1", graph, NamedNode("https://a.example/it")))


@pytest.mark.parametrize("predicate", NAMES, ids=lambda predicate: predicate.value)
def test_every_property_that_names_things_names_them(predicate):
    found = view(f':it dct:publisher [ {predicate} "An  agency"@en ] .')
    (agent,) = found.publishers
    assert (found.publisher(), agent.called("nl")) == ("An agency", "An agency")
    assert called(found.graph, agent.node) == ("An  agency", "en")
    assert name(found.graph, agent.node) == Statement(
        agent.node, predicate, Literal("An  agency", language="en")
    )
    assert all_names(found.graph, agent.node) == ["An  agency"]


def test_the_most_telling_name_in_the_language_of_the_reader():
    graph = view(
        ':it rdfs:label "no" ; foaf:name "Agency"@en, "Dienst"@nl-BE, " " ; dct:title "", [] .'
    ).graph
    node = NamedNode("https://a.example/it")
    assert called(graph, node, "fr", "nl") == ("Dienst", "nl-be")
    assert called(graph, node) == ("Agency", "en")
    assert name(graph, node, "nl") == Statement(node, FOAF.name, Literal("Dienst", language="nl-BE"))
    assert sorted(names(graph, node)) == [("en", "Agency"), ("nl-be", "Dienst")]
    assert {"no", "Agency", "Dienst"} <= set(all_names(graph, node))


def test_the_authority_table_names_what_the_record_does_not():
    empty, own = Graph(), Graph()
    own.add(HEALTH, SKOS.prefLabel, Literal("Well-being", language="en"))
    assert called(empty, HEALTH, "nl") == ("Gezondheid", "nl")
    assert list(names(empty, HEALTH)) == [("en", "Health")]
    assert [called(own, HEALTH, *languages)[0] for languages in ((), ("en",), ("nl",))] == [
        "Well-being",
        "Well-being",
        "Gezondheid",
    ]
    assert list(names(own, HEALTH)) == [("en", "Well-being")]
    unsaid = Graph()
    unsaid.add(HEALTH, SKOS.prefLabel, Literal("Salute"))  # in whatever language
    found = [called(unsaid, HEALTH, *languages) for languages in ((), ("nl",), ("tr",))]
    assert found == [("Salute", ""), ("Gezondheid", "nl"), ("Salute", "")]


def test_text_is_its_own_name_and_what_has_none_has_none():
    graph = Graph()
    assert called(graph, Literal("Kadaster", language="NL")) == ("Kadaster", "nl")
    for nameless in (BlankNode(), NamedNode("https://a.example/agency")):
        assert called(graph, nameless, "en") == ("", "")
        assert (name(graph, nameless), list(names(graph, nameless)), all_names(graph, nameless)) == (
            None,
            [],
            [],
        )


def test_the_first_publisher_with_a_name_is_called_by_it():
    assert view(':it dct:publisher :agency, [], "Kadaster", "Other" .').publisher("nl") == "Kadaster"
    assert view(":it dct:publisher :agency .").publisher() == ""


def test_how_a_contact_is_reached_however_it_is_written():
    (contact,) = view(
        """:it dcat:contactPoint [ vcard:hasEmail <mailto:a@b.eu>, [ vcard:hasValue "a@b.eu",
        <mailto:c@d.eu> ] ; foaf:mbox "at the desk", "e?bcc=x@b.eu" ;
        vcard:hasTelephone <tel:+3170>, [ vcard:hasValue <TEL:+32> ], [] ; vcard:tel "1" ;
        foaf:homepage <https://a.eu/> ; vcard:hasURL "https://b.eu/x" ] ."""
    ).contacts
    assert {way.text: way.iri for way in contact.emails} == {
        "a@b.eu": "mailto:a@b.eu",
        "c@d.eu": "mailto:c@d.eu",
        "at the desk": "",
        "e?bcc=x@b.eu": "",
    }
    assert {way.text: way.iri for way in contact.telephones} == {
        "+3170": "tel:+3170",
        "+32": "TEL:+32",
        "1": "",
    }
    assert [way.iri for way in contact.pages] == ["https://a.eu/", "https://b.eu/x"]
    both = next(way for way in contact.emails if way.text == "a@b.eu")
    assert [said.predicate for said in both.said_by] == [VCARD.hasEmail, VCARD.hasEmail, VCARD.hasValue]
    assert view(':it dct:publisher "a@b.eu" .').publishers[0].emails == []


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("at:access-right\\/PUBLIC", ["PUBLIC"]),
        ('"public", "PUBLIC"@en, "openbaar"@nl', ["PUBLIC"]),
        ('[ rdfs:label "Public" ]', ["PUBLIC"]),
        (":open", ["PUBLIC"]),
        ('[ rdfs:label "Public", "Restricted" ]', []),
        ('"ask us", :unknown, []', []),
        ('"public", "restricted"', ["PUBLIC", "RESTRICTED"]),
        (f'"{"x" * 1000}"', []),
    ],
)
def test_a_code_is_known_by_its_iri_its_text_or_its_name(written, codes):
    assert (
        view(f':it dct:accessRights {written} . :open skos:prefLabel "öffentlich"@de .').access_rights
        == codes
    )


def test_formats_are_media_types_where_there_is_no_format():
    found = view(
        """:it dcat:distribution :a, :b, :c ; dct:license :l ; dct:language at:language\\/NLD ;
        dcat:theme at:data-theme\\/HEAL .
        :a dct:format at:file-type\\/CSV ; dcat:mediaType "text/turtle" ; dcat:byteSize [], "12" .
        :b dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ; dct:title "B" .
        :a dct:license :l . :b dct:license :m .
        """
    )
    first, second = found.distributions
    assert (found.formats, found.languages, found.themes) == (["CSV"], ["NLD"], ["HEAL"])
    assert [said.predicate for each in found.distributions for said in each.formats] == [
        DCT.format,
        DCAT.mediaType,
    ]
    assert [licence.value[-1] for licence in found.licences] == ["l", "m"]
    assert (first.size.value.value, first.description.best()) == ("12", ("", ""))
    assert (second.size, second.title.best()[0], bool(second.description)) == (None, "B", False)


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ('[ dcat:startDate "2019" ; dcat:endDate "2020-12-31" ]', ("2019", "2020-12-31")),
        ('[ schema:startDate "2019" ]', ("2019", "")),
        ('[ time:hasEnd [ a time:Instant ; time:inXSDDate "2020-01-01" ] ]', ("", "2020-01-01")),
        ('"2019/2020"', ("2019", "2020")),
        ('"2019"', ("2019", "2019")),
        ('"the nineties"', ("", "")),
        ('[ rdfs:label "the nineties" ]', ("", "")),
        (":nowhere", ("", "")),
    ],
)
def test_the_ends_of_a_period(written, ends):
    (period,) = view(f":it dct:temporal {written} .").periods
    assert (period.start, period.end) == ends


def test_where_a_place_is():
    places = view(
        ':it dct:spatial [ locn:geometry "POINT(1 2)" ; dcat:bbox "POLYGON((0 0))" ], :nl, "Delft" .'
    ).places
    assert sorted(place.geometry for place in places) == ["", "", "POLYGON((0 0))"]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ('"2020-02-03"', datetime(2020, 2, 3, tzinfo=UTC)),
        ('"soon", "2020-02-03T04:00:00+01:00"', datetime(2020, 2, 3, 3, tzinfo=UTC)),
        ('"2020"', datetime(2020, 1, 1, tzinfo=UTC)),
        ('"2020-02"', datetime(2020, 2, 1, tzinfo=UTC)),
        ('"9999-12-31T23:59:59-12:00", :x, []', None),
    ],
)
def test_dates(written, moment):
    found = view(f":it dct:issued {written} .")
    assert (found.issued and found.issued.at, found.modified) == (moment, None)
