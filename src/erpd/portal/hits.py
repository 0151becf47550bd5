"""The data sets that a search found, as the list of results shows them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from erpd.metadata.vocabularies import vocabulary
from erpd.pages.values import Value
from erpd.portal.cards import Card, cards
from erpd.portal.facets import SHOWN
from erpd.register.models import Catalogue
from erpd.register.scope import Scope, Seen
from erpd.register.search import highlight, names_in, parts_of, snippet
from erpd.register.search.labels import TABLES

# To say why a hit was found by the label of a code: what the codes are.
_LABELLED = {**SHOWN, "body": SHOWN["publisher"], "frequency": _("Frequency"), "licence": _("Licence")}
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
    description: MarkedText
    card: Card
    """The rest of what it shows."""
    country: Value
    is_protected: bool
    reasons: list[tuple[str, Value]]
    """The codes that the question names and that no marked text shows: what they are, and their labels."""


def hits(scope: Scope, keys: Sequence[UUID], question: str, languages: tuple[str, ...]) -> list[Hit]:
    """The data sets with these keys, in the same order, with the words of the ``question`` marked.

    Data sets deleted since they were indexed are left out. Two queries.
    """
    asked = Asked.read(question, languages)
    place = {key: number for number, key in enumerate(keys)}
    data_sets = scope.seen(keys)
    known = cards(data_sets, languages, with_codes=bool(asked.named))
    found = [_hit(data_set, known[data_set.key], asked) for data_set in data_sets if data_set.key in known]
    return sorted(found, key=lambda hit: place[hit.key])


def _hit(data_set: Seen, card: Card, asked: Asked) -> Hit:
    question, languages, catalogue = asked.question, asked.languages, data_set.catalogue
    title = highlight(card.title, question, [card.title_language or languages[0]])
    description = snippet(card.description, question, [card.description_language or languages[0]])

    def is_marked(words: str) -> bool:
        return _contains(title, words, card.title_language or languages[0]) or _contains(
            description, words, card.description_language or languages[0]
        )

    return Hit(
        key=data_set.key,
        title=title,
        description=description,
        card=card,
        country=_label("country", vocabulary("country").find(catalogue.country), languages),
        is_protected=catalogue.kind == Catalogue.Kind.PROTECTED,
        reasons=_reasons(asked, card, catalogue, is_marked) if asked.named else [],
    )


def _contains(pieces: MarkedText, words: str, language: str) -> bool:
    """Whether the marked pieces contain each of the words."""
    marked = " ".join(text for text, is_match in pieces if is_match)
    return all(any(match for __, match in highlight(marked, word, [language])) for word in words.split())


def _reasons(
    asked: Asked, card: Card, catalogue: Catalogue, is_marked: Callable[[str], bool]
) -> list[tuple[str, Value]]:
    codes = {**card.codes, "country": [vocabulary("country").find(catalogue.country)]}
    found: dict[tuple[str, str], Value] = {}
    for facet, code, words in asked.named:
        if code in codes[facet] and not is_marked(words):
            value = _label(TABLES[facet], code, asked.languages)
            found[str(_LABELLED[facet]), value.text] = value
    return [(label, value) for (label, _), value in found.items()][:MOST_REASONS]


def _label(table: str, code: str, languages: tuple[str, ...]) -> Value:
    return Value(*vocabulary(table).labelled(code, *languages)) if code else Value("")
