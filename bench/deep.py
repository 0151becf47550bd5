"""Row `ckan-deep`: package_search from the first page to the last of a large register."""

from pathlib import Path

from bench.measured import print_row, ratio
from bench.processes import figures_of, new_home

ROWS = ("ckan-deep",)
SIZE = 100_000


def rows(folder: Path, size: int = SIZE) -> None:
    figures = figures_of("bench.turning", size, home=new_home(folder / "deep"))
    tenths, pages = figures["tenths_ms"], figures["ms"]
    print_row(
        "ckan-deep",
        **figures,
        compared_with="the first tenth of the pages, and the first page",
        ratio=ratio(tenths[-1], tenths[0]),
        ratios={name: ratio(one, pages["first"]) for name, one in pages.items()},
        reach="the last page as fast as the first",
    )
