"""One reading in an RDF syntax -> one record: find the data set that the bytes are about."""

from collections.abc import Iterable
from itertools import islice

from pyoxigraph import NamedNode, Quad

from erpd.formats.rdf.document import read
from erpd.formats.rdf.namespaces import spelt_right
from erpd.formats.rdf.references import all_resolved, may_refer, without_base
from erpd.formats.rdf.syntaxes import Syntax
from erpd.formats.reading import Unreadable
from erpd.formats.repairs import Told
from erpd.metadata.graph import Graph, Node
from erpd.metadata.limits import MOST_TRIPLES
from erpd.metadata.record import Record
from erpd.metadata.rules import Unread
from erpd.metadata.terms import DCAT, DCT, shorten

# Valid records of the same vocabulary, which a catalogue lists along with its data sets.
_OTHER_KINDS = (DCAT.DatasetSeries, DCAT.DataService)


def read_data_set(content: bytes, syntax: Syntax, identifier: str, base: str = "") -> Record:
    """Return the record of one data set, with terms as received (not yet mended).

    References that lead somewhere are resolved against ``base``. Raises Unreadable if the syntax is broken,
    or if there is no data set, or several of which none is the main one.
    """
    try:
        return _read(content, syntax, identifier, base)
    except Unreadable as error:
        misspelt = error.rule == Unread.NO_DATA_SET
        right, repairs = spelt_right(content) if misspelt else (content, ())
        if not repairs:
            raise
        record = _read(right, syntax, identifier, base)
        record.repairs = (*record.repairs, *repairs)
        return record


def _read(content: bytes, syntax: Syntax, identifier: str, base: str) -> Record:
    content, declared = without_base(content, syntax.name)
    triples: Iterable[Quad] = read(content, syntax)
    told: Told = {}
    if may_refer(content, syntax.name):
        received = list(islice(triples, MOST_TRIPLES + 1))
        triples = all_resolved(received, declared or base, None if declared else told)
    graph = Graph(islice(triples, MOST_TRIPLES + 1))
    if len(graph.triples()) > MOST_TRIPLES:
        raise Unreadable(Unread.TOO_LARGE, f"it has more than {MOST_TRIPLES:,} triples")
    return Record(identifier, graph, _chief(graph, identifier), repairs=tuple(dict.fromkeys(told.values())))


def _chief(graph: Graph, identifier: str) -> Node:
    found = graph.subjects(DCAT.Dataset)
    if len(found) > 1:
        found = _narrow(graph, found, identifier)
    if len(found) == 1:
        return found[0]
    if not found:
        other = next((kind for kind in _OTHER_KINDS if graph.subjects(kind)), None)
        if other:
            raise Unreadable(Unread.OTHER_KIND, f"it describes a {shorten(other)}")
        raise Unreadable(Unread.NO_DATA_SET, "it contains no dcat:Dataset")
    raise Unreadable(
        Unread.SEVERAL_DATA_SETS, f"there are {len(found)} data sets in it, but a record describes only one"
    )


def _narrow(graph: Graph, found: list[Node], identifier: str) -> list[Node]:
    """Of several data sets, the one that the record is named after, or those that no other refers to."""
    named: list[Node] = [node for node in found if isinstance(node, NamedNode) and node.value == identifier]
    if named:
        return named
    referred = {
        value
        for node, properties in graph.nodes.items()
        for predicate, values in properties.items()
        if predicate not in (DCAT.dataset, DCAT.servesDataset) and node in found
        for value in values
        if value != node
    }
    roots = [node for node in found if node not in referred]
    described = [node for node in roots if graph.objects(node, DCT.title)]
    return described or roots
