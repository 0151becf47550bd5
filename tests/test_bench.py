"""The benchmark measures what it says: a row whose records are refused would measure nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from bench import deep, loading, write
from bench.__main__ import DEFAULT
from bench.desk_pages import LEFT_OUT, Known, addresses, names
from bench.served import SERVED
from erpd.accounts.keys import make
from erpd.formats.reading import Reading
from erpd.harvest.preparation import Preparation
from erpd.register.arrival import Arrival
from erpd.register.models import DataSet
from tests.proofs import length
from tests.register.arrivals import coming, source, take
from tests.submit.owners import office

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
    rows = ("harvest-csw", *deep.ROWS, *DEFAULT)[: length(1, 2 + len(DEFAULT))]
    sizes = [f"--{name}=20" for name in ("size", "protocols", "write", "search", "pages", "dumps", "deep")]
    command = [sys.executable, "-m", "bench", *sizes, "--desk=2000", *(f"--only={row}" for row in rows)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    measured = {json.loads(line)["row"] for line in done.stdout.splitlines() if line.startswith("{")}
    assert set(rows) <= measured


def test_every_page_of_the_desk_is_measured_or_left_out_with_a_reason() -> None:
    near = dict.fromkeys(("mail", "organisation", "person", "deed", "request", "entry"), 1)
    key = "67e84593-d044-579e-bed5-7b26ba48c990"
    measured = addresses(Known(1, 1, near, 1, key, "link", "notice", "stop", "confirm", (1, "token")))
    assert sorted([*measured, *LEFT_OUT]) == names()


@pytest.mark.django_db
def test_a_load_that_was_broken_off_is_not_taken_for_a_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[int] = []
    monkeypatch.setattr(loading, "load", loads.append)
    loading.ensure_loaded(20)
    loading.ensure_loaded(20)
    assert loads == [20]
    with pytest.raises(SystemExit, match="20 data sets, not 30"):
        loading.ensure_loaded(30)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_loaded")
    office = source()
    take(office, coming(office, "first"))
    with pytest.raises(SystemExit, match="broken off"):
        loading.ensure_loaded(20)


@pytest.mark.django_db
@pytest.mark.parametrize("row", write.ROWS)
def test_what_the_rows_of_deliveries_send_is_published(row: str, client: Client) -> None:
    way, made = write._WAYS[row], office()
    key = make(who=made.actor(), catalogue=made.catalogues["protected"])[1]
    sent = json.dumps(way.make("one"))
    headers = {"Authorization": f"Bearer {key}"}
    answer = client.post(way.path, sent, content_type="application/json", headers=headers)
    assert answer.status_code in (200, 201), answer.content
    assert DataSet.objects.get().deleted is False
