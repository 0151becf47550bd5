"""The functions of the library: what they take and refuse, and what they say of what cannot be read."""

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

import erpd
from erpd.formats.rdf.catalogue import Kind
from erpd.formats.reading import Reading
from erpd.metadata.graph import Graph
from erpd.metadata.terms import DCAT, DCT, PREFIXES, VCARD
from tests.metadata.records import DATASET, GOOD, record

TURTLE = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + GOOD
CATALOGUE = f'<https://a.example/all> a dcat:Catalog ; dct:title "All"@en ; dcat:dataset <{DATASET}> .\n'
PERSON = '<https://a.example/{0}> a dcat:Dataset ; dcat:contactPoint [ a vcard:Kind ; vcard:fn "{0}" ] .\n'
JSON_LD = {"@id": DATASET, "@type": str(DCAT) + "Dataset", str(DCT) + "title": "Houses"}
PACKAGE = {"id": "1", "name": "houses", "title": "Houses"}


def people(*names: str) -> bytes:
    prefixes = TURTLE[: TURTLE.index(GOOD)]
    return (prefixes + "".join(PERSON.format(name) for name in names)).encode()


def file(folder: Path, content: bytes = TURTLE.encode(), name: str = "catalogue.ttl") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


GIVEN: dict[str, Callable[[Path], Any]] = {
    "str": lambda folder: str(file(folder)),
    "Path": file,
    "file: address": lambda folder: file(folder).as_uri(),
    "folder": lambda folder: file(folder).parent,
    "packed": lambda folder: file(folder, gzip.compress(TURTLE.encode()), "catalogue.ttl.gz"),
    "bytes": lambda folder: TURTLE.encode(),
    "bytearray": lambda folder: bytearray(TURTLE, "utf-8"),
    "memoryview": lambda folder: memoryview(TURTLE.encode()),
    "BytesIO": lambda folder: io.BytesIO(TURTLE.encode()),
    "file": lambda folder: file(folder).open("rb"),
    "file of text": lambda folder: file(folder).open(encoding="utf-8"),
    "object of JSON-LD": lambda folder: JSON_LD,
    "list of JSON-LD": lambda folder: [JSON_LD],
    "package of CKAN": lambda folder: PACKAGE,
    "packages of CKAN": lambda folder: (PACKAGE,),
    "answer of CKAN": lambda folder: {"success": True, "result": {"count": 1, "results": [PACKAGE]}},
}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_each_thing_that_can_be_given_is_read_and_checked(
    given: Callable[[Path], Any], tmp_path: Path
) -> None:
    things = [given(tmp_path) for _ in range(2)]
    (read,) = erpd.read(things[0])
    assert read.title.best("en")[0] in ("Hospital discharges", "Houses")
    (found,) = (found for found in erpd.check(things[1]) if found.kind is Kind.DATA_SET)
    assert found.valid == (read.title.best("en")[0] == "Hospital discharges")
    for thing in things:
        if hasattr(thing, "close"):
            thing.close()


REFUSED: list[tuple[object, type[Exception], str]] = [
    (None, TypeError, "found NoneType."),
    (3, TypeError, "found int."),
    (["a.ttl"], TypeError, "found list."),
    (record(), TypeError, "found Record."),
    (io.StringIO(TURTLE), TypeError, "This file gives text, not bytes."),
    ("", ValueError, "found an empty text."),
    (
        TURTLE,
        ValueError,
        "is no path and no address. If it is the document, give it as bytes: text.encode().",
    ),
    ("<a> <b> <c> .", ValueError, "is no path and no address."),
    ('{"@id": "a"}', ValueError, "is no path and no address."),
    ({"a": object()}, ValueError, "This cannot be written as JSON: Object of type object"),
    ("none.ttl", erpd.SourceError, "The file cannot be read: the file does not exist"),
    (b"", erpd.SourceError, "It is empty"),
    (b"hello", erpd.SourceError, "It is not RDF"),
    ("http://127.0.0.1:1/", erpd.SourceError, "rule forbidden-address"),
]


