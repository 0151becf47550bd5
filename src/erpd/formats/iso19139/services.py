"""Services that offer the data, and where to reach them (GeoDCAT-AP, dcat:DataService)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from lxml import etree
from pyoxigraph import Literal, NamedNode

from erpd.formats.iso19139.alignments import alignments
from erpd.formats.iso19139.document import INSPIRE, Document, address
from erpd.metadata.graph import Node
from erpd.metadata.terms import DCAT, DCT

_DOWNLOAD = re.compile(r"download", re.IGNORECASE)
# Protocols that only say that there is a page.
_LINK = re.compile(r"www:link.*|https?|www|website|landing ?page|text/html|html?|url|link|", re.IGNORECASE)
_SIGNS = re.compile(r"[^a-z0-9]+")
# What a request adds to the address of a service (OGC 06-042, 09-025); MapServer's map is part of it.
_OF_A_REQUEST = frozenset(
    ("service", "request", "version", "acceptversions", "layers", "styles", "format", "outputformat", "bbox")
) | frozenset(
    ("width", "height", "crs", "srs", "srsname", "typename", "typenames", "coverageid", "transparent")
)


@dataclass(frozen=True, slots=True)
class Service:
    """The kind of a service."""

    word: str
    """The word by which it was recognised."""
    file_type: str
    """A code, or ""."""
    standard: str
    """The IRI of its standard, or ""."""


def protocol(document: Document, online: etree._Element) -> str:
    return document.text(online, "gmd:protocol")[:200]


def is_link(written: str) -> bool:
    return bool(_LINK.fullmatch(written))


def is_download(written: str) -> bool:
    return bool(_DOWNLOAD.search(written))


def service_of(document: Document, online: etree._Element, link: str) -> Service | None:
    """Return the service that the protocol names (name, address or URN), or whose capabilities are linked."""
    written = protocol(document, online)
    named = service_named(written) or service_named(document.link(document.first(online, "gmd:protocol")))
    if named:
        return named
    asked = {name.lower(): value.lower() for name, value in _query(link)}
    request = asked.get("request", "")
    if request == "getcapabilities" or (not request and is_link(written)):
        return service_named(asked.get("service", ""))
    return None


@lru_cache(maxsize=1024)
def service_named(text: str) -> Service | None:
    """Return the first of the table whose word occurs in ``text``: OGC:WMS-1.3.0-http-get-map, …/ogc/wms."""
    words = f" {_SIGNS.sub(' ', text.lower())} "
    for word, (file_type, standard) in alignments().services.items():
        if f" {word} " in words:
            return Service(word, file_type, standard)
    return None


def access_service(document: Document, link: str, standard: str, names: list[Literal]) -> Node:
    """Return the service at ``link``. If ``names`` is empty, it has the name of the data."""
    node = document.node(DCAT.DataService)
    document.add(node, DCAT.endpointURL, NamedNode(endpoint(link)))
    if _asks_capabilities(link):
        document.add(node, DCAT.endpointDescription, NamedNode(link))
    title = "gmd:identificationInfo/*/gmd:citation/gmd:CI_Citation/gmd:title"
    document.add(node, DCT.title, *(names or document.texts_at(document.root, title)))
    document.add(node, DCAT.servesDataset, document.dataset)
    if standard:
        document.add(node, DCT.conformsTo, NamedNode(standard))
    return node


def endpoint(link: str) -> str:
    """Return the address without what a request adds."""
    base, _, query = link.partition("#")[0].partition("?")
    kept = [each for each in query.split("&") if each and each.partition("=")[0].lower() not in _OF_A_REQUEST]
    return f"{base}?{'&'.join(kept)}" if kept else base


def connection(document: Document, service: etree._Element) -> etree._Element | None:
    """Return the gmd:CI_OnlineResource of a srv:SV_ServiceIdentification, preferably of its capabilities."""
    found = document.all(service, "srv:containsOperations/*/srv:connectPoint/*")
    asking = (each for each in found if _asks_capabilities(linkage(document, each)))
    return next(asking, next(iter(found), None))


def linkage(document: Document, online: etree._Element) -> str:
    """Return the address of a gmd:CI_OnlineResource, or "" if it has none that is certain."""
    text = document.text(online, "gmd:linkage/gmd:URL") or document.text(online, "gmd:linkage")
    return address(text) if text else ""


def read_service(document: Document, service: etree._Element) -> None:
    """Read a srv:SV_ServiceIdentification in the same record as the data: the service that offers them."""
    online, graph = connection(document, service), document.graph
    link = linkage(document, online) if online is not None else ""
    names = document.texts_at(service, "gmd:citation/gmd:CI_Citation/gmd:title")
    nodes = [
        node
        for node in graph.subjects(DCAT.DataService)
        if link and NamedNode(endpoint(link)) in graph.objects(node, DCAT.endpointURL)
    ]
    if not nodes:
        nodes = [document.node(DCAT.DataService)]
        document.add(nodes[0], DCT.title, *names)
        document.add(nodes[0], DCAT.servesDataset, document.dataset)
        for distribution in graph.subjects(DCAT.Distribution):
            if not graph.objects(distribution, DCAT.accessService):
                document.add(distribution, DCAT.accessService, nodes[0])
    kind = document.text(service, "srv:serviceType").lower()
    for node in nodes:
        document.add(node, DCT.description, *document.texts_at(service, "gmd:abstract"))
        if kind.isalpha():
            document.add(node, DCT.type, NamedNode(f"{INSPIRE}SpatialDataServiceType/{kind}"))


def _asks_capabilities(link: str) -> bool:
    return "getcapabilities" in link.partition("?")[2].lower()


def _query(link: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(link).query, max_num_fields=100)
    except ValueError:
        return []
