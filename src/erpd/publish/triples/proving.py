"""The stores compared with the database: the graphs of each data set, and no others."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from erpd.publish.triples.graphs import catalogue_graphs, graphs
from erpd.publish.triples.place import place, read_position
from erpd.publish.triples.stores import stores
from erpd.register.content import stored
from erpd.register.derived import Difference, Progress, in_turn, is_same_database
from erpd.register.models import DataSet
from erpd.register.proving import ABSENT, MISSING, OF_ANOTHER, extra
from erpd.register.scope import Scope

_ROWS = 250
_DEFAULT = DefaultGraph()


def differences(progress: Progress | None, every: int) -> Iterator[Difference]:
    """How the store of each scope differs from the database (see ``Derived.differences``).

    With ``every`` 1, also whether anything is shown that is in no graph.
    """
    for scopes in stores():
        name = scopes[0].name
        for one in _of(scopes, progress, every):
            yield Difference(one.key, f"{name}: {one.said}")


def _of(scopes: Sequence[Scope], progress: Progress | None, every: int) -> Iterator[Difference]:
    position = read_position(scopes[0].name)
    if position is None or not position.snapshot:
        yield Difference("", ABSENT)
        return
    if not is_same_database(position.change, position.mark):
        yield Difference("", OF_ANOTHER)
        return
    try:
        store = Store.read_only(str(place() / scopes[0].name / position.snapshot))
        most = scopes[0].data_sets().count()
        for done, (row, content) in enumerate(_rows(scopes[0]), 1):
            if row.change <= position.change:
                yield from _compared(store, scopes, row, content, deep=in_turn(row.key, every))
            if progress:
                progress(done, max(done, most))
        yield from _left(store, scopes, position.change)
        if every == 1:
            yield from _shown_by_none(store)
    except (OSError, RuntimeError, ValueError) as error:
        yield Difference("", f"its files are damaged: {' '.join(str(error).split())[:200]}")


def _rows(within: Scope) -> Iterator[tuple[DataSet, bytes | memoryview | None]]:
    found = within.data_sets().defer("findings").order_by("key")
    rows = list(found[:_ROWS])
    while rows:
        yield from zip(rows, stored(row.change for row in rows), strict=True)
        rows = list(found.filter(key__gt=rows[-1].key)[:_ROWS])


def _compared(
    store: Store,
    scopes: Sequence[Scope],
    row: DataSet,
    content: bytes | memoryview | None,
    *,
    deep: bool,
) -> Iterator[Difference]:
    page = NamedNode(f"{settings.NODE.base_url}/datasets/{row.key}")
    names = (page, NamedNode(f"{page.value}#listed"))
    if not deep and all(store.contains_named_graph(name) for name in names):
        return
    for graph, made in graphs(scopes, row, content).items():
        kept = Store()  # it keeps the value of a number, not how it was written: 1.50 becomes 1.5
        kept.extend(made)
        wanted = {quad.triple for quad in kept}
        found = {quad.triple for quad in store.quads_for_pattern(None, None, None, graph)}
        if wanted and not found:
            yield Difference(str(row.key), MISSING)
            return
        if wanted != found or not all(Quad(*triple) in store for triple in wanted):
            yield Difference(str(row.key), "it is there with other triples")
            return


def _left(store: Store, scopes: Sequence[Scope], until: int) -> Iterator[Difference]:
    """Graphs of data sets that this scope does not show, and of nothing at all."""
    begin = f"{settings.NODE.base_url}/datasets/"
    known = set(catalogue_graphs(scopes))
    keys: dict[str, None] = {}  # both graphs of a data set follow each other in most stores
    for graph in store.named_graphs():
        if isinstance(graph, BlankNode) or not graph.value.startswith(begin):
            if graph not in known:
                yield Difference("", f"the graph {graph} is of nothing here")
            continue
        keys[graph.value.removeprefix(begin).removesuffix("#listed")] = None
        if len(keys) >= _ROWS:
            yield from extra(keys, until, scopes[0].catalogues)
            keys = {}
    yield from extra(keys, until, scopes[0].catalogues)


def _shown_by_none(store: Store) -> Iterator[Difference]:
    number = 0
    for subject, predicate, value, _ in store.quads_for_pattern(None, None, None, _DEFAULT):
        alike = store.quads_for_pattern(subject, predicate, value)
        number += all(one.graph_name == _DEFAULT for one in alike)
    if number:
        yield Difference("", f"triples that belong to no data set: {number:,}")
