"""`erpd check`: files in, findings out, no home needed."""

import gzip
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from erpd.cli import main
from erpd.standalone.reports import REPORTS
from tests.harvest.hostile import chain
from tests.journeys.nodes import turtle

GOOD = turtle({"a": "Discharges", "b": "Admissions"})
FAULTY = turtle({"c": "Births"}).replace("dct:publisher :agency ;", "")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    contents = {
        "good.ttl": GOOD,
        "faulty.ttl": FAULTY,
        "page.html": "<!doctype html><p>No</p>",
        "empty.ttl": "",
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content, "utf-8")
    return {name: str(tmp_path / name) for name in [*contents, "missing.ttl"]}


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_good_files_pass(files: dict[str, str]) -> None:
    result = run("check", files["good.ttl"])
    assert result.exit_code == 0
    assert result.output.count("has all mandatory metadata") == 2
    assert "2 data sets: 2 with all mandatory metadata, 0 without" in result.output


def test_a_fault_is_named_with_its_rule(files: dict[str, str]) -> None:
    result = run("check", files["good.ttl"], files["faulty.ttl"])
    assert result.exit_code == 1
    assert result.output.count("has all mandatory") == 2
    assert "dct:publisher is mandatory but missing (G4.1). Please add it." in result.output
    assert "lacks mandatory metadata" in result.output
    assert "3 data sets: 2 with all mandatory metadata, 1 without" in result.output


def test_as_json(files: dict[str, str]) -> None:
    result = run("check", "--json", *files.values())
    assert result.exit_code == 3
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["valid"] for one in told] == [True, True, False, False, False, False]
    assert [finding["rule"] for finding in told[2]["findings"] if finding["severity"] == "error"] == [
        "mandatory-missing"
    ]
    assert [one["file"] for one in told[3:]] == [
        files[name] for name in ("page.html", "empty.ttl", "missing.ttl")
    ]
    assert "HTML page" in told[3]["findings"][0]["message"]
    assert told[5]["findings"][0]["rule"] == "unreachable"


@pytest.mark.parametrize("form", REPORTS)
def test_each_format_names_the_fault_and_the_file_that_is_missing(form: str, files: dict[str, str]) -> None:
    result = run("check", "--format", form, files["faulty.ttl"], files["missing.ttl"])
    assert result.exit_code == 3
    assert "dct:publisher is mandatory but missing (G4.1). Please add it." in result.stdout
    assert "missing.ttl" in (result.stderr if form == "text" else result.stdout)
    assert run("check", "--format", form, files["good.ttl"]).exit_code == 0


def test_another_profile_has_other_rules(files: dict[str, str]) -> None:
    """DCAT-AP only recommends a publisher."""
    assert run("check", "--profile", "dcat-ap-2.1.1", files["faulty.ttl"]).exit_code == 0


def test_a_private_address_is_refused_and_ftp_too() -> None:
    for address, reason in (
        ("http://127.0.0.1:9/a.ttl", "non-public address: 127.0.0.1"),
        ("http://127.0.0.1:9/a.ttl", 'add `allow_networks = ["127.0.0.1/32"]` to node.toml'),
        ("ftp://data.example/a.ttl", "G3.3.3"),
    ):
        result = run("check", address)
        assert result.exit_code == 3
        assert reason in result.output


def test_what_is_broken_in_an_archive_hides_nothing_of_the_rest(tmp_path: Path) -> None:
    cut = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entries = {
            "cut.rdf": cut,
            "a.ttl": turtle({"a": "A"}),
            "none.json": "{}",
            "b.ttl": turtle({"b": "B"}),
        }
        for name, content in entries.items():
            archive.writestr(name, content)
    result = run("check", "--json", str(path))
    assert result.exit_code == 3
    told = [json.loads(line) for line in result.stdout.splitlines()]
    names = ("a.ttl", "b.ttl", "cut.rdf", "none.json")
    assert [one["file"] for one in told] == [f"{path}/{name}" for name in names]
    assert "before its last element is closed" in told[2]["findings"][0]["message"]
    result = run("convert", str(path))
    assert result.exit_code == 3
    assert f"{path}/cut.rdf:1:66: RDF/XML: it ends" in result.stderr
    assert f"{path}/none.json: It is JSON" in result.stderr


def test_a_folder_gives_its_files_with_known_endings(tmp_path: Path) -> None:
    result = run("check", str(tmp_path))
    assert result.exit_code == 3
    assert f"{tmp_path}: No file in this folder has an ending that we know" in result.stderr
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "a.ttl").write_text(turtle({"a": "Discharges"}))
    (tmp_path / "b.nt.gz").write_bytes(gzip.compress(b"<http://a.example/b> <http://a.example/p> 1 .\n"))
    for name in (".hidden.ttl", "read.me", "inside/no.txt"):
        (tmp_path / name).write_text("not RDF")
    told = [json.loads(line) for line in run("check", "--json", str(tmp_path)).stdout.splitlines()]
    assert [Path(one["file"]).name for one in told] == ["b.nt.gz", "a.ttl"]


