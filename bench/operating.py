"""The pages of the desk and of sources, in the server's process: `python -m bench.operating SIZE`.

ERPD_HOME names a fresh home, or that of an earlier run whose load came to its end. Prints each page on
standard error: the median of a few answers in milliseconds, of processor time (with that of the process of
PostgreSQL) and elapsed, its queries, and how many times a bare answer it takes. Nothing is kept from one
answer to the next, as no address comes twice. Of a file, only the first part counts. Then prints the figures
as JSON, with the pages that are too slow, those that are not measured, and what the pages say otherwise than
the database.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.urls import path

from bench.desk_pages import LEFT_OUT, Known, addresses, names
from bench.viewing import bare

LIMIT = 300  # milliseconds
_TIMES = 5
_PARTS = {"desk": "desk", "operate": "desk of sources"}  # the others are public


def measure(size: int) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erpd.node.settings")
    # What parallel workers of PostgreSQL do would be counted nowhere: our connection does it itself.
    os.environ["PGOPTIONS"] = "-c max_parallel_workers_per_gather=0"
    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: PLC0415

    from bench.adding_up import wrong  # noqa: PLC0415
    from bench.loading import ensure_loaded  # noqa: PLC0415
    from erpd.node import urls  # noqa: PLC0415

    started = time.perf_counter()
    ensure_loaded(size)
    loaded = time.perf_counter() - started
    urls.urlpatterns.insert(0, path("bare", bare))
    client, known = _operator(), _known()
    asked = addresses(known)
    least = statistics.median(_ask(client, "/bare", place)[0] for place in range(20))
    pages: dict[str, dict[str, float]] = {}
    failed: dict[str, int] = {}
    for name in names():
        for address in asked.get(name, ()):
            times = [_ask(client, address, place) for place in range(_TIMES + 1)]
            if times[0][2] != 200:
                failed[address] = times[0][2]
            with CaptureQueriesContext(connection) as captured:
                _ask(client, address, _TIMES + 1)
            cpu, wall = (statistics.median(one[place] for one in times[1:]) for place in (0, 1))
            queries = len(captured)
            pages[address] = {"cpu": round(cpu, 1), "wall": round(wall, 1), "queries": queries}
            slow = "  TOO SLOW" if cpu > LIMIT else ""
            row = f"{cpu:8.1f} ms CPU {wall:8.1f} ms {queries:4} queries {cpu / least:6.1f} times bare"
            print(f"{row}  {address[:100]}{slow}", file=sys.stderr, flush=True)
    groups: dict[str, float] = {}
    for name, some in asked.items():
        part = _PARTS.get(name.partition(":")[0], name.partition(":")[0])
        groups[part] = max(groups.get(part, 0.0), *(pages[one]["cpu"] for one in some if one in pages))
    setup_test_environment()  # from here on, answers tell what their pages were made of
    return {
        "loading_seconds": round(loaded, 1),
        "bare_ms": round(least, 2),
        "pages": len(pages),
        "most_cpu_ms": groups,
        "too_slow": {one: took for one, took in pages.items() if took["cpu"] > LIMIT},
        "not_answered": failed,
        "not_measured": sorted(set(names()) - set(asked) - set(LEFT_OUT)),
        "left_out": LEFT_OUT,
        "differs": wrong(client),
    }


def _ask(client: Any, address: str, again: int) -> tuple[float, float, int]:
    """Milliseconds of processor time and on the wall, and the code of the answer."""
    joined = f"{address}{'&' if '?' in address else '?'}again={again}-{time.monotonic_ns()}"
    start, cpu_start = time.perf_counter(), time.process_time() + _of_postgresql()
    answer = client.get(joined)
    if answer.streaming:
        next(iter(answer.streaming_content), b"")
    cpu, wall = time.process_time() + _of_postgresql() - cpu_start, time.perf_counter() - start
    for close in answer._resource_closers:  # the rest of a file, whose cursor would end that of the next
        close()
    return cpu * 1000, wall * 1000, answer.status_code


def _of_postgresql() -> float:
    """The processor time of the process that answers our connection, in seconds."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _operator() -> Any:
    """A browser in which an operator is signed in."""
    from django.test import Client  # noqa: PLC0415

    from tests.accounts.people import operator, sign_in  # noqa: PLC0415

    client = Client(headers={"host": "127.0.0.1"})
    sign_in(client, operator(), second_factor="totp")
    return client


def _known() -> Known:
    """What the addresses name. A supplier's link is made here: of others, only digests are kept."""
    from erpd.accounts.actions.invitations import digest_of  # noqa: PLC0415
    from erpd.accounts.may import COMMAND_LINE  # noqa: PLC0415
    from erpd.accounts.models import Deed, Mail, Organisation, Person  # noqa: PLC0415
    from erpd.harvest.models import Entry, Run, SourceSettings  # noqa: PLC0415
    from erpd.operate.joining.actions import token_of  # noqa: PLC0415
    from erpd.operate.models import HarvestingRequest, Subscription  # noqa: PLC0415
    from erpd.operate.suppliers.actions import make_link  # noqa: PLC0415
    from erpd.operate.suppliers.subscribing import notice_token, stop_token  # noqa: PLC0415

    settings = SourceSettings.objects.get(source__slug="source-0")
    run = settings.runs.latest("pk")
    link = make_link(who=COMMAND_LINE, settings=settings)
    facts = {"settings": settings, "language": "en"}
    told = Subscription.objects.create(email="a@point.example", confirmed=run.started, **facts)
    Subscription.objects.create(email="b@point.example", digest=digest_of("token"), **facts)
    entries = Entry.objects.filter(run=run).order_by("-pk")
    request = HarvestingRequest.objects.filter(state="received").latest("pk")
    rows = {"mail": Mail, "organisation": Organisation, "person": Person, "deed": Deed}
    first = {"mail", "deed"}  # the newest come first
    near: dict[str, int] = {}
    for name, model in rows.items():
        order = "pk" if name in first else "-pk"
        near[name] = model.objects.order_by(order).values_list("pk", flat=True)[20]  # type: ignore[attr-defined]
    near |= {"request": request.pk, "entry": entries.filter(bin="unchanged")[20].pk}
    return Known(
        run=run.pk,
        renamed=Run.objects.filter(settings__source__slug="source-7").latest("pk").pk,
        before=near,
        refused=entries.exclude(content=b"")[0].pk,
        key=str(settings.present()[0].pk),
        link=link,
        notice=notice_token(told, run),
        stop=stop_token(told),
        confirm="token",
        request=(request.pk, token_of(request)),
    )


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
