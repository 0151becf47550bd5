"""Rows `harvest-dump`, `harvest-sparql` and so on: the same data sets by each other protocol, and again."""

from collections.abc import Collection
from pathlib import Path

from bench.measured import print_row, ratio
from bench.processes import new_home
from bench.runs import bare, beside, harvest, phases, serving, total

_PROTOCOLS = ("dump", "sparql", "ckan", "csw", "cbs")
ROWS = tuple(f"harvest-{protocol}" for protocol in _PROTOCOLS)
SIZE = 2_000


def rows(only: Collection[str], folder: Path, size: int, profile: str = "") -> None:
    """Print those of ``only``."""
    for row, protocol in zip(ROWS, _PROTOCOLS, strict=True):
        if row in only:
            _print(row, protocol, folder, size, [profile] if profile else [])


def _print(row: str, protocol: str, folder: Path, size: int, arguments: list[str]) -> None:
    home = new_home(folder / row)
    before = bare(protocol, size)
    with serving(protocol, size, folder) as address:
        first = harvest(protocol, address, home, size, "new", *arguments)
        compared = beside(first, [before, bare(protocol, size)])
        again = harvest(protocol, address, home, size, "unchanged")
    print_row(
        row,
        data_sets=size,
        **phases(first),
        **compared,
        again=ratio(total(again), total(first)),
        again_seconds=total(again),
        again_mb=again["peak_mb"],
    )
