"""Real catalogues and the suites of the W3C, where they are at ../shared/data."""

import csv
import re
from pathlib import Path

import pytest

from tests.needs import SHARED

CATALOGUES = SHARED / "catalogues"
HOSTILE = SHARED / "hostile"


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (SHARED / folder).rglob("*") if path.is_file())


def present(folder: Path) -> Path:
    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not at ../shared/data")
    return folder


def parseable() -> dict[str, int]:
    """The files of FILES.tsv in which no parser found a fault, with the number of data sets."""
    with (present(CATALOGUES) / "FILES.tsv").open(newline="") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if not row["parse_defects"]]
    return {row["file"]: _counted(row["counts"]) for row in rows if "triples" in row["counts"]}


def _counted(counts: str) -> int:
    found = re.search(r"(\d+) datasets", counts)
    return int(found[1]) if found else 0
