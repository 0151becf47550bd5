"""Turns all pages of package_search in a register of SIZE data sets: `python -m bench.turning SIZE`.

ERPD_HOME names a fresh home. Prints processor times of the server's process: of a harvester who begins at the
beginning, in each tenth of its pages; and of strangers who ask for one page only, in turn.
"""

import json
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import django
from django.core.management import call_command
from django.test import RequestFactory

from bench.viewing import fill

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

_PAGE = 100  # packages: what harvesters ask for
_WARM, _TIMES = 5, 30


def measure(size: int) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erpd.node.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415

    from erpd.publish.ckan_api.written import WRITTEN  # noqa: PLC0415
    from erpd.register.models import DataSet  # noqa: PLC0415
    from erpd.register.search import follow  # noqa: PLC0415

    if not DataSet.objects.exists():  # otherwise the home is that of an earlier run
        fill(size)
    follow()
    WRITTEN.derived.follow(None, lambda: False)
    amount, handler = DataSet.objects.count(), WSGIHandler()
    starts = range(0, amount, _PAGE)
    _milliseconds(handler, 0, "warm")
    turned = [_milliseconds(handler, start, "harvester") for start in starts]
    if (seen := sum(packages for _, packages in turned)) != amount:
        raise RuntimeError(f"{seen} packages instead of {amount}")
    tenth = max(1, len(turned) // 10)
    parts = [turned[at : at + tenth] for at in range(0, tenth * 10, tenth)]
    asked = {"first": 0, "middle": amount // 2, "last": max(0, amount - _PAGE)}
    times: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(_WARM + _TIMES):
        for name, start in asked.items():
            times[name].append(_milliseconds(handler, start, f"stranger-{number}")[0])
    return {
        "data_sets": amount,
        "tenths_ms": [round(statistics.median(ms for ms, _ in part), 2) for part in parts if part],
        "ms": {name: round(statistics.median(each[_WARM:]), 2) for name, each in times.items()},
    }


def _milliseconds(handler: "WSGIHandler", start: int, reader: str) -> tuple[float, int]:
    """The processor time that a page takes, and its packages."""
    address = f"/api/3/action/package_search?rows={_PAGE}&start={start}"
    environ = RequestFactory(HTTP_HOST="127.0.0.1", HTTP_USER_AGENT=reader).get(address).environ
    status: list[str] = []
    begun = time.process_time()
    response = handler(environ, lambda said, *_: status.append(said))
    body = b"".join(response)
    took = (time.process_time() - begun) * 1000
    response.close()
    if not status[0].startswith("200"):
        raise RuntimeError(f"{address} gave {status[0]}")
    return took, body.count(b'"relationships_as_object"')


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
