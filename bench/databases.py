"""Row `postgresql`: the same harvests on PostgreSQL, where it is installed, and on SQLite."""

from pathlib import Path

from bench.measured import cpu_of, print_row, ratio
from bench.processes import new_home
from bench.runs import harvest, serving, total
from tests.postgresql import MISSING, Cluster, cluster, programs

ROWS = ("postgresql",)
_NAME = "oai-pmh"


def rows(folder: Path, size: int) -> None:
    bin_ = programs()
    if bin_ is None:
        print_row("postgresql", left_out=MISSING)
        return
    with serving(_NAME, size, folder) as address, cluster(bin_) as postgresql:
        postgresql.sql("CREATE DATABASE erpd")
        ours = _harvests(address, folder / "on-postgresql", size, postgresql)
        theirs = _harvests(address, folder / "on-sqlite", size, None)
    for what, (seconds, cpu) in ours.items():
        print_row(
            "postgresql",
            data_sets=size,
            what=what,
            seconds=seconds,
            cpu_seconds=cpu,
            compared_with="the same on SQLite",
            compared_seconds=theirs[what][0],
            ratio=ratio(seconds, theirs[what][0]),
            ratio_cpu=ratio(cpu, theirs[what][1]),
            reach="at most 1.3 with 50,000",
        )


def _harvests(
    address: str, home: Path, size: int, postgresql: Cluster | None
) -> dict[str, tuple[float, float]]:
    """The seconds of each harvest and its processor time, with that of the database, into the same home."""
    new_home(home)
    database = postgresql.address() if postgresql else ""
    found = {}
    for what, name, place in (
        ("new source", _NAME, "new"),
        ("unchanged", _NAME, "unchanged"),
        ("full change", f"{_NAME}-changed", "changed"),
    ):
        before = cpu_of(postgresql.pid) if postgresql else 0.0
        figures = harvest(name, address, home, size, place, database=database)
        server = cpu_of(postgresql.pid) - before if postgresql else 0.0
        found[what] = total(figures), round(figures["whole"]["cpu"] + server, 3)
    return found
