"""Which codes of the authority tables a question names, by their labels in any official language."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import vocabulary
from erpd.register.words import folded, forms_of, known_language, stemmed, words

# What is searched -> the table that has its labels. A country is that of the catalogue.
TABLES = {
    "theme": "data-theme",
    "access_right": "access-right",
    "country": "country",
    "format": "file-type",
    "frequency": "frequency",
    "language": "language",
    "licence": "licence",
    "body": "corporate-body",
}
# Facets of the conditions of access -> the list that has their labels. Questions do not name them: "research"
# is asked by many who mean what the data is about.
LISTS = {
    "ground": "conditions-ground",
    "access_form": "conditions-form",
    "may_ask": "conditions-audience",
    "fees": "conditions-fees",
}
_SHORTEST = 3  # letters of a word that must occur in the question: not "of", "e" or "in"
# A theme has several subjects, and each of them is a label: "Justice, legal system and public safety".
_AND = re.compile(
    r",|\s(?:a|agus|and|e|en|et|et|i|in|ir|ja|och|og|oraz|şi|și|u|un|und|y|és|και|и)\s", re.IGNORECASE
)


class Named(NamedTuple):
    """A code that a question names, and the places in the question of the words that name it."""

    facet: str
    code: str
    places: tuple[int, ...]


class _Label(NamedTuple):
    facet: str
    code: str
    needed: frozenset[int]
    """Which of its words must occur in the question, by their places in the label."""


def named_in(question: Sequence[str]) -> list[Named]:
    """The codes that the words of a question name. ``question`` is in lower case, as ``words`` returns it."""
    labels, places = _index()
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for number, word in enumerate(question):
        for form in {*folded([word]), *forms_of(word).values()}:
            for label, place in places.get(form, ()):
                found[label][place] = number
    named = {
        (labels[label].facet, labels[label].code, tuple(sorted(set(met.values()))))
        for label, met in found.items()
        if labels[label].needed <= met.keys()
    }
    return [Named(*each) for each in sorted(named)]


@lru_cache(64)
def words_of_labels(languages: tuple[str, ...]) -> frozenset[str]:
    """The words of all labels in these languages, except those of corporate bodies."""
    wanted = {language.split("-")[0].lower() for language in languages}
    return frozenset(
        word
        for facet, name in TABLES.items()
        if facet != "body"
        for labels in vocabulary(name).concepts.values()
        for tag, label in labels.items()
        if tag in wanted
        for word in words(label)
    )


@cache
def _index() -> tuple[list[_Label], dict[str, list[tuple[int, int]]]]:
    """All labels, and for each form of a word the labels that contain it, and where."""
    labels: list[_Label] = []
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for facet, code, language, text in _texts():
        inside = words(text)
        needed = frozenset(place for place, word in enumerate(inside) if len(word) >= _SHORTEST)
        if not needed:
            continue
        for place, word in enumerate(inside):
            forms = {*folded([word]), *(stemmed([word], language) if language else ())}
            for form in forms:
                places[form].append((len(labels), place))
        labels.append(_Label(facet, code, needed))
    return labels, dict(places)


def _texts() -> Iterator[tuple[str, str, str, str]]:
    """Facet, code, language that we know the words of or "", and label."""
    for facet, name in TABLES.items():
        for code, by_language in vocabulary(name).concepts.items():
            for tag, label in by_language.items():
                if tag in EU_LANGUAGES:
                    parts = [label, *_AND.split(label)] if facet == "theme" else [label]
                    yield from ((facet, code, known_language(tag), part) for part in parts)
            if facet == "format":
                yield facet, code, "", code
