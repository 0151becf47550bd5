import pytest
from pyoxigraph import NamedNode, parse

from erpd.formats.positions import Position
from erpd.formats.rdf.pieces import Broken, read_pieces
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.reading import Unreadable
from erpd.metadata.terms import DCAT, DCT, RDF

RDF_XML = """<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY dct "http://purl.org/dc/terms/">]>
<!-- <dcat:Dataset> --><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:dct="&dct;" xml:base="http://a.example/">"""
TURTLE = """@prefix : <http://a.example/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
"""


def taken(document: str | bytes, syntax: str) -> tuple[set[str], list[Broken]]:
    """The titles of data sets that were read, and what was not."""
    content = document.encode() if isinstance(document, str) else document
    parts = list(read_pieces(content, SYNTAXES[syntax], "http://base.example/"))
    triples = [part for part in parts if not isinstance(part, Broken)]
    data_sets = {
        triple.subject for triple in triples if (triple.predicate, triple.object) == (RDF.type, DCAT.Dataset)
    }
    titles = {
        triple.object.value
        for triple in triples
        if triple.predicate == DCT.title and triple.subject in data_sets
    }
    return titles, [part for part in parts if isinstance(part, Broken)]


def xml_data_set(name: str, inside: str = "", end: str = "</dcat:Dataset>") -> str:
    return f"""<dcat:dataset><dcat:Dataset rdf:about="{name}"><dct:title>{name}</dct:title>{inside}
      <dcat:distribution><dcat:Distribution rdf:about="{name}/csv"><dct:title>CSV</dct:title>
      </dcat:Distribution></dcat:distribution>{end}</dcat:dataset>"""


@pytest.mark.parametrize(
    "damage",
    [
        {"inside": "<dct:description>a < b</dct:description>"},
        {"inside": "<dct:description>one<br>two</dct:description>"},
        {"inside": "<dct:issued>2024</dct:modified>"},
        {"inside": "\x00<dct:description>\x03</dct:descriptio>"},
        {"inside": "<dct:description>a <!-- b"},
        {"inside": "<dct:description>a <![CDATA[ b </dct:description>"},
        {"inside": '<dct:description xml:lang="en>a</dct:description>'},
        {"inside": "<dcat:Dataset rdf:about='inner'>"},
        {"end": "</dcat:Datasett>"},
        {"end": ""},
    ],
)
@pytest.mark.parametrize("where", [0, 1, 2])
def test_one_broken_data_set_in_rdf_xml_costs_itself(damage, where):
    """Wrapped in a catalogue that declares a namespace of its own, as most are."""
    parts = [xml_data_set(str(number), **(damage if number == where else {})) for number in range(3)]
    document = f"""{RDF_XML}<dcat:Catalog rdf:about="" xmlns:dcat="http://www.w3.org/ns/dcat#">{"".join(parts)}
      </dcat:Catalog></rdf:RDF>"""
    titles, broken = taken(document, "rdf")
    assert titles == {"0", "1", "2"} - {str(where)}
    assert str(where) in [part.subject for part in broken if part.is_data_set]
    assert f'rdf:about="{where}"'.encode() in b"".join(part.content for part in broken)


def test_what_is_wrong_in_rdf_xml_and_where_is_said():
    damaged = xml_data_set("1", "<dct:issued>2024</dct:modified>")
    document = f"""{RDF_XML}<dcat:Catalog rdf:about="" xmlns:dcat="http://www.w3.org/ns/dcat#">{xml_data_set("0")}
{damaged}</dcat:Catalog></rdf:RDF>"""
    _, [broken] = taken(document, "rdf")
    assert "expected `</dct:issued>`, but `</dct:modified>` was found" in broken.reason
    line = document[: document.index("2024")].count("\n") + 1
    assert broken.at == Position(line, document.splitlines()[line - 1].index("</dct:modified>") + 3)


