"""Row `oai-pmh`: all pages of ListRecords by HTTP from a served node, beside pycsw with the same data."""

import json
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.measured import print_row, ratio, timed
from bench.processes import figures_of, free_port, running

ROWS = ("oai-pmh",)
_PAGE = 250  # records: what erpd gives; pycsw is slower with less
_MOST_PAGES = 100_000
_ROUNDS = 2  # the better one counts
_PATIENCE = 3_600  # seconds until all records are written once
_TAIL = 2_000  # bytes at the end of a page, where the token is
_TOKEN = re.compile(rb"<(?:oai:)?resumptionToken[^>]*>([^<\s]+)</")


@dataclass(frozen=True)
class Crawl:
    records: int
    seconds: float
    cpu: float  # seconds, of the server and of this process
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
        wait_until_written(f"http://127.0.0.1:{port}/readyz")
        ours = best(f"{served}?", "dcat_ap", size)
        ours_dc = best(f"{served}?", "oai_dc", size)
        first_ms, last_ms = pace(_address(f"{served}?", "dcat_ap")), pace(ours.last)
    compared_with, theirs = compared(folder, size, pycsw)
    print_row(
        "oai-pmh",
        data_sets=size,
        seconds=round(ours.seconds, 3),
        records_per_second=ours.per_second,
        oai_dc_per_second=ours_dc.per_second,
        first_page_ms=first_ms,
        last_page_ms=last_ms,
        compared_with=compared_with,
        compared_per_second=theirs.per_second,
        ratio=ratio(ours.per_second, theirs.per_second),
        ratio_oai_dc=ratio(ours_dc.per_second, theirs.per_second),
        ratio_cpu=ratio(theirs.cpu, ours.cpu),
        ratio_cpu_oai_dc=ratio(theirs.cpu, ours_dc.cpu),
        reach="at least 10 times pycsw; the last page as fast as the first",
    )


def wait_until_written(readyz: str) -> None:
    """Until everything derived has caught up with the register: then nothing else is at work."""
    for _ in range(_PATIENCE):
        with urllib.request.urlopen(readyz) as answer:  # noqa: S310
            if not any(one["behind"] for one in json.load(answer)["derived"].values()):
                return
        time.sleep(1)
    raise RuntimeError(f"{readyz}: records are not written after {_PATIENCE} seconds")


def compared(folder: Path, size: int, pycsw: str) -> tuple[str, Crawl]:
    """What we compare with, and how it did."""
    has_pycsw = subprocess.run([pycsw, "-c", "import pycsw"], capture_output=True, check=False)  # noqa: S603
    if has_pycsw.returncode:
        figures = figures_of("bench.plain_xml", size)
        return "lxml building the same XML, no pycsw here", Crawl(
            size, figures["seconds"], figures["cpu"], ""
        )
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
        return "pycsw 2.6, oai_dc, pages of the same length", best(address, "oai_dc", size)


def best(address: str, prefix: str, size: int) -> Crawl:
    """The faster of two crawls; raises RuntimeError where one does not bring all records."""
    crawls = [crawl(address, prefix) for _ in range(_ROUNDS)]
    if any(one.records != size for one in crawls):
        raise RuntimeError(f"{address}: {[one.records for one in crawls]} records instead of {size}")
    return min(crawls, key=lambda one: one.seconds)


def crawl(address: str, prefix: str) -> Crawl:
    records, page = 0, _address(address, prefix)
    with timed() as clock:
        for _ in range(_MOST_PAGES):
            body = _read(page)
            records += body.count(b"record>") // 2
            token = _TOKEN.search(body, len(body) - _TAIL)
            if token is None or token[1] == b"0":  # pycsw ends its lists so
                break
            page = f"{_address(address, prefix)}&resumptionToken={quote(token[1].decode())}"
        else:
            raise RuntimeError(f"{address} does not end")
    return Crawl(records, clock.seconds, clock.cpu, page)


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
