"""Harvests by the product from a local server, and the bare work on the same records, each in processes."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measured import ratio
from bench.oxigraph import oxigraph
from bench.processes import figures_of, running
from bench.served import SERVED

Figures = dict[str, Any]


@contextmanager
def serving(name: str, size: int, folder: Path) -> Iterator[str]:
    """The address of a source of that name in SERVED; all that it gives was made before."""
    served = SERVED[name]
    if served.site is None:
        with oxigraph(folder, size, served.record) as address:
            yield address + served.path
    else:
        with running([sys.executable, "-m", "bench.serving", name, str(size)]) as address:
            yield address


def harvest(
    name: str, address: str, home: Path, size: int, place: str, *arguments: str, database: str = ""
) -> Figures:
    """Once into ``home``. Raises RuntimeError where not all records end in the bin ``place``."""
    figures: Figures = figures_of("bench.harvesting", name, address, *arguments, home=home, database=database)
    if figures["ledger"][place] != size:
        raise RuntimeError(f"not all are {place}: {figures['ledger']}")
    return figures


def phases(figures: Figures) -> dict[str, float]:
    return {
        "seconds": total(figures),
        "run_seconds": figures["run"]["seconds"],
        "cpu_seconds": figures["whole"]["cpu"],
        "peak_mb": figures["peak_mb"],
        "peak_anonymous_mb": figures["peak_anonymous_mb"],
    }


def total(figures: Figures) -> float:
    return float(figures["whole"]["seconds"])


def bare(name: str, size: int) -> Figures:
    figures: Figures = figures_of("bench.bare", name, size)
    return figures


def beside(first: Figures, bares: Sequence[Figures]) -> dict[str, object]:
    """``bares`` are timed before and after, for the machine may be busier at one time than at another."""
    seconds = sum(figures["seconds"] for figures in bares) / len(bares)
    cpu = sum(figures["cpu"] for figures in bares) / len(bares)
    return {
        "compared_with": bares[0]["what"],
        "compared_seconds": round(seconds, 3),
        "ratio": ratio(total(first), seconds),
        "ratio_cpu": ratio(first["whole"]["cpu"], cpu),
    }
