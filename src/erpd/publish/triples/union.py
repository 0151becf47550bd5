"""A store whose default graph is the union of its named graphs, as RDF means it: a set of triples.

The engine can query named graphs as one, but then has a triple once for each graph that states it. So each
triple is also in the default graph.
"""

from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

_FEW = 1_000  # quads that are written faster one by one than as files of their own
_DEFAULT = DefaultGraph()


class UnionStore:
    """The writer of such a store.

    If it is killed at any point, it is right again as soon as the graphs of that time are replaced again, by
    whatever they hold by then: the default graph has a triple only while a named graph has it.
    """

    def __init__(self, store: Store) -> None:
        """Nobody else writes to ``store``. Everything here raises OSError if the disk fails."""
        self._store = store
        self._waiting: dict[NamedNode, list[Quad]] = {}
        self.waiting = 0
        """How many quads ``write`` would write."""

    def close(self) -> None:
        """Close the files, which the traceback of an error would keep open."""
        del self._store

    def replace(self, graph: NamedNode, quads: list[Quad]) -> None:
        """Take from a graph all but these quads, which ``write`` adds. Without quads, remove the graph."""
        before = set(self._store.quads_for_pattern(None, None, None, graph))
        for quad in before.difference(quads):
            if not self._is_elsewhere(quad):
                self._store.remove(_by_default(quad))
            if quads:
                self._store.remove(quad)
        if not quads:
            self._store.remove_graph(graph)
        self.waiting += len(quads) - len(self._waiting.get(graph, ()))
        self._waiting[graph] = quads

    def _is_elsewhere(self, quad: Quad) -> bool:
        """Whether another named graph has this triple."""
        subject, predicate, value, graph = quad
        alike = self._store.quads_for_pattern(subject, predicate, value)
        return any(one.graph_name not in (graph, _DEFAULT) for one in alike)

    def write(self) -> None:
        """Add what the replaced graphs hold now."""
        quads = [quad for waiting in self._waiting.values() for quad in waiting]
        if len(quads) < _FEW:
            self._store.extend([*quads, *map(_by_default, quads)])
        else:
            self._store.bulk_extend(quads)
            self._store.bulk_extend(map(_by_default, quads))
        self._waiting, self.waiting = {}, 0

    def optimize(self) -> None:
        """Make it small and quick to read."""
        self._store.optimize()

    def copy(self, folder: Path) -> None:
        """Make a copy of what has been written, of hard links."""
        self._store.flush()
        self._store.backup(str(folder))


def _by_default(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object)
