"""How commands end: one table of exit codes, and errors that programs can read."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from erpd.cli import main
from erpd.cli.exits import MEANINGS, Exit
from erpd.cli.failing import wants_json
from erpd.harvest.lease import begin
from erpd.harvest.models import SourceSettings
from tests.cli.test_sources import OAI, add, slug
from tests.harvest.national import Point, many


def run(*arguments: str, code: Exit) -> Result:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == code, result.output
    return result


def error(*arguments: str, code: Exit) -> dict[str, object]:
    """The error that is told in JSON, alone on the standard output; the same is said to people."""
    result = run(*arguments, "--json", code=code)
    (told,) = json.loads(result.stdout).values()
    assert set(told) == {"message", "advice", "exit"}
    assert told["exit"] == code
    assert " ".join(str(told["message"]).split())[:40] in " ".join(result.stderr.split())
    return dict(told)


def test_the_help_has_the_table():
    told = " ".join(run("--help", code=Exit.FINE).output.split())
    assert set(MEANINGS) == set(Exit)
    for code, meaning in MEANINGS.items():
        assert f"{code:d} {meaning}" in told


@pytest.mark.parametrize(
    ("arguments", "code", "message", "advice"),
    [
        (("run", "x"), Exit.WRONG_USE, "Invalid value for 'RUN': 'x' is not a valid integer.", "run --help'"),
        (("source", "lst"), Exit.WRONG_USE, "No such command 'lst'", "source --help' for help."),
        (("--hme", "x", "source", "list"), Exit.WRONG_USE, "No such option '--hme'.", "--help"),
        (("doors", "check", "http://127.0.0.1:9"), Exit.UNREAD, "127.0.0.1", ""),
    ],
    ids=["value", "command", "before the command", "not reached"],
)
def test_an_error_is_told_in_json_too(arguments, code, message, advice):
    told = error(*arguments, code=code)
    assert message in str(told["message"])
    assert advice in str(told["advice"])


def test_nothing_is_told_in_json_that_nobody_asked_for():
    assert run("run", "x", code=Exit.WRONG_USE).stdout == ""
    assert run("run", "x", "--", "--json", code=Exit.WRONG_USE).stdout == ""


@pytest.mark.parametrize(
    "asks", ["check --json x", "check --format json x", "check x --format=jsonl", "--json"]
)
def test_json_is_asked_for(asks):
    assert wants_json(asks.split())


@pytest.mark.parametrize("asks", ["check x", "check -- --json", "check --format sarif json", "check json x"])
def test_json_is_not_asked_for(asks):
    assert not wants_json(asks.split())


def test_a_home_that_is_missing_is_told_without_a_word_on_the_side():
    ended = subprocess.run(
        [sys.executable, "-m", "erpd", "--home", "/nowhere", "source", "list", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == Exit.WRONG_USE
    assert "/nowhere" in json.loads(ended.stdout)["error"]["message"]


@pytest.mark.django_db
def test_busy_failed_and_held_have_codes_of_their_own():
    with Point(many(8)) as point:
        add(point.url)
        name = slug()
        harvest = ("harvest", "--source", name)
        run(*harvest, code=Exit.FINE)
        point.lists(many(4))
        run(*harvest, code=Exit.HELD)
        held = run(*harvest, "--json", code=Exit.HELD)
        assert json.loads(held.stdout)["held"] == 4
        run("harvest", *OAI, "--url", point.url, "--dry-run", code=Exit.HELD)
        run("source", "approve", name, code=Exit.FINE)
        assert "No deletion" in str(error_of("source", "approve", name))
        run(*harvest, code=Exit.FINE)
        point.lists([])
        run(*harvest, code=Exit.FAILED)
        point.handle = lambda *asked: (404, {}, b"")
        run("source", "probe", name, code=Exit.UNREAD)
        begin(SourceSettings.objects.get())
        told = error(*harvest, code=Exit.BUSY)
        assert "is being harvested" in str(told["message"])
        run("source", "remove", name, "--keep", code=Exit.BUSY)


def error_of(*arguments: str) -> str:
    return run(*arguments, code=Exit.FAILED).stderr
