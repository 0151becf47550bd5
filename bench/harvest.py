"""Rows `harvest` and `harvest-unchanged`: by the product from a local OAI-PMH server, into a fresh home."""

from collections.abc import Collection
from pathlib import Path

from bench.measured import print_row, ratio
from bench.processes import new_home
from bench.runs import bare, beside, harvest, phases, serving, total

ROWS = ("harvest", "harvest-unchanged")
SIZE = 10_000
_NAME = "oai-pmh"


def rows(only: Collection[str], folder: Path, size: int, profile: str = "") -> Path:
    """Print those of ``only``; the home that was filled."""
    home = new_home(folder / "harvest")
    before = [bare(_NAME, size)] if "harvest" in only else []
    with serving(_NAME, size, folder) as address:
        first = harvest(_NAME, address, home, size, "new", *([profile] if profile else []))
        if "harvest" in only:
            compared = beside(first, [*before, bare(_NAME, size)])
            reach = "at most 4, aim 2.5; under 300 MB"
            print_row("harvest", data_sets=size, **phases(first), **compared, reach=reach)
        if "harvest-unchanged" in only:
            again = harvest(_NAME, address, home, size, "unchanged")
            print_row(
                "harvest-unchanged",
                data_sets=size,
                **phases(again),
                compared_with="the first harvest",
                compared_seconds=total(first),
                ratio=ratio(total(again), total(first)),
                reach="at most 0.2",
            )
    return home
