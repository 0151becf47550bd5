import pytest
from pyoxigraph import Literal, NamedNode

from erpd.formats.rdf.damaged import read_damaged
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.reading import Unreadable
from erpd.formats.repairs import Told
from erpd.metadata.findings import Finding, Severity

DOCUMENTS = {
    "rdf": (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a.example/">'
        b'<rdf:Description rdf:about="http://a.example/ADDRESS" xml:lang="fr"><a:b>'
        b'<rdf:Description rdf:nodeID="nNAME"><a:title>TEXT</a:title></rdf:Description>'
        b"</a:b></rdf:Description></rdf:RDF>"
    ),
    "ttl": (
        b"<http://a.example/ADDRESS> <http://a.example/b> _:nNAME . "
        b'_:nNAME <http://a.example/title> "TEXT"@fr .'
    ),
    "jsonld": (
        b'{"@id": "http://a.example/ADDRESS", "http://a.example/b":'
        b' {"@id": "_:nNAME", "http://a.example/title": {"@value": "TEXT", "@language": "fr"}}}'
    ),
}
DOCUMENTS |= dict.fromkeys(("nt", "nq", "trig"), DOCUMENTS["ttl"].replace(b"NAME . ", b"NAME .\n"))


def read(syntax: str, **parts: bytes):
    document = DOCUMENTS[syntax]
    for name in ("ADDRESS", "NAME", "TEXT"):
        document = document.replace(name.encode(), parts.get(name, b"x"))
    return list(read_damaged(document, SYNTAXES[syntax]))


def title(syntax: str, text: bytes) -> str:
    found = read(syntax, TEXT=text)
    assert len(found) == 2
    (literal,) = [triple.object for triple in found if isinstance(triple.object, Literal)]
    assert literal.language == "fr"
    return literal.value


@pytest.mark.parametrize("syntax", DOCUMENTS)
@pytest.mark.parametrize("byte", [b"\xb5", b"\xc3", b"\xed\xa0\x80", b"\xff\xfe", b"\x80"])
def test_a_text_may_lose_a_character_but_no_address_or_name(syntax, byte):
    found = title(syntax, b"Donn" + byte + b"es \xc3\xa9")
    assert (found.strip("\N{REPLACEMENT CHARACTER}Done s"), "\N{REPLACEMENT CHARACTER}" in found) == (
        "é",
        True,
    )
    for part in ("ADDRESS", "NAME"):
        with pytest.raises(Unreadable) as caught:
            read(syntax, **{part: byte})
        assert caught.value.rule == "broken-syntax"


def test_a_character_may_stand_at_the_end_of_a_step(monkeypatch):
    """A large document is mended in steps."""
    monkeypatch.setattr("erpd.formats.encoding.CHUNK", 7)
    assert title("nt", "é€𝄞".encode() * 9 + b"\xe2\x82") == "é€𝄞" * 9 + "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        (b"a\x03b\nc", "a\x03b\nc"),
        (rb"a\ud800b\udc00", "a\ufffdb\ufffd"),
        (rb"a\ud83d\ude00\ud83d\uD83D\uDE00", "a😀\ufffd😀"),
        (rb"\\ud800\" \\\ud800\/" + b"\x0b", '\\ud800" \\\ufffd/\x0b'),
    ],
)
def test_json_ld_with_characters_that_json_forbids(text, read_as):
    assert title("jsonld", text) == read_as


@pytest.mark.parametrize("syntax", DOCUMENTS)
def test_a_text_in_another_charset_is_an_error_not_a_row_of_question_marks(syntax):
    text = ("Gebäude für Schüler " * 9).encode("latin-1")
    with pytest.raises(Unreadable, match="does not declare its encoding"):
        title(syntax, text)
    mixed = ("Gebäude für Schüler " * 9).encode() + text[:-1].replace(b"\xfc", b"")
    assert title(syntax, mixed).count("ä") == 18


def test_what_says_its_charset_is_not_mended_for_another():
    document = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + DOCUMENTS["rdf"].replace(
        b"TEXT", b"\xe9 < \xe8"
    )
    with pytest.raises(Unreadable, match="characters are valid"):
        list(read_damaged(document, SYNTAXES["rdf"]))


@pytest.mark.parametrize("syntax", DOCUMENTS)
def test_what_is_broken_otherwise_stays_so(syntax):
    broken = DOCUMENTS[syntax].replace(b"http://a.example/title", b"< \\").replace(b"</a:b>", b"")
    for content in (broken, broken.replace(b"TEXT", b"\xe9")):
        with pytest.raises(Unreadable):
            list(read_damaged(content, SYNTAXES[syntax]))


@pytest.mark.parametrize("syntax", DOCUMENTS)
@pytest.mark.parametrize(
    ("text", "read_as", "was"),
    [
        (b"Z\xfcrich", "Zürich", "Z[0xFC]rich"),
        (b"CAF\xc9, \xc9tat, Gr\xf6\xdfe", "CAFÉ, État, Größe", "CAF[0xC9], [0xC9]tat, Gr[0xF6DF]e"),
    ],
)
def test_a_byte_that_is_a_letter_in_a_word_is_put_right_and_told(syntax, text, read_as, was):
    told: Told = {}
    document = DOCUMENTS[syntax].replace(b"TEXT", text)
    assert read_as in [triple.object.value for triple in read_damaged(document, SYNTAXES[syntax], told=told)]
    ((where, finding),) = told.items()
    assert where == (NamedNode("http://a.example/title"), Literal(read_as, language="fr"))
    assert finding == Finding("byte", Severity.REPAIR, "http://a.example/title", was, "RFC 3629", read_as)


@pytest.mark.parametrize(
    "text",
    [b"Z\xfcrich \xc4\x8desky", b"10 \xb5g", b"caf\xc9", b"\xc3rich", b"1\xe92", b"a\xe9\xe8\xeab"],
)
def test_a_byte_that_may_be_something_else_is_lost(text):
    """Czech beside it, a sign and no letter, a capital among small letters, half a character, no word."""
    assert "\N{REPLACEMENT CHARACTER}" in title("nt", text)


def test_what_is_repaired_in_xml_is_told_where_it_stands():
    told: Told = {}
    document = DOCUMENTS["rdf"].replace(b"TEXT", b"Caf&eacute; & &amp; x").replace(b"/ADDRESS", b"/?a=1&b=2")
    link = b'</a:b><a:c rdf:resource="http://a.example/l">Free</a:c>'
    triples = list(read_damaged(document.replace(b"</a:b>", link), SYNTAXES["rdf"], told=told))
    assert "\U000efff0" not in str(triples)
    assert sorted((found.rule, found.path, found.value, found.repaired) for found in told.values()) == [
        ("entity", "@id", "http://a.example/?a=1&b=2", "http://a.example/?a=1&b=2"),
        ("entity", "http://a.example/title", "Caf&eacute; & & x", "Café & & x"),
        ("text-misplaced", "a:c", "Free", "Free"),
    ]
