"""A home that an older version of the program left, with an interrupted run: it goes on, and is whole."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.journeys.nodes import Node, erpd
from tests.journeys.test_killed import record
from tests.journeys.test_kills import HELD, Victim, indexed
from tests.servers import Serving
from tests.sources.oai_pmh import oai

# Written when `harvest` had three migrations and the index no labels: eight records in pages of two, and a
# second run over others that was killed after its first page.
RECORDED = Path(__file__).parent / "recordings" / "three-migrations.sqlite3.gz"


@contextmanager
def opened(node: Node) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(node.home / "erpd.sqlite3")) as database, database:
        yield database


def test_everything_is_kept_and_the_interrupted_run_goes_on(tmp_path: Path) -> None:
    victim = Victim(tmp_path / "home", None)
    node = victim.node
    (node.home / "erpd.sqlite3").write_bytes(gzip.decompress(RECORDED.read_bytes()))
    source = oai.Repository([record(number, f"Discharges {number} changed") for number in range(1, 9)], 2)
    home = ("--home", str(node.home))
    with Serving(source) as server:
        with opened(node) as database:
            database.execute("UPDATE harvest_sourcesettings SET url = ?", [server.url("/oai")])
            before = rows(database)
        told = erpd(*home, "source", "list", code=1, errors=True)
        assert told.startswith("Error: The database is that of an older version of erpd. Upgrade it with")
        told = erpd(*home, "migrate", errors=True)
        assert told == "The database is being upgraded to this version of erpd; nothing in it is lost.\n"
        with opened(node) as database:
            assert rows(database) == before
        (name,) = [line.split()[0] for line in erpd(*home, "source", "list").splitlines() if "oai" in line]
        assert "8 changed" in erpd(*home, "harvest", "--source", name)
        assert [request.query.get("resumptionToken") for request in server.asked][-3:] == ["2", "4", "6"]
        indexed(victim)
        assert "8 unchanged" in erpd(*home, "harvest", "--source", name)
        erpd(*home, "undo", "2")
        with opened(node) as database:
            assert len(rows(database)) == 8
    indexed(victim)
    with opened(node) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('harvest', '9999_x', '2026-01-01')"
        )
    for command in ("source", "list"), ("migrate",), ("worker", "--once"):
        told = erpd(*home, *command, code=1, errors=True)
        assert told.startswith("Error: The database is that of a newer version of erpd (it has harvest 9999_")


def rows(database: sqlite3.Connection) -> list[Any]:
    return database.execute(HELD).fetchall()
