"""The commands that need a home, as processes."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.journeys.nodes import PATIENCE, Node, environment, erpd, harvesting, program, turtle

SKOS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix filetype: <http://publications.europa.eu/resource/authority/file-type/> .
<http://publications.europa.eu/resource/authority/file-type> a skos:ConceptScheme .
filetype:CSV a skos:Concept ; skos:inScheme <http://publications.europa.eu/resource/authority/file-type> ;
  skos:prefLabel "CSV"@en .
filetype:HOLOGRAM a skos:Concept ;
  skos:inScheme <http://publications.europa.eu/resource/authority/file-type> ;
  skos:prefLabel "Hologram"@en .
"""


def test_init_makes_a_node_that_can_be_asked(tmp_path: Path) -> None:
    home = tmp_path / "new"
    told = erpd("init", str(home), "--role", "national", "--country", "NL", "--title", 'Punt "NL"')
    assert f"erpd --home {home} serve" in told
    assert 'title = "Punt \\"NL\\""' in (home / "node.toml").read_text("utf-8")
    assert "no issues" in erpd("--home", str(home), "manage", "check")


def test_init_does_not_mix_itself_into_a_folder_of_somebody(tmp_path: Path) -> None:
    """But goes on with what is left of an attempt, and keeps a secret."""
    there = tmp_path / "there"
    there.mkdir()
    there.chmod(0o755)
    (there / ".bashrc").write_text("")
    init = ("init", str(there), "--role", "european", "--title", "Register")
    for options in ((), ("--if-missing",)):
        said = erpd(*init, *options, code=2, errors=True)
        assert (
            f"{there} is not empty: it has .bashrc. Name a new folder, such as {there / 'erpd'}, or add"
            in said
        )
        assert [one.name for one in there.iterdir()] == [".bashrc"]
    assert "is ready" in erpd(*init, "--beside-other-files")
    assert "nothing was changed" in erpd(*init, "--if-missing")
    assert (there.stat().st_mode & 0o777, (there / "secret").stat().st_mode & 0o777) == (0o755, 0o600)
    half = tmp_path / "half"
    for folder in ("index", "lost+found", "vocabularies"):
        (half / folder).mkdir(parents=True)
    (half / "secret").write_text("kept" * 20)
    erpd("init", str(half), "--role", "european", "--title", "Register", "--if-missing")
    assert (half / "secret").read_text() == "kept" * 20


def test_only_the_owner_can_read_a_home_whatever_the_umask(tmp_path: Path) -> None:
    """Also one that was a folder before, and what is written to it later."""
    home, usual = tmp_path / "there", os.umask(0)
    home.mkdir(mode=0o777)
    try:
        erpd("init", str(home), "--role", "national", "--country", "NL", "--title", "Punt")
        file = tmp_path / "data.ttl"
        file.write_text(turtle({"a": "Discharges"}), "utf-8")
        erpd("--home", str(home), *harvesting("dump", file))
    finally:
        os.umask(usual)
    written = [home, *home.rglob("*")]
    assert {"secret", "node.toml", "erpd.sqlite3", "index", "recordings"} <= {one.name for one in written}
    assert [str(one) for one in written if one.stat().st_mode & 0o077] == []


