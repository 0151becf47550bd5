import hashlib
import io
import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
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

from erpd.formats.rdf import checked_stream, xml_stream
from erpd.formats.rdf.checked_stream import LONGEST_CHAIN, MOST_TERMS
from erpd.formats.rdf.damaged import read_damaged
from erpd.formats.rdf.document import read, write
from erpd.formats.rdf.pieces import Broken, read_pieces
from erpd.formats.rdf.syntaxes import SYNTAXES, UnknownSyntax, syntax_of
from erpd.formats.reading import Unreadable
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import RDF
from tests.formats.shelf import CATALOGUES, HOSTILE, parseable, present
from tests.harvest.hostile import chain

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


MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
# pyoxigraph writes XML literals with all namespaces that are in scope: they say the same.
OTHERWISE = {"xml-canon/test001.rdf", "xml-canon/test002.rdf"}
# Faults without a wrong triple: an escape where none may be, the same rdf:ID for the same statement twice.
LET_PASS = {
    "rdf-turtle/turtle-syntax-bad-pname-03.ttl",
    "rdfms-difference-between-ID-and-about/error1.rdf",
}


def manifest(suite: Path) -> list[tuple[str, Path, Path | None]]:
    """(kind, document, its triples) of each test."""
    tests = []
    for file in present(suite).rglob("manifest.ttl"):
        said = Graph(parse(file.read_bytes(), format=RdfFormat.TURTLE, base_iri=BASE))
        for test in said.nodes:
            document, result = (
                [
                    file.parent / value.value.removeprefix(BASE)
                    for value in said.objects(test, NamedNode(MANIFEST + name))
                ]
                for name in ("action", "result")
            )
            if document:
                kind = said.objects(test, RDF.type)[0].value.rpartition("#")[2]
                tests.append((kind, document[0], result[0] if result else None))
    return sorted(tests)


