"""JSON of the delivery API <-> records: the national API's fields exactly, ours beside, nothing lost."""

import json

import pytest
from hypothesis import given, settings
from pyoxigraph import NamedNode

from erpd.formats import Unreadable
from erpd.formats.delivery import data_set_of, read, write
from erpd.formats.delivery.faults import Refused
from erpd.formats.delivery.fields import THINGS
from erpd.metadata.canonical import canonical
from erpd.metadata.conditions import FIELDS, conditions_of
from erpd.metadata.terms import DCAT, DCT, RDFS
from tests.formats.delivery.bodies import BODIES, Json, example, national, sorted_json
from tests.proofs import length

SET = {"dctIdentifier": "https://a.example/set"}


def record(**fields: Json):
    return read(json.dumps({**SET, **fields}).encode())


def faults(**fields: Json) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        record(**fields)
    return [(fault.path, str(fault.code)) for fault in refused.value.faults]


def test_each_field_of_the_national_api_is_here_in_the_same_form():
    schemas = national()["components"]["schemas"]
    for thing in THINGS:
        if thing.name not in schemas:
            continue  # ours alone
        rows = {row.name: row for row in thing.rows}
        for name, schema in schemas[thing.name]["properties"].items():
            assert name == thing.named or rows[name].many == (schema.get("type") == "array"), name
            assert name == thing.named or rows[name].most == schema.get("maxItems", 0), name


def test_the_example_of_the_national_api_comes_back_as_it_went_in():
    body = example()
    assert data_set_of(read(json.dumps(body).encode())) == body


@pytest.mark.proof
@settings(max_examples=length(60, 20_000), deadline=None)
@given(BODIES)
def test_what_json_says_comes_back_and_so_does_its_graph(body: Json):
    said = read(json.dumps(body).encode())
    written = json.loads(write(said))
    assert sorted_json(written) == sorted_json(body)
    assert canonical(read(json.dumps(written).encode()).graph)[1] == canonical(said.graph)[1]


def test_texts_have_languages_and_rights_are_links_or_texts():
    made = record(
        dctTitle="Discharges",
        dctDescription=[{"value": "Ontslagen", "lang": "nl"}, {"value": "Discharges", "lang": "en"}],
        dcatDistribution={"dcatByteSize": 18006, "dctRights": [{"value": "Ask", "lang": "en"}]},
    )
    assert [str(text) for text in made.values(DCT.description)] == ['"Ontslagen"@nl', '"Discharges"@en']
    (distribution,) = made.distributions
    (rights,) = made.graph.objects(distribution, DCT.rights)
    assert [str(label) for label in made.graph.objects(rights, RDFS.label)] == ['"Ask"@en']
    written = data_set_of(made)
    assert written["dctTitle"] == ["Discharges"]  # always a list, as in the national API
    assert written["dcatDistribution"] == [
        {"dcatByteSize": 18006, "dctRights": {"value": "Ask", "lang": "en"}}
    ]
    plain = data_set_of(made, "nl")  # for clients that know no languages
    assert plain["dctDescription"] == ["Ontslagen"]
    assert plain["dcatDistribution"][0]["dctRights"] == "Ask"


def test_dates_come_back_in_utc_and_stay_as_they_were_said():
    made = record(dctIssued="2026-01-22", dctModified="2026-01-22T10:30:00+02:00")
    assert data_set_of(made)["dctIssued"] == "2026-01-22T00:00:00Z"
    assert data_set_of(made)["dctModified"] == "2026-01-22T08:30:00Z"
    assert [term.value for term in made.values(DCT.issued)] == ["2026-01-22"]


