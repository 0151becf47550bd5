"""The triples of one record, grouped by subject and predicate."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

Node: TypeAlias = NamedNode | BlankNode
Term: TypeAlias = NamedNode | BlankNode | Literal
Properties: TypeAlias = dict[NamedNode, list[Term]]


class Graph:
    """Triples, as received and by node.

    ``nodes[subject][predicate]`` is the list of objects in the order received, without duplicates. Change a
    graph through its methods only: it keeps its triples as well as its nodes.

    Triples are pyoxigraph quads in the default graph, the form its parsers and its canonicalisation use.
    """

    __slots__ = ("_long", "_triples", "nodes")

    def __init__(self, triples: Iterable[Quad] = ()) -> None:
        nodes = self.nodes = cast(dict[Node, Properties], {})
        # The triples as received, until something changes: making quads costs more than reading them.
        came = self._triples = cast("list[Quad] | None", list(triples))
        # The id of a long list of values -> the list, and its values as a set in order.
        self._long: dict[int, tuple[list[Term], dict[Term, None]]] = {}
        long: list[list[Term]] = []
        for subject, predicate, value, _ in came or ():
            properties = nodes.get(subject)
            if properties is None:
                properties = nodes[subject] = {}
            values = properties.get(predicate)
            if values is None:
                properties[predicate] = [value]
            elif len(values) > _FEW or value not in values:
                values.append(value)
                if len(values) == _FEW + 1:
                    long.append(values)
        for values in long:
            values[:] = dict.fromkeys(values)

    def __len__(self) -> int:
        return sum(len(values) for properties in self.nodes.values() for values in properties.values())

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Return the values of a property, or an empty list. The caller must not change it."""
        return self.nodes.get(subject, _NO_PROPERTIES).get(predicate, _NO_VALUES)  # type: ignore[arg-type]

    def properties(self, subject: Term) -> Properties:
        """Return all properties of a node, or an empty dictionary. The caller must not change it."""
        return self.nodes.get(subject, _NO_PROPERTIES)  # type: ignore[arg-type]

    def first(self, subject: Term, predicate: NamedNode) -> Term | None:
        return next(iter(self.objects(subject, predicate)), None)

    def subjects(self, kind: NamedNode) -> list[Node]:
        """Return the nodes of a class, in the order received."""
        return [node for node, properties in self.nodes.items() if kind in properties.get(_TYPE, _NO_VALUES)]

    def add(self, subject: Node, predicate: NamedNode, value: Term) -> None:
        self._triples = None
        values = self.nodes.setdefault(subject, {}).setdefault(predicate, [])
        if len(values) <= _FEW:
            if value not in values:
                values.append(value)
            return
        if id(values) not in self._long:
            self._long[id(values)] = values, dict.fromkeys(values)
        _, known = self._long[id(values)]
        if value not in known:
            known[value] = None
            values.append(value)

    def set(self, subject: Node, predicate: NamedNode, values: list[Term]) -> None:
        """Replace all values of a property. An empty list removes the property."""
        self._triples = None
        properties = self.nodes.setdefault(subject, {})
        if values:
            properties[predicate] = list(dict.fromkeys(values))
        else:
            properties.pop(predicate, None)

    def rename(self, subject: Node, predicate: NamedNode, right: NamedNode) -> None:
        """Rename a property of a subject, which must not have a property called ``right`` yet."""
        self._triples = None
        properties = self.nodes[subject]
        properties[right] = properties.pop(predicate)

    def drop(self, node: Term) -> None:
        """Remove all properties of a node."""
        self._triples = None
        self.nodes.pop(node, None)  # type: ignore[arg-type]

    def replace(self, nodes: dict[Node, Properties]) -> None:
        """Replace all nodes."""
        self._triples = None
        self.nodes = nodes

    def triples(self) -> Sequence[Quad]:
        """Return all triples. A triple received twice may occur twice."""
        if self._triples is None:
            self._triples = [
                Quad(subject, predicate, value)
                for subject, properties in self.nodes.items()
                for predicate, values in properties.items()
                for value in values
            ]
        return self._triples


def apart(triples: Iterable[Quad], owner: str) -> Iterator[Quad]:
    """Yield the same triples, with each blank node named after its ``owner``: a document or a record.

    Use this before you put records together in a document, dump, page or triple store. The name of a blank
    node is only valid within its document (RDF 1.1 Concepts, 3.4): ``_:b0`` may be one person in one record
    and another person in the next. ``owner`` consists of letters and digits.

    >>> alice = Quad(BlankNode("b0"), NamedNode("http://xmlns.com/foaf/0.1/name"), Literal("Alice"))
    >>> [str(triple.subject) for triple in apart([alice], "r1")]
    ['_:r1_b0']
    """

    def own(node: Node) -> BlankNode:
        name = f"{owner}_{node.value}"
        try:
            return BlankNode(name)
        except ValueError:  # lenient parsers accept any name
            return BlankNode(f"{owner}__{node.value.encode('utf-8', 'surrogatepass').hex()}")

    for triple in triples:
        subject, predicate, value, _ = triple
        if isinstance(subject, BlankNode):
            subject = own(subject)
        elif not isinstance(value, BlankNode):
            yield triple
            continue
        yield Quad(subject, predicate, own(value) if isinstance(value, BlankNode) else value)


_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
# Up to this length, lists are searched value by value. A data set may have 10,000 distributions.
_FEW = 32
_NO_PROPERTIES: Properties = {}
_NO_VALUES: list[Term] = []
