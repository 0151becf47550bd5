"""Row `sparql`: the examples of the editor from a served node, beside the engine alone."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store, serialize

from bench.measured import print_row, ratio
from bench.oai_pmh import pace, wait_until_written
from bench.processes import free_port, running
from erpd.portal.query_examples import EXAMPLES

ROWS = ("sparql",)
_TIMES = 7  # the middle one counts


def rows(home: Path, size: int) -> None:
    """``home`` holds ``size`` data sets."""
    erpd = [sys.executable, "-m", "erpd", "--home", str(home)]
    subprocess.run([*erpd, "index", "rebuild", "triples"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    port = free_port()
    node = f"http://127.0.0.1:{port}"
    with running([*erpd, "serve", "--port", str(port)], f"{node}/healthz"):
        wait_until_written(f"{node}/readyz")
        ours = {one.name: pace(f"{node}/sparql?query={quote(one.query)}") for one in EXAMPLES}
    position = json.loads((home / "triples" / "all" / "position.json").read_text("utf-8"))
    store = Store.read_only(str(home / "triples" / "all" / position["snapshot"]))
    bare = {one.name: _alone(store, one.query) for one in EXAMPLES}
    print_row(
        "sparql",
        data_sets=size,
        triples=len(store),
        ms=ours,
        compared_with="pyoxigraph answering the same queries, in one process",
        compared_ms=bare,
        extra_ms=round(statistics.median(ours[name] - bare[name] for name in ours), 1),
        ratio=ratio(sum(ours.values()), sum(bare.values())),
        reach="a few milliseconds more than the engine alone",
    )


def _alone(store: Store, query: str) -> float:
    """Milliseconds for the query and its result as JSON, or N-Triples."""
    times = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        found = store.query(query)
        if isinstance(found, (QuerySolutions, QueryBoolean)):
            found.serialize(format=QueryResultsFormat.JSON)
        else:
            serialize(found, format=RdfFormat.N_TRIPLES)
        times.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(times), 1)
