"""What the checks find, told as the API tells it: field, code, section, what to do."""

import json

from erpd.formats.delivery import data_set_of, read
from erpd.formats.delivery.faults import Fault
from erpd.formats.delivery.publishing import faults_of, lacking
from erpd.formats.delivery.writing import Writer
from erpd.metadata.checks import check
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from tests.formats.delivery.bodies import Json, example

SET = {"dctIdentifier": "https://a.example/set"}
RESTRICTED = "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"


def found_in(body: Json) -> list[Fault]:
    record, profile = read(json.dumps(body).encode()), load_profile("erpd")
    writer = Writer(record.graph)
    writer.data_set(record)
    mend(record, profile)
    return faults_of(check(record, profile), record, profile, writer.places)


def faults(body: Json) -> dict[str, str]:
    found = found_in(body)
    assert all(fault.section and fault.message for fault in found)
    return {fault.path: str(fault.code) for fault in found}


def test_protected_data_need_size_and_conditions():
    """G4.2, which the national API has no fields for."""
    body = {**example(), "dctAccessRights": RESTRICTED}
    assert faults(body) == {
        "distributions[0].dcatByteSize": "REQUIRED_FIELD",
        "distributions[0].dctRights": "REQUIRED_FIELD",
    }
    ours = {**body["dcatDistribution"][0], "dcatByteSize": 18006, "dctRights": "Ask first."}
    assert faults({**body, "dcatDistribution": [ours]}) == {}


def test_each_distribution_has_its_place_in_the_body():
    full = {**example()["dcatDistribution"][0], "dcatByteSize": 1, "dctRights": "https://a.example/rights"}
    body = {**example(), "dctAccessRights": RESTRICTED, "dcatDistribution": [full, {}, full]}
    assert faults(body).keys() == {
        f"distributions[1].{name}" for name in ("dctFormat", "dcatByteSize", "dcatAccessUrl", "dctRights")
    }


def test_open_data_do_not_belong_to_protected_data():
    assert faults(example())["dctAccessRights"] == "INVALID_FIELD_VALUE"


def test_what_the_national_api_requires_is_required_to_publish():
    assert {fault.path for fault in lacking(SET)} == {
        "dctTitle",
        "dctDescription",
        "dctPublisher",
        "dctCreator",
        "dcatContactPoint",
        "dcatTheme",
        "dctAccessRights",
    }
    nested = {**example(), "dctCreator": [{}, {"uri": "https://a.example/1"}], "dcatContactPoint": {}}
    assert [fault.path for fault in lacking(nested)] == ["dcatContactPoint.vcardFn", "dctCreator[0].foafName"]
    assert lacking(data_set_of(read(json.dumps(example()).encode()))) == []


def test_a_fault_has_a_json_pointer_too():
    body = {**example(), "dcatDistribution": [{}]}
    found = found_in(body)
    assert "/dcatDistribution/0/dcatByteSize" in {fault.pointer for fault in found}
