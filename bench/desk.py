"""Row `desk`: every page of the desk and what else is said of sources, with 60 of them."""

from contextlib import ExitStack
from pathlib import Path

from bench.measured import print_row
from bench.processes import figures_of, new_home
from tests.postgresql import MISSING, cluster, programs

ROWS = ("desk",)
SIZE = 5_000


def rows(folder: Path, size: int = SIZE) -> None:
    bin_ = programs()
    for name in ("SQLite", "PostgreSQL"):
        if name == "PostgreSQL" and bin_ is None:
            print_row("desk", left_out=MISSING)
            return
        with ExitStack() as opened:
            address = ""
            if name == "PostgreSQL" and bin_ is not None:
                postgresql = opened.enter_context(cluster(bin_))
                postgresql.sql("CREATE DATABASE erpd")
                address = postgresql.address()
            home = new_home(folder / f"desk-{name.lower()}")
            figures = figures_of("bench.operating", size, home=home, database=address)
        print_row("desk", database=name, data_sets=size, **figures, reach="each page at most 300 ms")
