"""Whatever format a document is in, its records are found, one at a time."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from erpd.formats import FORMATS
from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.profile import load_profile
from erpd.sources.errors import SourceError
from erpd.standalone import readings
from erpd.standalone.asked import Asked, Place
from erpd.standalone.found import Found
from erpd.standalone.json_records import json_records
from erpd.standalone.reading import Reader, found_in
from erpd.standalone.xml_records import xml_records
from tests.needs import SHARED

PACKAGES = [
    {"id": f"p{n}", "title": f'Tit}}le "{n}"', "tags": [{"name": "a"}], "x": [[1, {}], -2.5e3]}
    for n in (1, 2)
]
ONE = json.dumps(PACKAGES[0])
LIST = json.dumps(PACKAGES, indent=1)

ISO = (
    '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">'
    "<gmd:fileIdentifier><gco:CharacterString>{}</gco:CharacterString></gmd:fileIdentifier>"
    "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title>"
    "<gco:CharacterString>Roads</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>"
    "</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
)
DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Roads</dc:title></oai_dc:dc>'
)
OAI = (
    '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    "<record><header><identifier>a</identifier></header><metadata>{}</metadata></record>"
    '<record><header status="deleted"><identifier>b</identifier></header></record>'
    "<record><header><identifier>c</identifier></header><metadata>{}</metadata></record>"
    "</ListRecords></OAI-PMH>"
)
FORMS = {
    "one package": (ONE, ["p1"]),
    "list of packages": (LIST, ["p1", "p2"]),
    "a package a line": ("\n".join(map(json.dumps, PACKAGES)), ["p1", "p2"]),
    "package_show": (f'{{"help": "[{{", "success": true, "result": {ONE}}}', ["p1"]),
    "package_search": (
        f'{{"success": true, "result": {{"count": 2, "results": {LIST}, "facets": {{}}}}}}',
        ["p1", "p2"],
    ),
    "current_package_list": (f'{{"result": {LIST}, "success": true}}', ["p1", "p2"]),
    "odata": (
        '{"odata.metadata": "x", "value": [{"Identifier": "t1", "Title": "A"}, {"Identifier": "t2"}]}',
        ["t1", "t2"],
    ),
    "ISO 19139": (ISO.format("i1"), ["i1"]),
    "GetRecords": (
        '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults>'
        f"{ISO.format('i1')}{ISO.format('i2')}</csw:SearchResults></csw:GetRecordsResponse>",
        ["i1", "i2"],
    ),
    "Dublin Core": (DC, [""]),
    "OAI-PMH": (OAI.format(DC, ISO.format("i")), ["a", "c"]),
}


def found(file: Path, **options: object) -> list[Found]:
    asked = Asked(load_profile("erpd"), **options)  # type: ignore[arg-type]
    return list(found_in(Place(str(file)), asked))


def data_sets(file: Path) -> list[Found]:
    return [one for one in found(file) if one.kind is Kind.DATA_SET]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_recognised(form: str, tmp_path: Path) -> None:
    content, identifiers = FORMS[form]
    file = tmp_path / "records"
    file.write_text(content, "utf-8")
    here = data_sets(file)
    assert all(one.read and list(one.triples()) for one in here), [one.findings for one in here]
    assert [one.identifier for one in here] == identifiers or form == "Dublin Core"
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("one", content)
        archive.writestr("two", content)
    assert len(data_sets(tmp_path / "all.zip")) == 2 * len(identifiers)


def test_each_document_of_an_archive_is_read_by_itself(tmp_path: Path) -> None:
    """In its own format; what cannot be read is told at the end, all of it, and costs no other document."""
    turtle = "@prefix dcat: <http://www.w3.org/ns/dcat#> . <https://a.example/{}> a dcat:Dataset ."
    catalogue = "<https://a.example/c> a dcat:Catalog ; <http://purl.org/dc/terms/creator> [] ."
    entries = {
        "1.ttl": turtle.format(1),
        "cut.rdf": "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<a",
        "damaged.ttl": turtle.format("damaged"),
        "none.json": '{"a": 1}',
        "README.txt": "Hello",
        "packages.json": LIST,
        "cut.json": ONE[:-1],
        "iso.xml": ISO.format("i1"),
        "2.ttl": turtle.format(2) + catalogue,
        "last.json": ONE,
    }
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    path.write_bytes(path.read_bytes().replace(b"e/damaged", b"e/Damaged"))
    came: list[Found] = []
    with pytest.raises(SourceError) as caught:
        came.extend(found_in(Place(str(path)), Asked(load_profile("erpd"))))
    assert [
        (one.entry, one.identifier.removeprefix("https://a.example/"), one.read)
        for one in came
        if one.kind in (Kind.DATA_SET, Kind.CATALOGUE)
    ] == [
        ("1.ttl", "1", True),
        ("README.txt", "", False),
        ("packages.json", "p1", True),
        ("packages.json", "p2", True),
        ("iso.xml", "i1", True),
        ("2.ttl", "2", True),
        ("last.json", "p1", True),
        ("2.ttl", "c", True),
    ]
    unread = {one.entry: one for one in (caught.value, *caught.value.others)}
    assert {name: str(one.rule) for name, one in unread.items()} == {
        "cut.rdf": "cut",
        "damaged.ttl": "cut",
        "none.json": "unknown-format",
        "cut.json": "cut",
    }
    assert unread["cut.rdf"].at
    assert unread["none.json"].url == f"{path}/none.json"


def test_an_archive_of_nothing_but_faults_is_left_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "_MOST_UNREAD", 3)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for number in range(9):
            archive.writestr(f"{number}.json", "{}")
    with pytest.raises(SourceError) as caught:
        list(Reader(Asked(load_profile("erpd"))).found(Place(str(tmp_path / "all.zip"))))
    assert [one.entry for one in (caught.value, *caught.value.others)] == ["0.json", "1.json", "2.json", ""]
    assert "the rest was not tried" in str(caught.value.others[-1])


@pytest.mark.parametrize(
    ("format", "file"),
    [
        ("ckan", "ckan/ckanext-dcat"),
        ("iso19139", "csw-iso19139/owslib"),
        ("oai_dc", "oai-pmh/pyoai"),
        ("cbs", "cbs"),
    ],
)
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data")
def test_real_documents(format: str, file: str, tmp_path: Path) -> None:
    """Some file of each kind is recognised by itself, and gives what it gives where its format is named."""
    known = 0
    for path in sorted(SHARED.joinpath(file).rglob("*"))[:60]:
        if path.suffix not in (".json", ".xml"):
            continue
        try:
            named = found(path, format=format)
        except SourceError:
            continue
        try:
            guessed = found(path)
        except SourceError:
            continue
        if named and [one.identifier for one in named] == [one.identifier for one in guessed]:
            known += 1
            if known == 2:
                return
    assert known, f"nothing of {FORMATS[format].title}"


class Dripping(io.RawIOBase):
    """A stream that gives a byte at a time."""

    def __init__(self, content: bytes) -> None:
        self._content = iter(content)

    def read(self, size: int = -1) -> bytes:
        return bytes([byte]) if (byte := next(self._content, None)) is not None else b""


@pytest.mark.parametrize("form", [form for form in FORMS if "{" in FORMS[form][0][:2]])
def test_it_does_not_matter_how_json_comes_in(form: str) -> None:
    content = FORMS[form][0].encode()
    whole = list(json_records(io.BytesIO(content), "x"))
    assert list(json_records(Dripping(content), "x")) == whole  # type: ignore[arg-type]
    assert all(json.loads(record) for record, _ in whole)


@pytest.mark.parametrize(
    ("format", "record", "around"),
    [
        ("ckan", {"name": "a", "title": "t"}, "[{}]"),
        ("ckan", {"name": "a", "title": "t"}, '{{"result": [{}]}}'),
        (
            "ckan",
            {"name": "a", "title": "t"},
            '{{"success": true, "result": {{"count": 5, "results": [{}]}}}}',
        ),
        ("cbs", {"Identifier": "a", "Title": "t"}, '{{"value": [{}]}}'),
    ],
)
def test_what_is_no_object_in_a_list_is_a_record_that_cannot_be_read(
    format: str, record: dict[str, str], around: str, tmp_path: Path
) -> None:
    file = tmp_path / "records.json"
    members = '1, null, "x", [], true, ' + json.dumps(record)
    file.write_text(around.format(members), "utf-8")
    *others, last = found(file, format=format)
    assert (last.identifier, last.read) == ("a", True)
    assert [(one.read, one.valid) for one in others] == [(False, False)] * 5
    assert others[1].position == (1, around.format(members).index("null") + 1)


def test_a_record_with_a_number_that_is_too_long_has_its_name(tmp_path: Path) -> None:
    file = tmp_path / "records.json"
    for size in "1" * 10_000, "NaN", '"\t"':
        file.write_text(f'{{"id": "1", "title": "t", "resources": [{{"size": {size}}}]}}', "utf-8")
        assert [(one.identifier, one.read) for one in found(file)] == [("1", True)]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_each_record_of_json_has_its_place(mark: str) -> None:
    content = f'{mark}{{"result": [{{"id": "é𝒳"}}, {{"id": 2}},\r\n\t{{"id": 3}}]}}\n{{"id": 4}}'.encode()
    for stream in (io.BytesIO(content), Dripping(content)):
        found = [at for _, at in json_records(stream, "x")]  # type: ignore[arg-type]
        assert found == [(1, 13), (1, 27), (2, 2), (3, 1)]


def test_what_is_cut_gives_what_came_before() -> None:
    def some(content: str) -> Iterator[bytes]:
        for record, _ in json_records(io.BytesIO(content.encode()), "x"):
            yield record

    records = some(LIST[:-30])
    assert json.loads(next(records)) == PACKAGES[0]
    with pytest.raises(SourceError, match="ends in the middle"):
        next(records)
    for content, said in (
        ("", "empty"),
        ("[1, :]", "at byte 5"),
        ('{"a": ', "ends"),
        ("nothing", "at byte 1"),
        ('{"success": false, "error": {"message": "Not found"}}', "error answer of an API"),
    ):
        with pytest.raises(SourceError, match=said):
            list(some(content))


def test_broken_xml_gives_what_came_before_and_entities_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "records.xml"
    file.write_text(OAI.format(DC, DC)[:-40], "utf-8")
    here = found_in(Place(str(file)), Asked(load_profile("erpd")))
    assert next(here).identifier == "a"
    with pytest.raises(SourceError, match="broken at line 1"):
        list(here)
    file.write_text('<!DOCTYPE a [<!ENTITY b "c">]>' + DC.replace("Roads", "&b;"), "utf-8")
    with pytest.raises(SourceError, match="document type"):
        found(file, format="oai_dc")


def test_progress_is_told_while_a_document_is_read(tmp_path: Path) -> None:
    file = tmp_path / "some.nt"
    file.write_text("".join(f'<http://a.example/{n}> <http://a.example/p> "{n}" .\n' for n in range(9000)))
    told: list[tuple[int, int | None]] = []
    list(found_in(Place(str(file)), Asked(load_profile("erpd")), lambda *news: told.append(news)))
    assert told
    assert {total for _, total in told} == {file.stat().st_size}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_each_record_of_xml_has_its_place(encoding: str) -> None:
    names = 'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" x="é"'
    within = f"\r\n <!-- <gmd:MD_Metadata> é -->é{ISO.format('1')}\n\t{ISO.format('2')} {ISO.format('3')}"
    inside = f'<?xml version="1.0" encoding="{encoding}"?>\n<csw:GetRecordsResponse\n {names}>{within}'
    content = f"{inside}</csw:GetRecordsResponse>".encode(encoding)
    third = len(f"\t{ISO.format('2')} ") + 1
    for stream in (io.BytesIO(content), Dripping(content)):
        places = [reading.at for reading in xml_records(stream, "x")]  # type: ignore[arg-type]
        assert places == [(4, 31), (5, 2), (5, third)]
    pages = [reading.at for reading in xml_records(io.BytesIO(OAI.format(DC, ISO).encode()), "x")]
    assert [at and at.line for at in pages] == [1, 1, 1]
    assert [OAI.format(DC, ISO)[at.column - 1 :][:8] for at in pages if at] == ["<record>"] * 3
