import pytest
from pyoxigraph import Literal

from erpd.formats.rdf.damaged import read_damaged
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.reading import Unreadable

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
@pytest.mark.parametrize("byte", [b"\xe9", b"\xc3", b"\xed\xa0\x80", b"\xff\xfe", b"\x80"])
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
    monkeypatch.setattr("erpd.formats.rdf.damaged.CHUNK", 7)
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
    assert (
        title(syntax, ("Gebäude für Schüler " * 9).encode() + text[:-1].replace(b"\xfc", b"")).count("ä") == 9
    )


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
