"""One record of an RDF source: which data set it is about, or that it is about none."""

import pytest

from erpd.formats.rdf.data_set import read_data_set
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.reading import Unreadable
from erpd.metadata.findings import Severity

HEAD = b"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix : <http://a.example/> . "


@pytest.mark.parametrize(
    ("said", "rule", "severity"),
    [
        (b":a a dcat:DatasetSeries .", "other-kind", Severity.WARNING),
        (b":a a dcat:DataService ; dcat:servesDataset :b .", "other-kind", Severity.WARNING),
        (b":a a :Other .", "no-data-set", Severity.ERROR),
        (b":a a dcat:Dataset . :b a dcat:Dataset .", "several-data-sets", Severity.ERROR),
    ],
)
def test_what_describes_no_one_data_set_says_what_it_is(said, rule, severity):
    with pytest.raises(Unreadable) as caught:
        read_data_set(HEAD + said, SYNTAXES["ttl"], "a")
    finding = caught.value.finding()
    assert (finding.rule, finding.severity) == (rule, severity)
