"""The pages of the desk about sources and runs, in the server's process: `python -m bench.operating SIZE`.

ERPD_HOME names a fresh home. Prints the median of a few answers of each page in milliseconds, elapsed and in
processor time of this process; the first, which finds no cache, apart; and the sources of which /status says
other numbers than the database.
"""

import json
import os
import statistics
import sys
import time
from typing import Any

import django
from django.core.management import call_command

_TIMES = 5


def measure(size: int) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erpd.node.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from bench.loading import load  # noqa: PLC0415
    from erpd.harvest.models import Run  # noqa: PLC0415
    from erpd.register.models import DataSet  # noqa: PLC0415

    started = time.perf_counter()
    if not DataSet.objects.exists():  # otherwise the home is that of an earlier run
        load(size)
    loaded = time.perf_counter() - started
    client = _operator()
    run = Run.objects.filter(settings__source__slug="source-0").latest("pk").pk
    desk, one = "/desk/sources/", "/desk/sources/source-0/"
    addresses = {
        "overview": "/desk/",
        "sources": desk,
        "source": one,
        "settings": f"{one}settings/",
        "supplier": f"{one}supplier/",
        "deletions": f"{desk}source-3/deletions/",
        "run": f"{one}runs/{run}/",
        "run_unchanged": f"{one}runs/{run}/?bin=unchanged",
        "run_unreadable": f"{one}runs/{run}/?bin=unreadable",  # of which there is none
        "difference": f"{one}runs/{run}/difference/",
        "difference_accepted": f"{one}runs/{run}/difference/?what=accepted",
        "record": f"{one}runs/{run}/record/?of=d40",
        "owners": "/desk/owners/",
        "mail": "/desk/mail/",
        "organisations": "/desk/organisations/",
        "people": "/desk/people/",
        "agreement": "/desk/agreement/",
        "audit": "/desk/audit/",
        "status": "/status",
        "status_json": "/status.json",
        "status_source": "/status/source-0",
        "metrics": "/metrics",
    }
    first: dict[str, float] = {}
    times: dict[str, float] = {}
    processor: dict[str, float] = {}
    failed: dict[str, int] = {}
    for name, address in addresses.items():
        took, cpu = [], []
        for _ in range(_TIMES + 1):
            start, cpu_start = time.perf_counter(), time.process_time()
            answer = client.get(address)
            took.append(round((time.perf_counter() - start) * 1000, 1))
            cpu.append(round((time.process_time() - cpu_start) * 1000, 1))
            if answer.status_code != 200:
                failed[name] = answer.status_code
        first[name], times[name] = took[0], statistics.median(took[1:])
        processor[name] = statistics.median(cpu[1:])
    return {
        "loading_seconds": round(loaded, 1),
        "first_ms": first,
        "ms": times,
        "cpu_ms": processor,
        "not_answered": failed,
        "differs": _differs(client),
    }


def _operator() -> Any:
    """A browser in which an operator is signed in."""
    from django.test import Client  # noqa: PLC0415

    from tests.accounts.people import operator, sign_in  # noqa: PLC0415

    client = Client(headers={"host": "127.0.0.1"})
    sign_in(client, operator(), second_factor="totp")
    return client


def _differs(client: Any) -> list[str]:
    """The sources of which /status says other numbers than the database, counted record by record."""
    from django.db.models import Count  # noqa: PLC0415

    from erpd.harvest.models import Entry, Run  # noqa: PLC0415
    from erpd.register.models import DataSet  # noqa: PLC0415

    said = {one["source"]: one for one in client.get("/status.json").json()["sources"]}
    wrong = []
    for slug, number in DataSet.objects.values_list("source__slug").annotate(Count("pk")):
        run = Run.objects.filter(settings__source__slug=slug).latest("pk")
        bins = dict(Entry.objects.filter(run=run).values_list("bin").annotate(Count("pk")))
        told = said.get(slug)
        if (
            told is None
            or told["dataSets"] != number
            or told["last"]["received"] != sum(bins.values())
            or any(told["last"][name] != many for name, many in bins.items())
        ):
            wrong.append(slug)
    return wrong


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