def test_standard_input_is_a_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["check", "--json", "-", str(tmp_path / "no.ttl")], input=FAULTY)
    assert result.exit_code == 3
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert (told[0]["file"], told[0]["valid"]) == ("standard input", False)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 1),
        (["--ignore", "mandatory-missing"], 0),
        (["--ignore", "mandatory-missing", "--fail-on", "warning"], 1),
        (["--ignore", "mandatory-missing", "--ignore", "recommended-missing", "--fail-on", "warning"], 0),
        (["--ignore", "mandatory-mising"], 2),
        (["--from", "rdf"], 3),
        (["--profile", "dcat-ap-2.1.1"], 0),
        (["--profile", "dcat-ap-2.1.1", "--profile", "erpd"], 1),
        (["--profile", "dcat-ap-2.1.1+erpd"], 1),
    ],
)
def test_how_it_ends(options: list[str], code: int, files: dict[str, str]) -> None:
    quiet = run("check", "--quiet", *options, files["faulty.ttl"])
    assert (quiet.exit_code, quiet.stdout) == (code, "")
    if code == 2:
        assert "Did you mean mandatory-missing?" in quiet.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--allow-network", "127.0.0.1/8x"], "'127.0.0.1/8x' is not a network"),
        (["--json", "--format", "sarif"], "Leave out one of --json and --format sarif"),
        (["--profile", "dcat-ap-2.1.1+erp"], "is not one of"),
        (["--ignore", "none"], "`erpd explain` lists them all"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(options: list[str], said: str, files: dict[str, str]) -> None:
    result = run("check", *options, files["good.ttl"])
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


def test_a_report_is_whole_in_every_encoding_and_with_every_name(tmp_path: Path) -> None:
    """In a process of its own: the output is opened as the system says."""
    folder = tmp_path / "folder"
    folder.mkdir()
    content = FAULTY.replace("Births", "Births — “all”")
    (folder / "a.ttl").write_text(content, "utf-8")
    with open(os.fsencode(folder) + b"/\xff.ttl", "w", encoding="utf-8") as file:
        file.write(content)
    for form in REPORTS:
        for encoding in ("ascii", "utf-8"):
            done = subprocess.run(
                [sys.executable, "-m", "erpd", "check", "--format", form, str(folder)],
                capture_output=True,
                check=False,
                env={**os.environ, "PYTHONIOENCODING": encoding},
            )
            assert (done.returncode, done.stderr) == (1, b""), (form, encoding, done.stderr)
            names = rb"/(?:a|\xef\xbf\xbd|\\ufffd|&#65533;|%EF%BF%BD|%FF)\.ttl"
            assert len({*re.findall(names, done.stdout, re.IGNORECASE)}) == 2, (form, encoding, done.stdout)


def test_a_pipe_is_read_and_a_closed_stream_is_not_missed(files: dict[str, str], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = f'{sys.executable} -m erpd check "$0" <&- >&-'
    with subprocess.Popen(["sh", "-c", command, str(pipe)], stderr=subprocess.PIPE) as process:
        pipe.write_text(FAULTY, "utf-8")
        assert (process.communicate()[1], process.returncode) == (b"", 1)


def test_a_repair_may_be_a_failure(tmp_path: Path) -> None:
    file = tmp_path / "repaired.ttl"
    file.write_text(GOOD.replace("filetype:CSV", '"CSV"'))
    assert run("check", "--fail-on", "repair", str(file)).exit_code == 1


def test_a_summary_counts_each_rule(files: dict[str, str]) -> None:
    result = run("check", "--summary", files["good.ttl"], files["faulty.ttl"])
    assert re.search(
        r"Once:\n  error dct:publisher is mandatory but .* \[mandatory-missing\]\n", result.stdout
    )
    assert re.search(r"\d+ times, for example:\n  warning .* \[recommended-missing\]\n", result.stdout)
    assert "3 data sets: 2 with all mandatory metadata, 1 without" in result.stdout
    assert "has all" not in result.stdout


def test_a_profile_of_ones_own_holds_as_well(files: dict[str, str], tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text(
        'extends = "erpd"\n[[class]]\niri = "dcat:Dataset"\n'
        '[[class.property]]\niri = "dct:provenance"\nobligation = "mandatory"\nmin = 1\n'
    )
    result = run("check", "--profile-file", str(own), files["good.ttl"])
    assert result.exit_code == 1
    assert result.stdout.count("error dct:provenance is mandatory but missing") == 2
    own.write_text("extends = 'erp'\ntitel = 'x'")
    result = run("check", "--profile-file", str(own), files["good.ttl"])
    assert result.exit_code == 2
    assert {f"{own}: titel is not a known key", f"{own}: extends: expected"} <= {
        line[: len(line)].partition(". Did")[0].partition(" one of")[0] for line in result.stderr.splitlines()
    }
    own.write_text('extends = "erpd"\ntitle = "\\u001b[31m\\n::error::x"\n')
    result = run("check", "--profile-file", str(own), files["good.ttl"])
    assert (result.exit_code, "title: expected one line of text" in result.stderr) == (2, True)
    own.write_text("extends = 'erpd'\n[[class]\n")
    assert "line 2" in run("check", "--profile-file", str(own), files["good.ttl"]).stderr


@pytest.mark.parametrize("profile", ["dcat-ap-2.1.1", "dcat-ap-3.0.1"])
def test_services_series_and_catalogue_records_are_checked(profile: str, tmp_path: Path) -> None:
    """Those that belong to no data set, too, as the official shapes do."""
    file = tmp_path / "all.ttl"
    file.write_text(
        f"{GOOD} @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
        "<http://a.example/service> a dcat:DataService .\n<http://a.example/series> a dcat:DatasetSeries .\n"
        "<http://a.example/r> a dcat:CatalogRecord ; foaf:primaryTopic <http://national.example/a> .\n"
        "<http://a.example/s> a dcat:CatalogRecord ; foaf:primaryTopic <http://elsewhere.example/a> .\n"
    )
    told = [
        json.loads(line)
        for line in run("check", "--json", "--profile", profile, str(file)).stdout.splitlines()
    ]
    missing = {
        (one["kind"], one["identifier"], finding["path"].rpartition("/")[2])
        for one in told
        for finding in one["findings"]
        if finding["rule"] == "mandatory-missing"
    }
    expected = {
        ("service", "http://a.example/service", "dct:title"),
        ("service", "http://a.example/service", "dcat:endpointURL"),
        ("catalogue record", "http://a.example/r", "dct:modified"),
        ("catalogue record", "http://a.example/s", "dct:modified"),
    }
    if profile == "dcat-ap-3.0.1":
        expected |= {
            ("series", "http://a.example/series", f"dct:{name}") for name in ("title", "description")
        }
    assert missing == expected


def test_a_catalogue_is_checked_as_one(tmp_path: Path) -> None:
    file = tmp_path / "all.ttl"
    file.write_text(GOOD + "<http://a.example/all> a dcat:Catalog ; dcat:dataset <http://a.example/x> .")
    result = run("check", "--profile", "dcat-ap-2.1.1", str(file))
    assert result.exit_code == 1
    assert "Catalogue http://a.example/all" in result.output
    for name in ("dct:title", "dct:description", "dct:publisher"):
        assert f"{name} is mandatory but missing" in result.output


def test_a_file_is_judged_as_it_came_too(tmp_path: Path) -> None:
    file = tmp_path / "repaired.ttl"
    file.write_text(GOOD.replace("filetype:CSV", '"CSV"'))
    assert run("check", str(file)).exit_code == 0
    result = run("check", "--as-is", str(file))
    assert result.exit_code == 1
    assert "as received, lacks" in result.output
    assert "as repaired, has all" in result.output
    told = json.loads(run("check", "--as-is", "--json", str(file)).stdout.splitlines()[0])
    assert (told["valid"], told["as-is"]["valid"]) == (True, False)
    assert told["as-is"]["findings"]


def test_a_file_is_named_once_and_what_to_do_is_said(tmp_path: Path) -> None:
    none, broken = tmp_path / "none.ttl", tmp_path / "broken.ttl"
    none.write_text("<http://a.example> <http://a.example/p> 1 .")
    broken.write_text("<a> <b>\n<c> broken")
    for file, expected in ((none, "Give a file that describes one"), (broken, "Turtle: ")):
        message = run("check", str(file)).stderr
        assert expected in message
        assert message.count(file.name) == 1
        assert not message.rstrip("\n").endswith(" ")


def test_a_statement_about_a_statement_is_reported(tmp_path: Path) -> None:
    """RDF 1.2; it belongs to no data set."""
    file = tmp_path / "annotated.ttl"
    file.write_text(
        GOOD + '<http://a.example/x> <http://a.example/p> "o"@ar--rtl {| <http://a.example/q> 1 |} .'
    )
    result = run("check", str(file))
    assert result.exit_code == 0
    assert "What belongs to no data set or catalogue" in result.output
    assert "is a statement used as a value, which only RDF 1.2 allows" in result.output
    assert "names the direction of a text" in result.output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["check", "convert", "--help"])
def test_a_full_disk_is_no_traceback(command: str, files: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "erpd", command, files["good.ttl"]],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr.decode().splitlines()[-1].startswith("Error: The output could not be written: ")
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["check", "convert"])
def test_a_file_that_crashes_the_parser_is_named_and_the_next_is_read(
    command: str, files: dict[str, str], tmp_path: Path
) -> None:
    hostile = tmp_path / "chain.jsonld"
    hostile.write_text(chain())
    result = run(command, str(hostile), files["good.ttl"])
    assert result.exit_code == 3
    assert f"{hostile}: Reading it crashed our parser (SIGSEGV) (rule crashed)." in result.stderr
    assert "Admissions" in result.output or "2 data sets: 2 with" in result.output
