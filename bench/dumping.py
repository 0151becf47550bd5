"""Dumps, the catalogue in pages, and data sets by negotiation: `python -m bench.dumping SIZE`.

ERPD_HOME names a fresh home. Prints processor times and the most memory that writing the dumps took.
"""

import json
import os
import statistics
import sys
import time
import zlib
from typing import TYPE_CHECKING, Any

import django
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import path
from pyoxigraph import RdfFormat, parse, serialize

from bench.measured import Memory, timed, watched
from bench.viewing import bare, fill

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

_SAMPLE = 1_000
_WARM, _TIMES = 5, 30
_PLAIN = (RdfFormat.N_TRIPLES, RdfFormat.TURTLE, RdfFormat.RDF_XML, RdfFormat.JSON_LD)


def measure(size: int) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erpd.node.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from erpd.publish import dumps  # noqa: PLC0415
    from erpd.publish.dumps.place import in_force  # noqa: PLC0415
    from erpd.register.models import DataSet, Version  # noqa: PLC0415

    fill(size)
    contents = Version.objects.order_by("change").values_list("content", flat=True)[:_SAMPLE]
    lines = [zlib.decompress(content) for content in contents]
    with timed() as plain:
        for one in lines:
            triples = list(parse(one, format=RdfFormat.N_TRIPLES, rename_blank_nodes=False))
            for syntax in _PLAIN:
                zlib.compress(serialize(triples, format=syntax) or b"")
    before = Memory().look()
    with watched() as memory, timed() as writing:
        written = dumps.DERIVED.rebuild(None)
    found = in_force()
    if found is None or written != DataSet.objects.filter(deleted=False).count():
        raise RuntimeError("the dumps do not hold all data sets")
    return {
        "data_sets": written,
        "seconds": round(writing.seconds, 1),
        "ms": round(writing.cpu * 1000 / written, 3),
        "bare_ms": round(plain.cpu * 1000 / len(lines), 3),
        "before_mb": before,
        "peak_mb": memory.peak_anonymous_mb,
        "mb": {name: round(file.size / 2**20, 1) for name, file in found.files.items() if "all." in name},
        **_pages(size),
    }


def _pages(size: int) -> dict[str, Any]:
    """Milliseconds of processor time of each answer, in the server's process: in turn, the median of 30."""
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415

    from erpd.node import urls  # noqa: PLC0415
    from erpd.publish.linked_data import MEDIA_TYPES  # noqa: PLC0415
    from erpd.register.models import DataSet  # noqa: PLC0415

    urls.urlpatterns.insert(0, path("bare", bare))
    handler = WSGIHandler()
    keys = DataSet.objects.order_by("key").values_list("key", flat=True)
    one, late = keys[size // 2], keys[max(0, size - 101)]
    pages = {
        "catalogue, first page": ("/catalogue.ttl", "*/*"),
        "catalogue, last page": (f"/catalogue.ttl?after={late.hex}", "*/*"),
        "catalogue, 3.0.1": ("/catalogue.ttl?profile=dcat-ap-3", "*/*"),
    }
    negotiated = {
        **{name: (f"/datasets/{one}", accept) for name, accept in MEDIA_TYPES.items()},
        "ttl, 3.0.1": (f"/datasets/{one}?profile=dcat-ap-3", "text/turtle"),
    }
    asked = {"bare": ("/bare", "*/*"), **pages, **negotiated}
    times: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(_WARM + _TIMES):
        for name, each in asked.items():
            times[name].append(_milliseconds(handler, *each))
    medians = {name: round(statistics.median(each[_WARM:]), 3) for name, each in times.items()}
    return {
        "pages": {name: medians[name] for name in pages},
        "negotiated": {name: medians[name] for name in negotiated},
        "bare_page_ms": medians["bare"],
    }


def _milliseconds(handler: "WSGIHandler", address: str, accept: str) -> float:
    """The processor time that an answer takes."""
    environ = RequestFactory(HTTP_HOST="127.0.0.1", HTTP_ACCEPT=accept).get(address).environ
    status: list[str] = []
    start = time.process_time()
    response = handler(environ, lambda said, *_: status.append(said))
    body = b"".join(response)
    took = (time.process_time() - start) * 1000
    response.close()
    if not status[0].startswith("200") or not body:
        raise RuntimeError(f"{address} gave {status[0]}")
    return took


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
