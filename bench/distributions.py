"""Row `distributions`: one record with 10,000 distributions, with names and without, by OAI-PMH."""

from pathlib import Path

from bench.many import DISTRIBUTIONS
from bench.measured import print_row
from bench.processes import new_home
from bench.runs import bare, beside, harvest, phases, serving

ROWS = ("distributions",)
_KINDS = ("distributions", "distributions-nameless")


def rows(folder: Path) -> None:
    for kind in _KINDS:
        home = new_home(folder / kind)
        before = bare(kind, 1)
        with serving(kind, 1, folder) as address:
            first = harvest(kind, address, home, 1, "new")
        compared = beside(first, [before, bare(kind, 1)])
        print_row(kind, distributions=DISTRIBUTIONS, **phases(first), **compared)
