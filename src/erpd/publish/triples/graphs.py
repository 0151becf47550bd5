"""What the store of a scope holds, in named graphs.

The graph of a data set is called like its page, and holds what every door sends of it. In which catalogues it
is stands in a second graph beside it. The catalogues are described in the graph of the scope.
"""

import logging
from collections.abc import Sequence

from pyoxigraph import NamedNode, Quad

from erpd.metadata.graph import apart
from erpd.publish.catalogue.description import described, iri_of, iri_of_part, listed
from erpd.publish.entry import address, graph_of
from erpd.publish.profiles import USUAL
from erpd.register.content import VersionBroken, triples_of
from erpd.register.models import DataSet
from erpd.register.scope import Scope

logger = logging.getLogger(__name__)

Graphs = dict[NamedNode, list[Quad]]
"""The name of a graph -> its triples, which do not name it."""


def graphs(scopes: Sequence[Scope], data_set: DataSet, content: bytes | memoryview | None) -> Graphs:
    """The graphs of a data set, from its stored content; empty if it is deleted or cannot be read.

    ``scopes`` are those of the store, which cover the same catalogues: the catalogue of each lists it.
    """
    page = NamedNode(address(data_set))
    beside = NamedNode(f"{page.value}#listed")
    if data_set.deleted:
        return {page: [], beside: []}
    try:
        triples = triples_of(data_set, content or b"")
    except VersionBroken as error:
        logger.error("%s", error)
        return {page: [], beside: []}
    sent = apart(graph_of(data_set, triples, USUAL).triples(), f"r{data_set.key.hex}")
    catalogues = {*map(iri_of, scopes), iri_of_part(scopes[0].catalogues[data_set.catalogue_id])}
    return {page: list(sent), beside: list(listed(data_set, catalogues))}


def catalogue_graphs(scopes: Sequence[Scope]) -> Graphs:
    """The graphs that describe the catalogues of the scopes of a store."""
    return {iri_of(one): list(described(one, parts=True)) for one in scopes}
