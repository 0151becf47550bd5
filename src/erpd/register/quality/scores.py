"""The scores of data sets: made, and kept in place of those before."""

import logging
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from erpd.metadata.quality import Measured
from erpd.register.content import VersionBroken, record_of, stored
from erpd.register.links import keeping
from erpd.register.links.addresses import Address
from erpd.register.links.answers import known, links_of, tried_by
from erpd.register.models import Catalogue, DataSet, QualityScore
from erpd.register.quality import sums
from erpd.register.quality.marks import Marks, marks_of
from erpd.register.quality.scoring import measured, worth

logger = logging.getLogger(__name__)


class Scored(NamedTuple):
    """What was made of some data sets."""

    scores: list[QualityScore]
    links: dict[UUID, dict[Address, int]]
    """Of each of them, also of those without a score, the links that it has now."""


def score_of(data_set: DataSet, content: bytes | memoryview | None) -> Marks | None:
    """The marks of a data set; None if its version is damaged, which others say, or cannot be scored."""
    found = _measured(data_set, content)
    if not found:
        return None
    links = links_of(found, data_set.catalogue)
    return marks_of(worth(found.answered(tried_by(links, known([links])))))


def _measured(data_set: DataSet, content: bytes | memoryview | None) -> Measured | None:
    try:
        return measured(record_of(data_set, content))
    except VersionBroken:
        return None
    except Exception:  # one bad record costs one record
        logger.exception("The description of data set %s cannot be scored", data_set.key)
        return None


def scored(rows: Sequence[DataSet]) -> Scored:
    """The scores and links of those that are still here. Nobody sees what is in test catalogues."""
    here = [row for row in rows if not row.deleted and row.catalogue.kind != Catalogue.Kind.TEST]
    found = {
        row: each
        for row, content in zip(here, stored(row.change for row in here), strict=True)
        if content is not None and (each := _measured(row, content))
    }
    links = {row.key: dict[Address, int]() for row in rows}
    links |= {row.key: links_of(each, row.catalogue) for row, each in found.items()}
    answers, made = known(links.values()), []
    for row, each in found.items():
        marks = marks_of(worth(each.answered(tried_by(links[row.key], answers))))
        share = marks.share(is_open=row.catalogue.kind == Catalogue.Kind.OPEN)
        facts = {"change": row.change, "catalogue_id": row.catalogue_id, "share": share}
        made.append(QualityScore(data_set_id=row.key, **facts, **marks._asdict()))
    return Scored(made, links)


def replace(rows: Sequence[DataSet], found: Scored) -> None:
    """Keep the scores and links of these data sets; in a transaction in which nobody else does."""
    there = QualityScore.objects.filter(pk__in=[row.key for row in rows])
    gone = [(one.catalogue_id, marks_in(one), -1) for one in there]
    there.delete()
    QualityScore.objects.bulk_create(found.scores)
    keeping.keep(found.links)
    come = [(one.catalogue_id, marks_in(one), 1) for one in found.scores]
    sums.add(sums.of([*gone, *come]))


def marks_in(score: QualityScore) -> Marks:
    """The marks that are kept in a row."""
    return Marks(*(getattr(score, name) for name in Marks._fields))
