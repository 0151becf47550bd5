"""What is asked: a question, filters and a scope; and the query of tantivy that they become.

A question is what a person types: words, "phrases" and -exclusions. Any text is one; there are no errors.
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
MOST_VALUES = 50  # of one facet, shown and chosen
LONGEST_QUESTION = 1_000  # characters; what stands after them is not looked at
MOST_PARTS = 16
ALL_NEEDED = 3  # up to so many words all must be found; of more, three in four

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))
_PART = re.compile(r'((?<!\S)-)?(?:"([^"]+)"|([^\s"]+))')
_FOREIGN_STEM = 0.5  # the weight of a stem in a language that is not the reader's
_COLUMNS = ("country", "slug", "kind")  # in the order of OF_CATALOGUE


@dataclass(frozen=True, slots=True)
class Part:
    """One word, or the words of a phrase, in lower case; ``excluded``: data sets with it are left out."""

    words: tuple[str, ...]
    excluded: bool = False


def parts_of(question: str) -> list[Part]:
    """The parts of a question, each once."""
    found: list[Part] = []
    for minus, phrase, word in _PART.findall(question[:LONGEST_QUESTION].translate(_QUOTES)):
        together = tuple(words(phrase or word))
        if phrase or minus:
            found += [Part(together, bool(minus))] if together else []
        else:
            found += [Part((single,)) for single in together]
    return list(dict.fromkeys(found))[:MOST_PARTS]


def query_of(schema: Schema, parts: Sequence[Part], languages: Sequence[str]) -> Query | None:
    """The question as a query; None where there is none.

    Words are found exactly, and by their stems in any language; in those of the reader they weigh more.
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
    """``question``: as a query. ``chosen``: facet -> values, one of which must fit.

    ``catalogues``: those of the scope, id -> value of each facet in OF_CATALOGUE, from the database. So the
    scope is part of each query, and a catalogue that changes its country needs no new index.
    """

    schema: Schema
    question: Query | None
    chosen: Mapping[str, Sequence[str]]
    catalogues: Mapping[int, Mapping[str, str]]

    def query(self, without: Sequence[str] = ()) -> Query:
        """All that is asked, but for the filters of the facets ``without``."""
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
        """Whether a catalogue passes the filters on catalogues, those of ``without`` left out."""
        values = self.catalogues[catalogue]
        return all(
            values[name] in self.chosen[name]
            for name in OF_CATALOGUE
            if name in self.chosen and name not in without
        )


def chosen_of(filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The filters that are set, at most MOST_VALUES values each; raises ValueError for an unknown facet."""
    unknown = sorted(set(filters) - set(FACETS))
    if unknown:
        raise ValueError(f"No such facet: {', '.join(unknown)}. There are {', '.join(FACETS)}.")
    return {
        name: [value.encode("utf-8", "replace").decode() for value in values][:MOST_VALUES]
        for name, values in filters.items()
        if values
    }


def catalogues_of(scope: Scope) -> dict[int, dict[str, str]]:
    """The catalogues of a scope, as in Asked."""
    rows = Catalogue.objects.filter(pk__in=scope.catalogues).values_list("pk", *_COLUMNS)
    return {pk: dict(zip(OF_CATALOGUE, values, strict=True)) for pk, *values in rows}
