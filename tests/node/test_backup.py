"""Backups: whole or not there, readable by their owner only, and a node again wherever they are restored."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from erpd.node.backup import NotSaved, back_up
from erpd.node.backup import restore as restore_home
from erpd.node.home import HomeError
from erpd.node.restored import NotProved, prove_restored
from tests.journeys.nodes import PATIENCE, Node, environment, erpd, program, turtle
from tests.proofs import length

SIZE = 40
KEPT = [
    "backup.json",
    "erpd.sqlite3",
    "law",
    "law/mine.toml",
    "node.toml",
    "secret",
    "vocabularies",
    "vocabularies/table.nt",
]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    folder = tmp_path_factory.mktemp("nodes")
    made = Node(folder / "home", "national", "NL")
    (folder / "data.ttl").write_text(turtle({f"n{number}": f"Title {number}" for number in range(SIZE)}))
    made.harvest("dump", folder / "data.ttl")
    made.erpd("owner", "add", "stats", "--title", "Statistics", "--contact", "data@stats.example")
    (made.home / "vocabularies" / "table.nt").write_text("# a table")
    (made.home / "law").mkdir()
    (made.home / "law" / "mine.toml").write_text(
        'id = "mine"\nversion = 1\nact = "reg/2030/1"\nname = { en = "Mine" }\n'
    )
    return made


def kept_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def owners_in(home: Path) -> dict[str, list[object]]:
    """Every table about people, owners, keys, mail and deliveries."""
    with closing(sqlite3.connect(home / "erpd.sqlite3")) as reading:
        names = [name for (name,) in reading.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = [name for name in names if name.startswith(("accounts_", "submit_"))]
        found = {name: list(reading.execute(f"SELECT * FROM {name}")) for name in tables}
    assert found["accounts_owner"]
    assert found["accounts_deed"]
    return found


def test_a_node_is_saved_while_others_write_and_is_the_same_where_it_is_restored(
    node: Node, tmp_path: Path
) -> None:
    saved, target = tmp_path / "backups" / "monday", tmp_path / "new"
    with closing(sqlite3.connect(node.home / "erpd.sqlite3", isolation_level=None)) as writing:
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("UPDATE register_dataset SET deleted = 1")
        told = node.erpd("backup", str(saved))
        writing.execute("ROLLBACK")
    assert f"To restore it: erpd restore {saved} FOLDER" in told
    assert kept_in(saved) == KEPT
    assert [path for path in (saved, *saved.rglob("*")) if path.stat().st_mode & 0o077] == []

    target.mkdir()  # an empty folder will do
    told = erpd("restore", str(saved), str(target))
    assert f"{target} is restored. Next: erpd --home {target} serve" in told
    assert [path for path in (target, *target.rglob("*")) if path.stat().st_mode & 0o077] == []
    again = Node.__new__(Node)
    again.home = target
    assert again.held() == node.held()
    assert owners_in(again.home) == owners_in(node.home)
    for name in KEPT[2:]:
        if (node.home / name).is_file():
            assert (target / name).read_bytes() == (node.home / name).read_bytes()
    assert f"{SIZE} data sets" in again.erpd("index", "rebuild")
    name = json.loads(again.erpd("source", "list", "--json"))["source"]
    assert json.loads(again.erpd("harvest", "--source", name, "--json"))["unchanged"] == SIZE
    assert kept_in(saved) == KEPT  # reading it writes nothing beside it


def test_what_is_there_is_never_written_over(node: Node, tmp_path: Path) -> None:
    saved, full = tmp_path / "saved", tmp_path / "full"
    back_up(node.home, saved, "")
    full.mkdir()
    (full / "letter").write_text("mine")
    for target in (node.home, full, full / "letter", saved):
        for write in (back_up, restore_home):
            with pytest.raises(HomeError, match="already exists and is not an empty folder"):
                write(saved, target, "")
    assert kept_in(full) == ["letter"]
    assert "is not a backup" in erpd("restore", str(full), str(tmp_path / "new"), code=2, errors=True)
    (saved / "erpd.sqlite3").unlink()
    with pytest.raises(HomeError, match=r"has no erpd.sqlite3"):
        restore_home(saved, tmp_path / "new", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "saved"]


def test_a_damaged_database_is_told_and_not_saved(node: Node, tmp_path: Path) -> None:
    back_up(node.home, tmp_path / "home", "")
    file = tmp_path / "home" / "erpd.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096 * 5 : 4096 * 40] = Random(5).randbytes(4096 * 35)
    file.write_bytes(content)
    for write in (back_up, restore_home):
        with pytest.raises(NotSaved, match="damaged"):
            write(tmp_path / "home", tmp_path / "saved", "")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_disk_without_space_is_one_sentence(node: Node, tmp_path: Path) -> None:
    limited = ["sh", "-c", 'ulimit -f 64; exec "$@"', "sh"]  # no file may be larger than 32 kilobytes
    for command in (["--home", str(node.home), "backup"], ["restore", str(node.home)]):
        done = subprocess.run(
            [*limited, *program(*command, str(tmp_path / "saved"))],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.startswith("Error: ")
        assert "cannot be copied" in line
    assert list(tmp_path.iterdir()) == []


def test_that_a_backup_can_be_restored_is_proved_and_leaves_nothing(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved, home = tmp_path / "saved", tmp_path / "home"
    (home / "restoring" / "home.part").mkdir(parents=True)  # by one that was killed
    back_up(node.home, saved, "")
    said = prove_restored(home, saved, "", 60.0)
    with closing(sqlite3.connect(node.home / "erpd.sqlite3")) as reading:
        amount = reading.execute("SELECT COUNT(*) FROM register_dataset").fetchone()[0]
    assert json.loads((saved / "backup.json").read_text())["rows"]["register_dataset"] == amount == SIZE
    assert f"{saved}, of 20" in said
    assert "as it says" in said
    assert list(home.iterdir()) == []

    used = shutil.disk_usage(home)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: used._replace(free=2**20))
        with pytest.raises(NotProved, match="there is no room: it takes"):
            prove_restored(home, saved, "", 60.0)
    with closing(sqlite3.connect(saved / "erpd.sqlite3", isolation_level=None)) as other:
        other.execute("DELETE FROM register_version WHERE rowid = (SELECT MAX(rowid) FROM register_version)")
    with pytest.raises(
        NotSaved, match=r"is not what it says: 1 table with other numbers of rows. register_version: "
    ):
        prove_restored(home, saved, "", 60.0)
    (saved / "erpd.sqlite3").write_bytes((saved / "erpd.sqlite3").read_bytes()[:100_000])
    with pytest.raises(NotSaved, match=r"damaged|cannot be copied"):
        prove_restored(home, saved, "", 60.0)
    (saved / "backup.json").unlink()
    for backup, why in ((saved, "an earlier version"), (tmp_path / "x", "no longer"), (None, "knows of no")):
        with pytest.raises(NotProved, match=why):
            prove_restored(home, backup, "", 60.0)
    assert list(home.iterdir()) == []


def test_the_newest_backup_is_restored_by_the_proof(node: Node, tmp_path: Path) -> None:
    assert "-     restored: not proved: this node knows of no backup" in node.erpd("prove", "restored")
    saved = tmp_path / "newest"
    node.erpd("backup", str(saved))
    assert f"ok    restored: {saved}, of" in node.erpd("prove", "restored")
    shutil.rmtree(saved)
    assert "no longer there" in erpd("--home", str(node.home), "prove", "restored", code=1)
    assert not (node.home / "restoring").exists()


CUT = """
import os, sys
from pathlib import Path
from erpd.node import backup
steps = int(sys.argv[3])
def trace(frame, event, argument):
    global steps
    if frame.f_code.co_filename == backup.__file__:
        steps -= 1
        if not steps:
            os.kill(os.getpid(), 9)
    return trace
sys.settrace(trace)
backup.back_up(Path(sys.argv[1]), Path(sys.argv[2]), "")
"""


@pytest.mark.proof
def test_killed_anywhere_it_is_whole_or_not_there(node: Node, tmp_path: Path) -> None:
    """Killed at a line of the module; the next one clears away what is left."""
    random, killed = Random(7), 0
    for number in range(length(5, 150)):
        saved = tmp_path / f"saved{number % 3}"
        command = [sys.executable, "-c", CUT, str(node.home), str(saved), str(random.randrange(1, 160))]
        if saved.exists():
            continue
        done = subprocess.run(command, env=environment(), timeout=PATIENCE, check=False)
        killed += done.returncode == -signal.SIGKILL
        assert done.returncode in (0, -signal.SIGKILL)
        if saved.exists():
            assert kept_in(saved) == KEPT
            restore_home(saved, tmp_path / f"restored{number}", "")
    assert killed
    for number in range(3):
        saved = tmp_path / f"saved{number}"
        if not saved.exists():
            back_up(node.home, saved, "")
        assert kept_in(saved) == KEPT
    assert not list(tmp_path.glob("*.part"))
