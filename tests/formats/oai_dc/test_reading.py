"""Dublin Core as repositories write it -> DCAT-AP."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import BlankNode, Literal

from erpd.formats import FORMATS, Unreadable, format_for, oai_dc
from erpd.metadata.canonical import canonical
from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.terms import DC11, DCAT, DCT
from tests.formats.oai_dc import dc, read, said
from tests.formats.oai_dc.test_writing import ELEMENTS
from tests.needs import SHARED

FOLDER = SHARED / "oai-pmh"
FILES = sorted(FOLDER.rglob("*.xml"))
needs_recordings = pytest.mark.skipif(not FILES, reason="the recorded answers of shared/data are absent")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
RULES = load_profile("erpd")


def of(*elements, mended=False, **facts):
    """What is said of the data set."""
    record = read(*elements, **facts)
    if mended:
        mend(record, RULES)
    return said(record, record.dataset)


def distributions(*elements, mended=True):
    return of(*elements, mended=mended).get("distribution", [])


def test_its_media_type_is_its_own():
    assert format_for(oai_dc.MEDIA_TYPE) is FORMATS["oai_dc"]


@pytest.mark.parametrize(
    ("identifiers", "iri"),
    [
        (["ISBN 90-9014980-5", "http://repo.example/1", "10.5281/zenodo.1"], "http://repo.example/1"),
        (["10.5281/zenodo.1", "http://repo.example/1"], "https://doi.org/10.5281/zenodo.1"),
        (["doi:10.1002/(SICI)1&lt;3::AID>2"], "https://doi.org/10.1002/(SICI)1%3C3::AID%3E2"),
        (["hdl:1765/315"], "https://hdl.handle.net/1765/315"),
        (["urn:isbn:9090149805", "urn:nbn:nl:ui:13-1"], "urn:nbn:nl:ui:13-1"),
        (["Report at http://repo.example/1", "oai:data.example:1"], ""),
        ([], ""),
    ],
)
def test_the_first_identifier_that_names_the_resource_is_its_iri(identifiers, iri):
    record = read(*(dc("identifier", name) for name in identifiers), dc("title", "x"))
    assert record.iri == iri
    assert isinstance(record.dataset, BlankNode) is not iri
    assert len(record.values(DCT.identifier)) == len(identifiers)
    # The same bytes are always the same data set (G3.4.3).
    again = read(*(dc("identifier", name) for name in identifiers), dc("title", "x"))
    assert canonical(again.graph) == canonical(record.graph)


def test_without_one_the_identifier_of_the_record_may_name_it():
    assert read(dc("title", "x"), identifier="https://repo.example/7").iri == "https://repo.example/7"


def test_where_a_urn_names_it_an_address_is_its_page():
    found = of(dc("identifier", "urn:nbn:nl:1"), dc("identifier", "http://repo.example/1"))
    assert found["landingPage"] == ["http://repo.example/1"]
    assert found["distribution"] == [{"accessURL": ["http://repo.example/1"]}]


def test_texts_have_the_language_of_their_element():
    found = of(
        dc("title", "Water\n   levels", "en_US"),
        dc("title", "Levels", "en-US"),
        dc("title", "Waterstanden", "nld"),
        dc("title", "Pegel", "no tag at all"),
        dc("description", "&lt;p>High &amp;amp; low&lt;/p>"),
        dc("description", "<b>High</b>\n     and low"),
        mended=True,
    )
    assert found["title"] == ["Water levels@en-us", "Waterstanden@nl", "Pegel"]
    assert found["alternative"] == ["Levels@en-us"]
    assert found["description"] == ["High & low", "High\nand low"]


def test_a_record_may_have_one_language_for_all():
    xml = f'<dc xmlns="{DC11}" xml:lang="fr"><title>Eau</title><creator>Dupont</creator></dc>'
    record = oai_dc.read(xml.encode(), "x")
    assert said(record, record.dataset) == {"title": ["Eau@fr"], "creator": [{"name": ["Dupont@fr"]}]}


def test_people_are_agents_and_repeated_ones_are_one():
    found = of(
        *[dc("creator", "Doe, John")] * 3,
        dc("creator", "https://orcid.org/0000-0002-1825-0097"),
        dc("contributor", "Doe, John"),
    )
    assert found["creator"] == [{"name": ["Doe, John"]}, "https://orcid.org/0000-0002-1825-0097"]
    assert found["contributor"] == [{"name": ["Doe, John"]}]


def test_there_is_one_publisher_and_no_name_is_lost():
    translated = of(dc("publisher", "Kadaster", "nl"), dc("publisher", "Land Registry", "en"))
    assert translated["publisher"] == [{"name": ["Kadaster@nl", "Land Registry@en"]}]
    record = read(dc("publisher", "Kadaster"), dc("publisher", "RVO"))
    assert record.values(DC11.publisher)[0].value == "RVO"
    assert not [one for one in mend(record, RULES) + check(record, RULES) if one.rule == "too-many"]


@pytest.mark.parametrize(
    ("dates", "issued", "modified", "kept"),
    [
        (["2010"], "2010", "", []),
        (["2015-03-01T10:00:00Z", "2014", "2014-12-01"], "2014", "2015-03-01T10:00:00Z", ["2014-12-01"]),
        (["May 2014", "2014-05-02"], "2014-05-02", "", ["May 2014"]),
        (["02.05.2014"], "2014-05-02", "", []),
        (["s.d."], "s.d.", "", []),
    ],
)
def test_the_first_date_is_the_release_the_last_the_modification(dates, issued, modified, kept):
    found = of(*(dc("date", date) for date in dates), mended=True)
    assert found.get("issued") == [issued]
    assert found.get("modified", [""]) == [modified]
    assert found.get("date", []) == kept


def test_dates_that_say_what_they_are():
    found = of(
        "<dcterms:issued>2014</dcterms:issued><dcterms:modified>2013-01-01</dcterms:modified>",
        dc("date", "2013-01-01"),
        dc("date", "2012"),
    )
    assert (found["issued"], found["modified"], found["date"]) == (["2014"], ["2013-01-01"], ["2012"])


def test_subjects_are_keywords_themes_and_links():
    found = of(
        dc("subject", "Energie", "nl"), dc("subject", "Wind"), dc("subject", "http://eurovoc.europa.eu/1")
    )
    assert found["keyword"] == ["Energie@nl", "Wind"]
    assert found["theme"] == [f"{AUTHORITY}data-theme/ENER"]
    assert found["subject"] == ["http://eurovoc.europa.eu/1"]


def test_every_type_is_read_and_kept():
    found = of(dc("type", "Dataset"), dc("type", "still image"), dc("type", "Thesis"), dc("type", "urn:x:a"))
    assert found["type"] == ["http://purl.org/dc/dcmitype/StillImage", {"prefLabel": ["Thesis"]}, "urn:x:a"]


def test_languages_are_mended_and_regions_kept():
    found = of(*(dc("language", code) for code in ("en_US", "dut", "fr", "German", "other")), mended=True)
    codes = [value.removeprefix(f"{AUTHORITY}language/") for value in found["language"]]
    assert codes == ["en_US", "ENG", "NLD", "FRA", "DEU", "other"]
    assert Literal("en_US") in read(dc("language", "en_US")).values(DC11.language)


@pytest.mark.parametrize(
    ("text", "temporal"),
    [
        ("2001/2005", {"startDate": ["2001"], "endDate": ["2005"]}),
        ("2001-02-03/..", {"startDate": ["2001-02-03"]}),
        ("1990 - 1995", {"startDate": ["1990"], "endDate": ["1995"]}),
        ("1999", {"startDate": ["1999"], "endDate": ["1999"]}),
        (
            "name=The Great Depression; start=1929; end=1939;",
            {"startDate": ["1929"], "endDate": ["1939"], "label": ["The Great Depression"]},
        ),
    ],
)
def test_coverage_in_time(text, temporal):
    assert of(dc("coverage", text))["temporal"] == [temporal]


@pytest.mark.parametrize(
    ("text", "spatial"),
    [
        ("Delft", {"prefLabel": ["Delft"]}),
        ("Delft / The Hague", {"prefLabel": ["Delft / The Hague"]}),
        ("POINT(4.3 52)", {"geometry": ["POINT(4.3 52)"]}),
        (
            "northlimit=53.5; southlimit=50; westlimit=3; eastlimit=7; name=Nederland",
            {"bbox": ["POLYGON((3 53.5,7 53.5,7 50,3 50,3 53.5))"], "prefLabel": ["Nederland"]},
        ),
        ("east=148.26; north=-36.45", {"centroid": ["POINT(148.26 -36.45)"]}),
        (
            "east=155000; north=463000; projection=RD",
            {"prefLabel": ["east=155000; north=463000; projection=RD"]},
        ),
        ("http://sws.geonames.org/2757345/", "http://sws.geonames.org/2757345/"),
    ],
)
def test_coverage_in_space(text, spatial):
    assert of(dc("coverage", text))["spatial"] == [spatial]


@pytest.mark.parametrize(
    ("texts", "access"),
    [
        (["info:eu-repo/semantics/openAccess"], "PUBLIC"),
        (["http://purl.org/coar/access_right/c_16ec"], "RESTRICTED"),
        (["Open Access", "info:eu-repo/semantics/closedAccess"], "NON_PUBLIC"),
    ],
)
def test_the_strictest_access_right_counts(texts, access):
    found = of(*(dc("rights", text) for text in texts), mended=True)
    assert found["accessRights"] == [f"{AUTHORITY}access-right/{access}"]
    assert len(found.get("rights", [])) == len(texts) - 1


def test_an_access_right_that_no_table_has_waits_for_a_value_map():
    found = of(dc("rights", "info:eu-repo/semantics/embargoedAccess"), mended=True)
    assert found["accessRights"] == ["info:eu-repo/semantics/embargoedAccess"]


def test_licence_and_conditions_are_those_of_the_distribution():
    (found,) = distributions(
        dc("rights", "https://creativecommons.org/licenses/by/4.0/deed.nl"),
        dc("rights", "© Kadaster", "nl"),
        dc("rights", "https://repo.example/conditions"),
    )
    assert found == {
        "license": [f"{AUTHORITY}licence/CC_BY_4_0"],
        "rights": [{"label": ["© Kadaster@nl"], "seeAlso": ["https://repo.example/conditions"]}],
    }
    (found,) = distributions(dc("rights", "http://creativecommons.org/licenses/by/2.0/be/"))
    assert found == {"license": ["http://creativecommons.org/licenses/by/2.0/be/"]}
    (found,) = distributions("<dcterms:license>Mine</dcterms:license>", dc("rights", "http://repo.example/r"))
    assert found == {"license": [{"label": ["Mine"]}], "rights": ["http://repo.example/r"]}


@pytest.mark.parametrize("second", [dc("rights", "CC BY-SA 4.0"), "<dcterms:license>Mine</dcterms:license>"])
def test_of_two_licences_none_is_chosen(second):
    (found,) = distributions(dc("rights", "CC BY 4.0"), second)
    assert set(found) == {"rights"}
    assert len(found["rights"][0]["label"]) == 2


def test_a_licence_given_twice_is_one():
    address = "https://creativecommons.org/licenses/by/4.0/"
    (found,) = distributions(dc("rights", "CC BY 4.0"), dc("rights", address))
    assert found == {"license": [f"{AUTHORITY}licence/CC_BY_4_0"], "rights": [address]}


def test_a_distribution_for_each_format():
    record = [dc("identifier", "http://repo.example/1")]
    formats = [dc("format", text) for text in ("application/pdf", "PDF", "text/csv", "23 p.", "1200 bytes")]
    first, second = distributions(*record, *formats)
    assert first == {
        "accessURL": ["http://repo.example/1"],
        "format": [f"{AUTHORITY}file-type/PDF"],
        "mediaType": ["https://www.iana.org/assignments/media-types/application/pdf"],
    }
    assert second["format"] == [f"{AUTHORITY}file-type/CSV"]
    assert of(*record, *formats)["format"] == ["23 p.", "1200 bytes"]
    (one,) = distributions(*record, formats[0], formats[4])
    assert one["byteSize"] == ["1200"]
    (other,) = distributions(*record, dc("format", "comma separated"))
    assert other["format"] == ["comma separated"]  # for a value map
    extent = "<dcterms:extent>23 p.</dcterms:extent>"
    assert distributions(*record, extent) == [{"accessURL": ["http://repo.example/1"]}]
    assert of(extent)["extent"] == ["23 p."]


def test_files_with_their_own_address():
    first, second = distributions(
        dc("identifier", "http://repo.example/1"),
        dc("format", "application/pdf https://repo.example/1/a report.pdf"),
        dc("format", "text/csv https://repo.example/1/a.csv"),
    )
    assert first["accessURL"] == first["downloadURL"] == ["https://repo.example/1/a%20report.pdf"]
    assert second["downloadURL"] == ["https://repo.example/1/a.csv"]


def test_relations_are_links_or_named_things():
    found = of(
        dc("relation", "https://repo.example/2"),
        dc("source", "Old maps"),
        "<dcterms:isPartOf>Series X</dcterms:isPartOf>",
    )
    assert found["relation"] == ["https://repo.example/2"]
    assert found["source"] == [{"title": ["Old maps"]}]
    assert found["isPartOf"] == [{"title": ["Series X"]}]


def test_what_is_not_understood_is_kept():
    found = of(
        dc("title", "x"),
        "<dcterms:audience>All</dcterms:audience>",
        '<x:level xmlns:x="http://x.example/terms">a<x:b>1</x:b><x:b>2</x:b></x:level>',
        '<x:y xmlns:x="relative">z</x:y>',
        '<dcterms:accessRights xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        f' r:resource="{AUTHORITY}access-right/PUBLIC"/>',
    )
    assert found["audience"] == ["All"]
    assert found["level"] == ["a 1 2"]
    assert found["comment"] == ["y: z"]
    assert found["accessRights"] == [f"{AUTHORITY}access-right/PUBLIC"]


@pytest.mark.parametrize("space", ["", oai_dc.NAMESPACE, "http://purl.org/dc/elements/1.0/", str(DCT)])
def test_elements_in_a_mistaken_namespace(space):
    xml = f'<o:dc xmlns:o="{oai_dc.NAMESPACE}"><title xmlns="{space}">Water</title></o:dc>'
    assert oai_dc.read(xml.encode(), "x").title.best() == ("Water", "")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "broken-syntax"),
        (b"plain", "broken-syntax"),
        (b"<dc><title>", "broken-syntax"),
        (b'<!DOCTYPE dc [<!ENTITY a "b">]><dc>&a;</dc>', "unsafe-xml"),
        (b"<html><body/></html>", "unknown-format"),
        (b'<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo>x</titleInfo></mods>', "unknown-format"),
        (f'<dc xmlns="{oai_dc.NAMESPACE}"/>'.encode(), "no-data-set"),
        (f'<a xmlns:o="{oai_dc.NAMESPACE}"><o:dc/><o:dc/></a>'.encode(), "several-data-sets"),
    ],
)
def test_what_is_no_dublin_core_is_told(content, rule):
    with pytest.raises(Unreadable) as caught:
        oai_dc.read(content, "x")
    assert caught.value.rule == rule
    assert rule != "broken-syntax" or caught.value.finding().stated_in == "XML 1.0"


NAMES = tuple(name.strip() for name in ELEMENTS.split(","))
TRAPS = (
    *("2001/2005", "/", "..", "start=;end=", "-0001", "http://", "http://[", "urn:a:", "en_", "a/b c"),
    *("10.1234/\N{SNOWMAN}<", "text/csv http://x y", "1 b", "east=1;north=1", "POINT()", "&lt;p&gt;"),
)
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc",), exclude_characters="\ufffe\uffff")
TEXTS = st.text(CHARACTERS) | st.sampled_from(TRAPS)


TERMS = (
    "abstract",
    "accessRights",
    "audience",
    "extent",
    "issued",
    "license",
    "medium",
    "spatial",
    "temporal",
)
ELEMENT = st.sampled_from([f"dc:{name}" for name in NAMES] + [f"dcterms:{name}" for name in (*NAMES, *TERMS)])


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.integers(0, 99), ELEMENT, max_size=12))
def test_nothing_that_came_in_is_lost(elements):
    """Guideline 4, footnote 7."""
    texts = [f"Text {number}." for number in elements]
    said = [f"<{name}>{text}</{name}>" for name, text in zip(elements.values(), texts, strict=True)]
    record = read("<dc:type>Dataset</dc:type>", *said)
    mend(record, RULES)
    reached, waiting = set(), [record.dataset]
    while waiting:
        node = waiting.pop()
        reached.add(node.value)
        for values in record.graph.nodes.get(node, {}).values():
            waiting += values
    assert reached >= set(texts)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "nl", "x_", "1"]), TEXTS), max_size=8))
def test_any_text_becomes_valid_rdf_once_mended(elements):
    record = oai_dc.read(oai_dc.element([("type", "", "Text"), *elements]), "x")
    mend(record, RULES)
    assert mend(record, RULES) == []
    check(record, RULES)
    assert record.graph.subjects(DCAT.Dataset) == [record.dataset]
    again = oai_dc.read(oai_dc.write(record), "x")
    assert not record.iri or again.iri == record.iri


def test_a_record_with_thousands_of_values():
    words = [(name, "", f"{name} {number}") for name in NAMES for number in range(3000)]
    files = [("format", "", f"text/csv http://repo.example/{number}.csv") for number in range(3000)]
    record = oai_dc.read(oai_dc.element(words + files), "x")
    assert len(record.values(DCAT.distribution)) == 3000
    assert len(record.values(DCT.creator)) == len(record.values(DC11.format)) == 3000


@needs_recordings
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_recorded_record_is_read(path):
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(recover=True, resolve_entities=False))
    for element in root.iter(f"{{{oai_dc.NAMESPACE}}}dc") if root is not None else ():
        record = oai_dc.read(etree.tostring(element, with_tail=False), "x")
        mend(record, RULES)
        errors = {one.path for one in check(record, RULES) if one.severity is Severity.ERROR}
        assert "dct:accessRights" in errors  # G4.1: what oai_dc seldom has
        assert mend(record, RULES) == []
        assert record.title
