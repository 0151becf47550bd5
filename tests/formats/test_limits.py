"""A record that is too large, or would be once it is written out, is refused before it fills the memory."""

import io
import json

import pytest

from erpd import formats
from erpd.formats import Unreadable, draft, record_of
from erpd.formats.rdf import data_set
from erpd.formats.rdf.checked_stream import CHUNK
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.reading import Reading
from erpd.metadata.limits import LARGEST_TEXT
from erpd.metadata.rules import Unread

_LONG = "http://a.example/" + "x" * 20_000 + "/"
_USES = range(LARGEST_TEXT // len(_LONG) + 10)
_DCAT = "http://www.w3.org/ns/dcat#"
_DATA_SET = f"<urn:d> a <{_DCAT}Dataset> ; <urn:p> "
_RDF = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="{_DCAT}" xmlns:e="urn:e:" '


def _turtle(declared: str, uses: str, around: str = "{}") -> bytes:
    return (declared + _DATA_SET + around.format(uses) + " .").encode()


def _json(context: dict[str, object], said: dict[str, object]) -> bytes:
    return json.dumps({"@context": context, "@id": "urn:d", "@type": f"{_DCAT}Dataset", **said}).encode()


_BOMBS = {
    "a prefix": ("text/turtle", _turtle(f"@prefix p: <{_LONG}> .", ",".join(f"p:{n}" for n in _USES))),
    "a base": ("text/turtle", _turtle(f"@base <{_LONG}> .", ",".join(f"<{n}>" for n in _USES))),
    "a list": (
        "text/turtle",
        _turtle(f"@prefix p: <{_LONG}> .", " ".join(f"p:{n}" for n in _USES), "( {} )"),
    ),
    "a datatype": ("text/turtle", _turtle(f"@prefix p: <{_LONG}> .", ",".join(f'"{n}"^^p:t' for n in _USES))),
    "TriG": ("application/trig", _turtle(f"@prefix p: <{_LONG}> .", ",".join(f"p:{n}" for n in _USES))),
    "properties": (
        "text/turtle",
        _turtle(f"@prefix p: <{_LONG}> .", ";".join(f"p:{n} 1" for n in _USES), '"" ; {}'),
    ),
    "a namespace": (
        "application/rdf+xml",
        f'{_RDF} xmlns:p="{_LONG}"><d:Dataset rdf:about="urn:d">'.encode()
        + b"".join(b"<p:a%d>1</p:a%d>" % (n, n) for n in _USES)
        + b"</d:Dataset></rdf:RDF>",
    ),
    "xml:base": (
        "application/rdf+xml",
        f'{_RDF} xml:base="{_LONG}"><d:Dataset rdf:about="urn:d">'.encode()
        + b"".join(b'<e:p rdf:resource="#%d"/>' % n for n in _USES)
        + b"</d:Dataset></rdf:RDF>",
    ),
    "a term": ("application/ld+json", _json({"p": _LONG}, {f"p:{n}": 1 for n in _USES})),
    "@vocab": ("application/ld+json", _json({"@vocab": _LONG}, {f"p{n}": 1 for n in _USES})),
    "@base": ("application/ld+json", _json({"@base": _LONG}, {"urn:p": [{"@id": f"#{n}"} for n in _USES]})),
}


@pytest.mark.parametrize("name", _BOMBS)
def test_what_is_declared_once_and_used_thousands_of_times_is_refused(name: str) -> None:
    media_type, content = _BOMBS[name]
    assert len(content) < LARGEST_TEXT / 300
    with pytest.raises(Unreadable, match=r"take more than 134,217,728|longer than 2,000 bytes") as refused:
        record_of(Reading("1", content, media_type))
    assert refused.value.rule in (Unread.TOO_LARGE, Unread.UNSAFE_XML)


@pytest.mark.parametrize("name", ["a prefix", "a base", "TriG", "a namespace", "xml:base"])
def test_a_catalogue_that_is_read_as_a_stream_declares_nothing_so_long(name: str) -> None:
    media_type, content = _BOMBS[name]
    syntax = next(each for each in SYNTAXES.values() if media_type in each.media_types)
    for before in (b"", b"\n" * (CHUNK - 100)):  # also where it stands across two chunks
        if syntax.name != "rdf" or not before:
            with pytest.raises(Unreadable, match="longer than 2,000 bytes"):
                list(read(io.BytesIO(before + content), syntax))


def test_a_record_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _turtle("", ",".join(map(str, range(100))))
    monkeypatch.setattr(data_set, "MOST_TRIPLES", 101)
    assert len(record_of(Reading("1", content, "text/turtle")).graph) == 101
    monkeypatch.setattr(data_set, "MOST_TRIPLES", 100)
    with pytest.raises(Unreadable, match="more than 100 triples") as refused:
        record_of(Reading("1", content, "text/turtle"))
    assert refused.value.rule is Unread.TOO_LARGE
    monkeypatch.setattr(formats, "LARGEST_RECORD", len(content) - 1)
    with pytest.raises(Unreadable, match="more than 0 MiB"):
        record_of(Reading("1", content, "text/turtle"))


def test_formats_that_are_not_rdf_have_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "MOST_TRIPLES", 100)
    tags = [{"name": f"tag {number}"} for number in range(100)]
    with pytest.raises(Unreadable, match="more than 100 things") as refused:
        record_of(Reading("1", json.dumps({"id": "1", "tags": tags}).encode(), formats.ckan.MEDIA_TYPE))
    assert refused.value.rule is Unread.TOO_LARGE
