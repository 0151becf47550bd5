"""What the concepts of somebody's own vocabulary mean, as its SKOS says (SKOS Reference, 10: mapping)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.metadata.terms import RDF, SKOS, Namespace
from erpd.metadata.vocabularies import table_of, vocabulary

MOST_CONCEPTS = 2_000
LONGEST_NAME = 500
"""Characters. A longer name is that of no value."""
LONGEST_NAMES = 1_000_000
"""Characters of all names together."""
_MOST_MATCHES = 2 * MOST_CONCEPTS
# Characters of all names, each as often as its concept has schemes and matches: whoever compares them does
# so in each, however short they are.
_LONGEST_COMPARED, _OF_A_NAME = 3 * LONGEST_NAMES, 10
_XL = Namespace("http://www.w3.org/2008/05/skos-xl#")
_NAMES = (SKOS.prefLabel, SKOS.altLabel, SKOS.notation)
_LABELS = (_XL.prefLabel, _XL.altLabel)
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

    def add(self, name: str) -> None:
        """Take a name, unless no value can be it."""
        if name.strip() and len(name) <= LONGEST_NAME:
            self.names.append(name)


class TooMuch(ValueError):
    """The vocabulary is larger than one that people look through."""


def concepts_in(quads: Iterable[Quad]) -> list[Concept]:
    """Return the concepts of a SKOS document, in its order, with the terms that they name.

    ``skos:exactMatch`` and ``closeMatch`` are symmetric: either side may say them. The literal form of a
    label of SKOS-XL is a name, too (SKOS Reference, B.3.4.2). Raises TooMuch, and what reading raises.
    """
    known: defaultdict[str, Concept] = defaultdict(Concept)
    concepts: dict[str, None] = {}  # in their order
    labels: list[tuple[str, str]] = []  # node of a concept, node of a label
    forms: dict[str, str] = {}  # node of a label -> its literal form, of which it has one
    left = LONGEST_NAMES
    for subject, predicate, value, _ in quads:
        if not isinstance(subject, NamedNode | BlankNode):
            continue
        node = str(subject)
        if isinstance(value, NamedNode) and (match := _MATCHES.get(predicate)):
            node, term = _related(subject, match, value)
            if term:
                terms = known[node].terms
                terms[term] = min(match, terms.get(term, match), key=list(Match).index)
                concepts[node] = None
        elif predicate in _NAMES and isinstance(value, Literal):
            left -= len(value.value)
            known[node].add(value.value)
        elif predicate in _LABELS:
            labels.append((node, str(value)))
        elif predicate == _XL.literalForm and isinstance(value, Literal):
            left -= len(value.value)
            forms.setdefault(node, value.value)
        elif predicate in _SCHEMES:
            known[node].schemes.add(str(value))
            concepts[node] = None
        elif predicate == RDF.type and value == SKOS.Concept:
            concepts[node] = None
        if left < 0 or max(len(known), len(concepts)) > 2 * MOST_CONCEPTS:
            raise TooMuch
    for node, label in labels:
        if node in concepts:
            known[node].add(forms.get(label, ""))
    found = [_with_address(node, known[node]) for node in concepts if not table_of(node[1:-1])]
    _check(found)
    return found


def _check(found: Sequence[Concept]) -> None:
    """Raises TooMuch."""
    if (
        len(found) > MOST_CONCEPTS
        or sum(max(1, len(one.terms)) for one in found) > _MOST_MATCHES
        or sum(_compared(one) for one in found) > _LONGEST_COMPARED
    ):
        raise TooMuch


def _compared(one: Concept) -> int:
    names = sum(len(name) + _OF_A_NAME for name in one.names)
    return names * max(1, len(one.schemes) + len(one.terms))


def _related(subject: NamedNode | BlankNode, match: Match, value: NamedNode) -> tuple[str, str]:
    """The node of a concept, and the term that it relates to, or ""."""
    term = _term(value.value)
    if term or match is Match.BROAD or not isinstance(subject, NamedNode):
        return str(subject), term
    return str(value), _term(subject.value)


def _term(iri: str) -> str:
    """The IRI of a term of an authority table, as the table writes it; "" for other IRIs."""
    table = table_of(iri)
    return vocabulary(table).iri(vocabulary(table).code_of(iri)) if table else ""


def _with_address(node: str, one: Concept) -> Concept:
    if node.startswith("<"):
        one.add(node[1:-1])
    return one
