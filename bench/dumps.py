"""Row `dumps`: all dumps of a register in constant memory, and RDF by negotiation beside a bare answer."""

from pathlib import Path

from bench.measured import print_row, ratio
from bench.processes import figures_of, new_home

ROWS = ("dumps",)
SIZE = 20_000


def rows(folder: Path, size: int = SIZE) -> None:
    few = figures_of("bench.dumping", max(1, size // 10), home=new_home(folder / "dumps-few"))
    figures = figures_of("bench.dumping", size, home=new_home(folder / "dumps"))
    ms = figures["pages"]
    print_row(
        "dumps",
        **figures,
        peak_mb_of_a_tenth=few["peak_mb"],
        compared_with="pyoxigraph reading and writing the same in four syntaxes, and zlib",
        ratio=ratio(figures["ms"], figures["bare_ms"]),
        ratio_pages=ratio(ms["catalogue, last page"], ms["catalogue, first page"]),
        reach="memory does not grow with the register; the last page as fast as the first",
    )
