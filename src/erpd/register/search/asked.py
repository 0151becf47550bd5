"""What is asked: a question, filters and a scope, and the tantivy query made from them.

A question is what a person types: words, "phrases" and -exclusions. Any text is valid.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tantivy import Occur, Query, Schema

from erpd.register.models import Catalogue
from erpd.register.scope import Scope
from erpd.register.search.language import folded, stemmable, stems_of, words
from erpd.register.search.schema import CODES, WEIGHTS

OF_CATALOGUE = ("country", "catalogue", "kind")
FACETS = ("country", "catalogue", "publisher", "theme", "format", "access_right", "language", "kind")
MOST_VALUES = 50  # of one facet, both shown and chosen
LONGEST_QUESTION = 1_000  # characters; the rest is ignored
MOST_PARTS = 16
ALL_NEEDED = 3  # up to this many words must all match; of more, three quarters

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))
_PART = re.compile(r'((?<!\S)-)?(?:"([^"]+)"|([^\s"]+))')
_FOREIGN_STEM = 0.5  # relative weight of stems in languages other than the reader's
_COLUMNS = ("country", "slug", "kind")  # in the order of OF_CATALOGUE


@dataclass(frozen=True, slots=True)
class Part:
    """A word or a phrase of a question."""

    words: tuple[str, ...]
    """The word, or those of the phrase, in lower case."""
    excluded: bool = False
    """Whether data sets that contain it are left out."""


def parts_of(question: str) -> list[Part]:
    """The parts of a question, without repetitions."""
    found: list[Part] = []
    for minus, phrase, word in _PART.findall(question[:LONGEST_QUESTION].translate(_QUOTES)):
        together = tuple(words(phrase or word))
        if phrase or minus:
            found += [Part(together, bool(minus))] if together else []
        else:
            found += [Part((single,)) for single in together]
    return list(dict.fromkeys(found))[:MOST_PARTS]


def query_of(schema: Schema, parts: Sequence[Part], languages: Sequence[str]) -> Query | None:
    """The question as a query; None if it is empty.

    A word matches exactly, or by its stem in any language; stems in the reader's ``languages`` weigh more.
    """
    if not parts:
        return None
    readers = {stemmable(language) for language in languages}
    wanted = [_of_part(schema, part, readers) for part in parts if not part.excluded]
    unwanted = [_of_part(schema, part, readers) for part in parts if part.excluded]
    if not wanted:
        found = Query.all_query()
    elif len(wanted) <= ALL_NEEDED:
        found = Query.boolean_query([(Occur.Must, part) for part in wanted])
    else:
        found = Query.boolean_query([(Occur.Should, part) for part in wanted], -(-len(wanted) * 3 // 4))
    return found.and_must_not_match(*unwanted) if unwanted else found


def _of_part(schema: Schema, part: Part, readers: set[str]) -> Query:
    exact = folded(part.words)
    alternatives = []
    for field in ("title", "text"):
        one = (
            Query.term_query(schema, field, exact[0])
            if len(exact) == 1
            else Query.phrase_query(schema, field, list(exact))
        )
        alternatives.append(Query.boost_query(one, WEIGHTS[field]))
    if len(exact) == 1:
        for language, stem in stems_of(part.words[0]).items():
            for field in ("title_stems", "text_stems"):
                weight = WEIGHTS[field] if language in readers else WEIGHTS[field] * _FOREIGN_STEM
                alternatives.append(Query.boost_query(Query.term_query(schema, field, stem, "freq"), weight))
    return Query.disjunction_max_query(alternatives, 0.1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that one search asks for."""

    schema: Schema
    """The schema of the index."""
    question: Query | None
    """The question as a query."""
    chosen: Mapping[str, Sequence[str]]
    """Facet -> values, one of which must match."""
    catalogues: Mapping[int, Mapping[str, str]]
    """The catalogues of the scope: id -> value of each facet in OF_CATALOGUE, read from the database. So each
    query includes the scope, and a catalogue can change its country without a new index."""

    def query(self, without: Sequence[str] = ()) -> Query:
        """The whole query, except the filters on the facets in ``without``."""
        seen = [catalogue for catalogue in self.catalogues if self.fits(catalogue, without)]
        needed = [Query.term_set_query(self.schema, "catalogue", seen) if seen else Query.empty_query()]
        needed += [
            Query.term_set_query(self.schema, name, self.chosen[name])
            for name in CODES
            if name in self.chosen and name not in without
        ]
        clauses = [(Occur.Must, Query.const_score_query(filtered, 0.0)) for filtered in needed]
        if self.question is not None:
            clauses.append((Occur.Must, self.question))
        return Query.boolean_query(clauses)

    def fits(self, catalogue: int, without: Sequence[str] = ()) -> bool:
        """Whether a catalogue passes the filters on catalogues, except those in ``without``."""
        values = self.catalogues[catalogue]
        return all(
            values[name] in self.chosen[name]
            for name in OF_CATALOGUE
            if name in self.chosen and name not in without
        )


def chosen_of(filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The filters that have values, at most MOST_VALUES each. Raises ValueError for an unknown facet."""
    unknown = sorted(set(filters) - set(FACETS))
    if unknown:
        raise ValueError(f"No such facet: {', '.join(unknown)}. There are {', '.join(FACETS)}.")
    return {
        name: [value.encode("utf-8", "replace").decode() for value in values][:MOST_VALUES]
        for name, values in filters.items()
        if values
    }


def catalogues_of(scope: Scope) -> dict[int, dict[str, str]]:
    """The catalogues of a scope, as ``Asked.catalogues`` holds them."""
    rows = Catalogue.objects.filter(pk__in=scope.catalogues).values_list("pk", *_COLUMNS)
    return {pk: dict(zip(OF_CATALOGUE, values, strict=True)) for pk, *values in rows}
