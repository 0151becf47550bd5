"""Two sources that say values which no authority table has."""

from collections.abc import Iterator

import pytest

from erpd.harvest.models import SourceSettings
from tests.harvest.national import Point, good, run, source

CSV = '<dct:format rdf:resource="http://publications.europa.eu/resource/authority/file-type/CSV"/>'


def says(name: str, value: str) -> str:
    """A record whose file is in the format ``value``."""
    return good(name, f"Files {name}").replace(CSV, f"<dct:format>{value}</dct:format>")


@pytest.fixture
def land(db: None) -> Iterator[SourceSettings]:
    """It refuses what has no known format: three records say ``Tableur``, one ``Karte``."""
    with Point(
        [says("a", "Tableur"), says("b", "tableur "), says("c", "TABLEUR"), says("d", "Karte")]
    ) as point:
        settings = source(point.url, name="land", rules='# ours\ndefault_language = "nl"  # as agreed\n')
        run(settings)
        yield settings


@pytest.fixture
def water(db: None) -> Iterator[SourceSettings]:
    """It takes in what has no known format: two records say ``Tableur``, two ``Karte``, one ``CSV``."""
    listed = [says("e", "Karte"), says("f", "Karte"), says("g", "Tableur"), says("h", "Tableur"), good("i")]
    with Point(listed) as point:
        settings = source(point.url, country="BE", name="water", policy="lenient")
        run(settings)
        yield settings
