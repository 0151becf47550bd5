"""The default graph is the set of what the named graphs hold, wherever writing was cut off."""

import random
from contextlib import suppress
from typing import Any

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from erpd.publish.triples import union
from erpd.publish.triples.union import UnionStore
from tests.proofs import length

GRAPHS = [NamedNode(f"http://node/{name}") for name in "abcd"]
SAYS = NamedNode("http://says")
Held = dict[NamedNode, set[Quad]]


class Cut(BaseException):
    """The process is killed."""


class Fragile:
    """A store that is cut off after some calls that write."""

    def __init__(self, store: Store, calls: int) -> None:
        self._store, self._calls = store, calls

    def __getattr__(self, name: str) -> Any:
        if name != "quads_for_pattern":
            self._calls -= 1
            if self._calls < 0:
                raise Cut
        return getattr(self._store, name)


def some(chance: random.Random, graph: NamedNode) -> list[Quad]:
    """Triples of which most are in several graphs; blank nodes are named after theirs."""
    shared = [Quad(chance.choice(GRAPHS), SAYS, Literal(chance.randrange(4))) for _ in range(5)]
    own = [Quad(BlankNode(f"r{graph.value[-1]}x{n}"), SAYS, Literal(n)) for n in range(2)]
    return chance.sample([*dict.fromkeys(shared), *own], chance.randrange(5)) if chance.random() < 0.8 else []


def agrees(store: Store, held: Held) -> None:
    default = [quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())]
    for graph in GRAPHS:
        there = [quad.triple for quad in store.quads_for_pattern(None, None, None, graph)]
        assert sorted(map(str, there)) == sorted(str(quad.triple) for quad in held[graph])
    assert set(default) == {quad.triple for quads in held.values() for quad in quads}
    (counted,) = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")  # type: ignore[misc]
    assert int(counted["n"].value) == len(set(default)) == len(default)
    assert set(store.named_graphs()) == {graph for graph, quads in held.items() if quads}


@pytest.mark.proof
@pytest.mark.parametrize("few", [0, 1_000])
def test_random_edits_against_plain_sets(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Each round is cut off somewhere; the next replaces the same graphs, by what they hold by then."""
    monkeypatch.setattr(union, "_FEW", few)
    chance, store = random.Random(few), Store()
    held: Held = {graph: set() for graph in GRAPHS}
    for _ in range(length(200, 20_000)):
        touched = chance.sample(GRAPHS, 2)
        for calls in (chance.randrange(12), 1_000_000):
            writer = UnionStore(Fragile(store, calls))  # type: ignore[arg-type]
            with suppress(Cut):
                for graph in [*touched, chance.choice(touched)]:  # one changes meanwhile
                    made = some(chance, graph)
                    writer.replace(graph, made)
                    held[graph] = set(made)
                    if chance.random() < 0.3:
                        writer.write()
                writer.write()
        agrees(store, held)


def test_a_triple_is_there_until_the_last_graph_that_has_it_goes() -> None:
    store, name = Store(), Quad(GRAPHS[0], SAYS, Literal("Agency"))
    for having in (GRAPHS[:2], GRAPHS[1:2], []):
        writer = UnionStore(store)
        for graph in GRAPHS[:2]:
            writer.replace(graph, [name] if graph in having else [])
        writer.write()
        agrees(store, {graph: {name} if graph in having else set() for graph in GRAPHS})