@pytest.mark.parametrize(
    ("around", "subject", "property_", "language"),
    [
        ("", "http://base.example/1", "http://x.example/1#y", None),
        ('xml:lang="nl"', "http://base.example/1", "http://x.example/1#y", "nl"),
        ("xml:base='http://other.example/'", "http://other.example/1", "http://x.example/1#y", None),
        ('xmlns:x="http://x.example/2#"', "http://base.example/1", "http://x.example/2#y", None),
    ],
)
def test_what_the_catalogue_says_for_all_that_is_in_it_holds_for_each_piece(
    around, subject, property_, language
):
    """The same triples as if nothing were broken: another base would make other data sets of them all."""
    pieces = [
        f'<d:dataset><d:Dataset rdf:about="{n}"><x:y>{n}</x:y></d:Dataset></d:dataset>'
        for n in ("1", "2 < 3")
    ]
    start = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns:d="http://www.w3.org/ns/dcat#" xmlns:x="http://x.example/1#"><d:Catalog {around}>"""
    inside = start + "".join(pieces) + "</d:Catalog></rdf:RDF>"
    triples = list(read_pieces(inside.encode(), SYNTAXES["rdf"], "http://base.example/"))
    (found,) = [t for t in triples if not isinstance(t, Broken) and t.predicate != RDF.type]
    assert (found.subject.value, found.predicate.value) == (subject, property_)
    assert found.object.language == language
    closed = start + pieces[0] + "</d:Catalog>" + pieces[1] + "</rdf:RDF>"
    if around:
        with pytest.raises(Unreadable, match="of their own"):
            taken(closed, "rdf")


def test_a_broken_distribution_far_from_its_data_set_is_reported():
    """Flat RDF/XML: the data set is there without it, and nobody need wonder why."""
    document = f"""{RDF_XML}<d:Dataset xmlns:d="http://www.w3.org/ns/dcat#" rdf:about="1">
      <dct:title>1</dct:title><d:distribution rdf:resource="1/csv"/></d:Dataset>
      <rdf:Description rdf:about="1/csv"><dct:title>A < B</dct:title></rdf:Description>
      <rdf:Description rdf:about="2"><rdf:type rdf:resource="http://www.w3.org/ns/dcat#Dataset"/><
      </rdf:Description>
      <rdf:Description rdf:nodeID="a"><dct:title>good</dct:title></rdf:Description></rdf:RDF>"""
    titles, broken = taken(document, "rdf")
    assert titles == {"1"}
    assert [(part.subject, part.is_data_set) for part in broken] == [("1/csv", False), ("2", True)]
    assert b"A < B" in broken[0].content


def test_broken_rdf_xml_in_utf_16_and_with_entities():
    data_set = f'<d:Dataset xmlns:d="{DCAT}" rdf:about="{{0}}"><dct:title>{{0}}{{1}}</dct:title></d:Dataset>'
    document = RDF_XML + data_set.format("1", "é &amp; &dct;") + data_set.format("2", "<") + "</rdf:RDF>"
    titles, (broken,) = taken(document.encode("utf-16"), "rdf")
    assert (titles, broken.subject) == ({"1é & http://purl.org/dc/terms/"}, "2")


@pytest.mark.parametrize(
    ("damage", "cost"),
    [
        ('dct:issued < ; dct:title "X" .', "1"),
        ('dct:title "X" ;', "1"),  # no end
        ('dct:title "X . ', "1"),
        ('dct:title """X . ', "1"),
        ('dct:title \'X ; dct:title """X""" .', "1"),
        ("dct:publisher [ dct:title 'X' .", "1"),
        ("unknown:thing 1 .", "1"),
        ('dct:title "X"@en_US, "Y"@zh_Hans_CN .', ""),
        ("dct:publisher <http://a b.example/> .", ""),
    ],
)
@pytest.mark.parametrize("where", [0, 1, 2])
def test_one_broken_statement_in_turtle_costs_itself(damage, cost, where):
    statements = [
        f':{number} a dcat:Dataset ; dct:title "{number}" ;\n'
        '  dct:description """He said "no".\n\nNote: x .\n""" ;\n'
        + (f"  {damage}\n" if number == where else "  dct:issued 2024 .\n")
        for number in range(3)
    ]
    titles, broken = taken(TURTLE + "\n# it's a comment\n".join(statements) + "\n<a> a <b> .\n", "ttl")
    expected = {"0", "1", "2"} - ({str(where)} if cost else set())
    assert titles >= expected
    assert titles - expected <= {"X", "Y"}
    assert bool(broken) == bool(cost)


