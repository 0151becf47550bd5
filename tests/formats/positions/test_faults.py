"""Where a syntax breaks, in the user's own file."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.formats.positions import MARKS
from erpd.formats.positions.faults import fault
from tests.formats.positions.pen import ENCODINGS, opening
from tests.formats.positions.test_rdf_xml import HEAD

BEFORE = {
    "ttl": "@prefix a: <https://a.example/> .\n",
    "trig": "@prefix a: <https://a.example/> .\n",
    "nt": '<https://a.example/é𝒳> <https://a.example/p> "é𝒳" .\n',
    "nq": '<https://a.example/é𝒳> <https://a.example/p> "é𝒳" <https://a.example/g> .\n',
    "rdf": f'<?xml version="1.0"?>\n{HEAD}<!-- é𝒳 -->\n',
    "jsonld": '[{"@id": "https://a.example/1",\n\t"https://a.example/p": "é𝒳"},\n',
}
# What is written before the fault, and the fault.
FAULTS = [
    ("ttl", '<https://a.example/é𝒳> a "é𝒳" ', "oops ."),
    ("ttl", "\t", "b:x a a:C ."),
    ("ttl", "a:x a:p [ a:q ", "."),
    ("trig", "a:g { a:x a ", "; }"),
    ("nt", '<https://a.example/é𝒳> <https://a.example/p> "é𝒳" ', "oops ."),
    ("nt", "", "oops <https://a.example/p> 1 ."),
    ("nq", '<https://a.example/é𝒳> <https://a.example/p> "é𝒳" ', '"graph" .'),
    ("rdf", "\t<rdf:Description>é𝒳</", "rdf:RDF>"),
    ("rdf", '<rdf:Description rdf:about="https://a.example/1"><dct:title>é𝒳 <', " b</dct:title>"),
    (
        "rdf",
        '<dcat:Dataset><dct:format rdf:resource="https://a.example/1">\n ',
        "CSV</dct:format></dcat:Dataset></rdf:RDF>",
    ),
    ("rdf", "<dcat:Dataset>\n\t<dct:title>é𝒳</dct:title>", "é𝒳</dcat:Dataset></rdf:RDF>"),
    ("jsonld", '{"@id": "https://a.example/é𝒳" ', "oops }]"),
    ("jsonld", '{"@id": "https://a.example/é𝒳"} ', '{"@id": "https://a.example/2"}]'),
    ("jsonld", '{"@id": "https://a.example/é𝒳"}] ', "[]"),
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("syntax", "before", "wrong"), FAULTS)
def test_a_fault_is_where_it_is(syntax: str, before: str, wrong: str, ends: str, encoding: str) -> None:
    before = BEFORE[syntax] + before
    lines = before.split("\n")
    document = ENCODINGS[encoding]((before + wrong).replace("\n", ends))

    assert fault(opening(document), syntax) == (len(lines), len(lines[-1]) + 1)


@pytest.mark.parametrize("syntax", BEFORE)
@given(damage=st.binary(max_size=30), place=st.integers(0, 200))
@settings(max_examples=30, deadline=None)
def test_whatever_is_in_a_document_nothing_fails(syntax: str, damage: bytes, place: int) -> None:
    document = (BEFORE[syntax] * 2).encode()
    document = document[:place] + damage + document[place:]
    lines = document.count(b"\n") + document.count(b"\r") + 2

    found = fault(opening(document), syntax)
    marks = list(MARKS[syntax](opening(document), "https://a.example/"))

    assert found is None or 1 <= found.line <= lines
    assert all(1 <= mark.line <= lines and mark.column >= 1 for mark in marks)


@pytest.mark.parametrize("part", ["<a>", "[", "{", "<", '"', "<<(", "x", "<!--", "\n"])
@pytest.mark.parametrize("syntax", BEFORE)
def test_the_work_grows_with_the_document(syntax: str, part: str) -> None:
    begun = process_time()
    fault(opening((BEFORE[syntax] + part * 30_000).encode()), syntax)
    assert process_time() - begun < 5