@pytest.mark.parametrize(
    ("suite", "address", "counts"),
    [
        (
            "w3c-turtle",
            "",
            {"equal": 145, "read": 115, "refused": 112, "repaired": 10, "let pass": 1},
        ),
        ("w3c-rdf-xml", "rdf-xml/", {"equal": 124, "otherwise": 2, "refused": 39, "let pass": 1}),
    ],
)
def test_the_suites_of_the_w3c(suite, address, counts):
    """Each positive test gives the triples that it should; each negative one is refused, or repaired with a
    finding, so that no wrong triple comes in without a word."""
    found = Counter()
    for kind, document, result in manifest(HOSTILE / suite):
        name = str(document.relative_to(HOSTILE / suite))
        try:
            graph = Graph(read(document.read_bytes(), SYNTAXES[document.suffix[1:]], BASES + address + name))
        except Unreadable:
            assert "Negative" in kind, name
            found["refused"] += 1
            continue
        if result:
            expected = parse(result.read_bytes(), format=RdfFormat.N_TRIPLES, lenient=True)
            same = digest(graph.triples()) == digest(expected)
            assert same == (name not in OTHERWISE), name
            found["equal" if same else "otherwise"] += 1
        elif "Negative" in kind:
            record = Record("", graph, next(iter(graph.nodes)))
            repaired = bool(mend(record, load_profile("erpd")))
            assert repaired == (name not in LET_PASS), name
            found["repaired" if repaired else "let pass"] += 1
        else:
            found["read"] += 1
    assert found == counts


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
        ("jsonld", chain()),
        ("jsonld", chain(2 * LONGEST_CHAIN + 1)),
        ("jsonld", json.dumps({"@context": {f"a{n}": {"@id": f"a{n + 1}:b"} for n in range(DEEP // 100)}})),
        ("jsonld", json.dumps({"@context": {f"a{n}": f"a{(n + 1) % 3000}:b" for n in range(3000)}})),
        ("jsonld", chain()[:-1]),
        (
            "jsonld",
            chain().replace('"@context": {', '"n": 1%s, "@context": [{' % ("0" * 5000)).replace("}", "}]", 1),
        ),
        ("jsonld", '[{"@context": {"t": {"@id": "a:b", "@context": CHAIN}}}]'.replace("CHAIN", chain())),
    ],
)
def test_what_is_nested_too_deep_is_refused_before_it_ends_the_process(syntax, document):
    assert unreadable(document, syntax).rule in ("unsafe-xml", "broken-syntax")


def test_the_longest_chain_of_terms_is_read_on_a_small_stack():
    """The parser takes the terms in any order, so one crash in several does not show."""
    document = chain(2 * LONGEST_CHAIN - 1).encode()

    def read_often() -> set[str]:
        return {triple.predicate.value for _ in range(50) for triple in read(document, SYNTAXES["jsonld"])}

    usual = threading.stack_size(512 * 1024)
    try:
        with ThreadPoolExecutor(1) as small:
            assert "http://x.example/p" in small.submit(read_often).result()
    finally:
        threading.stack_size(usual)


def test_a_context_as_large_as_schema_org_is_read():
    terms = {f"t{number}": {"@id": f"schema:t{number}"} for number in range(MOST_TERMS - 1)}
    context = {"schema": "http://schema.example/", **terms}
    document = json.dumps({"@context": context, "@id": "a:a", "t1": "1"}).encode()
    assert [triple.predicate.value for triple in read(document, SYNTAXES["jsonld"])] == [
        "http://schema.example/t1"
    ]


def test_a_text_full_of_quotes_takes_time_in_proportion_to_its_size():
    """Looked for anew at each of them, the end of this one would take a quarter of an hour."""
    start = '{"@id": "a:a", "http://p.example/": "'
    document = start + '\\"' * (10 * DEEP)
    assert unreadable(document, "jsonld").rule == "broken-syntax"
    with pytest.raises(Unreadable):
        list(read_damaged(document.encode() + b"\xe9", SYNTAXES["jsonld"]))
    (triple,) = read((document[: 2 * DEEP + len(start)] + '"}').encode(), SYNTAXES["jsonld"])
    assert triple.object.value == '"' * DEEP


@pytest.mark.parametrize("ends", range(-4, 4))
def test_brackets_are_counted_in_no_string_wherever_a_chunk_ends(ends, monkeypatch):
    text = '[[[["' * 40 + '\\\\"' * 40
    document = json.dumps({"@id": "a:a", "http://p.example/": [text, "[" * 200]}).encode()
    for chunk in range(5, 40):
        monkeypatch.setattr("erpd.formats.rdf.checked_stream.CHUNK", chunk + ends)
        assert len(list(read(io.BytesIO(document), SYNTAXES["jsonld"]))) == 2


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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("syntax", [name for name in SYNTAXES if name != "rdf"])
def test_a_byte_order_mark_is_no_part_of_the_text(syntax, encoding):
    text = '<http://a.example> <http://d.example/p> "%s" .'
    if syntax == "jsonld":
        text = '{"@id": "http://a.example", "http://d.example/p": "%s"}'
    document = (text % ("Gebäude " * 20_000)).encode(encoding)
    for content in (document, io.BytesIO(document)):
        (triple,) = read(content, SYNTAXES[syntax])
        assert triple.object.value == "Gebäude " * 20_000
    broken = (text % "Gebäude" + "\n<http://a.example> <http://d.example/p> .").encode("utf-8-sig")
    if syntax == "ttl":
        assert [type(piece) for piece in read_pieces(broken, SYNTAXES[syntax])] == [Quad, Broken]


NESTED = """<d:A rdf:about="a" xml:base="sub/"><d:p><d:B rdf:about="b" xml:base="../deep/"/></d:p>
<!-- > <d:A xml:base="no/"> --><d:p><![CDATA[<d:A xml:base="no/">]]></d:p>
<d:p xml:base='q?a=1&amp;b=2' rdf:resource=""/></d:A>
<d:A rdf:about="c" xml:base=""/><d:A rdf:about="d" xml:base="http://u.example/v"/><d:A rdf:about="e"/>"""


@pytest.mark.parametrize("chunk", [*range(150, 250), 64 * 1024])
def test_nested_bases_are_resolved_against_each_other(chunk, monkeypatch):
    """XML Base 4.2, RDF/XML 2.14; wherever a chunk ends."""
    for module in (checked_stream, xml_stream):
        monkeypatch.setattr(module, "CHUNK", chunk)
    document = RDF_XML.replace(">", ' xml:base="http://e.example/base/">') + NESTED + "</rdf:RDF>"
    document = document.encode()
    for content in (document, io.BytesIO(document)):
        triples = list(read(content, SYNTAXES["rdf"]))
        subjects = dict.fromkeys(triple.subject.value for triple in triples)
        place = "http://e.example/base"
        assert set(subjects) == {
            *(f"{place}/sub/a", f"{place}/deep/b", f"{place}/c", "http://u.example/d", f"{place}/e")
        }
        assert NamedNode(f"{place}/sub/q?a=1&b=2") in [triple.object for triple in triples]


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_line_ends_in_xml_are_read_as_xml_says(before):
    """XML 1.0, 2.11: also where a chunk ends between the two characters, and in UTF-16."""
    xml = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a.example/">'
        '<rdf:Description rdf:about="http://a.example/1"><a:b>TEXT</a:b></rdf:Description></rdf:RDF>'
    )
    text = "a\r\nb\rc&#13;\r\n" * 20_000
    want = "a\nb\nc\r\n" * 20_000
    document = " " * before + xml.replace("TEXT", text)
    for came in (document.encode(), io.BytesIO(document.encode()), document.encode("utf-16")):
        (triple,) = read(came, SYNTAXES["rdf"])
        assert triple.object.value == want
