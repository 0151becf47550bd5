import dataclasses
import gzip
import re
from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from lxml import etree
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from erpd.metadata.terms import DCAT, DCT, RDF, Namespace
from erpd.pages import outage
from erpd.publish.oai_pmh import lists, records
from erpd.publish.oai_pmh.formats import METADATA_FORMATS
from erpd.register import content
from erpd.register.content import VersionBroken
from erpd.register.models import Version

from .conftest import OAI, Reader, Register, error_of, valid

LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
UNKNOWN = "oai:testserver:00000000-0000-5000-8000-000000000000"
ALL = {"verb": "ListRecords", "metadataPrefix": "dcat_ap"}


@pytest.fixture
def filled(register: Register) -> Register:
    """Two protected catalogues, one part of the other, one open, one for tests."""
    whole = register.catalogue(
        "erpd", title={"en": "Register <all>", "nl": "Register"}, publisher="Commission"
    )
    nl = register.catalogue("nl", country="NL", part_of=whole)
    register.put(nl, "secret", "Protected data")
    register.put(register.catalogue("nl-open", "open"), "public", "Open data")
    register.put(register.catalogue("try", "test"), "draft", "Not to be seen")
    return register


def identifier_of(data_set) -> str:
    return f"oai:testserver:{data_set.key}"


@pytest.mark.parametrize(
    ("code", "query"),
    [
        ("badVerb", ""),
        ("badVerb", "verb="),
        ("badVerb", "verb=listRecords&metadataPrefix=dcat_ap"),
        ("badVerb", "verb=Identify&verb=Identify"),
        ("badArgument", "verb=Identify&metadataPrefix=dcat_ap"),
        ("badArgument", "verb=Identify&resumptionToken=x"),
        ("badArgument", "verb=ListRecords"),
        ("badArgument", "verb=ListRecords&metadataPrefix=dcat_ap&metadataPrefix=dcat_ap"),
        ("badArgument", "verb=ListRecords&metadataPrefix=dcat%20ap"),
        ("badArgument", "verb=ListRecords&metadataPrefix=dcat_ap&colour=red"),
        ("badArgument", "verb=ListRecords&metadataPrefix=dcat_ap&from=yesterday"),
        ("badArgument", "verb=ListRecords&metadataPrefix=dcat_ap&from=2026-02-30"),
        ("badArgument", "verb=ListRecords&metadataPrefix=dcat_ap&from=2026-02-03T10:00Z"),
        ("badArgument", "verb=ListRecords&metadataPrefix=dcat_ap&from=0000-01-01"),
        ("badArgument", "verb=ListRecords&metadataPrefix=dcat_ap&from=2026-01-01&until=2026-01-02T00:00:00Z"),
        ("badArgument", "verb=ListRecords&metadataPrefix=dcat_ap&from=2026-01-02&until=2026-01-01"),
        ("badArgument", "verb=ListRecords&metadataPrefix=dcat_ap&set=protected:"),
        ("badArgument", "verb=GetRecord&metadataPrefix=dcat_ap"),
        ("badArgument", f"verb=GetRecord&identifier={UNKNOWN}"),
        ("badResumptionToken", "verb=ListRecords&resumptionToken="),
        ("badResumptionToken", "verb=ListRecords&resumptionToken=damaged"),
        ("badResumptionToken", "verb=ListRecords&resumptionToken=%03%C3%A9"),
        ("badResumptionToken", "verb=ListSets&resumptionToken=x"),
        ("cannotDisseminateFormat", "verb=ListRecords&metadataPrefix=marc21"),
        ("cannotDisseminateFormat", f"verb=GetRecord&metadataPrefix=marc21&identifier={UNKNOWN}"),
        ("idDoesNotExist", f"verb=GetRecord&metadataPrefix=dcat_ap&identifier={UNKNOWN}"),
        ("idDoesNotExist", "verb=GetRecord&metadataPrefix=dcat_ap&identifier=%03"),
        ("idDoesNotExist", f"verb=ListMetadataFormats&identifier={UNKNOWN}"),
        ("noRecordsMatch", "verb=ListRecords&metadataPrefix=dcat_ap&set=protected:nowhere"),
        ("noRecordsMatch", "verb=ListRecords&metadataPrefix=dcat_ap&set=test:try"),
        ("noRecordsMatch", "verb=ListRecords&metadataPrefix=dcat_ap&set=protected:n"),
        ("noRecordsMatch", "verb=ListIdentifiers&metadataPrefix=dcat_ap&from=9999-12-31"),
        ("noRecordsMatch", "verb=ListIdentifiers&metadataPrefix=dcat_ap&until=1999-12-31"),
    ],
)
def test_errors_of_the_protocol(filled: Register, client, code: str, query: str) -> None:
    answer = valid(client.get(f"/oai?{query}").content)
    assert error_of(answer) == code
    assert ("verb" in answer.find(f"{OAI}request").attrib) == (code not in ("badVerb", "badArgument"))
    posted = client.post("/oai", query, content_type="application/x-www-form-urlencoded")
    assert error_of(valid(posted.content)) == code


