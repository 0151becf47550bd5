"""Where the database or a disk fails, every command says so in one sentence."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from tests.journeys.nodes import PATIENCE, environment, erpd, harvesting, program, turtle
from tests.servers import free_port

NO_SERVER = "postgresql://erpd@%2Fnowhere/erpd"
NO_FOLDER = "sqlite:////nowhere/erpd.sqlite3"
COMMANDS = [
    ("harvest", "--source", "x"),
    ("worker", "--once"),
    ("index", "rebuild"),
    ("serve",),
    ("manage", "migrate"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nodes") / "node"
    erpd("init", str(folder), "--role", "national", "--country", "NL", "--title", "Point")
    return folder


def told(home: Path, *arguments: str, code: int = 1, **variables: str) -> str:
    """What it says on standard error: one line."""
    ended = subprocess.run(
        program("--home", str(home), *arguments),
        env={**environment(), **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Error: ")
    return line


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_database_that_does_not_answer_is_one_sentence(home: Path, command: tuple[str, ...]) -> None:
    port = ("--port", str(free_port())) if command == ("serve",) else ()
    line = told(home, *command, *port, DATABASE_URL=NO_SERVER)
    assert "The database does not answer: No such file or directory (PostgreSQL at /nowhere/" in line
    assert "Check that it is running" in line


def test_what_is_wrong_with_a_file_is_said(home: Path, tmp_path: Path) -> None:
    assert "cannot be opened" in told(home, "source", "list", DATABASE_URL=NO_FOLDER)
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(b"x" * 4096)
    assert "is damaged" in told(home, "source", "list", DATABASE_URL=f"sqlite:///{damaged}")
    with closing(sqlite3.connect(home / "erpd.sqlite3", isolation_level=None)) as writing:
        writing.execute("BEGIN IMMEDIATE")
        short = f"sqlite:///{home / 'erpd.sqlite3'}?timeout=1"
        source = harvesting("dump", tmp_path / "none.ttl")
        assert "The database is busy" in told(home, *source, code=4, DATABASE_URL=short)
    (home / "secret").rename(home / "kept")
    try:
        ended = subprocess.run(
            program("--home", str(home), "source", "list"),
            env=environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 2
        assert f"{home}/secret is missing or empty. Put it back from a backup." in ended.stderr
        assert "Traceback" not in ended.stderr
    finally:
        (home / "kept").rename(home / "secret")


def test_a_disk_that_fails_while_the_index_is_written_is_told(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "many.ttl"
    file.write_text(turtle({f"name{number}": f"Title {number} {uuid4()}" for number in range(300)}))
    erpd("--home", str(home), *harvesting("dump", file))
    limited = ["sh", "-c", 'ulimit -f 64; exec "$@"', "sh"]  # no file may be larger than 32 kilobytes
    ended = subprocess.run(
        [*limited, *program("--home", str(home), "index", "rebuild")],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "The search index" in ended.stderr
    assert "cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "300 data sets" in erpd("--home", str(home), "index", "rebuild")
    with closing(sqlite3.connect(home / "erpd.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_clock_that_was_ahead_is_told(home: Path) -> None:
    with closing(sqlite3.connect(home / "erpd.sqlite3")) as database, database:
        (before,) = database.execute("SELECT at FROM register_changecounter").fetchone()
        database.execute("UPDATE register_changecounter SET at = '2100-01-01 00:00:00'")
    assert "dated 2100-01-01 00:00 UTC, in the future" in erpd(
        "--home", str(home), "source", "list", errors=True
    )
    with closing(sqlite3.connect(home / "erpd.sqlite3")) as database, database:
        database.execute("UPDATE register_changecounter SET at = ?", (before,))
    assert erpd("--home", str(home), "source", "list", errors=True) == ""
