"""The search index, followed by a process of its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from erpd.cli.index import MANY, Indexer
from erpd.register import changes
from tests.journeys.nodes import PATIENCE, Node, turtle


def position(node: Node) -> int:
    """The last change that the index holds."""
    return int(json.loads((node.home / "index" / "position.json").read_text("utf-8"))["change"])


def test_a_large_harvest_is_indexed_while_it_goes_on(tmp_path: Path) -> None:
    node, file = Node(tmp_path / "node", "european"), tmp_path / "data.ttl"
    file.write_text(turtle({str(number): "Discharges" for number in range(MANY + 200)}), "utf-8")
    assert node.harvest("dump", file)["new"] == MANY + 200
    assert position(node) == MANY + 200


@pytest.mark.parametrize(
    ("received", "announced", "changed", "starts"),
    [
        (250, 10_000, 250, True),  # all new so far: many are to come
        (250, 10_000, 25, False),
        (250, None, 250, False),
        (5_000, 100, MANY, True),  # more came than was announced
        (0, 10_000, 0, False),
    ],
)
def test_a_large_harvest_shows_at_its_start(
    monkeypatch: pytest.MonkeyPatch, received: int, announced: int | None, changed: int, starts: bool
) -> None:
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: started.append(command))
    last = iter((7, 7 + changed))
    monkeypatch.setattr(changes, "last", lambda: next(last))
    Indexer().__enter__().advance(received, announced)
    assert bool(started) is starts


def test_following_ends_with_the_input_and_leaves_nothing(tmp_path: Path) -> None:
    node, file = Node(tmp_path / "node", "european"), tmp_path / "data.ttl"
    file.write_text(turtle({"a": "Discharges", "b": "Admissions"}), "utf-8")
    node.harvest("dump", file)
    shutil.rmtree(node.home / "index")
    command = [sys.executable, "-m", "erpd", "--home", str(node.home), "index", "follow"]
    for signs in (b"", b"\n\n\n"):
        told = subprocess.run(command, input=signs, capture_output=True, timeout=PATIENCE, check=True)
        assert (told.stdout, told.stderr) == (b"", b"")
        assert position(node) == 2
    # It starts in the middle of a harvest; the sources and formats take as long to import as all it needs.
    noted = [sys.executable, "-X", "importtime", *command[1:]]
    told = subprocess.run(noted, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=True)
    loaded = told.stderr.decode().split()
    assert "erpd.register.search" in loaded
    assert not {"erpd.sources", "erpd.formats", "httpx2", "lxml"} & set(loaded)
