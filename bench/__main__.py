"""Print the rows, one JSON line each, as they are done."""

import argparse
import sys
import tempfile
from pathlib import Path

from bench import check, harvest, oai_pmh, search

ROWS = (*check.ROWS, *harvest.ROWS, *oai_pmh.ROWS, *search.ROWS)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The speeds promised, as ratios.")
    parser.add_argument("--only", action="append", choices=ROWS, help="this row; may be repeated")
    parser.add_argument("--size", type=int, default=harvest.SIZE, help="data sets harvested and crawled")
    parser.add_argument("--search", type=int, default=search.SIZE, help="data sets searched")
    parser.add_argument("--profile", default="", metavar="FILE", help="cProfile of the first harvest")
    parser.add_argument(
        "--pycsw", default=sys.executable, metavar="PYTHON", help="a Python that has pycsw 2.6"
    )
    options = parser.parse_args()
    only = options.only or ROWS
    with tempfile.TemporaryDirectory(prefix="erpd-bench-") as name:
        folder = Path(name)
        if set(only) & set(check.ROWS):
            check.rows()
        if set(only) & {*harvest.ROWS, *oai_pmh.ROWS}:
            home = harvest.rows(only, folder, options.size, options.profile)
            if set(only) & set(oai_pmh.ROWS):
                oai_pmh.rows(home, folder, options.size, options.pycsw)
        if set(only) & set(search.ROWS):
            search.rows(folder, options.search)


if __name__ == "__main__":
    main()
