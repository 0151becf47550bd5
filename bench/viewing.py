"""Pages of a register with one large catalogue, in the server's process: `python -m bench.viewing SIZE`.

ERPD_HOME names a fresh home. Prints the processor time of each page, and of a bare Django answer beside it.
"""

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import django
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.data_sets import data_set
from bench.rdf_xml import rdf_xml
from bench.words import LANGUAGES

_BATCH = 500
_BASE_URL = "http://127.0.0.1"
_TIMES = 30


def bare(request: HttpRequest) -> HttpResponse:
    """What no page can do without, through the middleware of the node."""
    return HttpResponse("<!doctype html><title>Bare</title><p>Nothing else.")


urlpatterns = [path("", bare)]


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
    from django.test import RequestFactory, override_settings  # noqa: PLC0415

    from erpd.register.models import DataSet  # noqa: PLC0415
    from erpd.register.search import follow  # noqa: PLC0415

    fill(size)
    follow()

    def asked(handler: WSGIHandler, address: str) -> Callable[[], None]:
        def ask() -> None:
            environ = RequestFactory(HTTP_HOST="127.0.0.1").get(address).environ
            response = handler(environ, lambda *_: None)
            body = b"".join(response)
            if not body or (b"</html>" not in body and b"Nothing else" not in body):
                raise RuntimeError(f"{address} gave no page")
            response.close()

        return ask

    with override_settings(ROOT_URLCONF="bench.viewing"):
        least = milliseconds(asked(WSGIHandler(), "/"))
    ours = WSGIHandler()
    keys = DataSet.objects.filter(source__slug="large").order_by("change").values_list("pk", flat=True)
    nouns = [noun for language in LANGUAGES for noun in language.nouns[:10]]
    pages: dict[str, Sequence[str]] = {
        "data_set": [f"/datasets/{key}" for key in keys[: 2 * _TIMES]],  # another one each time
        "search": ["/?q=water"],
        "search_new": [f"/?q={noun}" for noun in nouns],  # nothing is remembered of the question
        # Made each time; without a question they are kept (portal/freshness.py), as the last one.
        "home": ["/?page=1"],
        "catalogue": ["/catalogues/nl?page=1"],
        "catalogues": ["/catalogues?page=1"],
        "home_kept": ["/"],
        "data_set_kept": [f"/datasets/{keys[0]}"],
    }
    gc.freeze()  # as a server does (node/collecting.py)
    times = {}
    for name, addresses in pages.items():
        asks = cycle([asked(ours, address) for address in addresses])
        times[name] = milliseconds(lambda asks=asks: next(asks)())  # type: ignore[misc]
    ratios = {name: round(one / least, 1) for name, one in times.items()}
    return {"bare_ms": least, "ms": times, "ratios": ratios}


def milliseconds(ask: Callable[[], None]) -> float:
    """The median of the processor time, once caches are warm."""
    times = []
    for _ in range(_TIMES + 5):
        start = time.process_time()
        ask()
        times.append((time.process_time() - start) * 1000)
    return round(statistics.median(times[5:]), 3)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
