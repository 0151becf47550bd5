"""Search in a register of SIZE data sets, filled here, as the server does: `python -m bench.searching SIZE`.

ERPD_HOME names a fresh home. Prints the times of our search and of FTS5 on the same questions.
"""

import json
import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from bench.data_sets import DataSet, data_set
from bench.fts5 import Fts5
from bench.measured import timed
from bench.questions import Question, questions
from bench.rdf_xml import rdf_xml

_BATCH = 500
_BASE_URL = "http://127.0.0.1"
_QUESTIONS = 160
_ASKED_OF_FTS5 = 40  # five of every kind
_PATIENCE = 60.0  # seconds for all of them: it may take some for each where there are many data sets
_COUNTRIES = {"NLD": "NL", "DEU": "DE", "FRA": "FR", "ITA": "IT", "ESP": "ES", "POL": "PL", "IRL": "IE"}


def kind_of(made: DataSet) -> str:
    return "open" if made.number % 4 == 0 else "protected"


def codes_of(made: DataSet) -> dict[str, list[str]]:
    """Facet -> values, as our index has them."""
    country = _COUNTRIES[made.language.country]
    return {
        "country": [country],
        "catalogue": [f"{country.lower()}-{kind_of(made)}"],
        "publisher": [made.publisher_name],
        "theme": made.themes,
        "format": [distribution.format for distribution in made.distributions],
        "access_right": [made.access],
        "language": [made.language.code],
        "kind": [kind_of(made)],
    }


def fill(size: int) -> None:
    """Through intake, like everything in the register."""
    from erpd.formats import format_for  # noqa: PLC0415
    from erpd.register.arrival import arrival  # noqa: PLC0415
    from erpd.register.catalogues import country_catalogue  # noqa: PLC0415
    from erpd.register.intake import take_in  # noqa: PLC0415
    from erpd.register.models import Source  # noqa: PLC0415

    read = format_for("application/rdf+xml").read
    assert read is not None
    sources: dict[tuple[str, str], Source] = {}
    for start in range(0, size, _BATCH):
        arrivals: dict[tuple[str, str], list[Any]] = {}
        for made in map(data_set, range(start, min(start + _BATCH, size))):
            place = (_COUNTRIES[made.language.country], kind_of(made))
            if place not in sources:
                catalogue = country_catalogue(place[0], open_data=place[1] == "open", european=True)
                sources[place] = Source.objects.create(slug="-".join(place).lower(), catalogue=catalogue)
            record = read(rdf_xml(made).encode(), str(made.number), "")
            arrivals.setdefault(place, []).append(arrival(sources[place].slug, "", record, [], _BASE_URL))
        for place, together in arrivals.items():
            take_in(sources[place], together, origin="bench")


def measure(size: int, folder: Path) -> dict[str, object]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erpd.node.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    from erpd.register.scope import scope  # noqa: PLC0415
    from erpd.register.search import follow, search  # noqa: PLC0415
    from erpd.register.search.reading import opened  # noqa: PLC0415

    fill(size)
    with timed() as indexing:
        follow()
    fts5 = Fts5(folder / "fts5.sqlite3")
    fts5.add((made, codes_of(made)) for made in map(data_set, range(size)))
    asked = questions(_QUESTIONS)

    def ours(question: Question) -> int:
        languages = (question.language, "en")
        return search(scope("all"), question.text, question.filters, languages=languages).total

    _times(ours, asked)  # the files are in memory at the second time, as in a server that has run for a while
    opened().found.clear()  # but nothing is remembered of the questions
    opened().counted.clear()
    times, hits = _times(ours, asked)
    fts5_times, _ = _times(lambda question: fts5.search(question)[0], asked[:_ASKED_OF_FTS5], _PATIENCE)
    return {
        "index_seconds": round(indexing.seconds, 3),
        "hits": {"median": statistics.median(hits), "most": max(hits)},
        "ours": _spread(times),
        "fts5": {**_spread(fts5_times), "asked": len(fts5_times)},
    }


def _times(
    search: Callable[[Question], int], asked: list[Question], patience: float = math.inf
) -> tuple[list[float], list[int]]:
    """Milliseconds and hits of each question; those that come after ``patience`` are left out."""
    times, totals = [], []
    for question in asked:
        if len(times) > 1 and sum(times) > patience * 1000:
            break
        start = time.perf_counter()
        totals.append(search(question))
        times.append((time.perf_counter() - start) * 1000)
    return times, totals


def _spread(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=20)
    return {"p50_ms": round(cuts[9], 2), "p95_ms": round(cuts[18], 2)}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), Path(os.environ["ERPD_HOME"]))))
