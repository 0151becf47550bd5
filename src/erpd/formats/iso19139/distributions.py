"""gmd:distributionInfo -> distributions, the services behind them, pages (GeoDCAT-AP, resource locator)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree
from pyoxigraph import Literal, NamedNode

from erpd.formats.iso19139.document import INSPIRE, Document, authority
from erpd.formats.iso19139.file_types import file_types, formats_in
from erpd.formats.iso19139.rights import Rights, licence_node, statement
from erpd.formats.iso19139.services import (
    Service,
    access_service,
    connection,
    endpoint,
    is_download,
    is_link,
    linkage,
    protocol,
    read_service,
    service_named,
    service_of,
)
from erpd.metadata.graph import Node, Term
from erpd.metadata.terms import ADMS, DCAT, DCT, FOAF, RDF, RDFS, XSD

_MEGABYTE = 1_000_000  # how the reference implementation of GeoDCAT-AP reads gmd:transferSize
_PAGES = ("search", "browsing", "browseGraphic", "completeMetadata")


@dataclass(frozen=True, slots=True)
class _Offer:
    """An address where data, a service or a page is offered."""

    options: etree._Element
    """The gmd:MD_DigitalTransferOptions around it."""
    online: etree._Element
    """The gmd:onLine."""
    link: str
    formats: tuple[Term, ...]
    """The formats it may have."""
    service: Service | None
    names: list[Literal]


def read_distributions(document: Document, rights: Rights) -> None:
    """State a distribution for each gmd:onLine with an address.

    One that only gives information is a page, unless there is nothing else.
    """
    shared = _shared(document, rights)
    offers: list[_Offer] = []
    pages: list[_Offer] = []
    for offer in _offers(document):
        (pages if _is_page(document, offer) else offers).append(offer)
    for offer in pages:
        _page(document, offer)
    offers = offers or pages
    data = [offer for offer in offers if not offer.service]
    for offer in offers:
        for form in _forms(document, offer, alone=len(data) == 1):
            _distribution(document, offer, form, shared)
    for service in document.services:
        read_service(document, service)
    if not offers:
        for predicate, value in shared:
            document.say(predicate, value)


def _offers(document: Document) -> Iterator[_Offer]:
    """The offers of the data, of each distributor and of each format. Identical ones are one."""
    seen: set[bytes] = set()
    endpoints: set[str] = set()
    for options, formats in _options(document):
        for online in document.objects(options, "gmd:onLine"):
            link, whole = linkage(document, online), etree.tostring(online, with_tail=False)
            if link and whole not in seen:
                seen.add(whole)
                service = service_of(document, online, link)
                if service:
                    endpoints.add(endpoint(link))
                names = document.texts_at(online, "gmd:name")
                yield _Offer(options, online, link, tuple(dict.fromkeys(formats)), service, names)
    for element in document.services:
        point = connection(document, element)
        link = linkage(document, point) if point is not None else ""
        if point is not None and link and endpoint(link) not in endpoints:
            names = document.texts_at(element, "gmd:citation/gmd:CI_Citation/gmd:title")
            kind = document.text(element, "srv:serviceType")
            service = service_of(document, point, link) or service_named(kind) or Service(kind, "", "")
            yield _Offer(point, point, link, (), service, names)


def _options(document: Document) -> Iterator[tuple[etree._Element, list[Term]]]:
    """Each gmd:MD_DigitalTransferOptions, and the formats that apply to it."""
    for info in document.objects(document.root, "gmd:distributionInfo"):
        general = formats_in(document, info, "gmd:distributionFormat")
        distributors = document.objects(info, "gmd:distributor")
        theirs = [formats_in(document, each, "gmd:distributorFormat") for each in distributors]
        for options in document.objects(info, "gmd:transferOptions"):
            yield options, [*general, *(term for formats in theirs for term in formats)]
        for distributor, own in zip(distributors, theirs, strict=True):
            for options in document.objects(distributor, "gmd:distributorTransferOptions"):
                yield options, own or general
        for path in ("gmd:distributionFormat", "gmd:distributor/*/gmd:distributorFormat"):
            for element in document.objects(info, path):
                form = formats_in(document, element, "")
                inside = "gmd:formatDistributor/*/gmd:distributorTransferOptions"
                for options in document.objects(element, inside):
                    yield options, form


def _shared(document: Document, rights: Rights) -> list[tuple[NamedNode, Term]]:
    """What ISO 19115 says about the data and DCAT about each distribution."""
    facts: list[tuple[NamedNode, Term]] = []
    licence = licence_node(document, rights)
    if licence:
        facts.append((DCT.license, licence))
    conditions = statement(document, rights)
    if conditions:
        facts.append((DCT.rights, conditions))
    for code in document.codes(document.root, "gmd:identificationInfo/*/gmd:spatialRepresentationType"):
        if code.isalpha():
            kind = NamedNode(f"{INSPIRE}SpatialRepresentationType/{code}")
            facts.append((ADMS.representationTechnique, kind))
    return facts


def _distribution(
    document: Document, offer: _Offer, form: Term | None, shared: list[tuple[NamedNode, Term]]
) -> None:
    online, link = offer.online, NamedNode(offer.link)
    node = document.node(DCAT.Distribution)
    document.say(DCAT.distribution, node)
    document.add(node, DCT.title, *offer.names)
    document.add(node, DCT.description, *document.texts_at(online, "gmd:description"))
    document.add(node, DCAT.accessURL, link)
    if form:
        document.add(node, DCT.format, form)
    if offer.service:
        service = access_service(document, offer.link, offer.service.standard, offer.names)
        document.add(node, DCAT.accessService, service)
        # INSPIRE's kind of service (view, download), and its protocol.
        for name in ("gmd:applicationProfile", "gmd:protocol"):
            kind = document.link(document.first(online, name))
            if kind:
                document.add(service, DCT.type, NamedNode(kind))
        _size_in_words(document, offer, node)
    else:
        if document.code(online, "gmd:function") == "download" or is_download(protocol(document, online)):
            document.add(node, DCAT.downloadURL, link)
        size = _size(document.text(offer.options, "gmd:transferSize"))
        if size:
            document.add(node, DCAT.byteSize, Literal(size, datatype=XSD.decimal))
        else:
            _size_in_words(document, offer, node)
    for predicate, value in shared:
        document.add(node, predicate, value)


def _size_in_words(document: Document, offer: _Offer, node: Node) -> None:
    written = document.text(offer.options, "gmd:transferSize")
    if written:
        document.add(node, RDFS.comment, Literal(f"Transfer size: {written}", language="en"))


def _forms(document: Document, offer: _Offer, *, alone: bool) -> list[Term | None]:
    """The format that the protocol says, otherwise that of the data; if it is the only offer, all of them.

    If there are several offers, the format of each is unknown unless its address or name says it.
    """
    written = protocol(document, offer.online)
    if offer.service:
        kind = offer.service.file_type
        if kind:
            return [authority("file-type", kind)]
        return [Literal(written or offer.service.word) if written or offer.service.word else None]
    code = next(iter(file_types(written)), "")
    if code and code != "HTML":
        return [authority("file-type", code)]
    if len(offer.formats) < 2 and offer.formats:
        return [*offer.formats]
    if offer.formats:
        said = [offer.link.partition("?")[0].rpartition(".")[2], *(name.value for name in offer.names)]
        for text in said:
            found = [
                term for code in file_types(text) if (term := authority("file-type", code)) in offer.formats
            ]
            if len(found) == 1:
                return [*found]
        if alone:
            return [*offer.formats]
        document.say(DCT.format, *offer.formats)
        return [None]
    return [None if is_link(written) or is_download(written) else Literal(written)]


def _page(document: Document, offer: _Offer) -> None:
    link = NamedNode(offer.link)
    function = document.code(offer.online, "gmd:function")
    document.say(FOAF.page if _informs(function) else DCAT.landingPage, link)
    document.add(link, RDF.type, FOAF.Document)
    document.add(link, DCT.title, *offer.names)
    document.add(link, DCT.description, *document.texts_at(offer.online, "gmd:description"))
    _size_in_words(document, offer, link)


def _informs(function: str) -> bool:
    """Whether the function is information; GeoNetwork adds of what: ``information.content``."""
    return function in _PAGES or function.partition(".")[0] == "information"


def _is_page(document: Document, offer: _Offer) -> bool:
    if offer.service:
        return False
    function, written = document.code(offer.online, "gmd:function"), protocol(document, offer.online)
    if _informs(function):
        return True
    return not function and is_link(written) and set(file_types(written)) <= {"HTML"}


def _size(text: str) -> str:
    """Megabytes -> bytes."""
    try:
        megabytes = Decimal(text)
    except InvalidOperation:
        return ""
    if not megabytes.is_finite() or not 0 < megabytes < 10**12:
        return ""
    return f"{(megabytes * _MEGABYTE).to_integral_value():f}"