def test_turtle_whose_prefixes_have_no_end_is_whole():
    titles, broken = taken(
        "@prefix d: <http://www.w3.org/ns/dcat#>\nPREFIX t: <http://purl.org/dc/terms/>\n"
        '@base <http://b.example/>\n<1> a d:Dataset ; t:title "1" .\n@prefix t: <http://purl.org/dc/terms/> .'
        '<2> a d:Dataset; t:title "2".',
        "ttl",
    )
    assert (titles, broken) == ({"1", "2"}, [])


def test_the_identifier_of_a_broken_data_set_in_turtle():
    _, broken = taken(
        TURTLE + "<1> a dcat:Dataset ; dct:title < .\n<2> dct:title < .\n:3 dct:title 3 .\n", "ttl"
    )
    assert [(part.subject, part.is_data_set) for part in broken] == [("1", True), ("2", False)]


def test_graphs_of_broken_trig():
    titles, broken = taken(
        TURTLE
        + ':g { :1 a dcat:Dataset ; dct:title "1" . :2 dct:title < . :3 a dcat:Dataset ; dct:title "3" }',
        "trig",
    )
    assert (titles, len(broken)) == ({"1", "3"}, 1)


def test_lines_of_broken_n_triples():
    line = '<a:%d> <http://purl.org/dc/terms/title> "%d"@en_US .\r\n<a:%d> a b .\n'
    kind = f"<a:%d> {RDF.type} {DCAT.Dataset} .\n"
    document = "".join(line % (number, number, number) + kind % number for number in range(3))
    titles, broken = taken(document, "nt")
    assert (titles, [part.content for part in broken]) == (
        {"0", "1", "2"},
        [b"<a:%d> a b .\n" % n for n in range(3)],
    )
    assert taken("<a:a> <b:b> <c:c> <d:d> .\n< .\n", "nq") == (
        set(),
        [Broken(b"< .\n", _reason("< .\n", "nq"), at=Position(2, 1))],
    )


def _reason(line: str, syntax: str) -> str:
    with pytest.raises(Unreadable):
        taken(line, syntax)
    (broken,) = taken("<a:a> <b:b> <c:c> .\n" + line, syntax)[1]
    return broken.reason


@pytest.mark.parametrize(
    ("document", "syntax", "rule"),
    [
        (TURTLE + ':1 dct:title "1" .\n:2 dct:title < .\n:3 dct:title "cut off', "ttl", "cut"),
        ("<a:a> <b:b> <c:c> .\n<a:a> <b:b", "nt", "cut"),
        (RDF_XML + "<rdf:Description rdf:about='1'/><a>&</a>", "rdf", "cut"),
        ("[{]", "jsonld", "broken-syntax"),
        ("nothing . of this . is Turtle .", "ttl", "broken-syntax"),
        ("just text", "rdf", "broken-syntax"),
        ("<a><b/></a>", "rdf", "broken-syntax"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "c">]><a/>', "rdf", "unsafe-xml"),
        (
            "<a {}></a>".format(" ".join(f'xmlns:n{n}="http://a.example/{n}"' for n in range(1_000))),
            "rdf",
            "broken-syntax",
        ),
    ],
)
def test_what_cannot_be_cut_into_pieces(document, syntax, rule):
    with pytest.raises(Unreadable) as caught:
        taken(document, syntax)
    assert caught.value.rule == rule


