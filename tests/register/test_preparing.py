"""One way in: whoever brings a record, it is mended and checked by the rules of its catalogue."""

import subprocess
import sys

import pytest
from pyoxigraph import NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Intake
from erpd.metadata.terms import DCT
from erpd.register.catalogues import country_catalogue, profile_of
from erpd.register.preparing import prepare
from tests.register.arrivals import record

RIGHT = "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"


@pytest.mark.django_db
@pytest.mark.parametrize("open_data", [False, True])
def test_a_record_is_mended_and_checked_for_its_catalogue(open_data):
    profile = profile_of(country_catalogue("NL", open_data=open_data, european=True))
    before = Finding(Intake.MAPPED_VALUE, Severity.REPAIR, "dct:format")
    brought = record("d1", iri="")
    brought.graph.add(brought.dataset, DCT.accessRights, NamedNode(RIGHT.replace("http:", "https:")))
    arrival = prepare(brought, profile, source="form", node="http://node.example", findings=[before])
    assert arrival.findings[0] == before
    assert arrival.iri == f"http://node.example/datasets/{arrival.key}"
    assert brought.graph.objects(brought.dataset, DCT.accessRights) == [NamedNode(RIGHT)]
    missing = {finding.path for finding in arrival.errors if finding.rule == "mandatory-missing"}
    assert ("dcat:distribution" in missing) is not open_data


def test_processes_that_prepare_load_no_django():
    code = "import sys; sys.modules['django'] = None; import erpd.harvest.children.preparer"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
