"""An IRI below that of a data set leads to what the data set says about it."""

import pytest
from pyoxigraph import RdfFormat, parse

from erpd.metadata.terms import DCAT, DCT
from erpd.register.identity import key_of

KEY = key_of("nl", "1")
DATA_SET = f"http://testserver/datasets/{KEY}"
FILE = f"{DATA_SET}/distributions/1"
LINES = f"""<{DATA_SET}> <{DCAT.distribution.value}> <{FILE}> .
<{DATA_SET}> <{DCT.title.value}> "Discharges"@en .
<{FILE}> <{DCT.title.value}> "Table"@en .
<{FILE}> <{DCT.rights.value}> _:r .
_:r <{DCT.title.value}> "On request"@en .
_:r <{DCT.relation.value}> _:r .
<{FILE}/elsewhere> <{DCT.title.value}> "Not asked for"@en .
"""


@pytest.fixture
def data_set(register):
    found = register.store(register.catalogue("nl"), "1", DATA_SET, LINES.encode())
    assert found.key == KEY
    return found


def test_a_distribution_is_described_in_every_syntax(client, data_set) -> None:
    for media_type, syntax in {
        "text/turtle": RdfFormat.TURTLE,
        "application/rdf+xml": RdfFormat.RDF_XML,
        "application/ld+json": RdfFormat.JSON_LD,
    }.items():
        response = client.get(f"/datasets/{KEY}/distributions/1", headers={"accept": media_type})
        assert response.status_code == 200
        said = {
            (triple.predicate, getattr(triple.object, "value", ""))
            for triple in parse(response.getvalue(), format=syntax)
        }
        assert {value for predicate, value in said if predicate == DCT.title} == {"Table", "On request"}
        assert (DCAT.distribution, FILE) in said


def test_who_reads_pages_is_led_to_the_data_set(client, data_set) -> None:
    response = client.get(f"/datasets/{KEY}/distributions/1", headers={"accept": "text/html"})
    assert (response.status_code, response["Location"]) == (303, DATA_SET)
    assert response["Vary"].startswith("Accept")


@pytest.mark.parametrize(
    "name", ["distributions/2", "distributions/1/", "x" * 3_000, "%00", "distributions/1%20", "%25zz"]
)
def test_what_is_not_described_is_not_there(client, data_set, name: str) -> None:
    assert client.get(f"/datasets/{KEY}/{name}", headers={"accept": "text/turtle"}).status_code == 404


def test_a_removed_data_set_takes_its_parts_along(client, register, data_set) -> None:
    register.delete(data_set)
    assert client.get(f"/datasets/{KEY}/distributions/1").status_code == 410
