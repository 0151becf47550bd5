"""RDF/XML that every XML parser can read: pyoxigraph's, repaired where XML is more limited than RDF.

RDF/XML cannot express, so we leave out: triples whose predicate does not divide into a URI and an XML name
(``http://a.example/1``) or belongs to the syntax (``rdf:li``), and characters that XML forbids.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from erpd.formats.xml_text import legal
from erpd.metadata.terms import PREFIXES, RDF

_NAMELESS_TAG = re.compile(rb"<[a-z]+:[ />]")  # <dct:>
# Namespaces in XML 1.0 are URIs: libxml2 rejects the whole document at xmlns="http://a.example/é/".
_NO_URI = re.compile(rb"""xmlns="(?!(?:[\w\-.~:/?\#@!$&()*+,;=]|%[0-9A-Fa-f]{2})*")""")
_NODE = re.compile(rb'rdf:nodeID="([^"]*)"')
_NODE_WITHOUT_NAME = re.compile(rb'rdf:nodeID="(?![A-Za-z_][A-Za-z0-9_.\-]*")')
# pyoxigraph turns a class into an element name. Under another name, rdf:type is a property like any other.
_TYPE = NamedNode("urn:plain:type")
_TYPE_TAG = b"<plain:type "
_ALL_PREFIXES = {**PREFIXES, "plain": "urn:plain:"}

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = "".join(f' xmlns:{prefix}="{iri}"' for prefix, iri in _ALL_PREFIXES.items())
HEAD = _DECLARATION + f"<rdf:RDF{_SPACES}>\n".encode()
"""The start of a document made of the ``content`` of several pieces."""
FOOT = b"</rdf:RDF>\n"


def write(triples: Iterable[Quad]) -> bytes:
    """Return an RDF/XML document in UTF-8."""
    return _DECLARATION + element(triples)


def content(triples: Iterable[Quad]) -> bytes:
    """Return what is in the element ``rdf:RDF``, to put it between HEAD and FOOT."""
    rdf = element(triples)
    return rdf[rdf.index(b">") + 1 : rdf.rindex(b"</")].lstrip(b"\n")


def element(triples: Iterable[Quad]) -> bytes:
    """Return only the element ``rdf:RDF``, to embed it in another XML document."""
    triples = list(triples)
    rdf = _serialized(triples, PREFIXES)
    if not _sound(rdf):
        rdf = _serialized(list(_expressible(triples)), _ALL_PREFIXES).replace(_TYPE_TAG, b"<rdf:type ")
    if _NODE_WITHOUT_NAME.search(rdf):
        rdf = _NODE.sub(lambda node: b'rdf:nodeID="n%s"' % node[1].hex().encode(), rdf)
    return legal(rdf)


def _serialized(triples: list[Quad], prefixes: dict[str, str]) -> bytes:
    """Without an XML declaration; empty if pyoxigraph refuses a name that belongs to the syntax."""
    try:
        document = serialize(triples, format=RdfFormat.RDF_XML, prefixes=prefixes) or b""
    except OSError:
        return b""
    return document[document.index(b"\n") + 1 :]


def _expressible(triples: list[Quad]) -> Iterator[Quad]:
    for triple in triples:
        if triple.predicate == RDF.type and isinstance(triple.object, NamedNode):
            yield Quad(triple.subject, _TYPE, triple.object)
        elif not isinstance(triple.object, Triple) and _is_name(triple.predicate):
            yield triple


@lru_cache(maxsize=1024)
def _is_name(predicate: NamedNode) -> bool:
    return _sound(_serialized([Quad(predicate, predicate, Literal(""))], PREFIXES))


def _sound(rdf: bytes) -> bool:
    return bool(rdf) and not _NAMELESS_TAG.search(rdf) and not _NO_URI.search(rdf)
