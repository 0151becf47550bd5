"""`erpd health`: a line and an exit status, true of a real node."""

import json
import shutil
import signal
import subprocess
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner

from erpd.cli.health import health
from erpd.harvest import heartbeat
from erpd.harvest.heartbeat import State, Worker
from tests.journeys.nodes import PATIENCE, Node, environment, program


def asked(node: Node, *options: str, code: int, **variables: str) -> dict[str, Any]:
    done = subprocess.run(
        program("--home", str(node.home), "health", "--json", *options),
        env=environment() | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (code, "")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextmanager
def working(node: Node) -> Iterator[None]:
    command = program("--home", str(node.home), "worker")
    with subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        try:
            while not (node.home / "index" / "meta.json").exists() and not list(
                (node.home / "index").iterdir()
            ):
                assert process.poll() is None
                Event().wait(0.1)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)


def test_it_tells_what_a_node_lacks(tmp_path: Path) -> None:
    node = Node(tmp_path / "home", "european")
    told = asked(node, code=1)
    wrong = {name for name, one in told.items() if name != "status" and not one["ok"]}
    assert (told["status"], wrong) == ("failing", {"derived", "worker"})
    assert told["worker"]["said"] == "none runs with this home. Start one: erpd worker"
    assert "search" in told["derived"]["said"]
    with working(node):
        told = asked(node, "--of", "worker", code=0)
        assert told["status"] == "ok"
        assert set(told) == {"status", "disk", "database", "tables", "worker"}
        assert told["worker"]["said"].startswith("runs, last round ")
    assert not asked(node, "--of", "worker", code=1)["worker"]["ok"]
    told = asked(node, code=1, DATABASE_URL="postgresql:///x?host=/nowhere")
    assert "does not answer" in told["database"]["said"]
    assert list(told) == ["status", "disk", "database"]
    told = asked(node, "--of", "worker", code=1, DATABASE_URL=f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert told["tables"]["said"] == "The database is empty. Make its tables with `erpd migrate`."


@pytest.mark.django_db
def test_a_full_disk_and_a_worker_that_hangs_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2**40, 2**40, 2**20))
    monkeypatch.setattr(heartbeat, "look", lambda: Worker(State.HANGS, 700.0))
    done = CliRunner().invoke(health, ["--of", "worker"])
    assert done.exit_code == 1
    assert done.output.startswith("failing: disk: 1 MB left for /")
    assert done.output.endswith(", of at least 200 MB; worker: has done nothing for 700 s. Restart it.\n")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2**26, 0, 2**26))  # all of it is less
    for state, parts in (
        (State.ELSEWHERE, {"node": 0, "worker": 1}),
        (State.RESTS, {"node": 0, "worker": 0}),
    ):
        monkeypatch.setattr(heartbeat, "look", lambda state=state: Worker(state))
        for part, code in parts.items():
            told = json.loads(CliRunner().invoke(health, ["--json", "--of", part]).output)
            assert told["worker"]["ok"] == (code == 0)