def test_a_form_of_another_site_may_post_and_other_methods_may_not(filled: Register, client) -> None:
    client.handler.enforce_csrf_checks = True
    assert valid(client.post("/oai", ALL).content).find(f"{OAI}ListRecords") is not None
    assert client.put("/oai").status_code == 405


@pytest.mark.parametrize(
    ("address", "titles"),
    [
        ("/oai", ["Protected data", "Open data"]),
        ("/protected/oai", ["Protected data"]),
        ("/open/oai", ["Open data"]),
        ("/catalogues/nl/oai", ["Protected data"]),
        ("/catalogues/erpd/oai", ["Protected data"]),  # its parts too
        ("/catalogues/nl-open/oai", ["Open data"]),
    ],
)
def test_each_scope_shows_its_own(filled: Register, reader: Reader, address: str, titles: list[str]) -> None:
    assert reader.titles(address) == titles
    identity = reader.ask(address, verb="Identify")
    assert identity.findtext(f".//{OAI}baseURL") == f"http://testserver{address}"
    assert identity.findtext(f".//{OAI}deletedRecord") == "persistent"
    listed = [spec.text for spec in reader.ask(address, verb="ListSets").iter(f"{OAI}setSpec")]
    shown = {spec.text for page in reader.pages(address, **ALL) for spec in page.iter(f"{OAI}setSpec")}
    assert shown <= set(listed)
    assert not any("try" in spec for spec in listed)
    assert len(reader.ask(address, verb="ListMetadataFormats").findall(f".//{OAI}metadataFormat")) == 3


