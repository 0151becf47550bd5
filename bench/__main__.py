"""Print the rows, one JSON line each, as they are done."""

import argparse
import tempfile
from pathlib import Path

from bench import harvest

ROWS = (*harvest.ROWS,)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The speeds promised, as ratios.")
    parser.add_argument("--only", action="append", choices=ROWS, help="this row; may be repeated")
    parser.add_argument("--size", type=int, default=harvest.SIZE, help="data sets that are harvested")
    parser.add_argument("--profile", default="", metavar="FILE", help="cProfile of the first harvest")
    options = parser.parse_args()
    only = options.only or ROWS
    with tempfile.TemporaryDirectory(prefix="erpd-bench-") as name:
        if set(only) & set(harvest.ROWS):
            harvest.rows(only, Path(name), options.size, options.profile)


if __name__ == "__main__":
    main()
