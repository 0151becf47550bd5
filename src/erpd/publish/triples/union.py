"""A store whose default graph is the union of its named graphs, as RDF means it: a set of triples.

The engine can query named graphs as one, but then has a triple once for each graph that states it. So each
triple is also in the default graph.
"""

from itertools import chain
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

    def replace(self, graph: NamedNode, triples: list[Quad]) -> None:
        """Take from a graph all but these triples, which ``write`` adds. Without any, remove the graph."""
        before = list(self._store.quads_for_pattern(None, None, None, graph))
        now = set(triples) if before else set()
        for quad in before:
            triple = Quad(quad.subject, quad.predicate, quad.object)
            if triple not in now:
                if not self._is_elsewhere(quad):
                    self._store.remove(triple)
                if triples:
                    self._store.remove(quad)
        if not triples:
            self._store.remove_graph(graph)
        self.waiting += len(triples) - len(self._waiting.get(graph, ()))
        self._waiting[graph] = triples

    def _is_elsewhere(self, quad: Quad) -> bool:
        """Whether another named graph has this triple."""
        subject, predicate, value, graph = quad
        alike = self._store.quads_for_pattern(subject, predicate, value)
        return any(one.graph_name not in (graph, _DEFAULT) for one in alike)

    def write(self) -> None:
        """Add what the replaced graphs hold now."""
        waiting = self._waiting
        triples = chain.from_iterable(waiting.values())
        quads = (
            Quad(subject, property_, value, graph)
            for graph, made in waiting.items()
            for subject, property_, value, _ in made
        )
        if self.waiting < _FEW:
            self._store.extend([*quads, *triples])
        else:
            self._store.bulk_extend(quads)
            self._store.bulk_extend(triples)
        self._waiting, self.waiting = {}, 0

    def optimize(self) -> None:
        """Make it small and quick to read."""
        self._store.optimize()

    def copy(self, folder: Path) -> None:
        """Make a copy of what has been written, of hard links."""
        self._store.flush()
        self._store.backup(str(folder))