def test_a_life(tmp_path: Path) -> None:
    """Try, harvest, fail, bring a newer vocabulary, make the index again."""
    node, file = Node(tmp_path / "node", "european"), tmp_path / "data.ttl"
    new_format = turtle({"b": "Admissions"}).replace("filetype:CSV", "filetype:HOLOGRAM")
    file.write_text(turtle({"a": "Discharges"}) + new_format, "utf-8")

    tried = node.harvest("dump", file, "--dry-run")
    assert (tried["received"], tried["new"], tried["rejected"]) == (2, 1, 1)
    assert node.alive() == {}

    ledger = node.harvest("dump", file)
    assert (ledger["new"], ledger["rejected"], ledger["complete"]) == (1, 1, True)
    again = node.erpd("harvest", "--protocol", "dump", "--url", str(file), "--country", "Netherlands")
    assert "2 records received" in again
    assert "1 unchanged, 1 rejected" in again
    assert "file-type/HOLOGRAM" in again

    failed = json.loads(node.erpd(*harvesting("dump", tmp_path / "gone.ttl"), code=1))
    assert failed["error"]["rule"] == "unreachable"
    assert not failed["complete"]
    assert "not a country" in _error(node, *harvesting("dump", file, country="Atlantis"))

    table = tmp_path / "file-type.ttl"
    table.write_text(SKOS, "utf-8")
    assert "file-type: 2 concepts" in node.erpd("vocabularies", "import", str(table))
    table.write_text(
        SKOS + "<http://publications.europa.eu/resource/authority/file-type/CSV> "
        "a <http://www.w3.org/2004/02/skos/core#Concept> ; "
        '<http://www.w3.org/2004/02/skos/core#prefLabel> "Гepман"@bg .',
        "utf-8",
    )
    assert "Г[e][p]ман is now Герман" in node.erpd("vocabularies", "import", str(table))
    table.write_text(SKOS, "utf-8")
    node.erpd("vocabularies", "import", str(table))
    table.write_text("<a:b> <a:c> <a:d> .", "utf-8")
    node.erpd("vocabularies", "import", str(table), code=3)
    ledger = node.harvest("dump", file)
    assert (ledger["new"], ledger["unchanged"], ledger["rejected"]) == (1, 1, 0)
    assert "HOLOGRAM" in erpd("check", str(file), code=1)
    assert node.erpd("check", str(file)).count("has all mandatory metadata") == 2
    file.write_text(file.read_text("utf-8").replace("filetype:HOLOGRAM", '"Hologram"'), "utf-8")
    assert "file-type/HOLOGRAM" in node.erpd("convert", "--to", "nt", str(file))
    assert "file-type/HOLOGRAM" not in erpd("convert", "--to", "nt", str(file))
    assert "no node.toml" in erpd("--home", str(tmp_path), "check", str(file), code=2, errors=True)

    assert node.erpd("index", "rebuild", "search").strip() == "Search index: 2 data sets."
    with closing(sqlite3.connect(node.home / "erpd.sqlite3")) as database:
        (last,) = database.execute("SELECT last FROM register_changecounter").fetchone()
    assert json.loads((node.home / "index" / "position.json").read_text("utf-8"))["change"] == last


def test_credentials_that_are_taken_away_are_in_no_file(tmp_path: Path) -> None:
    node = Node(tmp_path / "node", "european")
    source = ("source", "add", *harvesting("oai-pmh", "http://a.example/oai")[1:-1])
    node.erpd(*source, "--bearer", "battery")
    with closing(sqlite3.connect(node.home / "erpd.sqlite3")) as database:
        (sealed,) = database.execute("SELECT secret FROM harvest_sourcesettings").fetchone()
    files = sorted(node.home.glob("erpd.sqlite3*"))
    assert any(sealed in file.read_bytes() for file in files)
    node.erpd(*source, "--no-credentials")
    files = sorted(node.home.glob("erpd.sqlite3*"))
    assert not any(sealed in file.read_bytes() for file in files)


def _error(node: Node, *arguments: str) -> str:
    """What stands on standard error after wrong use."""
    return erpd("--home", str(node.home), *arguments, code=2, errors=True)


def test_a_home_without_its_secret_says_what_to_do(tmp_path: Path) -> None:
    node = Node(tmp_path / "node", "european")
    (node.home / "secret").unlink()
    listing = ("source", "list")
    assert "Put it back from a backup." in erpd("--home", str(node.home), *listing, code=2, errors=True)
    assert "To make one: `erpd init" in erpd("--home", str(tmp_path), *listing, code=2, errors=True)


def test_data_sets_that_another_database_lacks_are_said(tmp_path: Path) -> None:
    """DATABASE_URL moves nothing."""
    node, file = Node(tmp_path / "node", "european"), tmp_path / "data.ttl"
    file.write_text(turtle({"a": "Discharges"}), "utf-8")
    node.harvest("dump", file)
    for database, warned in ((tmp_path / "other.sqlite3", True), (node.home / "erpd.sqlite3", False)):
        ended = subprocess.run(
            program("--home", str(node.home), "migrate"),
            env={**environment(), "DATABASE_URL": f"sqlite:///{database}"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        assert ("has 1 data set, which nothing moves there" in ended.stderr) is warned
