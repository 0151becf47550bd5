"""Each format, read as others read it: by schemas, a parser of XML, the rules of GitHub's runner."""

import io
import json
import re
import tracemalloc
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest
from rdflib import RDF, SH, Graph, Literal

from erpd.formats.positions.mark import Position
from erpd.formats.rdf.catalogue import Kind
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.profile import load_profile
from erpd.metadata.rules import RULES, Flaw, Former, Repair, Unread
from erpd.sources.errors import Reason, SourceError
from erpd.standalone import reports
from erpd.standalone.found import Found
from erpd.standalone.reports import REPORTS

ERPD = load_profile("erpd")
SCHEMA = json.loads((Path(reports.__file__).parent / "schema.json").read_text("utf-8"))
SARIF = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
GONE = SourceError(Reason.UNREACHABLE, "No such file", "Check its name.", "G3.3", "gone.ttl")

MISSING = Finding(Flaw.MANDATORY_MISSING, Severity.ERROR, "dct:publisher", section="G4.1")
UNTYPED = Finding(Flaw.DATE_NOT_ISO, Severity.ERROR, "dct:issued", "5/6/20")
DATED = Finding(Repair.DATE, Severity.REPAIR, "dct:issued", "2020/6/5", "G6.1", "2020-06-05")
ADVISED = Finding(Flaw.RECOMMENDED_MISSING, Severity.WARNING, "dcat:keyword")
# What a source may write to harm a terminal, an XML parser, GitHub's runner or a viewer of SARIF.
HOSTILE = "\x1b[31m\x00\r\n::error::x\u202e%0A,:\ufffe]]>&<![CDATA[ [here](https://evil.example) " + "é" * 300
CURSED = Finding(Flaw.VALUE, Severity.ERROR, f"dct:{HOSTILE}", HOSTILE, HOSTILE)
CASES: dict[str, list[Found]] = {
    "nothing": [],
    "fine": [Found(Kind.DATA_SET, "https://a.example/1", ("nt", b""))],
    "faulty": [
        Found(
            Kind.DATA_SET, "https://a.example/1", ("nt", b""), [DATED, ADVISED, MISSING], [UNTYPED, MISSING]
        ),
        Found(Kind.DATA_SET, "https://a.example/2", ("nt", b""), [DATED]),
        Found(Kind.CATALOGUE, "https://a.example/all", ("nt", b""), [MISSING]),
        Found(Kind.REST, "", ("nt", b""), [DATED]),
        Found(Kind.DATA_SET, "", None, [Finding(Unread.CUT, Severity.ERROR, "", "in line 5")]),
    ],
    "hostile": [
        Found(Kind.DATA_SET, HOSTILE, ("nt", b""), [CURSED], [CURSED]),
        Found(Kind.DATA_SET, "x" * 100_000, ("nt", b""), [MISSING._replace(value="y" * 100_000)]),
        Found(Kind.DATA_SET, "1", ("nt", b""), [Finding(Former("old-rule"), Severity.ERROR, "a")]),
    ],
}

every_case = pytest.mark.parametrize("case", CASES)


def written(name: str, case: str = "faulty", *, as_is: bool = False, file: str = "data/my file.ttl") -> str:
    out = io.StringIO()
    report = REPORTS[name](out, ERPD, as_is=as_is)
    report.begin()
    for found in CASES[case]:
        report.found(file, found)
    report.failed("gone.ttl", GONE)
    if case == "hostile":
        report.failed(f"https://me:secret@a.example/{HOSTILE}", SourceError(Reason.CUT, HOSTILE, HOSTILE))
    report.end()
    return out.getvalue()


@every_case
@pytest.mark.parametrize("name", REPORTS)
def test_nothing_that_controls_a_terminal_comes_through(name: str, case: str) -> None:
    text = written(name, case, file=f"/a/{HOSTILE}")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "secret" not in text


@every_case
@pytest.mark.parametrize("as_is", [False, True])
def test_json_is_what_its_schema_says(case: str, as_is: bool) -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    told = json.loads(written("json", case, as_is=as_is))
    jsonschema_rs.validate(SCHEMA, told)
    lines = [json.loads(line) for line in written("jsonl", case, as_is=as_is).splitlines()]
    jsonschema_rs.validate({"$ref": "#/$defs/line", "$defs": SCHEMA["$defs"]}, lines[0])
    assert [{"version": 1, **each} for each in told["records"]] == lines


