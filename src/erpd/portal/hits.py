"""The data sets that a search found, as the list of results shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from erpd.metadata.record import Record
from erpd.metadata.view import View
from erpd.metadata.vocabularies import vocabulary
from erpd.register.catalogues import country_name
from erpd.register.content import records
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import Scope
from erpd.register.search import highlight, snippet
from erpd.register.search.document import modified

MOST_FORMATS = 5

MarkedText = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A data set in the list of results. Its title and description are pieces of text, True for matches."""

    key: UUID
    title: MarkedText
    title_language: str
    description: MarkedText
    description_language: str
    publisher: str
    country: str
    is_protected: bool
    access: str
    formats: list[str]
    modified: datetime


def hits(scope: Scope, keys: Sequence[UUID], question: str, languages: tuple[str, ...]) -> list[Hit]:
    """The data sets with these keys, in the same order, with the words of the ``question`` marked.

    Data sets deleted since they were indexed are left out. Two queries.
    """
    data_sets = scope.data_sets().filter(key__in=keys).select_related("catalogue")
    place = {key: number for number, key in enumerate(keys)}
    found = [_hit(data_set, record, question, languages) for data_set, record in records(data_sets)]
    return sorted(found, key=lambda hit: place[hit.key])


def _hit(data_set: DataSet, record: Record, question: str, languages: tuple[str, ...]) -> Hit:
    view = View(record)
    title, title_language = view.title.best(*languages)
    title = title or data_set.iri or data_set.identifier
    description, description_language = view.description.best(*languages)
    return Hit(
        key=data_set.key,
        title=highlight(title, question, [title_language or languages[0]]),
        title_language=title_language,
        description=snippet(description, question, [description_language or languages[0]]),
        description_language=description_language,
        publisher=view.publisher(*languages),
        country=country_name(data_set.catalogue.country, *languages) if data_set.catalogue.country else "",
        is_protected=data_set.catalogue.kind == Catalogue.Kind.PROTECTED,
        access=next(iter(_labels("access-right", view.access_rights, languages)), ""),
        formats=_labels("file-type", view.formats[:MOST_FORMATS], languages),
        modified=modified(view, data_set.modified),
    )


def _labels(name: str, codes: Sequence[str], languages: tuple[str, ...]) -> list[str]:
    return [vocabulary(name).label(code, *languages) for code in codes]
