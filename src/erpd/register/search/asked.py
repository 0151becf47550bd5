"""What is asked: a question, filters and a scope, and the tantivy query made from them.

A question is what a person types: words, "phrases" and -exclusions. Any text is valid.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tantivy import Occur, Query, Schema, Searcher

from erpd.metadata.vocabularies import code_in
from erpd.register.scope import Scope
from erpd.register.search.labels import Named, named_in
from erpd.register.search.schema import CODES, CONDITIONS, WEIGHTS
from erpd.register.words import LONGEST_WORD, folded, forms_of, words

OF_CATALOGUE = ("country", "catalogue", "kind")
FACETS = (
    *(
        "country",
        "catalogue",
        "publisher",
        "theme",
        "format",
        "access_right",
        *CONDITIONS,
        "language",
        "kind",
    ),
)
MOST_VALUES = 50  # of one facet, both shown and chosen
LONGEST_QUESTION = 1_000  # characters; the rest is ignored
MOST_PARTS = 16
ALL_NEEDED = 3  # up to this many words must all match; of more, three quarters
_SHORT = 2  # letters of a word that need not match where there are longer ones: "of", "de", "an"
BEGINNING = 4  # letters that are enough of a word

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))
_PART = re.compile(r'((?<!\S)-)?(?:"([^"]+)"|([^\s"]+))')
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_ALWAYS, _WITH_DIGITS = frozenset("/:#@_"), frozenset("./:_-")  # signs within an identifier
_FORMS = ("title_stems", "text_stems", "title_parts", "text_parts")
_FEW = 10  # data sets whose identifiers have a word
_FOREIGN_STEM = 0.5  # relative weight of stems in languages other than the reader's
_BEGUN = 0.3  # relative weight of a word that only begins with what was typed


@dataclass(frozen=True, slots=True)
class Part:
    """A word, a phrase or an identifier of a question."""

    words: tuple[str, ...]
    """The word, or those of the phrase, in lower case."""
    excluded: bool = False
    """Whether data sets that contain it are left out."""
    token: tuple[str, ...] = ()
    """If it was written together with other words, with hyphens for example: all of them."""

    @property
    def name(self) -> tuple[str, ...]:
        """What may be an identifier: several words written together, or one with a digit."""
        if len(self.words) > 1 or any(map(str.isdigit, self.words[0])):
            return self.words
        return self.token


def parts_of(question: str) -> list[Part]:
    """The parts of a question, without repetitions."""
    found: list[Part] = []
    for minus, phrase, word in _PART.findall(question[:LONGEST_QUESTION].translate(_QUOTES)):
        together = tuple(words(phrase or _SCHEME.sub("", word)))
        if phrase or minus or _may_be_identifier(word):
            found += [Part(together, bool(minus))] if together else []
        else:
            found += [Part((single,), token=together if len(together) > 1 else ()) for single in together]
    return list(dict.fromkeys(found))[:MOST_PARTS]


def _may_be_identifier(word: str) -> bool:
    """Whether a word has signs within it that words of no language have: ``10.1234/abc``, ``r_liguri``."""
    inside = set(word[1:-1])
    return bool(inside & _ALWAYS or (inside & _WITH_DIGITS and any(map(str.isdigit, word))))


def names_in(parts: Sequence[Part]) -> list[Named]:
    """The codes that a question names, with the numbers of the parts that name them."""
    single = [part.words[0] if len(part.words) == 1 and not part.excluded else "" for part in parts]
    return named_in(single)


@dataclass(frozen=True, slots=True)
class Asking:
    """How the words of a question are looked up."""

    schema: Schema
    """The schema of the index."""
    searcher: Searcher
    """What the index has."""
    languages: frozenset[str]
    """The reader's, of those that we know the words of."""
    catalogues: Mapping[str, Sequence[int]]
    """Country -> the catalogues of the scope that belong to it."""

    def query(self, parts: Sequence[Part]) -> Query | None:
        """The question as a query; None if it is empty.

        A word matches exactly, by its form in any language, as a part of a compound, as the beginning of a
        word, or by the label of a code. What is in the reader's languages weighs more.
        """
        if not parts:
            return None
        named = names_in(parts)
        found: list[tuple[Part, Query]] = []
        for number, part in enumerate(parts):
            labels = [each for each in named if number in each.places]
            found.append((part, self._of_part(part, labels)))
        wanted = [(part, query) for part, query in found if not part.excluded]
        unwanted = [query for part, query in found if part.excluded]
        whole = _together(wanted) if wanted else Query.all_query()
        return whole.and_must_not_match(*unwanted) if unwanted else whole

    def _of_part(self, part: Part, labels: Sequence[Named]) -> Query:
        exact = list(folded(part.words))
        alternatives = [_weighted(self._exact(field, exact), WEIGHTS[field]) for field in ("title", "text")]
        name = part.name
        if not (name or labels or part.excluded) and self._tells_apart(part.words[0]):
            name = part.words
        if name:
            alternatives.append(_weighted(self._identifier(name), WEIGHTS["identifier"]))
        if len(exact) == 1:
            alternatives += self._forms(part.words[0])
            if BEGINNING <= len(exact[0]) <= LONGEST_WORD and not part.excluded:
                for field in ("title", "text"):
                    query = beginning(self.schema, field, exact[0])
                    alternatives.append(_weighted(query, WEIGHTS[field] * _BEGUN))
        alternatives += [_weighted(self._label(each), WEIGHTS["label"]) for each in labels]
        return Query.disjunction_max_query(alternatives, 0.1)

    def _tells_apart(self, word: str) -> bool:
        """Whether a word that no text has, in any form, is a part of few identifiers: not ``data``."""
        [exact] = folded([word])
        number = self.searcher.doc_freq("identifier", exact)
        if not 0 < number <= min(_FEW, self.searcher.num_docs // 2):
            return False
        places = [(field, exact) for field in ("title", "text")]
        places += [(field, form) for form in forms_of(word).values() for field in _FORMS]
        return not any(self.searcher.doc_freq(field, form) for field, form in places)

    def _exact(self, field: str, exact: list[str]) -> Query:
        if len(exact) == 1:
            return Query.term_query(self.schema, field, exact[0])
        return Query.phrase_query(self.schema, field, exact)  # type: ignore[arg-type]

    def _identifier(self, name: Sequence[str]) -> Query:
        """Data sets with an identifier that contains these words, the last of which may be cut off."""
        exact = list(folded(name))
        if len(exact) > 1 and len(exact[-1]) >= BEGINNING:
            return Query.phrase_prefix_query(self.schema, "identifier", exact)  # type: ignore[arg-type]
        return self._exact("identifier", exact)

    def _forms(self, word: str) -> list[Query]:
        found = []
        for language, form in forms_of(word).items():
            near = 1.0 if language in self.languages else _FOREIGN_STEM
            for field in _FORMS:
                if self.searcher.doc_freq(field, form):  # most do not occur, and would be asked of each hit
                    query = Query.term_query(self.schema, field, form, "freq")
                    found.append(_weighted(query, WEIGHTS[field] * near))
        return found

    def _label(self, named: Named) -> Query:
        if named.facet == "country":
            values = self.catalogues.get(named.code, ())
            found = Query.term_set_query(self.schema, "catalogue", list(values))
        else:
            found = Query.term_query(self.schema, named.facet, named.code)
        return Query.const_score_query(found, 1.0)


def beginning(schema: Schema, field: str, text: str) -> Query:
    """Terms that begin with ``text``: a fuzzy query without slips, as a regular expression takes longer."""
    return Query.fuzzy_term_query(schema, field, text, 0, prefix=True)


def _weighted(query: Query, weight: float) -> Query:
    return Query.boost_query(query, weight)


def _together(wanted: Sequence[tuple[Part, Query]]) -> Query:
    """Up to ALL_NEEDED words must all match, of more three quarters; very short ones need not."""
    long = [query for part, query in wanted if len("".join(part.words)) > _SHORT]
    short = [query for part, query in wanted if len("".join(part.words)) <= _SHORT]
    if not long:
        long, short = short, []
    if len(long) <= ALL_NEEDED:
        needed = Query.boolean_query([(Occur.Must, query) for query in long])
    else:
        needed = Query.boolean_query([(Occur.Should, query) for query in long], -(-len(long) * 3 // 4))
    if not short:
        return needed
    return Query.boolean_query([(Occur.Must, needed), *((Occur.Should, query) for query in short)])


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
    are_all: bool = False
    """Whether the index has nothing of other catalogues, so that a query need not ask for each data set."""

    def query(self, without: Sequence[str] = ()) -> Query:
        """The whole query, except the filters on the facets in ``without``."""
        seen = [catalogue for catalogue in self.catalogues if self.fits(catalogue, without)]
        needed = []
        if not (self.are_all and len(seen) == len(self.catalogues)):
            needed.append(
                Query.term_set_query(self.schema, "catalogue", seen) if seen else Query.empty_query()
            )
        needed += [
            Query.term_set_query(self.schema, name, self.chosen[name])
            for name in (*CODES, *CONDITIONS)
            if name in self.chosen and name not in without
        ]
        clauses = [(Occur.Must, Query.const_score_query(filtered, 0.0)) for filtered in needed]
        if self.question is not None:
            clauses.append((Occur.Must, self.question))
        return Query.boolean_query(clauses) if clauses else Query.all_query()

    def fits(self, catalogue: int, without: Sequence[str] = ()) -> bool:
        """Whether a catalogue passes the filters on catalogues, except those in ``without``."""
        values = self.catalogues[catalogue]
        return all(
            values[name] in self.chosen[name]
            for name in OF_CATALOGUE
            if name in self.chosen and name not in without
        )


def by_country(catalogues: Mapping[int, Mapping[str, str]]) -> dict[str, list[int]]:
    """Code of the authority table -> the catalogues of that country, for ``Asking.catalogues``."""
    found: dict[str, list[int]] = {}
    for catalogue, values in catalogues.items():
        found.setdefault(code_in("country", values["country"]), []).append(catalogue)
    return found


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
    return {
        pk: {"country": catalogue.country, "catalogue": catalogue.slug, "kind": catalogue.kind}
        for pk, catalogue in scope.catalogues.items()
    }