@every_case
def test_shacl_is_rdf_with_a_result_for_each_finding(case: str) -> None:
    report = Graph().parse(data=written("shacl", case, as_is=True), format="turtle")
    results = list(report.subjects(RDF.type, SH.ValidationResult))
    told = [json.loads(line) for line in written("jsonl", case, as_is=True).splitlines()]
    asked = [*told, *(one["as-is"] for one in told if "as-is" in one)]
    assert len(results) <= sum(len(one["findings"]) for one in asked)
    assert len(results) >= sum(len(one["findings"]) for one in told)
    for demanded in SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent, SH.resultMessage:
        assert all(len(list(report.objects(result, demanded))) == 1 for result in results)
    assert list(report.objects(None, SH.conforms)) == [Literal(False)]


def test_in_shacl_a_finding_is_about_the_node_that_says_it() -> None:
    found = Found(Kind.DATA_SET, "https://a.example/1", ("nt", b""))
    there = "dcat:distribution[https://a.example/file]"
    found.findings = [
        MISSING,
        MISSING._replace(path=f"{there}/dct:format"),
        MISSING._replace(path=there),
        MISSING._replace(path="dcat:Catalog[https://a.example/all]/dct:title"),
        MISSING._replace(path="dcat:Catalog[https://a.example/all]"),
        MISSING._replace(path="dcat:distribution[_:1]/dct:format"),
    ]
    out = io.StringIO()
    report = REPORTS["shacl"](out, ERPD)
    report.begin()
    report.found("a.ttl", found)
    report.end()
    graph = Graph().parse(data=out.getvalue(), format="turtle")
    places = [
        (str(graph.value(one, SH.focusNode)), str(graph.value(one, SH.resultPath)).rpartition("/")[2])
        for one in graph.subjects(RDF.type, SH.ValidationResult)
    ]
    assert sorted(place for place in places if place[0].startswith("https:")) == [
        ("https://a.example/1", "dcat#distribution"),
        ("https://a.example/1", "publisher"),
        ("https://a.example/all", "None"),
        ("https://a.example/all", "title"),
        ("https://a.example/file", "format"),
    ]
    assert len(places) == 6


def test_what_is_fine_conforms() -> None:
    out = io.StringIO()
    report = REPORTS["shacl"](out, ERPD)
    report.begin()
    report.found("a.ttl", CASES["fine"][0])
    report.end()
    graph = Graph().parse(data=out.getvalue(), format="turtle")
    assert list(graph.objects(None, SH.conforms)) == [Literal(True)]
    assert list(graph.objects(None, SH.result)) == []


def test_json_says_it_in_words_and_as_data() -> None:
    told = json.loads(written("json", as_is=True))
    first, *_, last = told["records"]
    assert first["findings"][2] == {
        "rule": "mandatory-missing",
        "severity": "error",
        "message": "dct:publisher is mandatory but missing (G4.1). Please add it.",
        "section": "G4.1",
        "path": "dct:publisher",
        "link": "https://w3id.org/erpd/findings#mandatory-missing",
    }
    assert first["valid"] is first["as-is"]["valid"] is False
    assert [each["rule"] for each in first["as-is"]["findings"]] == ["date-not-iso", "mandatory-missing"]
    assert (last["file"], last["kind"], last["valid"]) == ("gone.ttl", "file", False)
    assert last["findings"] == [
        {
            "rule": "unreachable",
            "severity": "error",
            "message": "No such file. Check its name.",
            "section": "G3.3",
            "link": "https://w3id.org/erpd/sources#when-a-source-cannot-be-read",
        }
    ]
    assert told["summary"] == {
        "data-sets": 3,
        "valid": 1,
        "files-not-read": 1,
        "findings": {"error": 3, "warning": 1, "repair": 3},
        "rules": {"date": 3, "mandatory-missing": 2, "recommended-missing": 1, "cut": 1},
    }


