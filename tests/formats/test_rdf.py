import hashlib
from pathlib import Path

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
)

from erpd.formats.rdf import Unreadable, read, write
from erpd.formats.syntaxes import SYNTAXES, UnknownSyntax, syntax_of
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import RDF
from tests.formats.shelf import CATALOGUES, HOSTILE, parseable, present

BASES = "https://w3c.github.io/rdf-tests/rdf/rdf11/"
BASE = "http://base.example/"
RDF_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://d.example/">'
ONE = RDF_XML + '<rdf:Description rdf:about="http://a.example"><d:p>%s</d:p></rdf:Description></rdf:RDF>'


def canonical(triples) -> Dataset:
    dataset = Dataset(triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def digest(triples) -> str:
    lines = sorted(str(quad) for quad in canonical(triples))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def triples_of(file: Path) -> list[Quad]:
    content = file.read_bytes()
    return list(read(content, syntax_of(content[:2048], name=file.name), file.as_uri()))


def unreadable(document: str | bytes, syntax: str) -> Unreadable:
    content = document.encode() if isinstance(document, str) else document
    with pytest.raises(Unreadable) as caught:
        list(read(content, SYNTAXES[syntax], BASE))
    return caught.value


def test_every_catalogue_survives_every_syntax():
    profile = load_profile("erpd")
    for name in parseable():
        try:
            graph = Graph(triples_of(CATALOGUES / name))
        except UnknownSyntax:
            assert name.endswith((".csv", ".json")), name
            continue
        mend(
            Record("", graph, next(iter(graph.nodes), BlankNode())), profile
        )  # only valid terms can be written
        triples = list(graph.triples())
        expected = digest(triples)
        for syntax in SYNTAXES:
            again = list(read(write(triples, syntax), SYNTAXES[syntax]))
            assert digest(again) == expected, (name, syntax)


_iri = st.builds(
    NamedNode, st.sampled_from(["http://a.example/1", "http://a.example/é?x=1&y='2'#z", "urn:a:b"])
)
_blank = st.builds(BlankNode, st.sampled_from(["a", "b", "c1"]))
_text = st.text(st.characters(codec="utf-8"), max_size=20)
_literal = (
    st.builds(Literal, _text)
    | st.builds(lambda text: Literal(text, language="en-gb"), _text)
    | st.builds(
        lambda text: Literal(text, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")), _text
    )
)
_triple = st.builds(Quad, _iri | _blank, _iri | st.just(RDF.type), _iri | _blank | _literal)


@given(st.lists(_triple, max_size=6), st.sampled_from(["ttl", "nt", "jsonld", "trig", "nq"]))
def test_any_triples_survive_any_syntax(triples, syntax):
    assert digest(read(write(triples, syntax), SYNTAXES[syntax])) == digest(triples)


# pyoxigraph wants a text where parseType="Literal" has none, and keeps all namespaces in XML literals.
NOT_READ = {"rdfms-empty-property-elements/test003.rdf", "rdfms-empty-property-elements/test009.rdf"}
OTHERWISE = {
    "rdfms-xml-literal-namespaces/test001.rdf",
    "rdfms-xml-literal-namespaces/test002.rdf",
    "xml-canon/test001.rdf",
    "xml-canon/test002.rdf",
    "rdf-turtle/test-38.ttl",  # another base, in none of the suite's manifests
}


@pytest.mark.parametrize(
    ("suite", "address"),
    [("w3c-turtle", ""), ("w3c-rdf-xml", "rdf-xml/")],
)
def test_the_suites_of_the_w3c(suite, address):
    """Positive tests give the triples that they should; negative ones at most Unreadable."""
    compared = refused = 0
    for file in sorted(present(HOSTILE / suite).rglob("*.*")):
        syntax = SYNTAXES.get(file.suffix[1:])
        if syntax is None or file.name == "manifest.ttl":
            continue
        name = str(file.relative_to(HOSTILE / suite))
        try:
            triples = list(read(file.read_bytes(), syntax, BASES + address + name))
        except Unreadable:
            assert "bad" in name or "error" in name or name in NOT_READ, name
            refused += 1
            continue
        answer = file.with_suffix(".nt")
        if answer.exists():
            expected = parse(answer.read_bytes(), format=RdfFormat.N_TRIPLES, lenient=True)
            assert (digest(triples) == digest(expected)) == (name not in OTHERWISE), name
            compared += 1
    assert compared > 100
    assert refused > 20


DEEP = 200_000


@pytest.mark.parametrize(
    ("syntax", "document"),
    [
        ("rdf", RDF_XML + "<d:a><d:p>" * DEEP),
        ("rdf", RDF_XML + "<!--</d:a></d:p>--><d:a d:x='/>'><d:p>" * DEEP),
        ("rdf", RDF_XML + '<d:a><d:p rdf:parseType="Literal">' + "<x>" * DEEP),
        ("jsonld", '{"http://p.example/":' * DEEP + "1" + "}" * DEEP),
        ("jsonld", '{"@graph":["\\"]}",' * DEEP + "{}" + "]}" * DEEP),
        ("jsonld", '{"@id":"a:a","http://p":' + '{"@list":[' * DEEP + "]}" * DEEP + "}"),
        ("ttl", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * DEEP + "1" + " )>>" * DEEP + " ."),
        ("nt", "<a:a> <a:b> " + "<<( <a:a> <a:b> " * DEEP + "<a:a>" + " )>>" * DEEP + " .\n"),
        ("trig", "<a:a> <a:b> " + "(" * DEEP),
    ],
)
def test_what_is_nested_too_deep_is_refused_before_it_ends_the_process(syntax, document):
    assert unreadable(document, syntax).rule in ("unsafe-xml", "broken-syntax")


def test_deep_turtle_is_read():
    document = "<a:a> <a:b> " + "[ <a:b> " * DEEP + "1" + "]" * DEEP + "."
    assert sum(1 for _ in read(document.encode(), SYNTAXES["ttl"])) == DEEP + 1


BOMB = (
    '<!ENTITY a "'
    + "a" * 300
    + '">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
)


@pytest.mark.parametrize(
    "declarations",
    [
        BOMB,
        '<!ENTITY a "%s">' % ("a" * 10_000),
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY a PUBLIC "x" "http://127.0.0.1:1/">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:1/"> %a;',
        "<!ENTITY a 'unclosed",
        "<!--" + "x" * 70_000 + "-->" + BOMB,
        " " * 65_530 + BOMB,
    ],
)
def test_entities_that_cost_more_than_they_say_are_refused(declarations):
    document = f"<!DOCTYPE rdf:RDF [{declarations}]>" + ONE % "&a;"
    for content in (document.encode(), ('<?xml version="1.0"?>' + document).encode("utf-16")):
        assert unreadable(content, "rdf").rule == "unsafe-xml"


def test_entities_for_namespaces_are_read():
    """As in section 5.1 of the W3C's RDF/XML."""
    document = '<!DOCTYPE rdf:RDF [<!ENTITY xsd "http://www.w3.org/2001/XMLSchema#">]>' + (
        ONE.replace("<d:p>", '<d:p rdf:datatype="&xsd;date">') % "2020-01-01"
    )
    (triple,) = read(document.encode(), SYNTAXES["rdf"])
    assert triple.object.datatype.value == "http://www.w3.org/2001/XMLSchema#date"


@pytest.mark.parametrize(
    "text", ["a" * (17 * 2**20), "&d;" * (2**19), "<![CDATA[" + "a>" * (9 * 2**20) + "]]>"]
)
def test_a_text_without_end_is_refused(text):
    document = '<!DOCTYPE rdf:RDF [<!ENTITY d "%s">]>' % ("d" * 290) + ONE % text
    assert "longer than" in str(unreadable(document, "rdf"))


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-8", "utf-8"),
        ("utf-8", "utf-16"),  # written so by programs that keep text in UTF-16 and files in UTF-8
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("utf-16", "UTF-16"),
        ("utf-16", ""),
    ],
)
def test_xml_in_any_encoding(encoding, declared):
    text = "Gebäude " * 40_000  # characters that stand across the chunks
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    document = (declaration + ONE % text).encode(encoding)
    (triple,) = read(document, SYNTAXES["rdf"])
    assert triple.object.value == text


