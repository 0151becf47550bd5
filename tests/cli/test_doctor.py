"""`erpd doctor` says what is wrong with a home, however broken it is, and never with a trace."""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from erpd.cli.doctor import ROWS
from tests.journeys.nodes import PATIENCE, Node, environment, program


def wrong(home: Path, **variables: str) -> dict[str, Any]:
    done = subprocess.run(
        program("--home", str(home), "doctor", "--json"),
        env=environment() | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    told = json.loads(done.stdout)
    assert list(told) == ["status", *ROWS]
    assert "geheim" not in done.stdout
    for name, one in told.items():
        assert name == "status" or one["guide"].endswith(f"#{name}") == (one["ok"] is False)
    return {name: one["said"] for name, one in told.items() if name != "status" and one["ok"] is False}


def test_it_tells_what_is_wrong_with_broken_homes(tmp_path: Path) -> None:
    node = Node(tmp_path / "home", "european")
    assert set(wrong(node.home)) == {"derived", "worker", "backups"}
    assert set(wrong(tmp_path)) == {"home"}
    down = {"DATABASE_URL": "postgresql://u:geheim@127.0.0.1:1/x"}
    (node.home / "secret").chmod(0o644)
    assert set(wrong(node.home, **down)) == {"secret", "database"}
    (node.home / "secret").unlink()
    said = wrong(node.home)
    assert set(said) == {"secret", "settings"}
    (node.home / "secret").write_text("s" * 50)
    (node.home / "secret").chmod(0o600)
    assert set(wrong(node.home, ERPD_SMTP_URL="smtp://127.0.0.1:1")) == {
        "derived",
        "worker",
        "backups",
        "mail",
    }
    with closing(sqlite3.connect(node.home / "erpd.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert set(wrong(node.home)) == {"writing", "derived", "worker", "backups"}
    (node.home / "erpd.sqlite3").write_text("garbage")
    assert set(wrong(node.home)) == {"database"}
    (node.home / "node.toml").write_bytes(b"\xff")
    assert set(wrong(node.home)) == {"settings"}
