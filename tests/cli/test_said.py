"""Nothing that a command can do is unsaid; what it says it says to programs too, in the shape of its help."""

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from erpd.cli import main
from erpd.harvest.models import Run, SourceSettings
from tests.cli.test_sources import ALWAYS, OAI, add
from tests.harvest.national import Point, broken, good, many
from tests.journeys.nodes import erpd

DOCS = Path(__file__).parents[2] / "docs"
# Commands without --json, and why.
WITHOUT = {
    "serve": "runs until it is stopped, and logs",
    "demo": "runs until it is stopped, for people",
    "misbehave": "runs until it is stopped",
    "manage": "Django's own",
    "index follow": "started by a harvest, and says nothing",
    "convert": "what it prints is the document",
}
# Options that are not in the help, and why.
HIDDEN = {
    "serve --attended": "for the demo, which starts it",
    "index follow --run": "for a harvest, which starts it",
    "worker --beside": "for the worker, which starts another",
}


def commands(command: click.Command = main, *path: str) -> dict[str, click.Command]:
    if not isinstance(command, click.Group):
        return {" ".join(path): command}
    context = click.Context(command)
    below = {name: command.get_command(context, name) for name in command.list_commands(context)}
    return {k: v for name, one in below.items() if one for k, v in commands(one, *path, name).items()}


COMMANDS = commands()


def options(command: click.Command) -> list[click.Option]:
    return [one for one in command.params if isinstance(one, click.Option)]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_in_json_what_it_says(name):
    (asks,) = [one for one in options(COMMANDS[name]) if "--json" in one.opts] or [None]
    assert (asks is None) == (name in WITHOUT)
    if asks and name not in ("check", "explain"):  # these follow a JSON Schema
        assert re.match(r"Print one JSON (object|list of objects)( for .+)?: \w+", asks.help or "")


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_is_unsaid(name):
    page = (DOCS / "commands.md").read_text("utf-8")
    section = page.partition(f"## erpd {name}\n")[2].partition("\n## ")[0]
    assert section
    if name != "manage":
        assert COMMANDS[name].help
    for option in options(COMMANDS[name]):
        if option.hidden:
            assert f"{name} {option.opts[0]}" in HIDDEN
            continue
        assert option.help, option.opts
        for spelling in (*option.opts, *option.secondary_opts):
            assert re.search(rf"{re.escape(spelling)}(?![\w-])", section), spelling


def said(*arguments: object, code: int = 0) -> list[Any]:
    """What a command says in JSON; what it has of keys stands in its help."""
    result = CliRunner().invoke(main, [*map(str, arguments), "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    words = [str(one) for one in arguments]
    name = next(" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in COMMANDS)
    (asks,) = [one for one in options(COMMANDS[name]) if "--json" in one.opts]
    known = set(re.findall(r"\w+", (asks.help or "").partition(":")[2]))
    found = [json.loads(line) for line in result.stdout.splitlines()]
    for one in found:
        assert set(one) <= known, name
    return found


@pytest.mark.django_db
def test_the_commands_about_sources_and_runs(tmp_path):
    (rules := tmp_path / "rules.toml").write_text(ALWAYS)
    french = good("y").replace("file-type/CSV", "x/tableur")
    with Point([*many(8), broken("x"), french]) as point:
        (added,) = said("source", "add", "mine", point.url, *OAI, "--rules", rules)
        assert added == {"source": "mine", "catalogue": "nl", "also_filled_by": []}
        (probed,) = said("source", "probe", "mine")
        assert (probed["total"], probed["received"], probed["faulty"]) == (10, 10, 2)
        assert said("source", "values", "mine")[0]["run"] is None
        run, ended = said("worker", "--once")
        assert (run["source"], run["new"], ended["harvested"]) == ("mine", 8, 1)
        assert said("source", "values", "mine")[0]["values"][0]["times"] == 1
        assert len(said("run", run["run"])) == 2
        assert said("source", "active", "mine", "--off") == [{"source": "mine", "active": False}]
        point.lists(many(4))
        said("harvest", "--source", "mine", code=5)
        assert len(said("source", "held", "mine")) == 4
        (approved,) = said("source", "approve", "mine")
        assert approved == {"source": "mine", "withdrawn": 4, "run": Run.objects.latest("pk").pk}
        (undone,) = said("undo", approved["run"])
        assert (undone["restored"], undone["changed_by"]) == (4, [])
        said("source", "list")
        said("source", "show", "mine")
        said("source", "export")
        (tmp_path / "none.toml").write_text("[sources]")
        (pruned,) = said("source", "diff", tmp_path / "none.toml", "--prune", code=1)
        assert pruned["changes"][0]["change"] == "removed"
        (removed,) = said("source", "remove", "mine", "--withdraw")
        assert (removed["withdrawn"], removed["kept"]) == (8, 0)
        assert said("source", "remove", "mine") == [
            {"source": "mine", "withdrawn": 0, "run": None, "kept": 0}
        ]


@pytest.mark.django_db
def test_the_commands_about_the_node():
    add("https://a.example/oai")
    assert SourceSettings.objects.count() == 1
    (rebuilt,) = said("index", "rebuild", "search")
    assert rebuilt == {"rebuilt": {"search": 0}}
    said("mail", "send")
    said("mail", "list")
    said("law", "when", "--received", "2026-03-10", "--country", "NL")
    (account,) = said("account", "add", "me@example.org", "--link")
    assert account["account"] == "me@example.org"
    said("account", "list")
    said("key", "list")
    said("owner", "list")
    said("transfer", "list")


def test_a_home_is_made_if_it_is_missing_saved_and_restored(tmp_path):
    home = tmp_path / "home"
    init = ("init", str(home), "--title", "T", "--role", "national", "--country", "NL", "--json")
    assert json.loads(erpd(*init)) == {"home": str(home), "made": True}
    assert "is already the home of a node" in json.loads(erpd(*init, code=2))["error"]["message"]
    secret = (home / "secret").read_bytes()
    assert json.loads(erpd(*init, "--if-missing")) == {"home": str(home), "made": False}
    assert (home / "secret").read_bytes() == secret
    other = ("init", str(home), "--title", "T", "--role", "european", "--if-missing")
    assert "is the home of another node: national NL, not european." in erpd(*other, code=2, errors=True)
    saved, again = tmp_path / "saved", tmp_path / "again"
    assert json.loads(erpd("--home", str(home), "backup", str(saved), "--json")) == {"backup": str(saved)}
    assert json.loads(erpd("restore", str(saved), str(again), "--json")) == {"home": str(again)}
    assert (again / "secret").read_bytes() == secret
