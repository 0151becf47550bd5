"""What the concepts of somebody's own vocabulary mean, as its SKOS says (SKOS Reference, 10: mapping)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.metadata.terms import RDF, SKOS
from erpd.metadata.vocabularies import table_of, vocabulary

MOST_CONCEPTS = 2_000
LONGEST_NAME = 500
"""Characters. A longer name is that of no value."""
LONGEST_NAMES = 1_000_000
"""Characters of all names together."""
_NAMES = (SKOS.prefLabel, SKOS.altLabel, SKOS.notation)
_SCHEMES = (SKOS.inScheme, SKOS.topConceptOf)


class Match(StrEnum):
    """How a concept relates to a term, the surest first."""

    EXACT = "exact"
    CLOSE = "close"
    BROAD = "broad"
    """The term means more."""


_MATCHES = {SKOS.exactMatch: Match.EXACT, SKOS.closeMatch: Match.CLOSE, SKOS.broadMatch: Match.BROAD}


@dataclass(slots=True)
class Concept:
    """A concept that is not of an authority table itself."""

    names: list[str] = field(default_factory=list)
    """Its labels in all languages, notations, and its IRI: what a record may say for it."""
    schemes: set[str] = field(default_factory=set)
    terms: dict[str, Match] = field(default_factory=dict)
    """IRI of a term of an authority table -> how it relates to it."""


class TooMuch(ValueError):
    """The vocabulary is larger than one that people look through."""


def concepts_in(quads: Iterable[Quad]) -> list[Concept]:
    """Return the concepts of a SKOS document, in its order, with the terms that they name.

    ``skos:exactMatch`` and ``closeMatch`` are symmetric: either side may say them. Raises TooMuch, and what
    reading raises.
    """
    known: defaultdict[str, Concept] = defaultdict(Concept)
    concepts: dict[str, None] = {}  # in their order
    left = LONGEST_NAMES
    for subject, predicate, value, _ in quads:
        if not isinstance(subject, NamedNode | BlankNode):
            continue
        node = str(subject)
        if isinstance(value, NamedNode) and (match := _MATCHES.get(predicate)):
            term = _term(value.value)
            if not term and match is not Match.BROAD and isinstance(subject, NamedNode):
                node, term = str(value), _term(subject.value)
            if term:
                terms = known[node].terms
                terms[term] = min(match, terms.get(term, match), key=list(Match).index)
                concepts[node] = None
        elif predicate in _NAMES and isinstance(value, Literal):
            left -= len(value.value)
            if value.value.strip() and len(value.value) <= LONGEST_NAME:
                known[node].names.append(value.value)
        elif predicate in _SCHEMES:
            known[node].schemes.add(str(value))
            concepts[node] = None
        elif predicate == RDF.type and value == SKOS.Concept:
            concepts[node] = None
        if left < 0 or max(len(known), len(concepts)) > 2 * MOST_CONCEPTS:
            raise TooMuch
    found = [_with_address(node, known[node]) for node in concepts if not table_of(node[1:-1])]
    if len(found) > MOST_CONCEPTS:
        raise TooMuch
    return found


def _term(iri: str) -> str:
    """The IRI of a term of an authority table, as the table writes it; "" for other IRIs."""
    table = table_of(iri)
    return vocabulary(table).iri(vocabulary(table).code_of(iri)) if table else ""


def _with_address(node: str, one: Concept) -> Concept:
    if node.startswith("<") and len(node) <= LONGEST_NAME:
        one.names.append(node[1:-1])
    return one
