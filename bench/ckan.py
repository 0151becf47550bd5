"""Row `ckan`: all pages of package_search from a served node, beside json.dumps of the same packages."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench.measured import print_row, ratio
from bench.oai_pmh import pace
from bench.processes import free_port, running

ROWS = ("ckan",)
_PAGE = 100  # packages: what harvesters ask for
_ROUNDS = 2  # the better one counts
_CKAN = 2_750  # packages a second of CKAN 2.11 with Solr, on a machine like this


def rows(home: Path, size: int) -> None:
    """``home`` holds ``size`` data sets."""
    port = free_port()
    served = f"http://127.0.0.1:{port}/api/3/action/package_search?rows={_PAGE}&start="
    erpd = [sys.executable, "-m", "erpd", "--home", str(home)]
    subprocess.run([*erpd, "index", "rebuild", "ckan"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    with running([*erpd, "serve", "--port", str(port)], f"{served}0"):
        seconds = min(_crawl(served, size) for _ in range(_ROUNDS))
        first_ms, last_ms = pace(f"{served}0"), pace(f"{served}{max(0, size - _PAGE)}")
        packages = json.loads(_read(f"{served}0"))["result"]["results"]
    dumped = _dumped(packages)
    per_second = round(size / seconds, 1)
    print_row(
        "ckan",
        data_sets=size,
        packages_per_second=per_second,
        bytes_per_package=len(json.dumps(packages, ensure_ascii=False).encode()) // max(1, len(packages)),
        first_page_ms=first_ms,
        last_page_ms=last_ms,
        compared_with="json.dumps of the same packages",
        compared_per_second=dumped,
        ratio=ratio(per_second, dumped),
        ratio_to_ckan=ratio(per_second, _CKAN),
        reach="at least 3 times the 2,750 packages/s of CKAN; the last page as fast as the first",
    )


def _crawl(served: str, size: int) -> float:
    start, seen, begun = 0, 0, time.perf_counter()
    while start < size:
        seen += _read(f"{served}{start}").count(b'"relationships_as_object"')
        start += _PAGE
    if seen != size:
        raise RuntimeError(f"{served}: {seen} packages instead of {size}")
    return time.perf_counter() - begun


def _dumped(packages: list[Any]) -> float:
    """Packages that json.dumps writes in a second."""
    begun, rounds = time.perf_counter(), 10
    for _ in range(rounds):
        json.dumps({"success": True, "result": {"results": packages}}).encode()
    return round(rounds * len(packages) / (time.perf_counter() - begun), 1)


def _read(address: str) -> bytes:
    with urlopen(address, timeout=60) as answer:  # noqa: S310
        return bytes(answer.read())