def test_each_fault_has_its_code_and_its_place():
    assert faults(
        dctTitle=["one", "two"],
        dctAccessRights="http://publications.europa.eu/resource/authority/access-right/OPEN",
        dcatTheme=["http://publications.europa.eu/resource/authority/data-theme/NONE"],
        dctIssued="2026-01-22T10:30:00",
        dcatTemporalResolution="a day",
        dcatSpatialResolutionInMeters=-1,
        dcatKeyword=["", "a\0b"],
        dcatDistribution=[{}, {"dcatAccessUrl": "no URI", "dctTitle": [{"value": "x", "lang": "not a tag"}]}],
    ) == [
        ("dctAccessRights", "INVALID_PATTERN"),
        ("distributions[1].dcatAccessUrl", "INVALID_URI"),
        ("distributions[1].dctTitle[0]", "INVALID_FIELD_VALUE"),
        ("dctIssued", "INVALID_DATE"),
        ("dcatKeyword[0]", "INVALID_SIZE"),
        ("dcatKeyword[1]", "INVALID_FIELD_VALUE"),
        ("dcatSpatialResolutionInMeters", "INVALID_NUMERIC_VALUE"),
        ("dcatTemporalResolution", "INVALID_DURATION"),
        ("dcatTheme[0]", "INVALID_PATTERN"),
        ("dctTitle", "INVALID_SIZE"),
    ]
    assert faults(dctIdentifier="42") == [("dctIdentifier", "INVALID_URI")]
    assert faults(dctIdentifier=None) == [("dctIdentifier", "REQUIRED_FIELD")]


def test_unknown_fields_and_wrong_types_are_named_with_their_place():
    assert faults(owner=7) == [("owner", "INVALID_FIELD_VALUE")]
    assert faults(dcatDistribution=[{}, {"byteSize": 1}]) == [
        ("distributions[1].byteSize", "INVALID_FIELD_VALUE")
    ]
    assert faults(dcatDistribution=[{"dcatByteSize": "many"}]) == [
        ("distributions[0].dcatByteSize", "INVALID_FIELD_VALUE")
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b'{"dctTitle": "\\ud800"}',
        b'{"dcatSpatialResolutionInMeters": 1e999}',
        b'{"dcatSpatialResolutionInMeters": ' + b"1" * 5000 + b"}",
        b'{"dctTitle": ' + b"[" * 100_000,
        b'{"dctTitle": {"value": ' * 10_000,
        b'{"dcatSpatial": NaN}',
        b"[]",
        b"null",
        b'"text"',
    ],
)
def test_hostile_bodies_are_refused(content: bytes):
    with pytest.raises((Unreadable, Refused)):
        read(content)


def test_numbers_keep_their_digits_or_are_refused():
    made = record(dcatSpatialResolutionInMeters=10**39)
    assert data_set_of(made)["dcatSpatialResolutionInMeters"] == 10**39
    assert faults(dcatSpatialResolutionInMeters=10**40) == [
        ("dcatSpatialResolutionInMeters", "INVALID_NUMERIC_VALUE")
    ]
    assert faults(dcatSpatialResolutionInMeters=1e300) == [
        ("dcatSpatialResolutionInMeters", "INVALID_NUMERIC_VALUE")
    ]


def test_what_is_said_of_an_iri_names_it():
    made = record(dctPublisher={"uri": "https://a.example/agent"}, uri="https://a.example/other")
    assert made.iri == "https://a.example/other"
    assert made.values(DCT.publisher) == [NamedNode("https://a.example/agent")]
    assert made.values(DCAT.contactPoint) == []
    assert data_set_of(made) == {
        **SET,
        "uri": "https://a.example/other",
        "dctPublisher": {"uri": "https://a.example/agent"},
    }


def test_conditions_are_an_offer_and_refused_where_they_are_not_of_the_lists():
    transfer, ground = (f"https://w3id.org/erpd/conditions/{name}" for name in ("transfer", "ground"))
    said = {
        "ground": [f"{ground}/personal-data"],
        "usualDays": 40,
        "transferOutsideUnion": f"{transfer}/allowed",
    }
    told = record(conditions=said)
    assert data_set_of(told)["conditions"] == said
    assert conditions_of(told).codes(FIELDS[0]) == ["personal-data"]
    elsewhere = "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/any"
    assert data_set_of(record(conditions={"ground": elsewhere}))["conditions"] == {"ground": [elsewhere]}
    for bad in (
        {"ground": f"{ground}/secret"},
        {"transferOutsideUnion": elsewhere},
        {"ground": "secret"},
        {"usualDays": -1},
        {"usualDays": 10**9},
        [said, said],
    ):
        [(path, code)] = faults(conditions=bad)
        assert path.startswith("conditions")
        assert code in ("INVALID_PATTERN", "INVALID_NUMERIC_VALUE", "INVALID_SIZE")
    with pytest.raises(Refused, match="conditions"):
        record(conditions={"grounds": []})