@every_case
def test_sarif_is_what_the_standard_says(case: str) -> None:
    told = json.loads(written("sarif", case, as_is=True))
    jsonschema_rs.validate(SARIF, told)
    (run,) = told["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules) == len(RULES) + len(Reason)
    for result in run["results"]:
        assert result["ruleId"] == "old-rule" or rules[result["ruleIndex"]] == result["ruleId"]
        assert not re.search(r"\]\(", result["message"]["text"])
    assert run["invocations"] == [{"executionSuccessful": False}]


def test_sarif_names_file_record_and_rule() -> None:
    results = json.loads(written("sarif"))["runs"][0]["results"]
    assert [(each["ruleId"], each["level"]) for each in results[:3]] == [
        ("mandatory-missing", "error"),
        ("recommended-missing", "warning"),
        ("date", "note"),
    ]
    (place,) = results[0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "data/my%20file.ttl"
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "https://a.example/1 dct:publisher"
    assert len({each["partialFingerprints"]["erpd/v1"] for each in results}) == len(results)
    assert results[-1]["ruleId"] == "file-unreachable"


@every_case
def test_junit_is_read_by_others(case: str) -> None:
    text = written("junit", case, as_is=True)
    suites = ElementTree.fromstring(text)
    (suite,) = suites
    tests = list(suite)
    for each in (suites, suite):
        assert each.get("tests") == str(len(tests))
        assert each.get("failures") == str(len(suite.findall("testcase/failure")))
        assert each.get("errors") == str(len(suite.findall("testcase/error")))


def test_junit_has_a_test_for_each_data_set() -> None:
    (suite,) = ElementTree.fromstring(written("junit"))
    told = [(test.get("name"), [part.tag for part in test]) for test in suite]
    assert told == [
        ("https://a.example/1", ["failure", "system-out"]),
        ("https://a.example/2", ["system-out"]),
        ("https://a.example/all", ["failure"]),
        ("rest", ["system-out"]),
        ("data set", ["failure"]),
        ("gone.ttl", ["error"]),
    ]
    (failure,) = suite.findall("testcase[1]/failure")
    assert failure.get("type") == "mandatory-missing"
    assert failure.get("message") == "dct:publisher is mandatory but missing (G4.1). Please add it."


@every_case
def test_github_reads_back_what_was_said(case: str) -> None:
    lines = written("github", case, file="a,b:c%.ttl").splitlines()
    amount = sum(len(found.findings) for found in CASES[case]) + 1 + (case == "hostile")
    read = [_command(line) for line in lines[:-1]]
    assert len(read) == amount
    assert all(properties.keys() == {"file", "title"} for _, properties, _ in read)
    assert {properties["file"] for _, properties, _ in read} <= {
        "a,b:c%.ttl",
        "gone.ttl",
    } or case == "hostile"


def _command(line: str) -> tuple[str, dict[str, str], str]:
    """As the runner does it: ActionCommand.TryParseV2."""
    head, message = line.removeprefix("::").split("::", 1)
    name, _, rest = head.partition(" ")
    assert name in {"error", "warning", "notice"}
    properties = dict(each.split("=", 1) for each in rest.split(","))
    back = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    for code, sign in back.items():
        properties = {key: value.replace(code, sign) for key, value in properties.items()}
    return name, properties, message


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    text = written("text")
    assert "Catalogue https://a.example/all" in text
    assert (
        "  error dct:publisher is mandatory but missing (G4.1). Please add it. [mandatory-missing]\n" in text
    )
    assert (
        text.index("error dct:publisher")
        < text.index("warning dcat:keyword")
        < text.index("repair dct:issued")
    )
    assert "3 data sets: 1 with all mandatory metadata, 2 without" in text
    assert (
        capsys.readouterr().err
        == "gone.ttl: No such file (rule unreachable, harvesting guidelines G3.3). Check its name.\n"
    )


def test_each_format_tells_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Found(Kind.DATA_SET, "https://a.example/1", ("nt", b""), [MISSING, UNTYPED])
    found.position, found.places = Position(3, 1), {UNTYPED: Position(12, 5)}
    monkeypatch.setitem(CASES, "placed", [found])
    told = {name: written(name, "placed") for name in REPORTS}
    (record, _) = json.loads(told["json"])["records"]
    assert [(each["line"], each["column"]) for each in (record, *record["findings"])] == [
        (3, 1),
        (3, 1),
        (12, 5),
    ]
    jsonschema_rs.validate(SCHEMA, json.loads(told["json"]))
    assert json.loads(told["jsonl"].splitlines()[0])["findings"] == record["findings"]
    places = [
        each["locations"][0]["physicalLocation"] for each in json.loads(told["sarif"])["runs"][0]["results"]
    ]
    regions = [each.get("region") for each in places]
    assert regions == [{"startLine": 3, "startColumn": 1}, {"startLine": 12, "startColumn": 5}, None]
    assert "line 12, column 5: error date-not-iso" in told["junit"]
    assert "::error file=data/my file.ttl,line=12,col=5,title=date-not-iso" in told["github"]
    assert "my file.ttl:12:5" in told["text"]


class _Nowhere(io.StringIO):
    def write(self, text: str) -> int:
        return len(text)


@pytest.mark.parametrize("name", REPORTS)
def test_memory_does_not_grow_with_what_is_found(name: str) -> None:
    report, found = REPORTS[name](_Nowhere(), ERPD), CASES["faulty"][0]
    report.begin()
    for _ in range(20):
        report.found("a.ttl", found)
    tracemalloc.start()
    for _ in range(1_500):
        report.found("a.ttl", found)
    report.end()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000
