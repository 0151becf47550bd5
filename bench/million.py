"""Row `million`: very many data sets by OAI-PMH, and again unchanged; does the cost of one grow with them?"""

from pathlib import Path

from bench.measured import print_row, ratio
from bench.processes import new_home
from bench.runs import Figures, harvest, phases, serving, total

ROWS = ("million",)
SIZE = 1_000_000
_NAME = "million"


def rows(folder: Path, size: int = SIZE) -> None:
    home = new_home(folder / "million")
    with serving(_NAME, size, folder) as address:
        first = harvest(_NAME, address, home, size, "new")
        _print("million", first, size, home)
        again = harvest(_NAME, address, home, size, "unchanged")
        compared = {"compared_with": "the first harvest", "compared_seconds": total(first)}
        _print("million-unchanged", again, size, home, **compared, ratio=ratio(total(again), total(first)))


def _print(row: str, figures: Figures, size: int, home: Path, **compared: object) -> None:
    """``growth``: the processor time of a record in the last tenth by that in the first."""
    tenths = figures["tenths"]
    print_row(
        row,
        data_sets=size,
        **phases(figures),
        per_second=round(size / total(figures), 1),
        growth=ratio(tenths["cpu_ms"][-1], tenths["cpu_ms"][0]),
        tenths_cpu_ms=tenths["cpu_ms"],
        tenths_per_second=tenths["per_second"],
        tenths_mb=tenths["mb"],
        end_seconds=tenths["end_seconds"],
        **compared,
        home_mb=_sizes(home),
    )


def _sizes(home: Path) -> dict[str, float]:
    """What each file and folder of the home takes on the disk, in MB; ``all`` of them."""
    sizes = {entry.name: _size(entry) for entry in sorted(home.iterdir())}
    return {name: round(size / 2**20, 1) for name, size in {**sizes, "all": sum(sizes.values())}.items()}


def _size(entry: Path) -> int:
    files = entry.rglob("*") if entry.is_dir() else [entry]
    return sum(file.stat().st_size for file in files if file.is_file())
