"""Damaged characters, from every way in to the ways out: mended or reported, and no XML of ours breaks."""

import pytest
from lxml import etree

from erpd.harvest.models import SourceSettings
from erpd.misbehave.fault import HARVESTED_AS
from erpd.misbehave.faults import FAULTS
from erpd.misbehave.protocols import PROTOCOLS
from erpd.misbehave.server import Misbehaving
from erpd.register.content import records
from erpd.register.models import DataSet
from tests.harvest.national import bins, run, source

pytestmark = pytest.mark.django_db
SIZE = 3


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
@pytest.mark.parametrize(
    ("fault", "rule", "left"),
    [("control-character", "character", ""), ("invalid-utf8", "character-lost", "\ufffd")],
)
def test_one_damaged_character_costs_no_record_and_is_reported(client, protocol, fault, rule, left):
    if protocol == "oai-pmh":  # a control character cannot be said in XML
        rule, left = "character-lost", "\ufffd"
    with Misbehaving(PROTOCOLS[protocol], FAULTS["none"], size=SIZE) as server:
        settings = source(server.url, HARVESTED_AS[protocol])
        run(settings)
        before = titles(settings)
        server.fault = FAULTS[fault]
        again = bins(run(settings))
    assert again == ({"unchanged": SIZE - 1, "changed": 1} if left else {"unchanged": SIZE})
    found = [
        finding for findings in DataSet.objects.values_list("findings", flat=True) for finding in findings
    ]
    assert [(each["rule"], each["path"]) for each in found if "character" in each["rule"]] == [
        (rule, "dct:title")
    ]
    changed = titles(settings) ^ before
    assert {title.replace(left, "") for title in changed} <= before if left else not changed
    for path in (
        "/oai?verb=ListRecords&metadataPrefix=dcat_ap",
        "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    ):
        answer = etree.fromstring(client.get(path).content)
        assert len(answer.findall(".//{*}record")) == SIZE


def titles(settings: SourceSettings) -> set[str]:
    found = records(DataSet.objects.filter(source=settings.source_id, deleted=False))
    return {text for _, record in found for _, text in record.title}
