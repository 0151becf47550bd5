"""Tables of Statistics Netherlands -> DCAT-AP."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal

from erpd.formats import FORMATS, Unreadable, format_for
from erpd.formats.cbs import MEDIA_TYPE, read
from erpd.formats.cbs.periods import years
from erpd.formats.cbs.table import alignments
from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.terms import DCAT, DCT, FOAF, OWL, RDFS, VCARD, XSD
from erpd.metadata.vocabularies import vocabulary
from tests.needs import SHARED

FOLDER = SHARED / "cbs"
TABLES = FOLDER / "tables_1.json"
needs_recordings = pytest.mark.skipif(
    not TABLES.exists(), reason="the recorded answers of shared/data are absent"
)
AUTHORITY = "http://publications.europa.eu/resource/authority/"

V3 = {
    "Identifier": "84669NED",
    "Catalog": "CBS",
    "Title": "Banen;  naar \nbedrijf ",
    "ShortTitle": "Banen",
    "ShortDescription": "\nDeze tabel <b>telt</b> banen.\r\nVanaf 2010.\n",
    "Summary": "banen, loon",
    "Period": "1e kwartaal 2010 - 2e kwartaal 2017*",
    "Frequency": "Perkwartaal",
    "Modified": "2019-12-18T02:00:00",
    "OutputStatus": "Regulier",
    "Language": "nl",
    "RecordCount": 270336,
    "ColumnCount": 10,
    "FeedUrl": "https://opendata.cbs.nl/ODataFeed/OData/84669NED",
    "ApiUrl": "https://opendata.cbs.nl/ODataApi/OData/84669NED",
    "@themes": ["Arbeid en sociale zekerheid", "Banen"],
}
V4 = {
    "Identifier": "85302ENG",
    "Catalog": "RIVM",
    "Title": "Jobs",
    "Description": "Counts jobs.",
    "Language": "en",
    "Modified": "2026-01-15T02:00:00+01:00",
    "ReleaseDate": "2022-05-01",
    "ObservationCount": 5,
    "Version": "202601150000",
    "VersionNotes": "Figures of 2025 added.",
    "Status": "Regulier",
    "@catalog": {
        "Publisher": "http://standaarden.overheid.nl/owms/terms/RIVM",
        "License": "https://creativecommons.org/publicdomain/zero/1.0/legalcode.nl",
        "ContactPoint": "info@rivm.example",
    },
}


def record_of(entry):
    return read(json.dumps(entry).encode(), entry["Identifier"], "")


def values(record, predicate, node=None):
    return [term.value for term in record.graph.objects(node or record.dataset, predicate)]


def test_a_table_of_the_third_version():
    record = record_of(V3)
    assert (record.identifier, record.iri) == ("84669NED", V3["ApiUrl"])
    assert record.title.by_language == {"nl": ["Banen; naar bedrijf"]}
    assert values(record, DCT.alternative) == ["Banen"]
    assert values(record, DCT.description) == ["Deze tabel <b>telt</b> banen.\nVanaf 2010."]
    assert values(record, DCT.abstract) == ["banen, loon"]
    assert record.values(DCT.modified) == [Literal("2019-12-18T02:00:00", datatype=XSD.dateTime)]
    assert values(record, DCT.accrualPeriodicity) == [f"{AUTHORITY}frequency/QUARTERLY"]
    assert values(record, DCAT.theme) == [f"{AUTHORITY}data-theme/SOCI", f"{AUTHORITY}data-theme/ECON"]
    assert values(record, DCAT.keyword) == V3["@themes"]
    assert values(record, DCT.language) == [f"{AUTHORITY}language/NLD"]
    assert values(record, DCT.accessRights) == [f"{AUTHORITY}access-right/PUBLIC"]
    assert {"Status: Regulier", "Records: 270336", "Columns: 10"} <= set(values(record, RDFS.comment))
    (period,) = record.values(DCT.temporal)
    assert values(record, RDFS.label, period) == [V3["Period"]]
    assert record.graph.objects(period, DCAT.startDate) == [Literal("2010", datatype=XSD.gYear)]
    assert record.graph.objects(period, DCAT.endDate) == [Literal("2017", datatype=XSD.gYear)]
    (publisher,) = record.values(DCT.publisher)
    assert "Statistics Netherlands" in values(record, FOAF.name, publisher)
    offers = {values(record, DCT.format, each)[0].rpartition("/")[2]: each for each in record.distributions}
    assert list(offers) == ["JSON", "ATOM", "CSV", "HTML"]
    assert values(record, DCAT.accessURL, offers["ATOM"]) == [V3["FeedUrl"]]
    assert values(record, DCAT.downloadURL, offers["CSV"]) == ["https://datasets.cbs.nl/csv/CBS/nl/84669NED"]
    assert values(record, DCAT.landingPage) == values(record, DCAT.accessURL, offers["HTML"])
    for offer in record.distributions:
        assert values(record, DCT.license, offer) == [f"{AUTHORITY}licence/CC_BY_4_0"]
        assert record.graph.objects(offer, DCT.rights)


def test_a_table_of_the_fourth_version_in_somebody_elses_catalogue():
    record = record_of(V4)
    assert record.iri == "https://datasets.cbs.nl/odata/v1/RIVM/85302ENG"
    assert record.title.by_language == {"en": ["Jobs"]}
    assert values(record, DCT.issued) == ["2022-05-01"]
    assert values(record, OWL.versionInfo) == ["202601150000"]
    assert {"Figures of 2025 added.", "Observations: 5"} <= set(values(record, RDFS.comment))
    (publisher,) = record.values(DCT.publisher)
    assert (publisher.value, values(record, FOAF.name, publisher)) == (V4["@catalog"]["Publisher"], ["RIVM"])
    (contact,) = record.values(DCAT.contactPoint)
    assert values(record, VCARD.hasEmail, contact) == ["mailto:info@rivm.example"]
    for offer in record.distributions:
        assert values(record, DCT.license, offer) == [f"{AUTHORITY}licence/CC0"]


def test_a_table_of_another_body_without_more():
    path = SHARED / "found-2026-11" / "cbs-third-party-and-open-period.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not at ../shared/data")
    record = read(path.read_bytes(), "47013NED")
    (publisher,) = record.values(DCT.publisher)
    assert values(record, FOAF.name, publisher) == ["Politie"]
    (contact,) = record.values(DCAT.contactPoint)
    assert record.graph.objects(contact, VCARD.hasEmail) == []
    (period,) = record.values(DCT.temporal)
    assert (values(record, DCAT.startDate, period), values(record, DCAT.endDate, period)) == (["1996"], [])
    for offer in record.distributions:
        assert record.graph.objects(offer, DCT.license) == record.graph.objects(offer, DCT.rights) == []


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", f"{AUTHORITY}licence/CC_BY_4_0"),
        ("CC0 1.0", f"{AUTHORITY}licence/CC0"),
        ("https://rivm.example/voorwaarden", "https://rivm.example/voorwaarden"),
    ],
)
def test_the_licence_is_that_of_the_catalogue(said, licence):
    record = record_of({**V4, "@catalog": {**V4["@catalog"], "License": said}})
    assert {value for offer in record.distributions for value in values(record, DCT.license, offer)} == {
        licence
    }
    own = record_of({**V4, "@catalog": {"License": "Op aanvraag"}})
    (document,) = own.graph.objects(own.distributions[0], DCT.license)
    assert values(own, RDFS.label, document) == ["Op aanvraag"]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2010 t/m 2017", "2010", "2017"),
        ("2010 december - 2018 december", "2010", "2018"),
        ("2011 eerste kwartaal - 2020 tweede kwartaal", "2011", "2020"),
        ("1997 -2018, kw I 1997 - kw II 2020 ", "1997", "2020"),
        ("januari 1999-juli 2020*", "1999", "2020"),
        ("2003/'04-2018/'19", "2003", "2019"),
        ("2018/19", "2018", "2019"),
        ("2001/05", "2001", "2001"),
        ("1995-'99", "1995", "1999"),
        ("2015", "2015", "2015"),
        ("1990, 1995, 2000", "1990", "2000"),
        ("vanaf januari 1996", "1996", ""),
        ("Vanaf 1996 tot en met 2005", "1996", "2005"),
        ("from 1996 onwards", "1996", ""),
        ("sinds 2001", "2001", ""),
        ("1996 - heden", "1996", ""),
        ("1996 januari - heden", "1996", ""),
        ("2001 - ", "2001", ""),
        ("t/m 2005", "", "2005"),
        ("tot en met december 2005", "", "2005"),
        ("2019-2060", "2019", "2060"),
        ("altijd", "", ""),
        ("tabel 37312", "", ""),
    ],
)
def test_periods_in_words(period, first, last):
    assert years(period) == (first, last)


def test_what_has_no_property_is_kept():
    record = record_of({**V3, "DefaultSelection": "$filter=x", "ID": 7, "SearchPriority": "2", "New": ["a"]})
    kept = {
        predicate.value.removeprefix("urn:cbs:field:"): [value.value for value in found]
        for predicate, found in record.graph.nodes[record.dataset].items()
        if predicate.value.startswith("urn:cbs:field:")
    }
    assert kept == {"DefaultSelection": ["$filter=x"], "SearchPriority": ["2"], "New": ['["a"]']}


def test_what_is_not_said_is_not_made_up():
    record = record_of({"Identifier": "1"})
    for predicate in (DCT.temporal, DCT.accrualPeriodicity, DCAT.theme, DCT.modified, DCT.description):
        assert record.values(predicate) == []
    strange = record_of({**V3, "Frequency": "Soms", "Period": "altijd", "Modified": "gisteren"})
    assert strange.values(DCT.accrualPeriodicity) == [Literal("Soms")]
    assert strange.values(DCT.modified) == [Literal("gisteren")]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "broken-syntax"),
        (b'{"Identifier":"1"', "broken-syntax"),
        (b'{"Identifier":"\xff"}', "broken-syntax"),
        (b"[" * 100_000, "broken-syntax"),
        (b"3", "no-data-set"),
        (b"{}", "no-data-set"),
        (b'{"Identifier":{"a":1}}', "no-data-set"),
        (b'{"Identifier":"../../x"}', "no-data-set"),
        (b'{"value":[]}', "no-data-set"),
        (b'{"value":[{},{}]}', "several-data-sets"),
    ],
)
def test_what_cannot_be_read_is_told(content, rule):
    with pytest.raises(Unreadable) as caught:
        read(content, "x")
    assert caught.value.rule == rule
    assert rule != "broken-syntax" or caught.value.finding().stated_in == "RFC 8259"


def test_the_tables_name_only_what_there_is():
    themes = {code for codes in alignments().themes.values() for code in codes}
    assert themes <= vocabulary("data-theme").concepts.keys()
    assert set(alignments().frequency.values()) <= vocabulary("frequency").concepts.keys()
    assert format_for(MEDIA_TYPE) is FORMATS["cbs"]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*V3, *V4]), _json, max_size=12))
@example({"Title": "\x08"})
def test_any_values_give_a_record_that_can_be_mended(entry):
    record = read(json.dumps({**entry, "Identifier": "1NED"}).encode(), "1NED")
    mend(record, load_profile("erpd"))
    assert record.title
    assert record.distributions


@needs_recordings
def test_recorded_tables_lack_nothing_of_the_profile():
    profile = load_profile("dcat-ap-2.1.1")
    for entry in json.loads(TABLES.read_text("utf-8"))["value"]:
        record = record_of(entry)
        assert mend(record, profile) == []
        assert not [finding for finding in check(record, profile) if finding.severity is Severity.ERROR]
        assert record.values(DCT.accrualPeriodicity)[0].value.startswith(AUTHORITY)
        assert record.values(DCT.temporal)


@needs_recordings
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_each_recording_gives_a_record_or_a_clear_error(path):
    if path.name == "meta_2.json":
        assert read(path.read_bytes(), "x").iri.endswith("80137ned")
        return
    with pytest.raises(Unreadable) as caught:
        read(path.read_bytes(), "x")
    assert caught.value.rule in ("several-data-sets", "no-data-set")
