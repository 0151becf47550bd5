"""JSON -> record: the graph of what was said. Mending and the checks of the catalogue come after."""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, Struct
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats.delivery.faults import Code, Faults, Path, Refused
from erpd.formats.delivery.fields import DATASET, Held, Row, Statement, Thing
from erpd.formats.delivery.values import Json, Kind, Text, Wrong, words
from erpd.formats.delivery.writing import Writer
from erpd.formats.draft import Draft
from erpd.metadata.conditions import Conditions, set_conditions
from erpd.metadata.graph import Node, Term
from erpd.metadata.iri import is_iri
from erpd.metadata.record import Record
from erpd.metadata.terms import DCT, RDF, RDFS


def read_shape(body: Struct, stored: Record | None = None) -> Record:
    """Return the record of a decoded data set. Raises Refused with its faults; Unreadable if it is huge.

    ``stored`` is the record that the body changes: identifier and IRI are permanent, and may be left out.
    """
    return _Reader(body).said(stored)


class _Reader:
    def __init__(self, body: Struct) -> None:
        self.body = body
        self.draft = Draft()
        self.faults = Faults()

    def said(self, stored: Record | None) -> Record:
        identifier, node = self._named() if stored is None else self._unchanged(stored)
        if self.faults.found:
            raise Refused(self.faults.found)
        self.draft.dataset = node
        self.draft.add(node, RDF.type, DATASET.kind)
        self._rows(DATASET, node, self.body, ())
        if self.faults.found:
            raise Refused(self.faults.found)
        return Record(identifier, self.draft.graph, node)

    def _named(self) -> tuple[str, Node]:
        said = given(self.body, "dctIdentifier")
        identifier = said if isinstance(said, str) else ""
        iri = given(self.body, "uri") or identifier
        if not identifier:
            self.faults.say(
                Code.REQUIRED_FIELD,
                ("dctIdentifier",),
                "A data set needs a permanent identifier, even as a draft (G3.4.3). Give it a URI of yours.",
                "G3.4.3",
            )
        for name, text in (("dctIdentifier", identifier), ("uri", iri)):
            if identifier and not is_iri(text) and not (name == "uri" and iri == identifier):
                self.faults.say(Code.INVALID_URI, (name,), _NO_URI, "G3.4.3")
        return identifier, NamedNode(iri) if is_iri(iri) else BlankNode()

    def _unchanged(self, stored: Record) -> tuple[str, Node]:
        """The names of the stored record. A body that says others is for another data set."""
        known = Writer(stored.graph).data_set(stored)
        for name in ("dctIdentifier", "uri"):
            said = given(self.body, name)
            if said is not None and said not in (known.get(name, stored.iri), [known.get(name)]):
                self.faults.say(
                    Code.FIELD_NOT_MODIFIABLE,
                    (name,),
                    f"{name} is permanent (G3.4.3). Leave it as it is, or deliver a new data set.",
                    "G3.4.3",
                )
        return stored.identifier, stored.dataset

    def node(self, thing: Thing, value: Struct, at: Path) -> Node:
        """State what an object says, and return its node."""
        iri = given(value, thing.named)
        if iri is not None and not is_iri(iri):
            self.faults.say(
                Code.INVALID_URI,
                (*at, thing.named),
                "This is not a URI (RFC 3986). Write it in full: https://…",
            )
            iri = None
        node: Node = BlankNode() if iri is None else NamedNode(iri)
        if iri is None or any(given(value, row.name) is not None for row in thing.rows):
            self.draft.add(node, RDF.type, thing.kind)
        self._rows(thing, node, value, at)
        return node

    def _rows(self, thing: Thing, node: Node, value: Any, at: Path) -> None:
        for row in thing.rows:
            said = given(value, row.name)
            if said is not None and said != []:
                if isinstance(row.kind, Thing) and row.kind.is_offer:
                    self._offer(row.kind, node, said, (*at, row.name))
                    continue
                terms = self._terms(row, said, (*at, row.name))
                self.draft.add(node, row.predicate, *terms)

    def _offer(self, thing: Thing, dataset: Node, said: Json, at: Path) -> None:
        """State the conditions of access: the rules of an offer."""
        if isinstance(said, list):
            if len(said) > 1:
                self.faults.say(Code.INVALID_SIZE, at, "A data set has one set of conditions. Join them.")
                return
            said, at = said[0], (*at, 0)
        flat = _Reader(self.body)
        flat.faults = self.faults
        offer = flat.node(thing, said, at)
        if not self.faults.found:
            conditions = Conditions.of(flat.draft.graph.properties(offer))
            set_conditions(self.draft.graph, dataset, conditions, offer)

    def _terms(self, row: Row, said: Json, at: Path) -> list[Term]:
        values = said if isinstance(said, list) else [said]
        if row.most and sum(isinstance(value, str) for value in values) > row.most:
            self.faults.say(
                Code.INVALID_SIZE,
                at,
                "There are several texts without a language. Give each its language: "
                '{"value": "…", "lang": "nl"}.',
            )
        places = [(*at, place) for place in range(len(values))] if isinstance(said, list) else [at]
        pairs = [
            (value, place)
            for value, place in zip(values, places, strict=True)
            # The national API lets a description be empty.
            if not (value == "" and row.predicate == DCT.description)
        ]
        return [*self._of(row.kind, pairs)]

    def _of(self, kind: Kind | Thing | Statement | Held, pairs: list[tuple[Json, Path]]) -> Iterator[Term]:
        if isinstance(kind, Statement):
            yield from self._statements(kind, pairs)
            return
        for value, at in pairs:
            if isinstance(kind, Thing):
                yield self.node(kind, value, at)
                continue
            try:
                if isinstance(kind, Kind):
                    yield kind.read(value)
                elif kind.link and is_iri(value):
                    yield NamedNode(value)
                else:
                    term, node = kind.value.read(value), self.draft.node(kind.kind)
                    self.draft.add(node, kind.predicate, term)
                    yield node
            except Wrong as wrong:
                self.faults.say(wrong.code, at, str(wrong))

    def _statements(self, kind: Statement, pairs: list[tuple[Json, Path]]) -> Iterator[Term]:
        """Links as they are; texts together name one resource, in one or more languages."""
        labels: list[Literal] = []
        for value, at in pairs:
            if isinstance(value, str) and is_iri(value):
                yield NamedNode(value)
                continue
            try:
                labels.append(words(value))
            except Wrong as wrong:
                self.faults.say(wrong.code, (*at, "value") if isinstance(value, Text) else at, str(wrong))
        if labels:
            node = self.draft.node(kind.kind)
            self.draft.add(node, RDFS.label, *labels)
            yield node


def given(value: Any, name: str) -> Json:
    """Return what a field says; None if it is absent or null."""
    said = getattr(value, name, None)
    return None if said is UNSET else said


_NO_URI = "This is not a URI (RFC 3986). Write it in full: https://…"
