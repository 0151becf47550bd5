import re

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from erpd.formats.rdf import rdf_xml
from erpd.metadata.terms import DCT, RDF

_forbidden = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, section 2.2
_a_uri_and_a_name = re.compile("([!-~]*?)([A-Za-zé_][A-Za-zé_0-9.·-]*)")

_text = st.text(st.characters(codec="utf-8") | st.sampled_from("<&>\"'\r\n\t\x00\x03\ufffe"), max_size=20)
_space = st.sampled_from([str(DCT), "http://a.example/", "urn:x:"])
_predicate = st.builds(
    lambda space, local: NamedNode(space + local), _space, st.text("ab1.-_:/é·()", max_size=5)
) | st.sampled_from([RDF.li, RDF.Description, RDF.type])
_blank = st.builds(BlankNode, st.from_regex(r"[0-9a-z]([0-9a-z.\-]{0,3}[0-9a-z])?", fullmatch=True))
_iri = st.builds(NamedNode, st.sampled_from(["http://a.example/?a=1&b='2'", "http://a.example/é"]))
_literal = st.builds(Literal, _text) | st.builds(lambda text: Literal(text, language="en-gb"), _text)
_triple = st.builds(Quad, _blank | _iri, _predicate, _blank | _iri | _literal)


@given(st.lists(_triple, max_size=8))
def test_what_comes_out_is_xml_and_says_all_that_xml_can_say(triples: list[Quad]) -> None:
    document = rdf_xml.write(triples)
    etree.fromstring(document)
    assert _canonical(parse(document, format=RdfFormat.RDF_XML)) == _canonical(
        Quad(triple.subject, triple.predicate, _in_xml(triple.object))
        for triple in triples
        if _a_uri_and_a_name.fullmatch(triple.predicate.value)
        and triple.predicate not in (RDF.li, RDF.Description)
    )


def test_a_triple_term_that_xml_cannot_say_costs_only_itself() -> None:
    me, good = NamedNode("http://a.example/"), NamedNode("http://a.example/good")
    about = Triple(me, RDF.li, Literal("no XML name"))
    document = rdf_xml.write([Quad(me, good, about), Quad(me, good, Literal("kept"))])
    assert list(parse(document, format=RdfFormat.RDF_XML)) == [Quad(me, good, Literal("kept"))]


def _in_xml(term: NamedNode | BlankNode | Literal | Triple) -> NamedNode | BlankNode | Literal | Triple:
    if isinstance(term, Literal):
        return Literal(_forbidden.sub("", term.value), language=term.language)
    return term


def _canonical(triples: object) -> Dataset:
    dataset = Dataset(triples)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset
