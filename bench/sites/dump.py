"""A dump: one file of RDF/XML with all data sets, without an ETag: each run reads it."""

from bench.rdf_xml import NAMESPACES
from bench.sites import Record, Site


def site(size: int, record: Record) -> Site:
    body = b"<rdf:RDF %b>%b</rdf:RDF>" % (
        NAMESPACES.encode(),
        b"\n".join(_inside(record(number)) for number in range(size)),
    )
    return lambda _path, _query: ("application/rdf+xml", body)


def _inside(document: bytes) -> bytes:
    """What stands in the element ``rdf:RDF``."""
    return document[document.index(b">") + 1 : document.rindex(b"</")]
