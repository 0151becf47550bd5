"""Record -> JSON: what the API can say of a record. What it cannot say, the stored record keeps."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats.delivery.faults import Path
from erpd.formats.delivery.fields import DATASET, Held, Row, Statement, Thing
from erpd.formats.delivery.values import TEXT, Json, Kind, worded
from erpd.metadata.conditions import is_generated, policy_of
from erpd.metadata.graph import Graph, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import RDF, RDFS
from erpd.metadata.text import Text


def data_set_of(record: Record, language: str = "") -> dict[str, Json]:
    """Return what the API says of a record.

    With a ``language``, each text is one plain string, in that language if the record has it: the form of
    the national API, for readers that know no other.
    """
    return Writer(record.graph, language).data_set(record)


Places: TypeAlias = dict[Term, tuple[Path, Thing]]
"""Node -> where it is described, and as what."""


class Writer:
    """Objects for the nodes of one graph."""

    def __init__(self, graph: Graph, language: str = "") -> None:
        self.graph, self.language = graph, language
        # Shared nodes are described wherever they occur, but a hostile record could share a large one often.
        self._left = 4 * len(graph) + 1000
        self.places: Places = {}
        """Where each node is described first."""

    def data_set(self, record: Record) -> dict[str, Json]:
        self.places[record.dataset] = (), DATASET
        found = self.fields(DATASET, record.dataset, ())
        identifier = found.setdefault("dctIdentifier", record.identifier)
        if isinstance(identifier, list):
            found["dctIdentifier"] = record.identifier if record.identifier in identifier else identifier[0]
        if record.iri and record.iri != found["dctIdentifier"]:
            found["uri"] = record.iri
        return found

    def fields(self, thing: Thing, node: Term, at: Path = ()) -> dict[str, Json]:
        properties = self.graph.properties(node)
        found: dict[str, Json] = {}
        for row in thing.rows:
            terms = properties.get(row.predicate)
            if terms:
                if isinstance(row.kind, Thing) and row.kind.is_offer:
                    values = self._offer(row.kind, node, (*at, row.name))
                else:
                    values = self._values(row, terms, (*at, row.name))
                if values:
                    found[row.name] = values if row.many or len(values) > 1 else values[0]
        return found

    def _offer(self, thing: Thing, dataset: Term, at: Path) -> list[Json]:
        """The conditions of access, from the policy that says them."""
        policy = policy_of(self.graph, dataset)
        if policy is None:
            return []
        self.places.setdefault(policy.node, (at, thing))
        said = Graph()
        for predicate, values in policy.conditions.said().items():
            said.set(policy.node, predicate, values)
        found: dict[str, Json] = (
            {thing.named: policy.node.value} if isinstance(policy.node, NamedNode) else {}
        )
        return [found | Writer(said, self.language).fields(thing, policy.node, at)]

    def _things(self, row: Row, thing: Thing, nodes: Sequence[Term], at: Path) -> Iterator[Json]:
        place = 0
        alone = not row.many and len(nodes) == 1
        for node in nodes:
            if isinstance(node, Literal):
                continue
            here = at if alone else (*at, place)
            found: dict[str, Any] = {thing.named: node.value} if isinstance(node, NamedNode) else {}
            if self._left > 0:
                self._left -= 1
                self.places.setdefault(node, (here, thing))
                found |= self.fields(thing, node, here)
            if found:
                place += 1
                yield found

    def _values(self, row: Row, terms: Sequence[Term], at: Path) -> list[Json]:
        kind = row.kind
        if isinstance(kind, Kind):
            if kind is TEXT and self.language and row.most:
                best = Text.of(terms).best(self.language)[0]
                return [best] if best else []
            values = [kind.write(term) for term in terms]
            if row.most and sum(isinstance(value, str) for value in values) > row.most:
                values = [{"value": value} if isinstance(value, str) else value for value in values]
            if kind is TEXT and self.language:
                values = [value["value"] if isinstance(value, dict) else value for value in values]
        elif isinstance(kind, Thing):
            values = [*self._things(row, kind, terms, at)]
        elif isinstance(kind, Statement):
            values = [value for term in terms for value in self._statement(term)]
        else:
            values = [self._held(kind, term) for term in terms]
        found = [value for value in values if value is not None]
        self._left -= len(found)
        return found

    def _statement(self, term: Term) -> list[Json]:
        if isinstance(term, NamedNode):
            return [term.value]
        if is_generated(self.graph, term):  # it says what the conditions say
            return []
        labels = self.graph.objects(term, RDFS.label) if isinstance(term, BlankNode) else [term]
        if self.language:
            return [Text.of(labels).best(self.language)[0] or None]
        return [worded(label) for label in labels]

    def _held(self, kind: Held, term: Term) -> Json:
        if isinstance(term, NamedNode):
            return term.value if kind.link else None
        if isinstance(term, Literal):
            return kind.value.write(term)
        for predicate, values in self.graph.properties(term).items():
            if predicate != RDF.type:
                for value in values:
                    said = kind.value.write(value)
                    if said is not None:
                        return said
        return None
