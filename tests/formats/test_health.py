"""What a record says about health data is kept by every format that is written and read."""

import json
from datetime import UTC, datetime

import pytest
from pyoxigraph import Literal, NamedNode

from erpd.formats.ckan import read as read_package
from erpd.formats.ckan.data_set import OF_HEALTH, SIGNS
from erpd.formats.ckan.exact import package
from erpd.formats.ckan.marked import record_of
from erpd.formats.ckan.package import Registration
from erpd.formats.delivery import data_set_of, read
from erpd.metadata.canonical import canonical
from erpd.metadata.terms import DPV, HEALTH, XSD, shorten
from tests.metadata.test_health import healthy
from tests.needs import SHARED


def test_ckans_api_has_the_fields_of_ckanext_dcat_and_reads_back_the_same() -> None:
    now, record = datetime.now(UTC), healthy()
    made = package(record, Registration("k", now, now))
    extras = {each["key"]: each["value"] for each in made["extras"]}
    assert json.loads(extras["health_category"])[0].endswith("/EHRS")
    assert extras["trusted_data_holder"] in ("true", '["true"]')
    assert "Health data access body" in extras["hdab"]
    assert canonical(record_of(made, "k", "").graph)[0] == canonical(record.graph)[0]


def test_a_package_of_ckanext_dcat_is_understood() -> None:
    path = SHARED / "ckan/ckanext-dcat/health_dcat_ap.json"
    if not path.is_file():
        pytest.skip("the health package of ckanext-dcat is not at ../shared/data")
    (said,) = json.loads(path.read_text())
    record = read_package(json.dumps(said).encode(), "p", "https://data.example/api/3/action")
    assert len(record.values(HEALTH.hdab)) == 1
    assert len(record.values(HEALTH.healthCategory)) == 4
    assert record.values(HEALTH.trustedDataHolder) == [Literal("true", datatype=XSD.boolean)]
    assert record.values(HEALTH.numberOfRecords) == [Literal("123456789", datatype=XSD.nonNegativeInteger)]
    other = read_package(
        b'{"id": "1", "title": "Roads", "purpose": "Planning"}', "p", "https://data.example/api"
    )
    assert not other.values(DPV.hasPurpose)


@pytest.mark.parametrize("predicate", SIGNS, ids=shorten)
def test_each_that_means_nothing_else_is_read_alone(predicate: NamedNode) -> None:
    record = healthy()
    value = record.values(predicate)[0] if record.values(predicate) else NamedNode("https://hdab.example.eu/")
    for each in OF_HEALTH:
        record.graph.set(record.dataset, each.predicate, [])
    record.graph.set(record.dataset, predicate, [value])
    now = datetime.now(UTC)
    made = package(record, Registration("k", now, now))
    (name,) = (each.name for each in OF_HEALTH if each.predicate == predicate)
    said = {each["key"]: each["value"] for each in made["extras"]}[name]
    assert record_of(made, "k", "").values(predicate) == [value]
    alone = json.dumps({"id": "1", "title": "Stays", name: said})
    assert read_package(alone.encode(), "p", "https://data.example/api").values(predicate)


def test_the_delivery_api_says_and_reads_it() -> None:
    record = healthy()
    said = data_set_of(record)
    assert said["healthdcatapHdab"]["cvContactPoint"] == {"cvEmail": "permits@hdab.example.eu"}
    assert said["healthdcatapHasStructuredData"] is True
    assert said["healthdcatapNumberOfRecords"] == 1800
    said["dctIdentifier"] = said.pop("uri")
    assert data_set_of(read(json.dumps(said).encode())) == said
