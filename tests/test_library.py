"""The package as a library: what importing it costs, and whether the programs of docs/library.md run."""

import json
import re
import subprocess
import sys
from pathlib import Path

from pyoxigraph import RdfFormat, parse

import erpd
from erpd.metadata.graph import Graph
from erpd.metadata.terms import PREFIXES, VCARD
from tests.formats.iso19139 import documents as iso
from tests.metadata.records import DATASET, GOOD
from tests.servers import LOOPBACK, Serving
from tests.sources.oai_pmh import oai

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCE = Path(erpd.__file__).read_text("utf-8")
PERSON = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><dcat:Dataset rdf:about="{0}">'
    '<dcat:contactPoint><v:Kind xmlns:v="http://www.w3.org/2006/vcard/ns#"><v:fn>{0}</v:fn></v:Kind>'
    "</dcat:contactPoint></dcat:Dataset></rdf:RDF>"
)

ALONE = """
import sys
before = set(sys.modules)
import erpd
print(sorted(name for name in set(sys.modules) - before if name != "erpd"))
for name in erpd.__all__:
    getattr(erpd, name)
print(sorted(name for name in sys.modules if name in {"django", "tantivy", "typst", "psycopg"}))
print(sorted(name for name in sys.modules if name.startswith("erpd.")))
"""


def test_importing_it_imports_nothing_and_using_it_nothing_of_a_node() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], capture_output=True, text=True, timeout=60, check=True
    )
    imported, of_a_node, ours = done.stdout.splitlines()
    assert imported == "[]"
    assert of_a_node == "[]"
    floors = set(re.findall(r"'erpd\.(\w+)", ours))
    assert floors == {"formats", "metadata", "sources", "standalone"}


def test_each_name_is_told_to_type_checkers_and_to_python_alike() -> None:
    told = SOURCE.partition("if TYPE_CHECKING:")[2].partition("\n\n")[0]
    typed = {name.strip() for names in re.findall(r"import (.+)", told) for name in names.split(",")}
    assert sorted(erpd.__all__) == sorted(typed) == sorted(erpd._HOME_OF)
    assert set(erpd.__all__) <= set(dir(erpd))


