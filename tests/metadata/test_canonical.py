import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

from erpd.metadata.canonical import canonical
from erpd.metadata.graph import Graph
from erpd.metadata.terms import DCT

P, Q = NamedNode("http://a.example/p"), NamedNode("http://a.example/q")
DATA_SET = NamedNode("http://a.example/1")

_node = st.sampled_from([DATA_SET, *(BlankNode(name) for name in "abcde")])
_text = st.text(st.sampled_from('_:a .\n\r"\\<>\u2028') | st.characters(codec="utf-8"), max_size=6)
_value = _node | st.builds(Literal, _text) | st.builds(lambda text: Literal(text, language="en"), _text)
_graph = st.lists(st.builds(Quad, _node, st.sampled_from([P, Q]), _value), max_size=9)


def renamed(triples: list[Quad], name: str = "x{}") -> list[Quad]:
    names: dict[BlankNode, BlankNode] = {}

    def new(term):
        return (
            names.setdefault(term, BlankNode(name.format(len(names))))
            if isinstance(term, BlankNode)
            else term
        )

    return [Quad(new(triple.subject), triple.predicate, new(triple.object)) for triple in triples]


def reference(triples: list[Quad]) -> set[bytes]:
    """RDFC-1.0 as pyoxigraph does it."""
    dataset = Dataset(triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set((serialize(dataset, format=RdfFormat.N_QUADS) or b"").splitlines())


@given(_graph, st.randoms(use_true_random=False))
def test_the_digest_is_of_what_is_said_not_of_how(triples, random):
    shuffled = [*renamed(triples), *triples[:0]]
    random.shuffle(shuffled)
    text, digest = canonical(Graph(triples))
    assert canonical(Graph(shuffled)) == (text, digest)
    assert canonical(Graph(parse(text, format=RdfFormat.N_TRIPLES))) == (text, digest)
    assert set(text.splitlines()) == reference(triples)


@given(_graph, _graph)
def test_other_graphs_have_other_digests(one, other):
    same = reference(one) == reference(other)
    assert (canonical(Graph(one))[1] == canonical(Graph(other))[1]) == same


def test_every_change_of_a_record_changes_its_digest():
    record = list(
        parse(
            b"""@prefix d: <http://d.example/> . <http://a.example/1> d:title "A"@en, "A" ; d:part
            [ d:title "P" ; d:size 1 ], [ d:title "P" ; d:size 2 ], [ ] ;
            d:by [ d:name "N" ; d:at [ d:in "T" ] ] .""",
            format=RdfFormat.TURTLE,
        )
    )
    changes = [[triple for triple in record if triple is not left] for left in record]
    for place, triple in enumerate(record):
        for changed in (
            Quad(triple.subject, Q, triple.object),
            Quad(triple.subject, triple.predicate, Literal("other")),
            Quad(DATA_SET, triple.predicate, triple.object),
        ):
            if changed != triple:
                changes.append([*record[:place], changed, *record[place + 1 :]])
    digests = {canonical(Graph(triples))[1] for triples in changes}
    assert len(digests) == len({frozenset(reference(triples)) for triples in changes})
    assert canonical(Graph(record))[1] not in digests


def clique(size: int) -> list[Quad]:
    nodes = [BlankNode(f"n{number}") for number in range(size)]
    return [Quad(one, P, other) for one in nodes for other in nodes if one != other]


def ring(size: int) -> list[Quad]:
    return [Quad(BlankNode(f"n{n}"), P, BlankNode(f"n{(n + 1) % size}")) for n in range(size)]


def regular(size: int) -> list[Quad]:
    """Each node points at five others: no node can be told from another."""
    return [
        Quad(BlankNode(f"n{n}"), P, BlankNode(f"n{(n + step * step) % size}"))
        for n in range(size)
        for step in range(1, 6)
    ]


def twins(size: int) -> list[Quad]:
    """Two nodes that look alike, with thousands of neighbours that look alike."""
    return [
        Quad(BlankNode(f"t{twin}"), P, BlankNode(f"n{twin}x{n}")) for twin in range(2) for n in range(size)
    ]


def tree(depth: int) -> list[Quad]:
    return [
        Quad(BlankNode(f"n{n}"), P, BlankNode(f"n{2 * n + side}"))
        for n in range(1, 2**depth)
        for side in (0, 1)
    ]


def fan(size: int) -> list[Quad]:
    """Nodes that look alike below the data set: 5,000 empty distributions."""
    return [Quad(DATA_SET, DCT.hasPart, BlankNode(f"n{n}")) for n in range(size)]


@pytest.mark.parametrize(
    "poison",
    [
        clique(9),
        clique(60),
        ring(500),
        regular(50),
        regular(400),
        twins(3_000),
        tree(11),
        fan(5_000),
        ring(8),
    ],
    ids=["clique9", "clique60", "ring500", "regular50", "regular400", "twins", "tree", "fan", "ring8"],
)
def test_poison_graphs_end_and_have_a_digest_of_their_own(poison):
    """RDFC-1.0 itself would try every order of the nodes of some of them."""
    digest = canonical(Graph(poison))[1]
    assert canonical(Graph(renamed(poison[::-1])))[1] == digest
    assert canonical(Graph(poison[1:]))[1] != digest
    assert canonical(Graph([*poison, Quad(DATA_SET, P, Literal("x"))]))[1] != digest
