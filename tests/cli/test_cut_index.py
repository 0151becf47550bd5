"""Files of the search index are cut beside processes that have them in memory: nothing ends or is lost."""

import os
import random
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.journeys.nodes import DEMO, PATIENCE, Node, environment, harvesting, program, wait_for
from tests.journeys.test_kills import Edited, Victim, held, indexed
from tests.proofs import length
from tests.servers import Serving

TOTAL = re.compile(r"(\d+) data sets")


def cut(home: Path, chance: random.Random) -> None:
    """One file of the index, in place: who reads on in what it had in memory is ended by SIGBUS."""
    kinds = (".idx", ".pos", ".term", ".store", ".fast", ".fieldnorm")
    files = [path for path in sorted((home / "index").glob("*/*")) if path.suffix in kinds]
    with suppress(OSError, IndexError, ValueError):  # another generation has just taken its place
        path = chance.choice(files)
        os.truncate(path, chance.randrange(path.stat().st_size))


@contextmanager
def cutting(home: Path, pause: float) -> Iterator[None]:
    chance, ended = random.Random(20261126), threading.Event()

    def go_on() -> None:
        while not ended.wait(chance.random() * pause):
            cut(home, chance)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def found(address: str) -> int:
    """How many data sets a search finds; 0 if there is no answer, or it says to come back."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            told = TOTAL.search(answer.read().decode())
    except urllib.error.HTTPError as error:
        if error.code == 503 and error.headers["Retry-After"]:
            return 0
        raise
    except OSError:  # it was ended, and another is starting
        return 0
    assert told
    return int(told[1])


@pytest.mark.proof
def test_a_node_that_serves_goes_on_and_says_why(tmp_path: Path) -> None:
    node, chance = Node(tmp_path / "home", "european"), random.Random(20261126)
    node.harvest("dump", DEMO / "open.ttl", "--open")
    command = program("--home", str(node.home), "serve", "--port", str(node.port))
    with subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_for(f"{node.url}/oai?verb=Identify", process)
            amount = found(f"{node.url}/?q=")
            assert amount > 5
            for _ in range(length(1, 100)):
                cut(node.home, chance)
                until = time.monotonic() + PATIENCE
                while found(f"{node.url}/?q=&sort={chance.choice(['title', 'relevance'])}") != amount:
                    assert time.monotonic() < until
            assert process.poll() is None
        finally:
            process.terminate()
            _, said = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in said
    assert "The search index is damaged: " in said
    assert not [line for line in said.splitlines() if "Service Unavailable" in line]


@pytest.mark.proof
def test_a_harvest_and_its_index_are_whole_at_the_end(tmp_path: Path) -> None:
    victim, source = Victim(tmp_path / "victim", None), Edited(random.Random(20261126))
    with Serving(source) as server:
        for _ in range(length(0, 60)):
            with cutting(victim.node.home, 0.3):
                harvest = harvesting("oai-pmh", server.url("/oai"), "--approve-deletions")
                with victim.started(*harvest) as process:
                    _, said = process.communicate(timeout=PATIENCE)
            assert process.returncode in (0, 1, -7), said  # SIGBUS
            assert "Traceback" not in said
            indexed(victim)
            assert held(victim)
            source.edit()
