"""Row `postgresql`: the same harvests on PostgreSQL, where it is installed, and on SQLite."""

from pathlib import Path

from bench.measured import print_row, ratio
from bench.processes import new_home
from bench.runs import harvest, serving, total
from tests.postgresql import MISSING, cluster, programs

ROWS = ("postgresql",)
_NAME = "oai-pmh"


def rows(folder: Path, size: int) -> None:
    bin_ = programs()
    if bin_ is None:
        print_row("postgresql", left_out=MISSING)
        return
    with serving(_NAME, size, folder) as address, cluster(bin_) as postgresql:
        postgresql.sql("CREATE DATABASE erpd")
        ours = _harvests(address, folder / "on-postgresql", size, postgresql.address())
        theirs = _harvests(address, folder / "on-sqlite", size, "")
    for what, seconds in ours.items():
        print_row(
            "postgresql",
            data_sets=size,
            what=what,
            seconds=seconds,
            compared_with="the same on SQLite",
            compared_seconds=theirs[what],
            ratio=ratio(seconds, theirs[what]),
            reach="at most 1.3 with 50,000",
        )


def _harvests(address: str, home: Path, size: int, database: str) -> dict[str, float]:
    """The seconds of each harvest, one after the other into the same home."""
    new_home(home)
    return {
        what: total(harvest(name, address, home, size, place, database=database))
        for what, name, place in (
            ("new source", _NAME, "new"),
            ("unchanged", _NAME, "unchanged"),
            ("full change", f"{_NAME}-changed", "changed"),
        )
    }