@pytest.mark.parametrize(("given", "error", "told"), REFUSED, ids=[repr(row[0])[:20] for row in REFUSED])
def test_what_cannot_be_read_is_told_in_a_sentence(given: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error) as raised:
        list(erpd.read(given))
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"format": "turtle"}, "There is no format 'turtle'. Did you mean ttl?"),
        ({"format": "text/csv"}, "There is no format 'text/csv'. Known: rdf, ttl"),
        ({"profile": "dcat-ap"}, "There is no profile 'dcat-ap'. Did you mean"),
        ({"allow_networks": ["here"]}, "'here' does not appear to be"),
    ],
)
def test_a_wrong_argument_is_told_before_anything_is_read(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told.replace("?", r"\?")):
        erpd.check(b"", **options)


@pytest.mark.parametrize("format", ["ckan", "application/vnd.ckan.package+json", erpd.FORMATS["ckan"]])
def test_a_format_has_a_name_a_media_type_or_is_given(format: Any) -> None:
    if format == "application/vnd.ckan.package+json":
        (format,) = erpd.FORMATS["ckan"].media_types
    (read,) = erpd.read(json.dumps(PACKAGE).encode(), format)
    assert read.identifier == "1"


def test_a_record_is_checked_in_a_copy_or_as_it_is() -> None:
    spoilt = record("dcat:distribution <", "dct:distribution <")
    before = set(spoilt.graph.triples())
    repaired, as_it_is = erpd.check(spoilt), erpd.check(spoilt, as_is=True)
    assert {finding.severity for finding in repaired} == {erpd.Severity.REPAIR}
    assert {finding.path for finding in as_it_is} >= {"dcat:distribution"}
    assert set(spoilt.graph.triples()) == before
    assert erpd.mend(spoilt) == repaired
    assert erpd.check(spoilt) == []


def test_several_profiles_hold_together(tmp_path: Path) -> None:
    own = file(tmp_path, b'extends = "erpd"\n[[class]]\niri = "dcat:Dataset"\n[[class.property]]\n'
        b'iri = "dct:provenance"\nobligation = "mandatory"', "mine.toml")  # fmt: skip
    for profile in (own, str(own), ["erpd", own], [erpd.profile_called("dcat-ap-nl-3.0"), own]):
        assert "dct:provenance" in {finding.path for finding in erpd.check(record(), profile)}
    own.write_text("extends = 3", "utf-8")
    with pytest.raises(erpd.ProfileError, match=r"mine\.toml: extends: expected"):
        erpd.check(record(), own)


def test_a_check_of_ones_own_that_fails_raises_and_what_is_no_finding_is_told() -> None:
    def falls(part: erpd.Part) -> list[erpd.Finding]:
        raise ZeroDivisionError

    def says(part: erpd.Part) -> list[Any]:
        return ["wrong"]

    def names(part: erpd.Part) -> list[erpd.Finding]:
        return [erpd.Finding("mine", erpd.Severity.ERROR, "")]  # type: ignore[arg-type]

    with pytest.raises(ZeroDivisionError):
        erpd.check(record(), extra=[falls])
    with pytest.raises(TypeError, match=r"says yielded 'wrong', not an erpd\.Finding"):
        list(erpd.check(TURTLE.encode(), extra=[says]))
    with pytest.raises(TypeError, match="names yielded a Finding whose rule is 'mine', not a member of an"):
        erpd.check(record(), extra=[names])


BROKEN = people("a", "b") + b'<https://a.example/c> a dcat:Dataset ; dct:title "x .\n'


def test_a_record_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    records = erpd.read(BROKEN)
    assert [next(records).iri[-1], next(records).iri[-1]] == ["a", "b"]
    with pytest.raises(erpd.PartlyUnread, match="1 record could not be read, beside 2 that could"):
        next(records)
    unread: list[Reading] = []
    assert len(list(erpd.read(BROKEN, unread=unread.append))) == 2
    assert [reading.fault is not None for reading in unread] == [True]
    assert b"a.example/c" in unread[0].content
    assert [found.read for found in erpd.check(BROKEN)] == [True, True, False]
    target = file(tmp_path, b"earlier", "out.ttl")
    with pytest.raises(erpd.PartlyUnread):
        erpd.convert(BROKEN, target)
    assert target.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [target]
    assert erpd.convert(BROKEN, target, unread=unread.append) == 2
    assert unread[1].fault == unread[0].fault


