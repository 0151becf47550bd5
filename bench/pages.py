"""Row `pages`: whole pages of a register with one large catalogue, beside a bare Django answer."""

from pathlib import Path

from bench.measured import print_row
from bench.processes import figures_of, new_home

ROWS = ("pages",)
SIZE = 20_000


def rows(folder: Path, size: int = SIZE) -> None:
    figures = figures_of("bench.viewing", size, home=new_home(folder / "pages"))
    print_row(
        "pages",
        data_sets=size,
        ms=figures["ms"],
        compared_with="a bare Django answer through the same middleware: no template, no database",
        compared_ms=figures["bare_ms"],
        ratio=figures["ratios"],
        reach="data set 10, search and catalogue 25",
    )