EXAMPLE = re.compile(r"^### (.+?)\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAMS = dict(EXAMPLE.findall((DOCS / "library.md").read_text("utf-8")))


def test_there_are_eight_of_at_most_ten_lines() -> None:
    lines = {title: len(re.findall(r"^.*\S", program, re.MULTILINE)) for title, program in PROGRAMS.items()}
    assert len(lines) == 8
    assert max(lines.values()) <= 10, lines


def test_they_pass_mypy(tmp_path: Path) -> None:
    """As a user has it: with no settings of ours, and all that is strict."""
    for number, program in enumerate(PROGRAMS.values()):
        (tmp_path / f"program_{number}.py").write_text(program, "utf-8")
    (tmp_path / "formats.py").write_text(
        "import erpd\n\nrecord: erpd.Record = erpd.FORMATS['ttl'].read(b'', '', '')\n"
        "found: list[erpd.Finding] = erpd.check(record)\n"
        "for each in erpd.check('a.ttl', extra=()):\n    one: erpd.Found = each\n",
        "utf-8",
    )
    (tmp_path / "wrong.py").write_text("import erpd\n\nerpd.reed('a.ttl')\n", "utf-8")
    mypy = (
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        "--cache-dir",
        ROOT / ".mypy_cache/user",
    )
    done = subprocess.run(
        [*mypy, "."], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout.splitlines() == [
        'wrong.py:3: error: Module has no attribute "reed"  [attr-defined]',
        "Found 1 error in 1 file (checked 10 source files)",
    ]


def run(title: str, folder: Path, *arguments: str) -> str:
    """What a program prints, in a folder, without Django."""
    blocked = "import sys; sys.modules['django'] = None\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", blocked + PROGRAMS[title], *arguments],
        cwd=folder,
        env={"PATH": "", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def catalogue(folder: Path, *changes: tuple[str, str]) -> None:
    """Writes the good record, changed, and a catalogue around it."""
    text = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    text += (
        f'<https://a.example/catalogue> a dcat:Catalog ; dct:title "All"@en ; dcat:dataset <{DATASET}> .\n'
    )
    (folder / "catalogue.ttl").write_text(text, "utf-8")


def test_check_a_file(tmp_path: Path) -> None:
    catalogue(tmp_path, ("dcat:distribution <", "dct:distribution <"), ("dct:publisher", "dct:source"))
    lines = run("Check a file", tmp_path).splitlines()
    assert f"data set {DATASET} is not valid" in lines
    assert "catalogue https://a.example/catalogue is not valid" in lines
    assert any(line.startswith("    error dct:publisher") for line in lines)
    assert any(line.startswith("    repair ") for line in lines)


def test_convert_a_file(tmp_path: Path) -> None:
    catalogue(tmp_path)
    assert run("Convert a file", tmp_path) == "1 data sets written\n"
    text = (tmp_path / "catalogue.rdf").read_text("utf-8")
    assert text.startswith("<?xml")
    assert "<dcat:Catalog " in text
    (record,) = erpd.read(tmp_path / "catalogue.rdf")
    assert record.title.best("nl")[0] == "Ziekenhuisontslagen"


def test_count_findings_in_a_large_file(tmp_path: Path) -> None:
    amount = 3_000
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset>"
    lines = "".join(f"<https://a.example/{number}> {kind} .\n" for number in range(amount))
    (tmp_path / "large.nt").write_text(lines, "utf-8")
    counted = dict(
        map(reversed, map(str.split, run("Count findings in a large file", tmp_path).splitlines()))
    )
    assert int(counted["mandatory-missing"].replace(",", "")) == amount * 5  # title, description, publisher …


def test_packages_of_ckan(tmp_path: Path) -> None:
    package = {
        "id": "1",
        "name": "houses",
        "title": "Houses",
        "resources": [{"id": "2", "url": "https://a.example/2"}],
    }
    (tmp_path / "package_show.json").write_text(json.dumps({"success": True, "result": package}), "utf-8")
    printed = run("Packages of CKAN", tmp_path)
    (record,) = erpd.read(printed.encode())
    assert record.title.best("en")[0] == "Houses"
    assert len(record.distributions) == 1


def test_iso_19139(tmp_path: Path) -> None:
    (tmp_path / "metadata.xml").write_bytes(
        iso.document(
            iso.within(iso.party("Kadaster", "publisher"), "pointOfContact"),
            distribution=iso.within(iso.text("name", "GPKG"), "distributionFormat", "MD_Format")
            + iso.options(iso.online("https://a.example/1")),
        )
    )
    first, _, document = run("ISO 19139", tmp_path).partition("\n")
    assert first == "Percelen / Kadaster / GPKG"
    (record,) = erpd.read(document.encode(), "jsonld")
    assert record.title.best("en")[0] == "Percelen"


def test_from_oai_pmh_to_n_quads(tmp_path: Path) -> None:
    names = [f"http://a.example/{number}" for number in range(7)]
    records = [
        oai.record(name, "<x>" if number == 3 else PERSON.format(name)) for number, name in enumerate(names)
    ]
    with Serving(oai.Repository(records)) as server:
        lines = run("From OAI-PMH to N-Quads", tmp_path, server.url("/oai"), *LOOPBACK).splitlines()
    assert lines[-1] == "6 data sets written"
    assert lines[0].startswith(f"Reading(identifier='{names[3]}'")
    assert len(lines) == 2
    graph = Graph(parse(path=tmp_path / "catalogue.nq", format=RdfFormat.N_QUADS))
    people = [graph.objects(node, VCARD.fn) for node in graph.subjects(VCARD.Kind)]
    assert sorted(name.value for (name,) in people) == sorted(name for name in names if name != names[3])


def test_a_label_in_greek(tmp_path: Path) -> None:
    assert run("A label in Greek", tmp_path).splitlines() == ["μη δημόσιο", "μηνιαίος"]


def test_your_own_check_and_profile(tmp_path: Path) -> None:
    catalogue(tmp_path, ('"Hospital discharges"', '"HOSPITAL DISCHARGES"'))
    guide = (DOCS / "guides/write-a-profile.md").read_text("utf-8")
    (handbook,) = re.findall(r"^```toml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    (tmp_path / "handbook.toml").write_text(handbook, "utf-8")
    printed = run("Your own check and profile", tmp_path)
    assert (
        "\n  dct:title: “HOSPITAL DISCHARGES” is in capitals (Handbook, 2). Write it as usual.\n" in printed
    )
    assert "dct:provenance" in printed
    assert "(Handbook, 3.2)" in printed
