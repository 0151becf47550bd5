"""The data sets that a search found, as the list of results shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT
from erpd.metadata.view import NAMES, View
from erpd.metadata.vocabularies import vocabulary
from erpd.pages.values import LONGEST_TITLE, Value, date_value, legible, tag_of
from erpd.register.catalogues import country_name
from erpd.register.content import listed
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import Scope
from erpd.register.search import highlight, snippet

MOST_FORMATS = 5
# What a hit shows, as N-Triples writes it.
_SHOWN = (DCT.title, DCT.description, DCT.publisher, DCT.modified, DCT.issued, DCT.accessRights)
_OF_USE = frozenset(
    str(name).encode() for name in (*_SHOWN, DCAT.distribution, DCT.format, DCAT.mediaType, *NAMES)
)

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
    modified: Value | None
    """The date on which it was last modified, as the record says."""
    issued: Value | None


def hits(scope: Scope, keys: Sequence[UUID], question: str, languages: tuple[str, ...]) -> list[Hit]:
    """The data sets with these keys, in the same order, with the words of the ``question`` marked.

    Data sets deleted since they were indexed are left out. Two queries.
    """
    place = {key: number for number, key in enumerate(keys)}
    shown = listed(scope.among(keys), _OF_USE)
    found = [_hit(data_set, record, question, languages) for data_set, record in shown]
    return sorted(found, key=lambda hit: place[hit.key])


def _hit(data_set: DataSet, record: Record, question: str, languages: tuple[str, ...]) -> Hit:
    view = View(record)
    title, title_language = view.title.best(*languages)
    title = legible(title or data_set.iri or data_set.identifier, LONGEST_TITLE)
    description, description_language = view.description.best(*languages)
    return Hit(
        key=data_set.key,
        title=highlight(title, question, [title_language or languages[0]]),
        title_language=tag_of(title_language),
        description=snippet(legible(description), question, [description_language or languages[0]]),
        description_language=tag_of(description_language),
        publisher=legible(view.publisher(*languages), LONGEST_TITLE),
        country=country_name(data_set.catalogue.country, *languages) if data_set.catalogue.country else "",
        is_protected=data_set.catalogue.kind == Catalogue.Kind.PROTECTED,
        access=next(iter(_labels("access-right", view.access_rights, languages)), ""),
        formats=_labels("file-type", view.formats[:MOST_FORMATS], languages),
        modified=date_value(view.modified.text) if view.modified else None,
        issued=date_value(view.issued.text) if view.issued else None,
    )


def _labels(name: str, codes: Sequence[str], languages: tuple[str, ...]) -> list[str]:
    return [vocabulary(name).label(code, *languages) for code in codes]
