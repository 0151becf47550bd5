"""Findings and where they are."""

import pytest
from pyoxigraph import BlankNode, NamedNode

from erpd.formats.positions import index
from erpd.formats.positions.index import Index
from erpd.formats.positions.placing import Placer
from erpd.formats.positions.turtle import marks
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCAT
from tests.formats.positions.pen import opening

BASE = "https://a.example/"
DOCUMENT = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
<https://a.example/1> a dcat:Dataset ;
  dct:title "One" , "Eins"@de ,
            "Un"@fr ;
  dct:titel "Typo" ;
  dcat:contactPoint <https://a.example/who>, [ vcard:fn "First" ], [
    vcard:fn "Second" ] ;
  dcat:distribution <file 1>, <https://a.example/nowhere> .
<file 1> a dcat:Distribution ;
  dct:format "CSV" .
[] a dcat:Dataset ; dct:title "Unnamed" .
_:labelled a dcat:Dataset ;
  dct:title "Labelled" .
[] a dcat:Dataset ;
  dct:title "Unnamed, too" .
"""

EXPECTED = [
    ("dct:title", "", (5, 3)),
    ("dct:title", "One", (5, 3)),
    ("dct:title", "Eins", (5, 21)),
    ("dct:title", "Un", (6, 13)),
    ("dct:title", "another", (5, 3)),
    ("dct:description", "", (4, 1)),
    ("dct:title2", "dct:titel", (7, 3)),
    ("", "", (4, 1)),
    ("dcat:contactPoint[https://a.example/who]/vcard:fn", "", (8, 3)),
    ("dcat:contactPoint[_:2]/vcard:fn", "First", (8, 48)),
    ("dcat:contactPoint[_:3]/vcard:fn", "Second", (9, 5)),
    ("dcat:contactPoint[_:3]/vcard:hasEmail", "", (8, 68)),
    ("dcat:contactPoint[_:9]/vcard:fn", "Second", (8, 3)),
    ("dcat:distribution[https://a.example/file%201]/dct:format", "CSV", (12, 3)),
    ("dcat:distribution[https://a.example/file%201]/dct:license", "", (11, 1)),
    ("dcat:distribution[https://a.example/nowhere]/dct:license", "", (10, 31)),
    ("dcat:distribution", "https://a.example/nowhere", (10, 31)),
    ("dcat:distribution", "file 1", (10, 3)),
    ("dcat:DataService[https://a.example/elsewhere]/dct:title", "", (4, 1)),
    ("[https://a.example/file%201]/dct:format", "", (12, 3)),
    ("dcat:distribution[" * 10_000, "", (4, 1)),
    ("[", "]", (4, 1)),
]


@pytest.mark.parametrize("batch", [index._BATCH, 3])
@pytest.mark.parametrize(("path", "value", "place"), EXPECTED)
def test_a_finding_is_placed(
    path: str, value: str, place: tuple[int, int], batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_BATCH", batch)
    known = Index(marks(opening(DOCUMENT.encode()), BASE))
    placer = Placer(known, BASE)
    root = placer.root(NamedNode("https://a.example/1"), 0, DCAT.Dataset.value)

    assert placer.finding(root, Finding(Flaw.MANDATORY_MISSING, Severity.ERROR, path, value)) == place
    known.close()


def test_blank_data_sets_are_found_by_their_order() -> None:
    known = Index(marks(opening(DOCUMENT.encode()), BASE))
    placer = Placer(known, BASE)

    roots = [placer.root(BlankNode("any"), number, DCAT.Dataset.value) for number in range(4)]

    assert [placer.subject(root) for root in roots] == [(13, 1), (14, 1), (16, 1), None]
    known.close()


def test_services_without_an_iri_are_found_by_what_they_say_however_many_there_are() -> None:
    texts = [(f"Service {number % 900}", "Of all") for number in range(1000)]
    said = [
        f'[] a dcat:DataService ; dct:title "{one}" ; dct:description "{two}", "More" .' for one, two in texts
    ]
    document = "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n"
    known = Index(marks(opening((document + "\n".join(said)).encode()), BASE))
    placer = Placer(known, BASE)

    def line(*texts: str) -> int:
        at = placer.subject(placer.next_of(DCAT.DataService.value, texts))
        return at.line - 3 if at else -1

    assert [line(*texts[number], "More") for number in (999, 700, 99, 99)] == [99, 700, 999, -1]
    assert line("Service 3", "Of all") == 3, "what was not read of it keeps nobody from finding it"
    assert line("Service 3", "Of all", "Of nobody") == -1
    known.close()
