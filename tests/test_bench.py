"""The benchmark measures what it says: a row whose records are refused would measure nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import DEFAULT
from bench.served import SERVED
from erpd.formats.reading import Reading
from erpd.harvest.preparation import Preparation
from erpd.register.arrival import Arrival
from tests.proofs import length

ROOT = Path(__file__).parents[1]
# Data sets of a few distributions.
QUICK = [name for name in SERVED if not name.startswith("distributions")]


@pytest.mark.parametrize("name", QUICK)
def test_the_records_of_every_row_are_taken_in(name: str) -> None:
    served = SERVED[name]
    profile = "open-data" if served.wanted.get("open_data") else "erpd"
    rules = str(served.wanted.get("rules", ""))
    preparation = Preparation("s", "strict", profile, "https://s.example/", "https://n.example", rules)
    for number in range(20):
        arrival = preparation.prepare(Reading(f"d{number}", served.record(number), served.media_type))
        assert isinstance(arrival, Arrival)
        assert not arrival.errors


@pytest.mark.proof
def test_every_row_is_measured() -> None:
    rows = ("harvest-csw", *DEFAULT)[: length(1, 1 + len(DEFAULT))]
    sizes = [f"--{name}=20" for name in ("size", "protocols", "write", "search", "pages", "dumps")]
    command = [sys.executable, "-m", "bench", *sizes, *(f"--only={row}" for row in rows)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    measured = {json.loads(line)["row"] for line in done.stdout.splitlines() if line.startswith("{")}
    assert set(rows) <= measured
