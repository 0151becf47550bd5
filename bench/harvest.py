"""Rows `harvest` and `harvest-unchanged`: by the product from a local OAI-PMH server, into a fresh home."""

import sys
from collections.abc import Collection
from pathlib import Path

from bench.measured import print_row, ratio
from bench.processes import figures_of, new_home, running

ROWS = ("harvest", "harvest-unchanged")
SIZE = 10_000


def rows(only: Collection[str], folder: Path, size: int, profile: str = "") -> Path:
    """Print them; the home that was filled."""
    home = new_home(folder / "harvest")
    bare = [figures_of("bench.bare", size)]
    with running([sys.executable, "-m", "bench.oai_server", str(size)]) as address:
        first = figures_of("bench.harvesting", address, *([profile] if profile else []), home=home)
        bare.append(figures_of("bench.bare", size))
        print_first(first, bare, size)
        if "harvest-unchanged" in only:
            again = figures_of("bench.harvesting", address, home=home)
            if again["ledger"]["unchanged"] != size:
                raise RuntimeError(f"not unchanged: {again['ledger']}")
            print_row(
                "harvest-unchanged",
                data_sets=size,
                **_phases(again),
                compared_with="the first harvest",
                compared_seconds=round(_total(first), 3),
                ratio=ratio(_total(again), _total(first)),
                reach="at most 0.2",
            )
    return home


def print_first(first: dict, bare: list[dict], size: int) -> None:
    if first["ledger"]["new"] != size:
        raise RuntimeError(f"not all are new: {first['ledger']}")
    seconds = sum(figures["seconds"] for figures in bare) / len(bare)
    cpu = sum(figures["cpu"] for figures in bare) / len(bare)
    print_row(
        "harvest",
        data_sets=size,
        **_phases(first),
        compared_with="pyoxigraph parses the same RDF/XML, then RDFC-1.0 and SHA-256",
        compared_seconds=round(seconds, 3),
        ratio=ratio(_total(first), seconds),
        ratio_cpu=ratio(first["run"]["cpu"] + first["index"]["cpu"], cpu),
        reach="at most 4, aim 2.5; under 300 MB",
    )


def _total(figures: dict) -> float:
    return figures["run"]["seconds"] + figures["index"]["seconds"]


def _phases(figures: dict) -> dict[str, float]:
    return {
        "seconds": round(_total(figures), 3),
        "run_seconds": figures["run"]["seconds"],
        "index_seconds": figures["index"]["seconds"],
        "cpu_seconds": round(figures["run"]["cpu"] + figures["index"]["cpu"], 3),
        "peak_mb": figures["peak_mb"],
    }