def test_where_there_is_nothing_to_convert_the_file_stays_as_it_was(tmp_path: Path) -> None:
    target = file(tmp_path, b"earlier", "out.ttl")
    unread: list[Reading] = []
    assert erpd.convert([], target) == erpd.convert(iter([]), target) == 0
    assert erpd.convert(b"[1, 2]", target, format="ckan", unread=unread.append) == 0
    catalogue = f"<https://a.example/all> a <{DCAT}Catalog> .".encode()
    assert erpd.convert(catalogue, target, keep_catalogue=False) == 0
    assert target.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [target]
    assert len(unread) == 2
    assert erpd.convert([], tmp_path / "new.ttl") == 0
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("syntax", ["rdf", "ttl", "nt", "nq", "trig", "jsonld"])
def test_what_is_converted_says_the_same(syntax: str, tmp_path: Path) -> None:
    given = (TURTLE + CATALOGUE).encode() + people("a", "b")
    path, stream = tmp_path / f"out.{syntax}", io.BytesIO()
    seen: list[erpd.Found] = []
    assert erpd.convert(given, path, found=seen.append) == erpd.convert(given, stream, syntax) == 3
    assert path.read_bytes() == stream.getvalue()
    assert {found.kind for found in seen} == {Kind.DATA_SET, Kind.CATALOGUE}
    assert len(list(erpd.read(path))) == 3
    assert [found.identifier for found in erpd.check(path) if found.kind is Kind.CATALOGUE]
    assert erpd.convert(given, path, keep_catalogue=False) == 3
    assert not [found for found in erpd.check(path) if found.kind is Kind.CATALOGUE]


def test_records_are_converted_and_stay_as_they_are() -> None:
    records = list(erpd.read(people("a", "b")))
    before = [set(each.graph.triples()) for each in records]
    stream = io.BytesIO()
    assert erpd.convert(iter(records), stream, "nt") == 2
    assert [set(each.graph.triples()) for each in records] == before
    graph = Graph(parse(stream.getvalue(), format=RdfFormat.N_TRIPLES))
    names = [[name.value for name in graph.objects(node, VCARD.fn)] for node in graph.subjects(VCARD.Kind)]
    assert sorted(names) == [["a"], ["b"]]  # not one person with two names


@pytest.mark.parametrize(
    ("to", "error", "told"),
    [
        ("out.csv", ValueError, "Which syntax? Give syntax=, one of rdf, ttl"),
        (io.BytesIO(), ValueError, "Which syntax?"),
        (io.StringIO(), TypeError, "This file takes text, not bytes. Open it with mode 'wb'."),
        (3, TypeError, "Expected a path, or a file opened for writing bytes; found int."),
    ],
)
def test_where_nothing_can_be_written_is_told(to: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error) as raised:
        erpd.convert(TURTLE.encode(), to)
    assert told in str(raised.value)


def test_a_record_is_written_in_each_format_that_can_be_written() -> None:
    assert b"Hospital discharges" in erpd.write(record(), "oai_dc")
    (read,) = erpd.read(erpd.write(record(), "text/turtle"))
    assert read.iri == DATASET
    with pytest.raises(ValueError, match=r"No format 'ckan' can be written\. Known: rdf, ttl, nt, jsonld"):
        erpd.write(record(), "ckan")


def test_a_guarded_child_finds_the_same(tmp_path: Path) -> None:
    given = file(tmp_path, BROKEN)
    for guarded in (erpd.read(given, unread=print, guarded=True), erpd.read(given, unread=print)):
        assert [each.iri[-1] for each in guarded] == ["a", "b"]
    one, other = ([*erpd.check(given, extra=[named], guarded=guarded)] for guarded in (True, False))
    assert one == other
    assert [finding for found in one for finding in found.findings if finding.path == "named"]


def named(part: erpd.Part) -> list[erpd.Finding]:
    return [erpd.Finding(erpd.Unread.OTHER_KIND, erpd.Severity.WARNING, "named")] if not part.prefix else []
