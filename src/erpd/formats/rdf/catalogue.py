"""Splits a catalogue in RDF into pieces: each data set with all triples that belong to it, and the rest."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad

from erpd.formats.rdf.carrier import pack, unpack
from erpd.formats.rdf.held import INVERSE, LISTING
from erpd.formats.rdf.references import is_relative
from erpd.formats.rdf.spool import Spool, spooled
from erpd.formats.repairs import Told
from erpd.metadata.findings import Finding
from erpd.metadata.graph import Node
from erpd.metadata.limits import MOST_TRIPLES
from erpd.metadata.terms import AUTHORITY, DCAT, RDF, SKOS

_LARGEST_REST = 10_000


class Kind(StrEnum):
    """What a piece of a catalogue is."""

    DATA_SET = "data set"
    CATALOGUE = "catalogue"
    SERVICE = "service"
    SERIES = "series"
    CATALOGUE_RECORD = "catalogue record"
    REST = "rest"


CLASSES = {
    Kind.DATA_SET: DCAT.Dataset,
    Kind.CATALOGUE: DCAT.Catalog,
    Kind.SERVICE: DCAT.DataService,
    Kind.SERIES: DCAT.DatasetSeries,
    Kind.CATALOGUE_RECORD: DCAT.CatalogRecord,
}
"""Each kind that is a class."""
_ALONE = {CLASSES[kind]: kind for kind in (Kind.SERVICE, Kind.SERIES, Kind.CATALOGUE_RECORD)}


@dataclass(frozen=True, slots=True)
class Piece:
    """A data set, a catalogue, something else that is described for itself, or a part of the rest."""

    node: Node
    """What it describes first."""
    content: bytes
    """Its triples, those of ``node`` first."""
    triples: int
    """How many there are."""
    syntax: str = "nt"
    """The name in SYNTAXES; "nt" unless N-Triples cannot hold a term."""
    whole: bool = True
    """False if there were more than MOST_TRIPLES, and the rest was left out."""
    kind: Kind = Kind.DATA_SET
    repairs: tuple[Finding, ...] = ()
    """What had to be repaired before it could be cut out."""

    def told(self, told: Told) -> "Piece":
        """Return the same piece with the repairs of the document that it contains."""
        if not told:
            return self
        triples = list(unpack(self.syntax, self.content))
        keys = (key for one in triples for key in (one.subject, (one.predicate, one.object)))
        found = dict.fromkeys(told[key] for key in keys if key in told)
        return replace(self, repairs=(*self.repairs, *found))


def split(triples: Iterable[Quad], base: str = "", told: Told | None = None) -> Iterator[Piece]:
    """Yield one piece for each ``dcat:Dataset`` of the catalogue, in the order of the document.

    Blank nodes are numbered as they appear. If ``base`` is an IRI, references that lead somewhere are
    resolved against it. The memory used does not grow with the catalogue.

    Raises what reading ``triples`` raises, before the first piece, and Unreadable ``too-large`` if the data
    sets share so much that splitting would never end.
    """
    with spooled(triples, base, told) as spool:
        for data_set in spool.data_sets():
            name = BlankNode("b0") if isinstance(data_set, BlankNode) else data_set
            yield _piece(name, _number_blank_nodes(list(_hanging(spool, data_set, {data_set}))))


def split_all(
    triples: Iterable[Quad], base: str = "", told: Told | None = None, owner: str = "d"
) -> Iterator[Piece]:
    """Yield what ``split`` yields, then the catalogues, then services, series and all triples that are left.

    A blank node has the same name in all pieces, made of its place in the document and the ``owner``. So
    together the pieces say what the document says, and the same document gives the same pieces: a contact
    that two data sets share remains one. (Blank nodes of a named node that say the same become one, see
    ``Spool``.)
    """
    with spooled(triples, base, told, whole=True) as spool:
        for kind, chiefs in ((Kind.DATA_SET, spool.data_sets()), (Kind.CATALOGUE, spool.catalogues())):
            for node in chiefs:
                yield _piece_of(spool, node, owner, kind)
        rest: list[Quad] = []
        for node, left in spool.left():
            kind = next((_ALONE[one.object] for one in left if one.object in _ALONE), Kind.REST)  # type: ignore[index]
            if kind is not Kind.REST and not spool.is_given(node):
                yield _piece_of(spool, node, owner, kind)
                continue
            rest += [
                Quad(node, one.predicate, spool.meant(one)) if is_relative(one.object) else one
                for one in left
            ]
            if len(rest) >= _LARGEST_REST:
                yield _rest(spool, rest, owner)
                rest = []
        if rest:
            yield _rest(spool, rest, owner)


def _piece_of(spool: Spool, node: Node, owner: str, kind: Kind) -> Piece:
    cut = frozenset() if kind is Kind.DATA_SET else LISTING
    closure = _closure(spool, node, cut, alone=kind in _ALONE.values())
    return _piece(_named(spool, node, owner), _apart(spool, closure, owner), kind)


def _rest(spool: Spool, triples: list[Quad], owner: str) -> Piece:
    named = _apart(spool, triples, owner)
    return _piece(named[0].subject, named, Kind.REST)  # type: ignore[arg-type]


def _apart(spool: Spool, triples: list[Quad], owner: str) -> list[Quad]:
    """Name each blank node after its place in the document."""
    return [
        Quad(_named(spool, one.subject, owner), one.predicate, _named(spool, one.object, owner))
        if type(one.subject) is BlankNode or type(one.object) is BlankNode
        else one
        for one in triples
    ]


def _named(spool: Spool, node: Any, owner: str) -> Any:
    return BlankNode(f"{owner}b{spool.number_of(node)}") if type(node) is BlankNode else node


def _piece(node: Node, triples: list[Quad], kind: Kind = Kind.DATA_SET) -> Piece:
    syntax, content = pack(triples[:MOST_TRIPLES])
    amount = min(len(triples), MOST_TRIPLES)
    return Piece(node, content, amount, syntax, len(triples) <= MOST_TRIPLES, kind)


def _closure(spool: Spool, node: Node, cut: frozenset[NamedNode] = frozenset(), *, alone: bool) -> list[Quad]:
    """The triples that belong to a node, up to others and to the values of ``cut``; they are given then."""
    seen: set[Node] = {node}
    closure = list(_hanging(spool, node, seen, cut, alone=alone))
    for each in seen:
        spool.give(each)
    return closure


def _hanging(
    spool: Spool,
    chief: Node,
    seen: set[Node],
    cut: frozenset[NamedNode] = frozenset(),
    *,
    alone: bool = False,
) -> Iterator[Quad]:
    """Follow concepts to blank nodes only: through its scheme, a theme would bring in a whole vocabulary.

    ``alone``: the chief is no data set, so it keeps its own links to data sets.
    """
    waiting: deque[Node] = deque([chief])
    found = 0
    inverse = spool.pointing_at(chief)
    while waiting:
        node = waiting.popleft()
        triples = spool.triples_of(node)
        if triples and node != chief and spool.is_boundary(node):
            triples = []
        concept = bool(triples) and _is_concept(node, triples)
        for triple in triples:
            predicate, value = triple.predicate, triple.object
            if predicate in INVERSE and value != chief and not (alone and node == chief):
                continue  # a service of all data sets would bring in all of them
            found += 1
            if type(value) is NamedNode and ":" not in value.value:
                value = spool.meant(triple)
                yield Quad(node, predicate, value)
            else:
                yield triple
            if predicate in cut:
                continue
            if isinstance(value, BlankNode if concept else (BlankNode, NamedNode)) and value not in seen:
                seen.add(value)
                waiting.append(value)
        if not waiting:
            waiting.extend(node for node in inverse if node not in seen)
            seen.update(inverse)
            inverse = []
        if found > MOST_TRIPLES:
            return


def _is_concept(node: Node, triples: list[Quad]) -> bool:
    return (isinstance(node, NamedNode) and node.value.startswith(AUTHORITY)) or any(
        triple.predicate == RDF.type and triple.object == SKOS.Concept for triple in triples
    )


def _number_blank_nodes(triples: list[Quad]) -> list[Quad]:
    """Give the same piece of two downloads the same bytes, whatever the parser called its blank nodes."""
    names: dict[BlankNode, BlankNode] = {}

    def number(node: object) -> object:
        if isinstance(node, BlankNode):
            return names.setdefault(node, BlankNode(f"b{len(names)}"))
        return node

    def numbered(triple: Quad) -> Quad:
        subject, predicate, value, _ = triple
        if isinstance(subject, BlankNode) or isinstance(value, BlankNode):
            return Quad(number(subject), predicate, number(value))  # type: ignore[arg-type]
        return triple

    return [numbered(triple) for triple in triples]