WHOLE = {
    "ttl": TURTLE
    + """:1 a dcat:Dataset ; dct:title "1. One." .  # a comment. Its end.
:2 a dcat:Dataset ; dct:title 'It is. 2.'@en-GB, "2" ; # it is "2". No.
  dct:description \"\"\"One. Two "2".\n\nThree.\\" .
\"\"\", \'\'\'Four. \'\'\' ;
  dcat:landingPage <http://a.example/a.(b).#c.d>, :e.f ; dct:extent 1.5, [ dct:title "5." ] , ( 6.0 ) .
:3 a dcat:Dataset ; dct:title "3" .
""",
    "nt": f"""<a:1> {RDF.type} {DCAT.Dataset} . # a comment. Its end.
<a:1> {DCT.title} "1. \\"One\\". "@en-GB .
_:b.c {DCT.relation} <http://a.example/a.(b).#c.d> .
""",
}
WHOLE["trig"] = TURTLE + "{" + WHOLE["ttl"].removeprefix(TURTLE)
WHOLE["trig"] += "} :g.h { :3 dct:title '3. ' . :4 a :5 }\n"
WHOLE["nq"] = WHOLE["nt"].replace("> .", "> <http://a.example/g.(h).#i> .")


@pytest.mark.parametrize("syntax", WHOLE)
def test_a_document_that_is_cut_anywhere_is_whole_until_there_or_cut(syntax):
    """Else a part would take the place of the whole, with one broken record."""
    document = WHOLE[syntax].encode()
    first = document.index(b"\n", len(TURTLE) if syntax in ("ttl", "trig") else 0)
    for end in range(first, len(document) + 1):
        part = document[:end]
        try:
            list(parse(part, SYNTAXES[syntax].format, lenient=True))
        except SyntaxError:
            with pytest.raises(Unreadable) as caught:
                taken(part, syntax)
            assert caught.value.rule == "cut", part[-40:]


@pytest.mark.parametrize(
    "end", [":3 dct:title < .", ":3 dct:title 'x .\n", ":3 dct:title <; dct:title '''.''', 'x'. # one"]
)
def test_a_last_statement_that_is_broken_and_has_an_end_is_not_cut(end):
    titles, (broken,) = taken(TURTLE + ':1 a dcat:Dataset ; dct:title "1" .\n' + end, "ttl")
    assert titles == {"1"}
    assert end.startswith(broken.content.decode().strip())
    _, (broken,) = taken(TURTLE + "{:1 a dcat:Dataset} :g {:2 a dcat:Dataset . :3 dct:title < }", "trig")
    assert b"title <" in broken.content


HALF_A_MEGABYTE = 2**19


@pytest.mark.parametrize(
    ("syntax", "part"),
    [
        ("rdf", '<dcat:Dataset rdf:about="1"><a></dcat:Datasett>'),
        ("rdf", "<dcat:Dataset>"),
        ("rdf", "<dcat:Dataset "),
        ("rdf", "</dcat:Dataset>"),
        ("rdf", "<!--"),
        ("rdf", "<![CDATA["),
        ("rdf", "<"),
        ("rdf", "<a x='"),
        ("ttl", '"""\n\\'),
        ("ttl", "'''"),
        ("ttl", '\\"'),
        ("ttl", "<"),
        ("ttl", "[ "),
        ("ttl", ":a . "),
        ("ttl", "@prefix x: <y> "),
        ("ttl", "# .\n"),
        ("ttl", ".\n"),
        ("ttl", "\n\n<"),
        ("ttl", "{|"),
        ("ttl", "a:"),
        ("nt", "<a:a> <b:b>\n"),
        ("nt", "\r"),
    ],
)
def test_a_large_broken_document_takes_time_in_proportion_to_its_size(syntax, part):
    """Where time went with the square of the size, each of these would take hours, not a moment."""
    good = {"rdf": '<rdf:Description rdf:about="g"><dct:title>1</dct:title></rdf:Description>'}
    start = {"rdf": RDF_XML, "ttl": TURTLE, "nt": ""}[syntax]
    first = good.get(syntax, "<a:a> <http://purl.org/dc/terms/title> <b:b> .\n")
    document = (
        start + first + part * (HALF_A_MEGABYTE // len(part)) + ("</rdf:RDF>" if syntax == "rdf" else "")
    )
    parts = read_pieces(document.encode(), SYNTAXES[syntax])
    assert next(parts).predicate == NamedNode("http://purl.org/dc/terms/title")
    put_aside = 0
    try:
        for piece in parts:
            put_aside += len(piece.content) if isinstance(piece, Broken) else 0
    except Unreadable as error:
        put_aside = 0 if error.rule in ("cut", "broken-syntax") else -1
    assert 0 <= put_aside <= len(document)
