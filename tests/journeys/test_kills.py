"""Kills at random over edits: programs, children, connections, PostgreSQL. Nothing is lost or twice.

After each harvest that came to its end the register and its index equal those of an undisturbed twin.
"""

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from tantivy import Index

from tests import postgresql
from tests.journeys.nodes import PATIENCE, Node, environment, harvesting, program
from tests.journeys.test_killed import PER_PAGE, record
from tests.postgresql import Cluster
from tests.proofs import length
from tests.servers import Serving
from tests.sources.oai_pmh import oai

KILLS = length(3, 500)  # on each database
RECORDS = length(240, 3_000)
FIRST = 8.0  # seconds until a kill at most, until it is known how long a harvest takes
SOON = 2.0  # seconds until a process that indexes is killed
HELD = (
    "SELECT d.identifier, d.iri, d.digest, d.received, d.deleted,"
    " (SELECT count(*) FROM register_version v WHERE v.data_set_id = d.key)"
    " FROM register_dataset d ORDER BY d.identifier"
)
# Killed in the middle of a request, the program leaves the server of its processes with half of it.
OF_PYTHON = re.compile(
    r"Traceback .*\n(?:  .*\n)*?"
    r'  File .*/multiprocessing/forkserver\.py", line .*\n(?:  .*\n)*'
    r"EOFError(?:: Ran out of input)?\n"
)
LAST = "SELECT last, (SELECT count(*) FROM register_dataset WHERE NOT deleted) FROM register_changecounter"


class Edited:
    """A source whose records are edited between two harvests."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._titles = dict.fromkeys(range(RECORDS), 0)
        self._gone: set[int] = set()
        self.edit(0)

    def __call__(self, *asked: Any) -> Any:
        return self._repository(*asked)

    def edit(self, share: float = 0.1) -> None:
        """Change, withdraw, bring back and add records."""
        there = sorted(self._titles)
        for number in self._chance.sample(there, int(share * len(there))):
            self._titles[number] += 1
        for number in self._chance.sample(there, int(share * len(there) / 10)):
            del self._titles[number]
            self._gone.add(number)
        for number in sorted(self._gone)[: len(self._gone) // 3]:
            self._gone.remove(number)
            self._titles[number] = 0
        if share:
            self._titles[max(there) + 1] = 0
        present = [record(number, f"Discharges {number}.{edit}") for number, edit in self._titles.items()]
        told = [oai.deleted(str(number)) for number in sorted(self._gone) if number % 2]
        self._repository = oai.Repository([*present, *told], PER_PAGE)


class Victim:
    """A node that is killed, on either database, from its beginning, or one beside it that is not."""

    def __init__(self, folder: Path, server: Cluster | None, *, new: bool = True) -> None:
        self.node = Node(folder, "european", new=new)
        self._server = server
        self._environment = {**environment(), **({"DATABASE_URL": server.address()} if server else {})}
        if new:
            with self.started("migrate") as process:
                assert process.wait(timeout=10 * PATIENCE) == 0

    def started(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            program("--home", str(self.node.home), *arguments),
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        if self._server:
            return self._server.sql(statement, "erpd")
        with closing(sqlite3.connect(self.node.home / "erpd.sqlite3")) as database:
            return database.execute(statement).fetchall()

    def ways(self) -> list[Callable[["subprocess.Popen[str]", random.Random], None]]:
        ways: list[Callable[[subprocess.Popen[str], random.Random], None]] = [kill_program, kill_child]
        return [*ways, self._end_backend, self._kill_server] if self._server else ways

    def _end_backend(self, process: "subprocess.Popen[str]", chance: random.Random) -> None:
        assert self._server
        self._server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'erpd'"
            " ORDER BY random() LIMIT 1"
        )

    def _kill_server(self, process: "subprocess.Popen[str]", chance: random.Random) -> None:
        assert self._server
        self._server.kill()
        self._server.start()


def kill_program(process: "subprocess.Popen[str]", chance: random.Random) -> None:
    process.kill()


def kill_child(process: "subprocess.Popen[str]", chance: random.Random) -> None:
    """One of those that read, prepare or index; the program itself where it has none yet."""
    below = list(descendants(process.pid))
    with suppress(ProcessLookupError):
        os.kill(chance.choice(below or [process.pid]), signal.SIGKILL)


def descendants(process: int) -> Iterator[int]:
    """Its children and theirs, without Python's own that tells at length that it was killed."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for child in map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()):
            if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes():
                yield from [child, *descendants(child)]


@pytest.fixture(params=["sqlite", "postgresql"])
def victim(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Victim]:
    with ExitStack() as stack:
        server = None
        if request.param == "postgresql":
            bin_ = postgresql.programs()
            if bin_ is None:
                pytest.skip(postgresql.MISSING)
            server = stack.enter_context(postgresql.cluster(bin_))
            server.sql("CREATE DATABASE erpd")
        yield Victim(tmp_path / "victim", server)


@pytest.mark.proof
def test_killed_at_random_over_edits_it_equals_an_undisturbed_twin(victim: Victim, tmp_path: Path) -> None:
    chance = random.Random(20261126)
    source = Edited(chance)
    twin = Victim(tmp_path / "twin", None, new=False)
    kills = harvests = 0
    longest = FIRST
    with Serving(source) as server:
        harvest = harvesting("oai-pmh", server.url("/oai"), "--approve-deletions")
        while kills < KILLS or not harvests:
            with victim.started(*harvest) as process:
                try:
                    process.wait(chance.random() * longest)
                except subprocess.TimeoutExpired:
                    if kills < KILLS:
                        chance.choice(victim.ways())(process, chance)
                        kills += 1
                out, said = process.communicate(timeout=10 * PATIENCE)
            assert process.returncode in (0, 1, -signal.SIGKILL), said
            assert "Traceback" not in OF_PYTHON.sub("", said), said
            if process.returncode or json.loads(out)["unreadable"]:  # a child was killed over this record
                continue
            began = monotonic()
            completed(twin, *harvest)
            longest = monotonic() - began
            assert sorted(set(held(victim)) ^ set(held(twin))) == []
            with victim.started("index", chance.choice(["follow", "rebuild"])) as process:
                try:
                    process.wait(chance.random() * SOON)
                except subprocess.TimeoutExpired:
                    process.kill()
                    kills += 1
            indexed(victim)
            harvests += 1
            source.edit()
            print(f"{kills} kills, {harvests} harvests compared", flush=True)  # shown by -s


def completed(victim: Victim, *arguments: str) -> None:
    with victim.started(*arguments) as process:
        _, said = process.communicate(timeout=10 * PATIENCE)
    assert process.returncode == 0, said


def held(victim: Victim) -> list[tuple[Any, ...]]:
    """Each data set: what it is called, its state, and how often it changed."""
    return [(*row[:4], bool(row[4]), row[5]) for row in victim.rows(HELD)]


def indexed(victim: Victim) -> None:
    """Its index is as far as its register, and holds what that holds."""
    completed(victim, "index", "follow")
    folder = victim.node.home / "index"
    position = json.loads((folder / "position.json").read_text())
    amount = Index.open(str(folder / position["folder"])).searcher().num_docs
    assert [(position["change"], amount)] == victim.rows(LAST)
