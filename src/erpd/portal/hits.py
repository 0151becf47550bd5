"""The data sets that a search found, as the list of results shows them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT
from erpd.metadata.view import NAMES, View
from erpd.metadata.vocabularies import vocabulary
from erpd.pages.values import LONGEST_TITLE, Value, address_value, date_value, legible, tag_of
from erpd.portal.facets import SHOWN
from erpd.register.content import listed
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import Scope
from erpd.register.search import highlight, names_in, parts_of, snippet
from erpd.register.search.document import codes_of
from erpd.register.search.labels import TABLES

MOST_FORMATS = 5
# What a hit shows, as N-Triples writes it.
_SHOWN = (DCT.title, DCT.description, DCT.publisher, DCT.modified, DCT.issued, DCT.accessRights)
_OF_USE = frozenset(
    str(name).encode() for name in (*_SHOWN, DCAT.distribution, DCT.format, DCAT.mediaType, *NAMES)
)

# To say why a hit was found by the label of a code: what the codes are.
_LABELLED = {**SHOWN, "body": SHOWN["publisher"], "frequency": _("Frequency"), "licence": _("Licence")}
_OF_CODES = frozenset(
    str(name).encode() for name in (DCAT.theme, DCT.language, DCT.accrualPeriodicity, DCT.license)
)
MOST_REASONS = 5

MarkedText = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that found data sets, and its reader."""

    question: str
    languages: tuple[str, ...]
    named: list[tuple[str, str, str]]
    """The codes that it names: facet, code, and the words that name it."""

    @classmethod
    def read(cls, question: str, languages: tuple[str, ...]) -> "Asked":
        parts = parts_of(question)
        named = [
            (each.facet, each.code, " ".join(parts[place].words[0] for place in each.places))
            for each in names_in(parts)
        ]
        return cls(question, languages, named)


@dataclass(frozen=True, slots=True)
class Hit:
    """A data set in the list of results. Its title and description are pieces of text, True for matches."""

    key: UUID
    title: MarkedText
    title_language: str
    is_address: bool
    """Whether the title is an address, because the record has none."""
    description: MarkedText
    description_language: str
    publisher: Value
    country: Value
    is_protected: bool
    access: Value
    formats: list[str]
    modified: Value | None
    """The date on which it was last modified, as the record says."""
    issued: Value | None
    """The date on which it was issued, if it does not say when it was modified."""
    reasons: list[tuple[str, Value]]
    """The codes that the question names and that no marked text shows: what they are, and their labels."""


def hits(scope: Scope, keys: Sequence[UUID], question: str, languages: tuple[str, ...]) -> list[Hit]:
    """The data sets with these keys, in the same order, with the words of the ``question`` marked.

    Data sets deleted since they were indexed are left out. Two queries.
    """
    asked = Asked.read(question, languages)
    only = _OF_USE | _OF_CODES if asked.named else _OF_USE
    place = {key: number for number, key in enumerate(keys)}
    found = [_hit(data_set, record, asked) for data_set, record in listed(scope.among(keys), only)]
    return sorted(found, key=lambda hit: place[hit.key])


def _hit(data_set: DataSet, record: Record, asked: Asked) -> Hit:
    view, question, languages = View(record), asked.question, asked.languages
    title, title_language = view.title.best(*languages)
    modified = view.modified
    issued = None if modified else view.issued
    is_address = not title
    title = legible(title or address_value(data_set.iri or data_set.identifier).text, LONGEST_TITLE)
    # In the same foreign language as the title, if the reader's is not there.
    description, description_language = view.description.best(*languages, "", "en", title_language)
    publisher, publisher_language = view.publisher_called(*languages)
    marked_title = highlight(title, question, [title_language or languages[0]])
    marked = snippet(legible(description), question, [description_language or languages[0]])

    def is_marked(words: str) -> bool:
        return _contains(marked_title, words, title_language or languages[0]) or _contains(
            marked, words, description_language or languages[0]
        )

    return Hit(
        key=data_set.key,
        title=marked_title,
        title_language=tag_of(title_language),
        is_address=is_address,
        description=marked,
        description_language=tag_of(description_language),
        publisher=Value(legible(publisher, LONGEST_TITLE), tag_of(publisher_language)),
        country=_label("country", vocabulary("country").find(data_set.catalogue.country), languages),
        is_protected=data_set.catalogue.kind == Catalogue.Kind.PROTECTED,
        access=_label("access-right", next(iter(view.access_rights), ""), languages),
        formats=[vocabulary("file-type").label(each, *languages) for each in view.formats[:MOST_FORMATS]],
        modified=date_value(modified.text) if modified else None,
        issued=date_value(issued.text) if issued else None,
        reasons=_reasons(asked, view, data_set.catalogue, is_marked) if asked.named else [],
    )


def _contains(pieces: MarkedText, words: str, language: str) -> bool:
    """Whether the marked pieces contain each of the words."""
    marked = " ".join(text for text, is_match in pieces if is_match)
    return all(any(match for __, match in highlight(marked, word, [language])) for word in words.split())


def _reasons(
    asked: Asked, view: View, catalogue: Catalogue, is_marked: Callable[[str], bool]
) -> list[tuple[str, Value]]:
    codes = {**codes_of(view), "country": [vocabulary("country").find(catalogue.country)]}
    found: dict[tuple[str, str], Value] = {}
    for facet, code, words in asked.named:
        if code in codes[facet] and not is_marked(words):
            value = _label(TABLES[facet], code, asked.languages)
            found[str(_LABELLED[facet]), value.text] = value
    return [(label, value) for (label, _), value in found.items()][:MOST_REASONS]


def _label(table: str, code: str, languages: tuple[str, ...]) -> Value:
    return Value(*vocabulary(table).labelled(code, *languages)) if code else Value("")
