"""RDF/XML that every XML parser reads: pyoxigraph's, mended where XML can say less than RDF.

Left out, for RDF/XML has no way to say them: triples whose predicate does not end in an XML name
(``http://a.example/1``) or is part of the syntax itself (``rdf:li``), and characters forbidden in XML.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from erpd.formats.xml_text import legal
from erpd.metadata.terms import PREFIXES

_PREFIXES = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
_NAMELESS_TAG = re.compile(rb"<[a-z]+:[ />]")  # <dct:>
_NODE = re.compile(rb'rdf:nodeID="([^"]*)"')
_NODE_WITHOUT_NAME = re.compile(rb'rdf:nodeID="(?![A-Za-z_][A-Za-z0-9_.\-]*")')


def write(triples: Iterable[Quad]) -> bytes:
    """An RDF/XML document in UTF-8."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + element(triples)


def element(triples: Iterable[Quad]) -> bytes:
    """The element ``rdf:RDF`` alone, to stand in another XML document."""
    triples = list(triples)
    try:
        rdf = _serialized(triples)
        expressible = not _NAMELESS_TAG.search(rdf)
    except OSError:  # how pyoxigraph refuses a predicate of the syntax
        expressible = False
    if not expressible:
        rdf = _serialized([triple for triple in triples if _expressible(triple.predicate)])
    if _NODE_WITHOUT_NAME.search(rdf):
        rdf = _NODE.sub(lambda node: b'rdf:nodeID="n%s"' % node[1].hex().encode(), rdf)
    return legal(rdf)


def _serialized(triples: list[Quad]) -> bytes:
    document = serialize(triples, format=RdfFormat.RDF_XML, prefixes=_PREFIXES) or b""
    return document[document.index(b"\n") + 1 :]  # without the XML declaration


@lru_cache(maxsize=1024)
def _expressible(predicate: NamedNode) -> bool:
    try:
        return not _NAMELESS_TAG.search(_serialized([Quad(predicate, predicate, predicate)]))
    except OSError:
        return False
