"""Packages that bring checks, formats and sources: that of the guide, and one in which all is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from erpd.metadata.terms import PREFIXES
from erpd.standalone.reports import REPORTS
from tests.metadata.records import DATASET, GOOD
from tests.test_guides import follow

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guides/write-a-plugin.md").read_text("utf-8")

WRONG = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "wrong"
version = "1.0"

[project.entry-points."erpd.checks"]
absent = "wrong:absent"
falls = "wrong:falls"
nothing = "wrong:NOTHING"
says = "wrong:says"

[project.entry-points."erpd.formats"]
ttl = "wrong:TTL"
word = "wrong:falls"

[project.entry-points."erpd.sources"]
gone = "wrong.nowhere:SOURCE"
leaves = "leaves:SOURCE"
"""
MODULE = """
import erpd

NOTHING = 3
TTL = erpd.Format("ttl", "Mine", ("text/x-mine",), lambda content, identifier, base: None)


def falls(part):
    raise KeyError("title")


def says(part):
    yield "This is wrong."
"""
LEAVES = "raise SystemExit('No.')"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed both."""
    folder = tmp_path_factory.mktemp("plugins")
    follow(GUIDE, folder, runs=False)
    wrong = folder / "wrong"
    wrong.mkdir()
    (wrong / "pyproject.toml").write_text(
        WRONG + '[tool.hatch.build.targets.wheel]\ninclude = ["*.py"]\n', "utf-8"
    )
    (wrong / "wrong.py").write_text(MODULE, "utf-8")
    (wrong / "leaves.py").write_text(LEAVES, "utf-8")
    pip = (
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
    )
    target = folder / "installed"
    packages = (folder / "handbook", wrong)
    subprocess.run([*pip, "--target", target, *packages], check=True, timeout=120)
    return target


def told(program: str, installed: Path, folder: Path) -> tuple[list[str], str]:
    """What a program prints, with the plug-ins installed, and what it says on standard error."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={"PYTHONPATH": str(installed), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), done.stderr


def test_each_that_cannot_be_used_is_named_in_a_sentence(installed: Path, tmp_path: Path) -> None:
    program = (
        "import warnings\n"
        "from erpd.standalone import plugins\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        "    print(len(plugins.checks()), sorted(plugins.formats()), sorted(plugins.sources()))\n"
        "for each in caught:\n"
        "    print(each.category.__name__, each.message)\n"
    )
    (first, *lines), _ = told(program, installed, tmp_path)
    assert first.startswith("3 [")  # the two that fail only when they are called, and the good one
    assert "'inventory'" in first
    assert "'word'" not in first
    began = "PluginWarning The plug-in “{}” of the package wrong (erpd.{}) is left out, because "
    lost = "it cannot be loaded: "
    assert lines == [
        began.format("absent", "checks") + lost + "AttributeError: module 'wrong' has no attribute 'absent'.",
        began.format("nothing", "checks") + "a check is a function that takes a part, not a int.",
        began.format("ttl", "formats") + "there is another format called ttl.",
        began.format("word", "formats") + "it is not a Format, but a function.",
        began.format("gone", "sources") + lost + "ModuleNotFoundError: No module named 'wrong.nowhere'; "
        "'wrong' is not a package.",
        began.format("leaves", "sources") + lost + "SystemExit: No.",
    ]


@pytest.mark.parametrize("form", REPORTS)
def test_erpd_check_applies_them_and_reports_their_findings(
    form: str, installed: Path, tmp_path: Path
) -> None:
    without_mail(tmp_path)
    done = erpd_check(installed, tmp_path, "--format", form, "catalogue.ttl")
    assert done.returncode == 1, done.stderr
    assert "no-mail" in done.stdout or "there is no mail address (Handbook, 4.1)" in done.stdout
    assert done.stderr.count("is left out, because it failed at a record") == 2
    assert "Traceback" not in done.stderr
    ignored = erpd_check(installed, tmp_path, "--ignore", "no-mail", "catalogue.ttl")
    assert (ignored.returncode, "mail address" in ignored.stdout) == (0, False)


def test_erpd_check_reads_their_formats(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "houses.csv").write_text("https://a.example/1,Houses\n", "utf-8")
    done = erpd_check(installed, tmp_path, "--json", "--from", "inventory", "houses.csv")
    assert json.loads(done.stdout.splitlines()[0])["identifier"] == "https://a.example/1"
    refused = erpd_check(installed, tmp_path, "--from", "inventroy", "houses.csv")
    assert refused.returncode == 2
    assert "There is no format 'inventroy'. Did you mean inventory?" in refused.stderr


def erpd_check(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "erpd", "check", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(installed), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def without_mail(folder: Path) -> None:
    """Writes a catalogue with a contact that has no mail address."""
    text = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + GOOD
    text = text.replace("vcard:hasEmail <mailto:desk@example.eu>", "")
    (folder / "catalogue.ttl").write_text(text, "utf-8")


def test_a_check_applies_and_those_that_fail_are_left_out(installed: Path, tmp_path: Path) -> None:
    without_mail(tmp_path)
    program = (
        "import erpd\n"
        "for found in erpd.check('catalogue.ttl'):\n"
        "    for finding in found.findings:\n"
        "        print(found.identifier, finding.severity, erpd.explain(finding))\n"
    )
    lines, warned = told(program, installed, tmp_path)
    said = "dcat:contactPoint[_:1]/vcard:hasEmail: there is no mail address (Handbook, 4.1). Give one."
    assert f"{DATASET} error {said}" in lines
    began = (
        "wrong:1: PluginWarning: The plug-in “{}” of the package wrong (erpd.checks) is left out, because "
    )
    assert [line for line in warned.splitlines() if "it failed at a record" in line] == [
        began.format("falls") + "it failed at a record: KeyError: 'title'.",
        began.format("says") + "it failed at a record: TypeError: says yielded 'This is wrong.', not an "
        "erpd.Finding.",
    ]


def test_a_format_is_read_record_by_record(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "houses.csv").write_text(
        "https://a.example/1,Houses\nhttps://a.example/2,\nhttps://a.example/3,Roads\n"
    )
    program = (
        "import erpd, json\n"
        "unread = []\n"
        "for record in erpd.read('houses.csv', 'inventory', unread=unread.append):\n"
        "    print(json.dumps([record.identifier, record.iri, record.title.best('en')[0]]))\n"
        "print(json.dumps([unread[0].identifier, erpd.explain(unread[0].fault)]))\n"
    )
    lines, _ = told(program, installed, tmp_path)
    *records, lost = map(json.loads, lines)
    assert records == [
        [f"https://a.example/{n}", f"https://a.example/{n}", title]
        for n, title in ((1, "Houses"), (3, "Roads"))
    ]
    assert lost[0] == "https://a.example/2"
    assert "the title is empty" in lost[1]
