"""The triples in the answer to one query about some nodes, and whether any are missing."""

from collections import defaultdict
from collections.abc import Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.metadata.iri import is_iri
from erpd.metadata.terms import AUTHORITY, DCAT, DCT, FOAF, RDF, SKOS
from erpd.sources.sparql.queries import By, Description

_INVERSE = (DCAT.servesDataset, FOAF.primaryTopic)


class Described:
    """The answer to a Description. A row is a path from a node, through unnamed nodes, to a last triple."""

    def __init__(self, asked: Description, triples: Sequence[Quad]) -> None:
        self.triples = list(dict.fromkeys(triples))
        self._depth = asked.depth
        self._keys = {key.text for key in asked.nodes}
        self._by = asked.by
        self._own: dict[object, list[Quad]] = defaultdict(list)
        self._pointing: list[Quad] = []
        for triple in self.triples:
            if triple.predicate in _INVERSE:
                self._pointing.append(triple)
            else:
                self._own[triple.subject].append(triple)

    def rows(self) -> int:
        """How many rows follow from the triples. If the query has more, some triples are missing."""
        return self._rows(
            {node for node in self._subjects() if not self._nameless or self._is_identified(node)}
        )

    def most_rows(self) -> int:
        """The most rows that can have come."""
        return self._rows(self._subjects())

    def least_rows(self) -> int:
        """The fewest rows that can have come: no two rows have the same last triple."""
        return sum(
            1 for triple in self.triples if triple.predicate in _INVERSE or triple.object not in self._own
        )

    def is_cut(self) -> bool:
        """Whether unnamed nodes are so far from the next named one that the query did not reach them."""
        objects = {triple.object for triple in self.triples}
        here: set[object] = {node for node in self._own if not is_unnamed(node) or node not in objects}
        seen = set(here)
        level = 0
        while here:
            if level >= self._depth and any(is_unnamed(node) and node not in self._own for node in here):
                return True
            level += 1
            found = (triple.object for node in here for triple in self._own.get(node, ()))
            here = {node for node in found if is_unnamed(node) and node not in seen}
            seen |= here
        return False

    def has_invalid(self) -> bool:
        return any(isinstance(t.object, NamedNode) and not is_iri(t.object.value) for t in self.triples)

    def of(self, name: str) -> list[Quad]:
        """Return the triples of a node, and of the unnamed nodes that belong to it."""
        found: list[Quad] = []
        waiting: list[object] = [NamedNode(name)]
        seen = set(waiting)
        while waiting:
            own = self._own.get(waiting.pop(), ())
            found += own
            unnamed = {triple.object for triple in own if is_unnamed(triple.object)} - seen
            seen |= unnamed
            waiting += unnamed
        return found

    def rename(self) -> None:
        """Rename the blank nodes: those of two answers are different, whatever the server calls them."""
        names: dict[object, BlankNode] = defaultdict(BlankNode)

        def renamed(triple: Quad) -> Quad:
            subject, predicate, value, _ = triple
            if not isinstance(subject, BlankNode) and not isinstance(value, BlankNode):
                return triple
            return Quad(
                names[subject] if isinstance(subject, BlankNode) else subject,
                predicate,
                names[value] if isinstance(value, BlankNode) else value,
            )

        self.triples = [renamed(triple) for triple in self.triples]
        self._pointing = [triple for triple in self.triples if triple.predicate in _INVERSE]
        self._own = defaultdict(list)
        for triple in self.triples:
            if triple.predicate not in _INVERSE:
                self._own[triple.subject].append(triple)

    def _subjects(self) -> set[object]:
        """The nodes asked for; if they have no IRI, all that they can be."""
        if not self._nameless:
            return {NamedNode(key) for key in self._keys if is_iri(key)} | {
                node for node in self._own if isinstance(node, NamedNode) and node.value in self._keys
            }
        return {node for node in self._own if isinstance(node, BlankNode)} | {
            triple.object for triple in self._pointing
        }

    @property
    def _nameless(self) -> bool:
        """Whether the nodes have no IRI."""
        return self._by in (By.IDENTIFIER, By.TITLE)

    def _is_identified(self, node: object) -> bool:
        own = self._own.get(node, ())
        identifiers = {value_of(t.object) for t in own if t.predicate == DCT.identifier}
        if self._by is By.IDENTIFIER:
            return not self._keys.isdisjoint(identifiers)
        titles = {value_of(t.object) for t in own if t.predicate == DCT.title} or {""}
        listed = any(t.predicate == RDF.type and t.object == DCAT.Dataset for t in own)
        return listed and not identifiers and not self._keys.isdisjoint(titles)

    def _rows(self, subjects: set[object]) -> int:
        counted: dict[tuple[object, int], int] = {}

        def below(node: object, level: int) -> int:
            if level > self._depth or not is_unnamed(node):
                return 1
            if (node, level) not in counted:
                own = self._own.get(node, ())
                counted[node, level] = sum(below(triple.object, level + 1) for triple in own) or 1
            return counted[node, level]

        forward = sum(below(triple.object, 1) for node in subjects for triple in self._own.get(node, ()))
        return forward + sum(below(t.subject, 1) for t in self._pointing if t.object in subjects)


def value_of(term: object) -> str:
    """Return the text of a literal or IRI; "" for a blank node, which has none."""
    return term.value if isinstance(term, Literal | NamedNode) else ""


def is_unnamed(node: object) -> bool:
    """Whether SPARQL cannot name a node."""
    return isinstance(node, BlankNode) or (isinstance(node, NamedNode) and not is_iri(node.value))


def names_in(triples: Sequence[Quad]) -> set[str]:
    """Return what to describe next. Concepts are not followed: a scheme would bring in a whole vocabulary."""
    concepts = {
        triple.subject for triple in triples if triple.predicate == RDF.type and triple.object == SKOS.Concept
    }
    subjects = {
        node
        for node in {triple.subject for triple in triples} - concepts
        if not (isinstance(node, NamedNode) and node.value.startswith(AUTHORITY))
    }
    names = {triple.object for triple in triples if triple.subject in subjects} | subjects
    return {name.value for name in names if isinstance(name, NamedNode) and is_iri(name.value)}
