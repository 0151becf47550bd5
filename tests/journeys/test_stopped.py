"""Told to end, a harvest or worker does so at its next page, with 0: nothing is lost or twice, it goes on."""

import json
import os
import random
import re
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from threading import Event

import pytest

from tests.harvest.test_worker import ALWAYS, Slow
from tests.journeys.nodes import PATIENCE, harvesting
from tests.journeys.test_killed import PER_PAGE, record
from tests.journeys.test_kills import Victim, completed, descendants, held, victim
from tests.proofs import ONLY_AT_LENGTH, length
from tests.servers import Serving
from tests.sources.oai_pmh import oai

__all__ = ["victim"]

Program = subprocess.Popen[str]
RECORDS = length(120, 1_500)
HOW_FAR = re.compile(
    r"Stopped\. Run 1 of \S+ has stored (\d) records in (\d) pages?\. .* harvest --source \S+$", re.MULTILINE
)
STOPS = length(3, 40)


def only_it(process: Program) -> None:
    process.terminate()


def all_of_the_service(process: Program) -> None:
    """As a service manager does that tells every process."""
    for one in (process.pid, *descendants(process.pid)):
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGTERM)


def ctrl_c(process: Program) -> None:
    os.killpg(process.pid, signal.SIGINT)


WAYS = (only_it, all_of_the_service, ctrl_c)


def ended(process: Program) -> str:
    """What it said."""
    out, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    return out + said


def left(victim: Victim) -> list[tuple[object, ...]]:
    """The state, pages, holder and deaths of each run, and how many hearts beat."""
    return victim.rows(
        "SELECT state, pages, holder, deaths, (SELECT count(*) FROM harvest_heartbeat) FROM harvest_run"
    )


@pytest.mark.parametrize(
    ("victim", "way"),
    [("sqlite", ctrl_c), pytest.param("postgresql", all_of_the_service, marks=ONLY_AT_LENGTH)],
    indirect=["victim"],
)
def test_a_harvest_that_waits_for_its_source_ends_at_once(
    victim: Victim, way: Callable[[Program], None]
) -> None:
    with Slow(8) as slow:
        harvest = harvesting("oai-pmh", slow.url)
        with victim.started(*harvest) as process:
            assert slow.reached.wait(PATIENCE)
            way(process)
            said = ended(process)
        stopped = json.loads(said.splitlines()[0])["stopped"]
        (run,) = left(victim)
        pages = run[1]  # the second may have been on its way to us
        assert run in (("running", 1, "", 0, 0), ("running", 2, "", 0, 0))
        assert HOW_FAR.findall(said) == [(str(2 * pages), str(pages))]
        assert (stopped["run"], stopped["received"], stopped["pages"]) == (1, 2 * pages, pages)
        assert f"Stopped. {stopped['message']}" in said
        slow.go.set()
        with victim.started(*harvest) as process:
            ledger = json.loads(process.communicate(timeout=PATIENCE)[0])
        assert (ledger["received"], ledger["new"]) == (8, 8)
        asked = [one.query.get("resumptionToken") for one in slow.server.asked]
        assert asked[-3:] == (["4", "4", "6"] if pages == 2 else ["2", "4", "6"])
    assert [versions for *_, versions in held(victim)] == [1] * 8


@pytest.mark.parametrize(
    ("victim", "way"),
    [pytest.param("sqlite", only_it, marks=ONLY_AT_LENGTH), ("postgresql", ctrl_c)],
    indirect=["victim"],
)
def test_a_worker_ends_with_0_in_the_middle_and_while_it_sleeps(
    victim: Victim, way: Callable[[Program], None]
) -> None:
    rules = victim.node.home / "always.toml"
    rules.write_text(ALWAYS)
    with Slow(6) as slow:
        source = ("--protocol", "oai-pmh", "--url", slow.url, "--country", "NL", "--rules", str(rules))
        completed(victim, "source", "add", *source)
        with victim.started("worker") as process:
            assert slow.reached.wait(PATIENCE)
            way(process)
            assert HOW_FAR.search(ended(process))
        slow.go.set()
        with victim.started("worker") as process:
            assert process.stdout
            assert any("6 new" in line for line in process.stdout)
            Event().wait(1)
            way(process)
            assert "Stopped. No source was being harvested." in ended(process)
    assert left(victim)[0][:2] == ("done", 3)
    assert [versions for *_, versions in held(victim)] == [1] * 6


@pytest.mark.proof
@pytest.mark.parametrize(
    "victim", [pytest.param("sqlite", marks=ONLY_AT_LENGTH), "postgresql"], indirect=True
)
def test_stopped_at_any_time_again_and_again_it_comes_to_the_same_end(victim: Victim) -> None:
    chance = random.Random(20261127)
    repository = oai.Repository(
        [record(number, f"Discharges {number}") for number in range(RECORDS)], PER_PAGE
    )
    completed(victim, "source", "list")
    with Serving(repository) as server:
        harvest = harvesting("oai-pmh", server.url("/oai"))
        for _ in range(STOPS):
            with victim.started(*harvest) as process:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(chance.random() * 5)
                chance.choice(WAYS)(process)
                process.communicate(timeout=PATIENCE)
        completed(victim, *harvest)
    *_, (state, _, _, deaths, _) = left(victim)
    assert (state, deaths) == ("done", 0)
    taken = [number for number in range(RECORDS) if number % 9]  # the others are not valid
    assert [versions for *_, versions in held(victim)] == [1] * len(taken)
    entries = victim.rows(  # those that were unchanged may be forgotten, but stay counted
        "SELECT r.forgotten + (SELECT count(*) FROM harvest_entry e WHERE e.run_id = r.id) FROM harvest_run r"
    )
    assert {amount for (amount,) in entries} == {RECORDS}
