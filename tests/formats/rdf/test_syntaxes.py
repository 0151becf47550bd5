import pytest

from erpd.formats.rdf.syntaxes import UnknownSyntax, syntax_of


@pytest.mark.parametrize(
    ("head", "name", "syntax"),
    [
        # What the bytes say counts most.
        (b"@prefix dcat: <http://www.w3.org/ns/dcat#> .", "all.rdf", "ttl"),
        (b"# a comment\n@prefix dcat: <http://www.w3.org/ns/dcat#> .", "all.xml", "ttl"),
        (b"PREFIX a: <b:>", "all.trig", "trig"),
        (b'{"@id": "a:a"}', "all.ttl", "jsonld"),
        (b'[\n {"@id": "a:a"}]', "", "jsonld"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><rdf:RDF/>", "all.ttl", "rdf"),
        ("<?xml version='1.0'?><rdf:RDF/>".encode("utf-16"), "", "rdf"),
        (b"<dcat:Catalog\n  xmlns:dcat='x'/>", "", "rdf"),
        (b"<!-- made by --><rdf:RDF>", "", "rdf"),
        # An IRI is no element.
        (b"<urn:one \\t> <urn:\\n two> <urn:\nthree\n    four%> .", "test.nt", "nt"),
        (b"<urn:x>\n  a <urn:y> .", "", "ttl"),
        (b"<urn:x> a <urn:y> .", "all.rdf", "ttl"),
        (b"<catalog> a <urn:y> .", "", "ttl"),
        (b"[ a <urn:y> ] .", "", "ttl"),
        (b"[] a <urn:y> .", "all.json", "ttl"),
        (b"{ <a:a> <b:b> <c:c> }", "all.trig", "trig"),
        # All lines that are there to their end are statements.
        (b'# made by\n<a:a> <b:b> "x \\" <y>"@en .\n_:a <b:b> _:c.\n<a:a> <b:b> "cut', "", "nt"),
        (b'<a:a> <b:b> "x"^^<d:d> .\n<a:a> <b:b> "x" <g:g> .\n', "all.nt", "nq"),
        (b"<a:a> <b:b> <c:c> .\n@prefix d: <d:> .\n", "", "ttl"),
        (b"<a:a> <b:b> <c:c> .\n", "all.ttl", "ttl"),
        (b'<a:a> <b:b> "' + b"long" * 1000, "all.nt", "nt"),
        (b'<a:a> <b:b> "' + b"long" * 1000, "", "ttl"),
    ],
)
def test_the_syntax_of_a_document(head, name, syntax):
    assert syntax_of(head, name=name).name == syntax


def test_the_media_type_counts_more_than_the_name():
    head = b"<a:a> <b:b> <c:c>, <d:d> ."
    assert syntax_of(head, "application/trig; charset=utf-8", "all.ttl").name == "trig"
    assert syntax_of(head, "text/plain", "all.trig").name == "trig"
    assert syntax_of(head, "application/rdf+xml").name == "ttl"


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n\n", "empty"),
        (b"<!-- x -->\n<!DOCTYPE HTML PUBLIC>", "HTML"),
        (b"<?xml version='1.0'?>\n<html xmlns='x'>", "HTML"),
        (b'{"success": true, "result": []}', "not JSON-LD"),
        (b"%PDF-1.4", "not RDF .RDF/XML, Turtle"),
        (b"PK\x03\x04", "not RDF"),
    ],
)
def test_what_is_in_no_syntax_says_why(head, reason):
    with pytest.raises(UnknownSyntax, match=reason):
        syntax_of(head)


@pytest.mark.parametrize(
    "part",
    [b"_:", b"<!--x-->", b"<!--", b'\\"', b"<a ", b"<a:", b"_:a.", b"# a\n", b"<a>", b'"', b"[", b"{ "],
)
def test_no_head_takes_long(part):
    """Regular expressions that go back would take minutes for some of these."""
    for start in (b"", b"<a:a> <b:b> ", b'<a:a> <b:b> "', b"<?xml?>"):
        head = start + part * (64 * 1024 // len(part))
        try:
            found = syntax_of(head).name
        except UnknownSyntax:
            found = "none"
        assert found in ("rdf", "ttl", "nt", "none")
