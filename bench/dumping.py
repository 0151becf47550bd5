"""Dumps, the catalogue in pages, and RDF by negotiation: `python -m bench.dumping SIZE`.

ERPD_HOME names a fresh home. Prints processor times and the most memory that writing the dumps took.
"""

import json
import os
import sys
import zlib
from collections.abc import Callable
from typing import Any

import django
from django.core.management import call_command
from django.test import RequestFactory, override_settings
from pyoxigraph import RdfFormat, parse, serialize

from bench.measured import Memory, timed, watched
from bench.viewing import fill, milliseconds

_SAMPLE = 1_000
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
    with timed() as bare:
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
        "bare_ms": round(bare.cpu * 1000 / len(lines), 3),
        "before_mb": before,
        "peak_mb": memory.peak_anonymous_mb,
        "mb": {name: round(file.size / 2**20, 1) for name, file in found.files.items() if "all." in name},
        "pages": _pages(size),
    }


def _pages(size: int) -> dict[str, float]:
    """Milliseconds of processor time of each answer, in the server's process."""
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415

    from erpd.register.models import DataSet  # noqa: PLC0415

    handler = WSGIHandler()

    def asked(address: str, accept: str = "*/*", at: WSGIHandler = handler) -> Callable[[], None]:
        environ = RequestFactory(HTTP_HOST="127.0.0.1", HTTP_ACCEPT=accept).get(address).environ

        def ask() -> None:
            status: list[str] = []
            response = at(dict(environ), lambda said, *_: status.append(said))
            body = b"".join(response)
            response.close()
            if not status[0].startswith("200") or not body:
                raise RuntimeError(f"{address} gave {status[0]}")

        return ask

    keys = DataSet.objects.order_by("key").values_list("key", flat=True)
    one, late = keys[size // 2], keys[max(0, size - 101)]
    times = {
        "catalogue, first page": asked("/catalogue.ttl"),
        "catalogue, last page": asked(f"/catalogue.ttl?after={late.hex}"),
        "catalogue, 3.0.1": asked("/catalogue.ttl?profile=dcat-ap-3"),
        "data set": asked(f"/datasets/{one}", "text/turtle"),
        "data set, 3.0.1": asked(f"/datasets/{one}?profile=dcat-ap-3", "text/turtle"),
    }
    measured = {name: milliseconds(ask) for name, ask in times.items()}
    with override_settings(ROOT_URLCONF="bench.viewing"):
        measured["a bare Django answer"] = milliseconds(asked("/", at=WSGIHandler()))
    return measured


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
