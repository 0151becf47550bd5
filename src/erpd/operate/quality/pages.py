"""``/datasets/<key>/quality``: both scores with their metrics, for everybody; also as CSV."""

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from erpd.metadata.masking import masked
from erpd.metadata.quality import Score
from erpd.metadata.record import Record
from erpd.operate.links.words import STATES, answer_in_words, kinds_in_words, state_of
from erpd.operate.quality.words import AT_LEAST, BANDS, DIMENSIONS, METRICS
from erpd.pages.downloads import as_csv, csv_file
from erpd.pages.languages import reader_languages
from erpd.publish.methods import safe
from erpd.register.content import records
from erpd.register.models import DataSet
from erpd.register.quality.scoring import Points, Row, quality_of
from erpd.register.scope import scope

_COLUMNS = ("metric", "dimension", "met", "mqa", "mqa_of", "protected", "protected_of")


@safe
def quality(request: HttpRequest, key: str) -> HttpResponse:
    """The quality of one description."""
    data_set, record = found(key)
    title, language = record.title.best(*reader_languages(request))
    scores = quality_of(record, data_set.catalogue)
    facts = {
        "data_set": data_set,
        "name": title or data_set.identifier,
        "title_language": language,
        "scores": [(one, band_in_words(one)) for one in (scores.mqa, scores.protected)],
        "dimensions": [
            (DIMENSIONS[dimension], [(one, _percent(one)) for one in points])
            for dimension, *points in scores.by_dimension()
        ],
        "rows": [(METRICS[row.metric.name], DIMENSIONS[row.metric.dimension], row) for row in scores.rows],
        "links": _links(data_set),
        "link_days": settings.NODE.link_days,
        "untried": scores.mqa.untried or scores.protected.untried,
    }
    return render(request, "operate/quality.html", facts)


def _links(data_set: DataSet) -> list[dict[str, Any]]:
    """The links of a data set: those that fail first."""
    rows = [(one.link, one.kinds) for one in data_set.links.select_related("link")]
    rows.sort(key=lambda row: (row[0].failed is None, row[0].address))
    return [
        {
            "address": masked(link.address),
            "kinds": kinds_in_words(kinds),
            "state": STATES[state_of(link)],
            "since": link.failed,
            "answer": answer_in_words(link.answer),
            "tried": link.tried,
        }
        for link, kinds in rows
    ]


@safe
def quality_csv(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """The same as CSV: a line for each metric. Its cells are empty where it does not count.

    Its points are empty, too, where a link has not been tried.
    """
    data_set, record = found(key)
    lines = [_COLUMNS, *(_line(row) for row in quality_of(record, data_set.catalogue).rows)]
    return csv_file(as_csv(lines), f"quality-{data_set.key}")


def found(key: str) -> tuple[DataSet, Record]:
    """A data set and its record. Raises Http404 for a data set that is gone, or that nobody may see."""
    whole = records([here(key)])
    if not whole:
        raise Http404
    return whole[0]


def here(key: str) -> DataSet:
    """A data set, without its record. Raises Http404 like ``found``."""
    one = scope("all").one(uuid.UUID(key))
    if one is None or one.deleted:
        raise Http404
    return one


def band_in_words(score: Score) -> Promise:
    """The band of a score; the lowest that it can be in, if links have not been tried."""
    return (AT_LEAST if score.not_tried else BANDS)[score.band]


def _percent(points: Points) -> int:
    return round(100 * points.got / points.most) if points.most else 0


def _line(row: Row) -> list[str]:
    met = {True: "yes", False: "no", None: "not tried"}[row.met]
    return [row.metric.name, str(row.metric.dimension), met, *_cells(row.of_mqa), *_cells(row.of_protected)]


def _cells(points: Points | None) -> list[str]:
    if points is None:
        return ["", ""]
    return ["" if points.not_tried else str(points.got), str(points.most)]
