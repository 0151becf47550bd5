"""The RDF dataset of a query that names its graphs (SPARQL 1.1 Query, section 13.2).

Several graphs make one default graph: their merge, a set of triples. The engine counts it once for each.
"""

from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad, Store

from erpd.metadata.iri import is_iri
from erpd.publish.sparql.standard import NotStandard, iris_after_from


def named_in(query: str) -> tuple[list[str], list[str]]:
    """The graphs after FROM and after FROM NAMED. None where we do not understand it as the engine does."""
    if query.lower().count("from") < 2:
        return [], []
    try:
        found = list(iris_after_from(query))
    except NotStandard:
        return [], []
    if not all(is_iri(iri) for iri, _ in found):
        return [], []
    return [iri for iri, named in found if not named], [iri for iri, named in found if named]


def merged(store: Store, default: Iterable[NamedNode], named: Iterable[NamedNode]) -> Store:
    """A store in memory: its default graph is the merge of some graphs, and it has these named graphs."""
    made = Store()
    for graph in default:
        quads = store.quads_for_pattern(None, None, None, graph)
        made.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for graph in named:
        made.extend(store.quads_for_pattern(None, None, None, graph))
    return made