@pytest.mark.parametrize(
    "name", ["zlib", "hex", "punycode", "idna", "unicode_escape", "no-such-thing", "rot13"]
)
def test_python_codecs_that_are_no_character_sets_are_refused(name):
    document = f'<?xml version="1.0" encoding="{name}"?>' + ONE % "x"
    assert "encoding" in str(unreadable(document, "rdf"))


def test_undeclared_latin_1_is_an_error_not_a_question_mark():
    assert unreadable((ONE % "Gebäude").encode("latin-1"), "rdf").rule == "broken-syntax"
    assert unreadable('<a:a> <a:b> "Gebäude" .'.encode("latin-1"), "ttl").rule == "broken-syntax"


def test_rdf_xml_that_ends_too_early_is_never_taken_for_whole():
    """pyoxigraph is content where no element is closed."""
    document = RDF_XML + "".join(
        f'<!-- > --><rdf:Description rdf:about="http://a.example/{number}"><d:p d:x="/>"/>'
        f"<d:p><![CDATA[<b>]]></d:p></rdf:Description>\n"
        for number in range(3)
    )
    whole = (document + "</rdf:RDF>\n<!-- end -->").encode()
    assert len(list(read(whole, SYNTAXES["rdf"], BASE))) == 9
    for end in range(len(RDF_XML), len(document)):
        assert unreadable(document[:end], "rdf").rule in ("cut", "broken-syntax")


def test_markup_in_cdata_and_attributes_is_no_nesting():
    lists = "<![CDATA[" + "<li>a<br>" * 5_000 + "]]>"
    (triple,) = read((ONE % lists).encode(), SYNTAXES["rdf"])
    assert triple.object.value.count("<li>") == 5_000


@pytest.mark.parametrize(
    "context",
    [
        '"http://127.0.0.1:1/context.jsonld"',
        '["http://127.0.0.1:1/c", {"t": "http://t.example/"}]',
        '{"@import": "http://127.0.0.1:1/c"}',
        '{"@version": 1.1, "t": {"@id": "http://t.example/", "@context": "http://127.0.0.1:1/c"}}',
    ],
)
def test_remote_contexts_are_never_fetched(context, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", pytest.fail)
    error = unreadable(f'{{"@context": {context}, "@id": "http://a.example/", "t": {{"t": "x"}}}}', "jsonld")
    assert "remote context" in str(error)


def test_a_term_larger_than_the_parser_holds():
    assert unreadable('<a:a> <a:b> """' + "a" * (17 * 2**20) + '""" .', "ttl").rule == "broken-syntax"


def test_graph_names_are_kept_out_of_the_way():
    triples = read(b'<g:g> { <a:a> <a:b> "1" } <a:a> <a:b> "2" .', SYNTAXES["trig"])
    assert {str(triple.graph_name) for triple in triples} == {"DEFAULT"}


def test_a_base_that_is_no_iri_is_none():
    for base in ("", "/home/all.ttl", "all.ttl", "http://a b/"):
        (triple,) = read(b"<a> <b:b> <c:c> .", SYNTAXES["ttl"], base)
        assert triple.subject == next(read(b"<a> <b:b> <c:c> .", SYNTAXES["ttl"])).subject
