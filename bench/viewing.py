"""Pages of a register with one large catalogue, in the server's process: `python -m bench.viewing SIZE`.

ERPD_HOME names a fresh home. Prints the processor time of each page and of a bare Django answer after each.

All are asked for in turn, each followed by a bare answer, as a server is asked: an answer repeated at once
takes half the time, because its code is still in the caches of the processor, and a ratio of two times that
were taken one after the other is that of two states of a shared machine.
"""

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import django
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path

from bench.data_sets import data_set
from bench.rdf_xml import rdf_xml
from bench.words import LANGUAGES

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

_BATCH = 500
_BASE_URL = "http://127.0.0.1"
_WARM = 13  # rounds that do not count: SETTLED answers of a server, or some more
_TIMES = 55


def bare(request: HttpRequest) -> HttpResponse:
    """What no page can do without, through the middleware of the node."""
    return HttpResponse("<!doctype html><title>Bare</title><p>Nothing else.")


def fill(size: int) -> None:
    """One catalogue with all data sets but a few, so that the pages list more than one."""
    from erpd.formats import format_for  # noqa: PLC0415
    from erpd.register.arrival import arrival  # noqa: PLC0415
    from erpd.register.catalogues import country_catalogue  # noqa: PLC0415
    from erpd.register.intake import take_in  # noqa: PLC0415
    from erpd.register.models import Source  # noqa: PLC0415

    read = format_for("application/rdf+xml").read
    assert read is not None
    for slug, country, numbers in (("large", "NL", range(size)), ("small", "DE", range(size, size + 20))):
        catalogue = country_catalogue(country, open_data=False, european=True)
        source = Source.objects.create(slug=slug, catalogue=catalogue)
        for start in range(numbers.start, numbers.stop, _BATCH):
            made = map(data_set, range(start, min(start + _BATCH, numbers.stop)))
            records = [read(rdf_xml(one).encode(), str(one.number), "") for one in made]
            arrivals = [arrival(slug, "", record, [], _BASE_URL) for record in records]
            take_in(source, arrivals, origin="bench")


def measure(size: int) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erpd.node.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415

    from erpd.node import urls  # noqa: PLC0415
    from erpd.register.models import DataSet  # noqa: PLC0415
    from erpd.register.search import follow  # noqa: PLC0415

    if not DataSet.objects.exists():  # otherwise the home is that of an earlier run
        fill(size)
        follow()
    urls.urlpatterns.insert(0, path("bare", bare))
    handler = WSGIHandler()
    keys = DataSet.objects.filter(source__slug="large").order_by("change").values_list("pk", flat=True)
    nouns = [noun for language in LANGUAGES for noun in language.nouns[:10]]
    # Pages without fields are kept (pages/freshness.py), so another field each time makes them again.
    again = range(_WARM + _TIMES)
    pages: dict[str, Sequence[str]] = {
        "data_set": [f"/datasets/{key}" for key in keys[: len(again)]],
        "search": [f"/?q=water&again={number}" for number in again],
        "search_new": [f"/?q={noun}" for noun in nouns],  # nothing is remembered of the question
        "home": [f"/?again={number}" for number in again],
        "catalogue": [f"/catalogues/nl?again={number}" for number in again],
        "catalogues": [f"/catalogues?again={number}" for number in again],
        "home_kept": ["/"],
        "data_set_kept": [f"/datasets/{keys[0]}"],
    }
    times: dict[str, list[float]] = {name: [] for name in pages}
    least_times = []
    for number in again:
        if number == _WARM:
            gc.collect()
            gc.freeze()  # as a server does (node/collecting.py)
        for name, addresses in pages.items():
            times[name].append(_milliseconds(handler, addresses[number % len(addresses)]))
            least_times.append(_milliseconds(handler, "/bare"))
    medians = {name: statistics.median(each[_WARM:]) for name, each in times.items()}
    least = statistics.median(least_times[_WARM * len(pages) :])
    return {
        "bare_ms": round(least, 3),
        "ms": {name: round(one, 3) for name, one in medians.items()},
        "ratios": {name: round(one / least, 1) for name, one in medians.items()},
    }


def _milliseconds(handler: "WSGIHandler", address: str) -> float:
    """The processor time that an answer takes."""
    environ = RequestFactory(HTTP_HOST="127.0.0.1").get(address).environ
    start = time.process_time()
    response = handler(environ, lambda *_: None)
    body = b"".join(response)
    took = (time.process_time() - start) * 1000
    response.close()
    if b"</html>" not in body and b"Nothing else" not in body:
        raise RuntimeError(f"{address} gave no page")
    return took


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
