"""The licence of a package and of its resources is that of the authority table wherever it is certain."""

import json

import pytest

from erpd.metadata.terms import AUTHORITY, DCAT, DCT, RDFS
from tests.formats.ckan.packages import FIELD, found, record, values

BY = "https://creativecommons.org/licenses/by/4.0/"


def licences(package):
    return [
        value.removeprefix(f"{AUTHORITY}licence/")
        for value in values(record(package), DCAT.distribution, DCT.license)
    ]


def test_the_usual_ways_to_name_a_licence():
    packages = found("ckan-licences.json")
    assert [licences(package) for package in packages] == [
        *(["CC_BY_4_0"] for _ in range(3)),
        ["CC0"],
        ["ODC_BL"],
        ["DLDE_BY_2_0", "CC_BY_4_0"],
    ]


@pytest.mark.parametrize(
    "licence",
    [
        {"license_id": "cc-by", "license_title": "Creative Commons Attribution", "license_url": BY},
        {"license": BY},
        {"licence": [BY]},
        {"license": {"uri": BY, "label": "Our licence", "note": "Name us"}},
        {"license": {"label": "CC BY 4.0"}},
        {"extras": [{"key": "licence", "value": f"CC BY: {BY}"}]},
    ],
)
def test_all_that_is_said_of_it_is_kept(licence):
    package = {"id": "p1", **licence, "resources": [{"url": "https://x.example"}]}
    assert licences(package) == ["CC_BY_4_0"]
    for name, value in {
        **licence,
        **{each["key"]: each["value"] for each in licence.get("extras", [])},
    }.items():
        if name != "extras":
            (kept,) = values(record(package), getattr(FIELD, name))
            assert kept == value or json.loads(kept) == value


@pytest.mark.parametrize(
    ("licence", "label"),
    [
        ({"license_id": "cc-by"}, "cc-by"),
        (
            {"license_id": "cc-by", "license_title": "Creative Commons Attribution"},
            "Creative Commons Attribution",
        ),
        ({"license_id": "other-open", "license_title": "Other (Open)"}, "Other (Open)"),
    ],
)
def test_what_is_not_certain_stays_as_it_came(licence, label):
    found = record({"id": "p1", **licence, "resources": [{"url": "https://x.example"}]})
    assert values(found, DCAT.distribution, DCT.license, RDFS.label) == [label]


@pytest.mark.parametrize(
    "licence",
    [
        {"license_url": BY, "license_id": "cc-zero", "license_title": "CC0"},
        {"license_id": "cc-by-sa", "license_title": "CC BY 4.0"},
        {"license_title": "Creative Commons Attribution Share-Alike", "license_url": BY},
        {"license_id": "cc-nc", "license_url": BY},
        {"license_id": "cc-by", "license_title": "ODC-BY 1.0"},
    ],
)
def test_of_two_licences_none_is_chosen_and_both_are_kept(licence):
    found = record({"id": "p1", **licence, "resources": [{"url": "https://x.example"}]})
    assert values(found, DCT.license) == values(found, DCAT.distribution, DCT.license) == []
    assert {name: values(found, getattr(FIELD, name)) for name in licence} == {
        name: [value] for name, value in licence.items()
    }
    resource = {"url": "https://x.example", **licence}
    one = record({"id": "p1", "license": BY, "resources": [resource]})
    assert values(one, DCAT.distribution, DCT.license) == []


def test_two_licences_are_not_one():
    several = record({"id": "p1", "license": [BY, "https://www.govdata.de/dl-de/by-2-0"]})
    assert values(several, DCT.license) == [
        f"{AUTHORITY}licence/{code}" for code in ("CC_BY_4_0", "DLDE_BY_2_0")
    ]
