"""Row `oai-pmh`: all pages of ListRecords by HTTP from a served node, beside pycsw with the same data."""

import re
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.measured import print_row, ratio
from bench.processes import figures_of, free_port, running

ROWS = ("oai-pmh",)
_PAGE = 250  # records: what erpd gives; pycsw is slower with less
_MOST_PAGES = 100_000
_ROUNDS = 2  # the better one counts
_TOKEN = re.compile(rb"<(?:oai:)?resumptionToken[^>]*>([^<\s]+)</")
_RECORD = re.compile(rb"<(oai:)?record>")


@dataclass(frozen=True)
class Crawl:
    records: int
    seconds: float
    last: str  # the address of the last page

    @property
    def per_second(self) -> float:
        return round(self.records / self.seconds, 1)


def rows(home: Path, folder: Path, size: int, pycsw: str = sys.executable) -> None:
    """``home`` holds ``size`` data sets; ``pycsw``: a Python that has pycsw 2.6, if there is one."""
    port = free_port()
    served = f"http://127.0.0.1:{port}/oai"
    command = [sys.executable, "-m", "erpd", "--home", str(home), "serve", "--port", str(port)]
    with running(command, f"{served}?verb=Identify"):
        ours = best(f"{served}?", "dcat_ap", size)
        ours_dc = best(f"{served}?", "oai_dc", size)
        first_ms, last_ms = pace(_address(f"{served}?", "dcat_ap")), pace(ours.last)
    compared_with, per_second = compared(folder, size, pycsw)
    print_row(
        "oai-pmh",
        data_sets=size,
        seconds=round(ours.seconds, 3),
        records_per_second=ours.per_second,
        oai_dc_per_second=ours_dc.per_second,
        first_page_ms=first_ms,
        last_page_ms=last_ms,
        compared_with=compared_with,
        compared_per_second=per_second,
        ratio=ratio(ours.per_second, per_second),
        ratio_oai_dc=ratio(ours_dc.per_second, per_second),
        reach="at least 3 times pycsw; the last page as fast as the first",
    )


def compared(folder: Path, size: int, pycsw: str) -> tuple[str, float]:
    """What we compare with, and its records in a second."""
    has_pycsw = subprocess.run([pycsw, "-c", "import pycsw"], capture_output=True, check=False)  # noqa: S603
    if has_pycsw.returncode:
        figures = figures_of("bench.plain_xml", size)
        return "lxml building the same XML, no pycsw here", round(size / figures["seconds"], 1)
    (folder / "pycsw").mkdir()
    command = [
        pycsw,
        "-W",
        "ignore",
        "-m",
        "bench.pycsw_server",
        str(size),
        str(folder / "pycsw"),
        str(_PAGE),
    ]
    with running(command) as address:
        return "pycsw 2.6, oai_dc, pages of the same length", best(address, "oai_dc", size).per_second


def best(address: str, prefix: str, size: int) -> Crawl:
    """The faster of two crawls; raises RuntimeError where one does not bring all records."""
    crawls = [crawl(address, prefix) for _ in range(_ROUNDS)]
    if any(one.records != size for one in crawls):
        raise RuntimeError(f"{address}: {[one.records for one in crawls]} records instead of {size}")
    return min(crawls, key=lambda one: one.seconds)


def crawl(address: str, prefix: str) -> Crawl:
    start, records, page = time.perf_counter(), 0, _address(address, prefix)
    for _ in range(_MOST_PAGES):
        body = _read(page)
        records += len(_RECORD.findall(body))
        token = _TOKEN.search(body)
        if token is None or token[1] == b"0":  # pycsw ends its lists so
            return Crawl(records, time.perf_counter() - start, page)
        page = f"{_address(address, prefix)}&resumptionToken={quote(token[1].decode())}"
    raise RuntimeError(f"{address} does not end")


def _address(address: str, prefix: str) -> str:
    return f"{address}verb=ListRecords&metadataPrefix={prefix}"


def pace(page: str) -> float:
    """Milliseconds for one page, the middle of seven."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        _read(page)
        times.append(time.perf_counter() - start)
    return round(statistics.median(times) * 1000, 1)


def _read(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310
        return bytes(answer.read())
