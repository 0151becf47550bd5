"""Rows `dumps` and `negotiation`: all dumps of a register in constant memory, and a data set in each form."""

from pathlib import Path

from bench.measured import print_row, ratio
from bench.processes import figures_of, new_home

ROWS = ("dumps", "negotiation")
SIZE = 20_000


def rows(folder: Path, size: int = SIZE) -> None:
    few = figures_of("bench.dumping", max(1, size // 10), home=new_home(folder / "dumps-few"))
    figures = figures_of("bench.dumping", size, home=new_home(folder / "dumps"))
    ms, negotiated, bare = figures["pages"], figures.pop("negotiated"), figures.pop("bare_page_ms")
    print_row(
        "dumps",
        **figures,
        peak_mb_of_a_tenth=few["peak_mb"],
        compared_with="pyoxigraph reading and writing the same in four syntaxes, and zlib",
        ratio=ratio(figures["ms"], figures["bare_ms"]),
        ratio_pages=ratio(ms["catalogue, last page"], ms["catalogue, first page"]),
        reach="memory does not grow with the register; the last page as fast as the first",
    )
    print_row(
        "negotiation",
        data_sets=figures["data_sets"],
        ms=negotiated,
        compared_with="a bare Django answer through the same middleware: no template, no database",
        compared_ms=bare,
        ratio={name: ratio(one, bare) for name, one in negotiated.items()},
        reach="at most 10 times the bare answer, as its page",
    )
