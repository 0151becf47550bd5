"""Row `search`: searches with all facets in the server process, beside SQLite's FTS5."""

from pathlib import Path

from bench.measured import print_row, ratio
from bench.processes import figures_of, new_home

ROWS = ("search",)
SIZE = 20_000


def rows(folder: Path, size: int = SIZE) -> None:
    figures = figures_of("bench.searching", size, home=new_home(folder / "search"))
    ours, fts5 = figures["ours"], figures["fts5"]
    print_row(
        "search",
        data_sets=size,
        **ours,
        hits=figures["hits"],
        index_seconds=figures["index_seconds"],
        compared_with="SQLite FTS5 and a table of codes: the same words, filters and facets, no stems",
        compared_questions=fts5["asked"],
        compared_p50_ms=fts5["p50_ms"],
        compared_p95_ms=fts5["p95_ms"],
        ratio=ratio(ours["p95_ms"], fts5["p95_ms"]),
        reach="p95 under 30 ms at 200,000",
    )
