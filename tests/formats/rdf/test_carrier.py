import json
from xml.sax.saxutils import quoteattr

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from erpd.formats.rdf.carrier import pack, unpack
from erpd.formats.rdf.document import read, write
from erpd.formats.rdf.syntaxes import SYNTAXES

_odd = st.text(
    st.sampled_from('ab:/#é <>"\\{}|^`\n\r\t.@_-\x00\x01\x7f\u2028%&;?=')
    | st.characters(codec="utf-8", exclude_categories=["Cs"]),
    max_size=12,
)
_line = st.builds("http://a.example/{}> <http://b> <http://c> .\n<http://{}".format, _odd, _odd)
_iri = st.builds("http://a.example/{}".format, _odd) | _line
_value = (
    st.builds(lambda iri: {"@id": iri}, _iri)
    | st.builds(lambda text: {"@value": text}, _odd)
    | st.builds(
        lambda text, tag: {"@value": text, "@language": tag}, _odd, _odd | st.sampled_from(["en_US", ""])
    )
    | st.builds(lambda text, iri: {"@value": text, "@type": iri}, _odd, _iri)
    | st.builds(lambda name: {"@id": "_:" + name}, _odd.filter(bool))
)


@given(st.lists(st.tuples(_iri, _iri, _value), min_size=1, max_size=4))
def test_whatever_a_lenient_parser_lets_through_is_carried(statements):
    """Nothing is lost, and no term makes a triple of its own."""
    document = json.dumps([{"@id": subject, predicate: value} for subject, predicate, value in statements])
    triples = list(read(document.encode(), SYNTAXES["jsonld"]))
    syntax, content = pack(triples)
    assert set(unpack(syntax, content)) == set(triples)


def test_ordinary_terms_go_as_n_triples_and_odd_ones_do_not_break_them():
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://d.example/">'
        "<rdf:Description rdf:about={}><d:p xml:lang={}>x</d:p></rdf:Description></rdf:RDF>"
    )
    for iri, tag, syntax in [
        ("http://a.example/", "en-GB", "nt"),
        ("http://a.example/b c", "en", "nt"),
        ("http://a.example/", "en_US", "jsonld"),
        ("http://a.example/", "", "jsonld"),
        ("http://a.example/\\u003E", "en", "jsonld"),
        ("http://a.example/> <http://b> <http://c> .\n<http://d", "en", "jsonld"),
    ]:
        triples = list(read(rdf.format(quoteattr(iri), quoteattr(tag)).encode(), SYNTAXES["rdf"]))
        assert triples[0].subject.value == iri
        assert (pack(triples)[0], list(unpack(*pack(triples)))) == (syntax, triples)


def test_a_triple_term_is_carried_or_becomes_text():
    content = b'<a:a> <b:b> <<( <c:c> <d:d> "e"@en )>> . <a:a> <b:b> <c:>d> .'.replace(
        b"<c:>d>", b"<c:\\u003Ed>"
    )
    triples = list(read(content, SYNTAXES["ttl"]))
    assert list(unpack(*pack(triples[:1]))) == triples[:1]
    term, iri = unpack(*pack(triples))
    assert term == Quad(NamedNode("a:a"), NamedNode("b:b"), Literal('<c:c> <d:d> "e"@en'))
    assert iri == triples[1]
    assert pack([])[1] == write([], "nt") == b""