def test_records_of_one_scope_cannot_be_reached_through_another(filled: Register, reader: Reader) -> None:
    identifiers = [node.text for node in reader.ask("/protected/oai", **ALL).iter(f"{OAI}identifier")]
    get = {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": identifiers[0]}
    assert reader.error("/open/oai", **get) == "idDoesNotExist"
    assert reader.error("/protected/oai", **get) == ""
    assert reader.error("/open/oai", **ALL, set="protected") == "noRecordsMatch"
    assert reader.client.get("/catalogues/try/oai?verb=Identify").status_code == 404
    assert reader.client.get("/catalogues/none/oai?verb=Identify").status_code == 404


def test_sets_are_hierarchical(filled: Register, reader: Reader) -> None:
    specs = [spec.text for spec in reader.ask(verb="ListSets").iter(f"{OAI}setSpec")]
    assert specs == ["protected", "protected:erpd", "protected:nl", "open", "open:nl-open"]
    for spec, titles in {
        "protected": ["Protected data"],
        "protected:nl": ["Protected data"],
        "protected:erpd": ["Protected data"],
        "open": ["Open data"],
        "open:nl-open": ["Open data"],
    }.items():
        assert reader.titles(set=spec) == titles


def test_an_empty_register(db: None, reader: Reader) -> None:
    assert reader.error(**ALL) == "noRecordsMatch"
    assert [spec.text for spec in reader.ask("/open/oai", verb="ListSets").iter(f"{OAI}setSpec")] == ["open"]
    assert reader.ask(verb="Identify").findtext(f".//{OAI}earliestDatestamp") == "2020-01-01T00:00:00Z"


def test_a_deletion_is_kept_and_told(register: Register, reader: Reader) -> None:
    gone = register.delete(register.put(register.catalogue("nl"), "1"))
    get = {"verb": "GetRecord", "metadataPrefix": "dcat_ap", "identifier": identifier_of(gone)}
    for answer in (reader.ask(**ALL), reader.ask(**get), reader.ask(**{**ALL, "verb": "ListIdentifiers"})):
        assert answer.find(f".//{OAI}header").get("status") == "deleted"
        assert answer.find(f".//{OAI}metadata") is None
    assert reader.error(verb="ListMetadataFormats", identifier=identifier_of(gone)) == "noMetadataFormats"


def test_from_and_until_at_both_granularities(register: Register, reader: Reader) -> None:
    nl = register.catalogue("nl")
    for second in range(4):
        at = datetime(2026, 3, 1 + second // 2, 10, 0, second, tzinfo=UTC)
        register.date(register.put(nl, str(second), f"{second}"), at)
    assert reader.titles(from_="2026-03-02") == ["2", "3"]
    assert reader.titles(until="2026-03-01") == ["0", "1"]
    assert reader.titles(from_="2026-03-01T10:00:01Z", until="2026-03-02T10:00:02Z") == ["1", "2"]
    assert reader.titles(from_="2026-03-01", until="9999-12-31") == ["0", "1", "2", "3"]
    assert reader.error(**ALL, from_="2026-03-01T10:00:02Z", until="2026-03-02T10:00:01Z") == "noRecordsMatch"


def test_tokens_serve_one_list_only(filled: Register, reader: Reader, monkeypatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 1)
    first = reader.ask(**ALL).find(f".//{OAI}resumptionToken")
    assert (first.get("completeListSize"), first.get("cursor")) == ("2", "0")
    resume = {"verb": "ListRecords", "resumptionToken": first.text}
    last = reader.ask(**resume, metadataPrefix="dcat_ap").find(f".//{OAI}resumptionToken")
    assert (last.get("completeListSize"), last.get("cursor"), last.text) == ("2", "1", None)
    assert reader.error(**resume, metadataPrefix="oai_dc") == "badArgument"
    assert reader.error(**resume, set="open") == "badArgument"
    assert reader.error("/open/oai", **resume) == "badResumptionToken"
    assert reader.error(**{**resume, "verb": "ListIdentifiers"}) == "badResumptionToken"
    assert reader.error(verb="ListRecords", resumptionToken=first.text[:-1]) == "badResumptionToken"
    assert reader.ask(**resume).find(f"{OAI}request").attrib == resume


def test_a_harvester_in_the_middle_of_a_list_waits_for_the_database(
    filled: Register, client, monkeypatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 1)
    monkeypatch.setattr(outage, "_PAUSE", 0)
    monkeypatch.setattr(outage, "close_old_connections", lambda: None)  # the one of the test is in use
    token = valid(client.get("/oai", ALL).content).findtext(f".//{OAI}resumptionToken")
    rows, away = lists._rows, iter("abc")

    def fails_thrice(*bounds):
        if next(away, None):
            raise OperationalError("the connection is lost")
        return rows(*bounds)

    monkeypatch.setattr(lists, "_rows", fails_thrice)
    assert client.get("/oai", ALL).status_code == 503
    answer = client.post("/oai", {"verb": "ListRecords", "resumptionToken": token})
    assert answer.status_code == 200
    assert len(valid(answer.content).findall(f".//{OAI}record")) == 1
    away = iter("a" * 9)
    monkeypatch.setattr(outage, "_PATIENCE", -1)
    assert client.get("/oai", {"verb": "ListRecords", "resumptionToken": token}).status_code == 503


def test_identify_describes_identifiers_and_the_catalogue(filled: Register, reader: Reader, settings) -> None:
    settings.NODE = dataclasses.replace(settings.NODE, base_url="https://data.example")
    identity = reader.ask("/protected/oai", verb="Identify")
    assert identity.findtext(f".//{OAI}compression") == "gzip"
    scheme = {etree.QName(one).localname: one.text for one in identity.find(".//{*}oai-identifier")}
    assert (scheme["repositoryIdentifier"], scheme["delimiter"]) == ("data.example", ":")
    get = {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": scheme["sampleIdentifier"]}
    assert reader.error("/protected/oai", **get) == ""
    described = etree.tostring(identity.find(f".//{{{RDF}}}RDF"))
    triples = list(parse(described, format=RdfFormat.RDF_XML))
    assert Quad(NamedNode("https://data.example/protected#catalogue"), RDF.type, DCAT.Catalog) in triples
    settings.NODE = dataclasses.replace(settings.NODE, base_url="http://127.0.0.1:8000")
    assert reader.ask(verb="Identify").find(".//{*}oai-identifier") is None


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
    ],
)
def test_pages_are_compressed_for_those_who_accept_it(
    filled: Register, client, accepted: str, compressed: bool
) -> None:
    plain, answer = client.get("/oai", ALL), client.get("/oai", ALL, headers={"accept-encoding": accepted})
    assert "Accept-Encoding" in answer["Vary"]
    assert answer.get("Content-Encoding") == ("gzip" if compressed else None)
    content = gzip.decompress(answer.content) if compressed else answer.content
    date = re.compile(rb"<responseDate>.*?<")
    assert date.sub(b"", content) == date.sub(b"", plain.content)


def test_each_place_names_its_schema(filled: Register, reader: Reader) -> None:
    for prefix in METADATA_FORMATS:
        answer = reader.ask(verb="ListRecords", metadataPrefix=prefix)
        named = [one.get(LOCATION, "").split() for one in answer.iter()]
        known = {namespace for pairs in named for namespace in pairs[::2]}
        shown = answer.find(f".//{OAI}metadata")[0]
        assert {OAI[1:-1], etree.QName(shown).namespace} <= known


def test_a_list_whose_rest_moved_out_of_its_dates_does_not_look_complete(
    register, reader, monkeypatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 1)
    nl = register.catalogue("nl")
    for number in range(2):
        register.date(register.put(nl, str(number)), datetime(2026, 3, 1, tzinfo=UTC))
    token = reader.ask(**ALL, until="2026-03-01").findtext(f".//{OAI}resumptionToken")
    register.put(nl, "1", "Edited later")
    assert reader.error(verb="ListRecords", resumptionToken=token) == "badResumptionToken"


def test_large_records_make_short_pages(filled: Register, reader: Reader, monkeypatch) -> None:
    monkeypatch.setattr(lists, "PAGE_BYTES", 1)
    assert len(list(reader.pages(**ALL))) == 2
    assert reader.titles() == ["Protected data", "Open data"]


@pytest.mark.parametrize("damage", ["missing", "cut", "not RDF"])
def test_a_list_never_ends_short(filled: Register, client, damage: str) -> None:
    version = Version.objects.order_by("change")[1]
    if damage == "missing":
        version.delete()
    else:
        version.content = bytes(version.content)[:20] if damage == "cut" else version.content[:0] + NOT_RDF
        version.save()
    with pytest.raises(VersionBroken, match=str(version.data_set_id)):
        client.get("/oai", ALL)
    client.raise_request_exception = False
    assert client.get("/oai", ALL).status_code == 500


@pytest.mark.parametrize("prefix", ["dcat_ap", "oai_dc"])
def test_a_page_ends_by_what_is_read_for_it_also_if_little_of_that_is_written(
    register: Register, reader: Reader, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    nl, parsed = register.catalogue("nl"), []
    register.delete(register.put(nl, "gone"))
    for number, notes in enumerate([2_000, 1, 1, 900, 900, 1, 2_000, 2_000]):
        me = NamedNode(f"http://nl.example/{number}")
        noted = [Quad(me, NamedNode("http://x.example/note"), Literal(str(note))) for note in range(notes)]
        register.put(nl, str(number), f"Title {number}", *noted)
    parse_ = content.parse
    monkeypatch.setattr(
        content, "parse", lambda lines, **how: parsed.append(len(lines)) or parse_(lines, **how)
    )
    monkeypatch.setattr(records, "MOST_READ", 80_000)
    found, each = [], []
    for page in reader.pages(verb="ListRecords", metadataPrefix=prefix):
        titles = [node.text for node in page.iter("{*}title") if node.text.startswith("Title")]
        found += titles
        each.append(len(titles))
        assert len(parsed) == 1 or sum(parsed) <= 80_000
        parsed.clear()
    assert found == [f"Title {number}" for number in range(8)]
    assert each == [1, 3, 2, 1, 1]


NOT_RDF = b"x\x9c\xcb\xc8\x04\x00\x01;\x00\xd2"  # "hi", deflated


def test_what_xml_cannot_say_costs_nothing_else(register: Register, reader: Reader) -> None:
    me, other = NamedNode("http://nl.example/1"), Namespace("http://other.example/")
    register.put(
        register.catalogue("nl"),
        "1",
        "null \x03, no \ufffe, two\r\nlines <&>",
        Quad(me, NamedNode("http://other.example/1"), Literal("no XML name")),
        Quad(me, NamedNode(str(DCT)), Literal("no name at all")),
        Quad(me, RDF.li, Literal("syntax")),
        Quad(me, other.part, BlankNode("0a")),
        Quad(BlankNode("0a"), other.name, Literal("a part")),
    )
    answer = reader.ask(**ALL)
    rdf = etree.tostring(answer.find(f".//{{{RDF}}}RDF"))
    triples = list(parse(rdf, format=RdfFormat.RDF_XML))
    assert len(triples) == 4
    assert Literal("null , no , two\r\nlines <&>", language="en") in [triple.object for triple in triples]
    assert "a part" in [getattr(triple.object, "value", "") for triple in triples]
    dublin = reader.ask(verb="ListRecords", metadataPrefix="oai_dc")
    title = dublin.findtext(".//{http://purl.org/dc/elements/1.1/}title")
    assert title == "null , no , two\r\nlines <&>"
