"""Rows `harvest` and `harvest-unchanged`: by the product from a local OAI-PMH server, into a fresh home."""

import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from bench.measured import print_row, ratio
from bench.processes import figures_of, new_home, running

ROWS = ("harvest", "harvest-unchanged")
SIZE = 10_000

Figures = dict[str, Any]


def rows(only: Collection[str], folder: Path, size: int, profile: str = "") -> Path:
    """Print those of ``only``; the home that was filled."""
    home = new_home(folder / "harvest")
    bare = [figures_of("bench.bare", size)] if "harvest" in only else []
    with running([sys.executable, "-m", "bench.oai_server", str(size)]) as address:
        first = _harvest(home, size, "new", address, *([profile] if profile else []))
        if "harvest" in only:
            _print_first(first, [*bare, figures_of("bench.bare", size)], size)
        if "harvest-unchanged" in only:
            _print_again(_harvest(home, size, "unchanged", address), first, size)
    return home


def _harvest(home: Path, size: int, place: str, *arguments: str) -> Figures:
    figures: Figures = figures_of("bench.harvesting", *arguments, home=home)
    if figures["ledger"][place] != size:
        raise RuntimeError(f"not all are {place}: {figures['ledger']}")
    return figures


def _print_first(first: Figures, bare: list[Figures], size: int) -> None:
    """``bare`` is timed before and after, for the machine may be busier at one time than at another."""
    seconds = sum(figures["seconds"] for figures in bare) / len(bare)
    cpu = sum(figures["cpu"] for figures in bare) / len(bare)
    print_row(
        "harvest",
        data_sets=size,
        **_phases(first),
        compared_with="pyoxigraph parses the same RDF/XML, then RDFC-1.0 and SHA-256",
        compared_seconds=round(seconds, 3),
        ratio=ratio(_total(first), seconds),
        ratio_cpu=ratio(first["whole"]["cpu"], cpu),
        reach="at most 4, aim 2.5; under 300 MB",
    )


def _print_again(again: Figures, first: Figures, size: int) -> None:
    print_row(
        "harvest-unchanged",
        data_sets=size,
        **_phases(again),
        compared_with="the first harvest",
        compared_seconds=_total(first),
        ratio=ratio(_total(again), _total(first)),
        reach="at most 0.2",
    )


def _total(figures: Figures) -> float:
    return float(figures["whole"]["seconds"])


def _phases(figures: Figures) -> dict[str, float]:
    return {
        "seconds": figures["whole"]["seconds"],
        "run_seconds": figures["run"]["seconds"],
        "cpu_seconds": figures["whole"]["cpu"],
        "peak_mb": figures["peak_mb"],
    }
