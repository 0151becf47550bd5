"""Which fields a record lacks by a regime, told with the paths of all checks; which acts it names."""

import pytest

from erpd.access.law import acts_of, lacking, read_law
from tests.metadata.records import AUTHORITY, DISTRIBUTION, record

OURS = read_law().regimes
FORMAT = f"dct:format <{AUTHORITY}/file-type/CSV> ;"
SIZE = 'dcat:byteSize "18006"^^xsd:decimal ;'
RIGHTS = 'dct:rights [ a dct:RightsStatement ; rdfs:label "For research, on request"@en ] ;'


@pytest.mark.parametrize(
    ("gone", "now", "then"),
    [
        ("", [], []),
        (FORMAT, ["dct:format"], []),
        (SIZE, ["dcat:byteSize"], []),
        (RIGHTS, ["dct:rights"], ["dct:rights"]),
        (
            f"{SIZE}\n    dcat:accessURL <https://nsip.example.eu/access> ;\n    {RIGHTS}",
            ["dcat:byteSize", "dct:rights"],
            ["dct:rights"],
        ),
    ],
)
def test_what_a_record_lacks_by_the_act_and_by_the_reform(gone, now, then):
    mine = record(gone)
    found = lacking(mine, OURS["dga-2022"])
    assert [each.path for each in found] == [f"{DISTRIBUTION}/{name}" for name in now]
    assert {each.section for each in found} <= {"Article 8(2)"}
    after = lacking(mine, OURS["dga-reform-2025"])
    assert [each.path for each in after] == [f"{DISTRIBUTION}/{name}" for name in then]


def test_a_record_without_distributions_lacks_these():
    bare = record("    dcat:distribution <https://nsip.example.eu/distribution/1> .", "    dct:creator [] .")
    assert [each.path for each in lacking(bare, OURS["dga-2022"])] == ["dcat:distribution"]


def test_a_regime_without_a_list_asks_for_nothing():
    assert lacking(record(FORMAT), OURS["ehds-2025"]) == []


def test_acts_are_those_of_the_data_set_and_its_distributions():
    named = f"""dcatap:applicableLegislation <http://data.europa.eu/eli/reg/2022/868/oj>, "reg/2023/138",
    <https://x.example/act> ; {FORMAT}"""
    one = record("dct:issued", f"{named} dct:issued")
    two = record(FORMAT, "dcatap:applicableLegislation <https://data.europa.eu/eli/reg/2025/327/oj/eng> ;")
    assert acts_of(one) == {"reg/2022/868"}
    assert acts_of(two) == {"reg/2025/327"}
    assert acts_of(record()) == set()
