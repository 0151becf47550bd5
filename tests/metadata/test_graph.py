import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.metadata.graph import Graph
from erpd.metadata.terms import DCAT, DCT, RDF

ONE, TWO = NamedNode("http://a.example/1"), NamedNode("http://a.example/2")

_node = st.sampled_from([ONE, TWO, BlankNode("a")])
_value = _node | st.builds(Literal, st.sampled_from(["x", "y"]))
_triple = st.builds(Quad, _node, st.sampled_from([DCT.title, RDF.type]), _value)
_values = st.lists(_value, max_size=3)


@pytest.mark.parametrize("few", [1, 32])
@given(st.lists(_triple, max_size=8), st.lists(st.tuples(_triple, _values), max_size=4))
def test_a_graph_says_what_came_and_what_was_done_to_it(few, triples, changes):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("erpd.metadata.graph._FEW", few)
        _says_what_came_and_what_was_done(triples, changes)


def _says_what_came_and_what_was_done(triples, changes):
    graph = Graph(triples)
    said = set(triples)
    assert set(graph.triples()) == said
    assert len(graph) == len(said)
    for triple, values in changes:
        graph.add(triple.subject, triple.predicate, triple.object)
        said.add(triple)
        assert set(graph.triples()) == said
        graph.set(triple.subject, DCT.title, values)
        said = {other for other in said if (other.subject, other.predicate) != (triple.subject, DCT.title)}
        said |= {Quad(triple.subject, DCT.title, value) for value in values}
        assert set(graph.triples()) == said
        assert graph.objects(triple.subject, DCT.title) == list(dict.fromkeys(values))
    assert len(graph) == len(said)


def test_values_keep_their_order_and_are_said_once():
    titles = [Literal(str(number)) for number in range(100)]
    graph = Graph(Quad(ONE, DCT.title, title) for title in (*titles, *titles))
    assert graph.objects(ONE, DCT.title) == titles
    assert graph.first(ONE, DCT.title) == titles[0]
    assert (graph.objects(TWO, DCT.title), graph.first(Literal("x"), DCT.title)) == ([], None)


def test_a_property_of_a_hundred_thousand_values_is_no_trap():
    """To search all values for each new one would take an hour."""
    graph = Graph(Quad(ONE, DCAT.keyword, Literal(str(number % 99_999))) for number in range(100_000))
    assert len(graph.objects(ONE, DCAT.keyword)) == 99_999
    for number in range(100_000):
        graph.add(TWO, DCAT.keyword, Literal(str(number % 99_999)))
    assert graph.objects(TWO, DCAT.keyword) == graph.objects(ONE, DCAT.keyword)


def test_nodes_of_a_class_in_the_order_in_which_they_came():
    kinds = [(TWO, DCAT.Dataset), (ONE, DCAT.Distribution), (ONE, DCAT.Dataset)]
    graph = Graph(Quad(node, RDF.type, kind) for node, kind in kinds)
    assert graph.subjects(DCAT.Dataset) == [TWO, ONE]
    graph.replace({ONE: {RDF.type: [DCAT.Distribution]}})
    assert (graph.subjects(DCAT.Dataset), graph.triples()) == ([], [Quad(ONE, RDF.type, DCAT.Distribution)])
