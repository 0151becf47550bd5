"""Print the rows, one JSON line each, as they are done."""

import argparse
import sys
import tempfile
from pathlib import Path

from bench import (
    check,
    ckan,
    databases,
    deep,
    desk,
    distributions,
    dumps,
    files,
    harvest,
    million,
    oai_pmh,
    pages,
    protocols,
    relevance,
    search,
    sparql,
    write,
)

DEFAULT = (
    *check.ROWS,
    *files.ROWS,
    *harvest.ROWS,
    *databases.ROWS,
    *protocols.ROWS,
    *distributions.ROWS,
    *oai_pmh.ROWS,
    *ckan.ROWS,
    *sparql.ROWS,
    *write.ROWS,
    *search.ROWS,
    *pages.ROWS,
    *desk.ROWS,
    *dumps.ROWS,
    *relevance.ROWS,
)
ROWS = (*DEFAULT, *deep.ROWS, *million.ROWS, *files.LARGE)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="The speeds promised, as ratios.")
    parser.add_argument("--only", action="append", choices=ROWS, help="this row; may be repeated")
    parser.add_argument("--size", type=int, default=harvest.SIZE, help="data sets harvested and crawled")
    parser.add_argument(
        "--protocols", type=int, default=protocols.SIZE, help="data sets harvested by each other protocol"
    )
    parser.add_argument("--write", type=int, default=write.SIZE, help="data sets delivered")
    parser.add_argument("--search", type=int, default=search.SIZE, help="data sets searched")
    parser.add_argument("--pages", type=int, default=pages.SIZE, help="data sets of the pages")
    parser.add_argument("--desk", type=int, default=desk.SIZE, help="data sets of the pages of the desk")
    parser.add_argument("--dumps", type=int, default=dumps.SIZE, help="data sets of the dumps")
    parser.add_argument("--deep", type=int, default=deep.SIZE, help="data sets of the row ckan-deep")
    parser.add_argument(
        "--million", type=int, default=million.SIZE, help="data sets of the rows million and files"
    )
    parser.add_argument("--profile", default="", metavar="FILE", help="cProfile of the first harvest")
    parser.add_argument(
        "--pycsw", default=sys.executable, metavar="PYTHON", help="a Python that has pycsw 2.6"
    )
    options = parser.parse_args()
    only = set(options.only or DEFAULT)
    with tempfile.TemporaryDirectory(prefix="erpd-bench-") as name:
        folder = Path(name)
        if only & set(check.ROWS):
            check.rows()
        if only & set(files.ROWS):
            files.rows(folder)
        if only & set(files.LARGE):
            files.large(folder, options.million)
        if only & {*harvest.ROWS, *oai_pmh.ROWS, *ckan.ROWS, *sparql.ROWS}:
            home = harvest.rows(only, folder, options.size, options.profile)
            served = {
                oai_pmh.ROWS: lambda: oai_pmh.rows(home, folder, options.size, options.pycsw),
                ckan.ROWS: lambda: ckan.rows(home, options.size),
                sparql.ROWS: lambda: sparql.rows(home, options.size),
            }
            for names, measured in served.items():
                if only & set(names):
                    measured()
        if only & set(databases.ROWS):
            databases.rows(folder, options.size)
        protocols.rows(only, folder, options.protocols, options.profile)
        others = {
            distributions.ROWS: lambda: distributions.rows(folder),
            write.ROWS: lambda: write.rows(folder, options.write),
            search.ROWS: lambda: search.rows(folder, options.search),
            pages.ROWS: lambda: pages.rows(folder, options.pages),
            desk.ROWS: lambda: desk.rows(folder, options.desk),
            dumps.ROWS: lambda: dumps.rows(folder, options.dumps),
            relevance.ROWS: lambda: relevance.rows(folder),
            deep.ROWS: lambda: deep.rows(folder, options.deep),
            million.ROWS: lambda: million.rows(folder, options.million),
        }
        for names, measured in others.items():
            if only & set(names):
                measured()


if __name__ == "__main__":
    main()
