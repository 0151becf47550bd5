"""Conditions on fields, such as programs ask with, and the tantivy queries made from them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tantivy import FieldType, Occur, Query

from erpd.register.search.asked import OF_CATALOGUE, Asking, parts_of
from erpd.register.search.document import placed
from erpd.register.words import folded, words

# Fields of the index with codes and names, each of which is one term.
CODED = (
    *("key", "publisher", "organization", "theme", "tag", "format", "licence"),
    *("access_right", "language", "frequency", "body"),
)
TIMES = ("registered", "changed")
_FIRST, _LAST = -(2**38), 2**38  # seconds: all that an index can hold
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a question, as a person types them."""

    text: str


@dataclass(frozen=True, slots=True)
class Titled:
    """Words that must all be in the title, in this order if they are a phrase."""

    text: str
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A field, one of CODED or of the catalogue's facets, with this value. A star stands for any letters."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Between:
    """A time between two moments, in whole seconds since 1970, both included; None: open."""

    field: str
    """One of TIMES."""
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Not:
    """Everything else."""

    what: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these; all data sets if there are none."""

    of: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these; no data set if there are none."""

    of: tuple["Condition", ...] = ()


Condition: TypeAlias = Words | Titled | Term | Between | Not | All | Any
EVERYTHING = All()


def query_of(condition: Condition, asking: Asking, catalogues: Mapping[int, Mapping[str, str]]) -> Query:
    """The query for a condition; ``catalogues`` as in ``Asked``."""
    schema = asking.schema
    match condition:
        case Words(text):
            return asking.query(parts_of(text)) or Query.all_query()
        case Titled(text, phrase):
            said = list(folded(words(text)))
            if phrase and len(said) > 1:
                return Query.phrase_query(schema, "title", said)  # type: ignore[arg-type]
            return _all([Query.term_query(schema, "title", word) for word in said])
        case Term(field, value) if field in OF_CATALOGUE:
            fits = _pattern(value).fullmatch
            chosen = [pk for pk, values in catalogues.items() if fits(values[field])]
            return Query.term_set_query(schema, "catalogue", chosen) if chosen else Query.empty_query()
        case Term(field, value):
            if _ANY in value:
                return Query.regex_query(schema, field, _pattern(value).pattern)
            return Query.term_query(schema, field, value, "basic")
        case Between(field, first, last):
            lower = placed(_FIRST if first is None else max(first, _FIRST))
            upper = placed(_LAST if last is None else min(last, _LAST) + 1) - 1
            if lower > upper:
                return Query.empty_query()
            return Query.range_query(schema, field, FieldType.Integer, lower, upper)
        case Not(what):
            return Query.all_query().and_must_not_match(query_of(what, asking, catalogues))
        case All(of):
            return _all([query_of(each, asking, catalogues) for each in of])
        case Any(of):
            found = [query_of(each, asking, catalogues) for each in of]
            return (
                Query.boolean_query([(Occur.Should, each) for each in found])
                if found
                else Query.empty_query()
            )


def has_words(condition: Condition) -> bool:
    """Whether some data sets answer it better than others: it asks for words, not only for values."""
    match condition:
        case Words(text):
            return any(not part.excluded for part in parts_of(text))
        case Titled():
            return True
        case All(of) | Any(of):
            return any(map(has_words, of))
        case _:
            return False


def _all(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.all_query()
    return Query.boolean_query([(Occur.Must, each) for each in queries])


def _pattern(value: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(_escaped, value.split(_ANY))), re.DOTALL)


def _escaped(text: str) -> str:
    """Only signs that have a meaning both to Python and to tantivy's regular expressions are escaped."""
    return re.sub(r"[.^$*+?{}\[\]\\|()]", lambda sign: f"\\{sign[0]}", text)
