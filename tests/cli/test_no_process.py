"""Where this machine cannot start a process, commands that read foreign files say so in a sentence."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from erpd.cli import main
from erpd.sources.children.child import Child
from tests.cli.test_sources import add, slug
from tests.harvest.killing import cannot_start
from tests.harvest.national import Point, many
from tests.journeys.nodes import turtle


def told(*arguments: str, code: int = 1) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.splitlines()[-1].startswith("Error: This machine could not start a process")
    assert not result.stdout


@pytest.mark.django_db
@pytest.mark.in_children
def test_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Child, "_attempt", cannot_start)
    file = tmp_path / "a.ttl"
    file.write_text(turtle({"a": "Discharges"}), "utf-8")
    told("check", str(file))
    told("convert", str(file))
    told("doors", "check", "http://127.0.0.1:9", code=3)  # nothing is known of the doors
    with Point(many(1)) as point:
        add(point.url)
        told("source", "probe", slug())
        told("harvest", "--source", slug(), "--dry-run")
