"""Where findings and faults are, in the user's own file."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.profile import load_profile
from erpd.sources.errors import SourceError
from erpd.standalone.asked import Asked, Place
from erpd.standalone.found import Found
from erpd.standalone.reading import Reader

TURTLE = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <https://purl.org/dc/terms/> . # misspelt
@base <https://a.example/> .
<c> a dcat:Catalog ; dcat:dataset <1>, [ a dcat:Dataset ;
  dct:title "é𝒳", "" ] .
<1> a dcat:Dataset ;\tdct:issued "May" ;
  dcat:distribution [ a dcat:Distribution ; dcat:byteSize "x" ],
    <https://a.example/a file> .
<https://a.example/a file> a dcat:Distribution ;
  dct:license <license> .
"""
RDF_XML = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xml:base="https://a.example/"
  xmlns:dct="http://purl.org/dc/terms/" xmlns:dcat="http://www.w3.org/ns/dcat#">
<dcat:Dataset rdf:about="1"><dct:title>R&eacute;𝒳</dct:title><dct:issued>May</dct:issued>
 <dcat:distribution><dcat:Distribution>
  <dcat:byteSize>x</dcat:byteSize></dcat:Distribution></dcat:distribution>
</dcat:Dataset></rdf:RDF>
"""
JSON_LD = """{"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
 "@id": "https://a.example/1", "@type": "dcat:Dataset",
 "dct:title": "é𝒳", "dct:issued": "May",
 "dcat:distribution": [{"@type": "dcat:Distribution",
   "dcat:byteSize": "x"}]}
"""


def _read(path: Path, profile: str = "erpd") -> list[Found]:
    return list(Reader(Asked(load_profile(profile))).found(Place(str(path))))


def _places(found: Found) -> dict[tuple[str, str], tuple[int, int] | None]:
    return {(finding.rule, finding.path): found.where(finding) for finding in found.findings}


@pytest.mark.parametrize(
    "saved",
    [
        str.encode,
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode("utf-16"),
        lambda text: gzip.compress(text.encode()),
    ],
    ids=["plain", "marked", "utf-16", "gzip"],
)
def test_findings_in_turtle(saved: Callable[[str], bytes], tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(saved(TURTLE))

    by_name = {found.identifier: found for found in _read(path)}
    one = _places(by_name["https://a.example/1"])
    (blank,) = [found for name, found in by_name.items() if name.startswith("urn:sha256:")]

    assert by_name["https://a.example/c"].position == (4, 1)
    assert by_name["https://a.example/1"].position == (6, 1)
    assert one["mandatory-missing", "dct:title"] == (6, 1)
    assert one["date-not-iso", "dct:issued"] == (6, 22)
    assert one["datatype", "dcat:distribution[_:1]/dcat:byteSize"] == (7, 45)
    assert one["mandatory-missing", "dcat:distribution[_:1]/dct:format"] == (7, 21)
    assert one["iri", "dcat:distribution[https://a.example/a%20file]"] == (9, 1)
    assert one["mandatory-missing", "dcat:distribution[https://a.example/a%20file]/dct:format"] == (9, 1)
    assert blank.position == (4, 40)
    assert _places(blank)["text-empty", "dct:title"] == (5, 19)


@pytest.mark.parametrize(
    ("name", "document", "begin", "date", "size"),
    [("a.rdf", RDF_XML, (5, 1), (5, 62), (7, 3)), ("a.jsonld", JSON_LD, (1, 1), (3, 21), (5, 4))],
)
def test_findings_in_other_syntaxes(
    name: str,
    document: str,
    begin: tuple[int, int],
    date: tuple[int, int],
    size: tuple[int, int],
    tmp_path: Path,
) -> None:
    path = tmp_path / name
    path.write_text(document)

    (found,) = [each for each in _read(path) if each.kind is Kind.DATA_SET]
    places = _places(found)

    assert found.position == begin
    assert places["date-not-iso", "dct:issued"] == date
    assert places["datatype", "dcat:distribution[_:1]/dcat:byteSize"] == size
    assert places["mandatory-missing", "dct:description"] == begin


def test_each_document_of_an_archive_has_its_own_lines(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/1.ttl", TURTLE)
        archive.writestr("b/2.ttl", "\n\n" + TURTLE.replace("<1>", "<2>").replace("<c>", "<d>"))

    found = {(each.entry, each.identifier): each.position for each in _read(path) if each.identifier}

    assert found["a/1.ttl", "https://a.example/1"] == (6, 1)
    assert found["b/2.ttl", "https://a.example/2"] == (8, 1)
    assert found["b/2.ttl", "https://a.example/d"] == (6, 1)


def test_a_broken_statement_is_told_where_it_breaks(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text(TURTLE + '\n<2> a dcat:Dataset ;\n  dct:title "é𝒳" oops .\n<3> a dcat:Dataset .\n')

    found = {each.identifier: each for each in _read(path)}

    assert found["https://a.example/2"].position == (13, 18)
    assert "line" not in found["https://a.example/2"].findings[0].value
    assert found["https://a.example/3"].position == (14, 1)


@pytest.mark.parametrize(
    ("name", "document", "place"),
    [
        ("a.ttl", "@prefix a: <https://a.example/> .\r\n\r\na:1 a:b oops .\r\n", (3, 9)),
        ("a.nt", "<https://a.example/1> oops .\n", (1, 23)),
        ("a.jsonld", '{"@id": "https://a.example/1",\n "https://a.example/2": "é𝒳" oops}', (2, 30)),
        ("a.rdf", RDF_XML.replace("</dcat:byteSize>", "").replace("</dcat:Dataset></rdf:RDF>", ""), (7, 21)),
    ],
)
def test_a_file_that_cannot_be_read_is_told_where_it_breaks(
    name: str, document: str, place: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(document, newline="")

    with pytest.raises(SourceError) as failed:
        _read(path)

    assert failed.value.at == place


def test_services_and_series_without_an_iri(tmp_path: Path) -> None:
    """The service of a distribution belongs to its data set, and is not taken for one of them."""
    path = tmp_path / "catalogue.ttl"
    path.write_text(
        """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://a.example/1> a dcat:Dataset ; dcat:distribution [ dcat:accessService
  [ a dcat:DataService ; dct:title "Inner" ] ] .
[] a dcat:DataService ;
  dct:title "Outer" .
[] a dcat:DatasetSeries ;
  dct:issued "June" .
[] a dcat:DataService ; dct:title "Last" .
"""
    )
    apart = [found for found in _read(path, "dcat-ap-3.0.1") if not found.identifier]

    services = [found for found in apart if found.kind is Kind.SERVICE]
    assert sorted(found.position for found in services if found.position) == [(5, 1), (9, 1)]
    (series,) = [found for found in apart if found.kind is Kind.SERIES]
    assert _places(series)["date-not-iso", "dcat:DatasetSeries[_:1]/dct:issued"] == (8, 3)
