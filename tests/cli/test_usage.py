"""Help without a home, and exit code 2 with a plain sentence for every wrong use."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from erpd.cli import main
from erpd.node.home import Node, make_home
from tests.servers import free_port


def run(*arguments: str) -> Result:
    return CliRunner(env={"ERPD_HOME": None}).invoke(main, list(arguments))


def _paths(told: dict[str, Any], *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, below in told.get("commands", {}).items():
        yield from _paths(below, *path, name)


# As click itself tells them, the lazy ones too.
EVERY_COMMAND = list(_paths(click.Context(main, **main.context_settings).to_info_dict()["command"]))
COMMANDS = [path for path in EVERY_COMMAND if path != ("manage",)]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_without_a_home(path: tuple[str, ...]) -> None:
    result = run(*path, "--help")
    assert result.exit_code == 0
    assert "Usage: main" in result.output
    assert len(result.output.splitlines()) > 4


def test_version() -> None:
    assert run("--version").output.startswith("erpd, version ")


SOURCE = ("harvest", "--protocol", "dump", "--url", "x.ttl", "--country", "NL")
WRONG = {
    ("nonsense",): "No such command",
    SOURCE: "No home given: use `erpd --home FOLDER …`",
    ("--home", "{folder}", *SOURCE): "is not the home of a node: it has no node.toml",
    ("--home", "{folder}", "serve"): "To make one: `erpd init",
    ("--home", "~nobody-of-this-name/x", "serve"): "is not the home of a node",
    ("--home", "{folder}", "index", "rebuild"): "is not the home of a node",
    ("manage", "check"): "No home given",
    (
        "--home",
        "{faulty}",
        "index",
        "rebuild",
    ): "faulty/node.toml: colour is not a known key. Known: role, title",
    ("harvest", "--protocol", "gopher", "--url", "x", "--country", "NL"): "'gopher' is not one of",
    ("init", "{faulty}", "--role", "european", "--title", "T"): "is already the home of a node",
    (
        "init",
        "{folder}/new",
        "--role",
        "national",
        "--title",
        "T",
    ): "country: a national node needs its country",
    ("init", "{folder}/new", "--role", "king", "--title", "T"): "'king' is not one of",
    (
        "init",
        "{folder}/new",
        "--role",
        "national",
        "--title",
        "T",
        "--country",
        "Atlantis",
    ): 'country: expected the two letters of a country, found "Atlantis"',
    ("init", "{file}/new", "--role", "european", "--title", "T"): "cannot be made: Not a directory",
    ("check",): "Missing argument",
    ("check", "--profile", "mine", "x.ttl"): "'mine' is not one of",
    ("serve", "--port", "80x"): "'80x' is not a valid integer.",
    ("demo", "--national-port", "80x"): "'80x' is not a valid integer.",
    ("misbehave", "--size", "many"): "'many' is not a valid integer.",
    ("convert", "--to", "docx", "x.ttl"): "'docx' is not one of",
    ("vocabularies", "import", "{folder}/none.rdf"): "No such file",
    ("vocabularies", "import", "{file}"): "No home given",
}


@pytest.mark.parametrize(
    ("arguments", "said"), WRONG.items(), ids=[" ".join(arguments)[:60] for arguments in WRONG]
)
def test_wrong_use(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    file, faulty = tmp_path / "file", tmp_path / "faulty"
    file.write_text("<a:b> <a:c> <a:d> .", "utf-8")
    faulty.mkdir()
    (faulty / "node.toml").write_text('role = "european"\ntitle = "T"\ncolour = "red"\n', "utf-8")
    places = {"folder": tmp_path, "file": file, "faulty": faulty}
    result = run(*(argument.format(**places) for argument in arguments))
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert isinstance(result.exception, SystemExit)
    assert not (tmp_path / "new").exists()


def test_the_help_cuts_no_sentence() -> None:
    lines = run("--help").output.partition("Commands:")[2]
    assert "..." not in lines
    assert "unless its rules say otherwise (G3.4.1)." in " ".join(lines.split())


def test_the_home_of_an_earlier_demo_is_told(tmp_path: Path) -> None:
    make_home(tmp_path / "national", Node("national", "T", "NL"))
    ports = [f"--{of}-port={free_port()}" for of in ("national", "european", "portal")]
    result = run("demo", "--once", "--folder", str(tmp_path), *ports)
    assert result.exit_code == 1
    assert "is from an earlier demo and was made for http://127.0.0.1:8000" in result.output
