"""gmd:distributionInfo -> distributions, the services behind them, pages (GeoDCAT-AP, resource locator)."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from lxml import etree
from pyoxigraph import Literal, NamedNode

from erpd.formats.iso19139.alignments import alignments
from erpd.formats.iso19139.document import INSPIRE, Document, address, authority, known
from erpd.formats.iso19139.rights import Rights, licence_node, statement
from erpd.metadata.graph import Node, Term
from erpd.metadata.terms import ADMS, DCAT, DCT, FOAF, RDF, XSD

_MEGABYTE = 1024 * 1024  # so GeoDCAT-AP reads gmd:transferSize
_PAGES = ("information", "search", "browsing", "browseGraphic", "completeMetadata")
_DOWNLOAD = re.compile(r"download", re.IGNORECASE)
# Protocols that say no more than that there is a page.
_LINK = re.compile(r"www:link.*|https?|www|website|landing ?page|text/html|html?|url|link|", re.IGNORECASE)
_UNKNOWN = ("", "-", "n/a", "unknown", "none", "onbekend", "nvt", "n.v.t.", "inapplicable")
_WORD = re.compile(r"(?<![a-z])%s(?![a-z])")


def read_distributions(document: Document, rights: Rights) -> None:
    """Each gmd:onLine with an address; what only informs is a page, unless there is nothing else."""
    shared = _shared(document, rights)
    formats = [*_formats(document)]
    pages: list[tuple[etree._Element, etree._Element]] = []
    found = False
    for options in document.objects(document.root, "gmd:distributionInfo/*/gmd:transferOptions"):
        for online in document.objects(options, "gmd:onLine"):
            if not _link(document, online):
                continue
            if _is_page(document, online):
                pages.append((options, online))
            else:
                _distribution(document, options, online, shared, formats)
                found = True
    for options, online in pages:
        _page(document, online)
        if not found:
            _distribution(document, options, online, shared, formats)


def _shared(document: Document, rights: Rights) -> list[tuple[NamedNode, Term]]:
    """What ISO 19115 says of the data, and DCAT of each distribution."""
    facts: list[tuple[NamedNode, Term]] = []
    licence = licence_node(document, rights)
    if licence:
        facts.append((DCT.license, licence))
    conditions = statement(document, rights)
    if conditions:
        facts.append((DCT.rights, conditions))
    for element in document.all(document.root, "gmd:identificationInfo/*/gmd:spatialRepresentationType"):
        value = next(iter(element), None)
        code = "" if value is None else value.get("codeListValue", "")
        if code.isalpha():
            facts.append(
                (ADMS.representationTechnique, NamedNode(f"{INSPIRE}SpatialRepresentationType/{code}"))
            )
    return facts


def _distribution(
    document: Document,
    options: etree._Element,
    online: etree._Element,
    shared: list[tuple[NamedNode, Term]],
    formats: list[Term],
) -> None:
    link = _link(document, online)
    node = document.node(DCAT.Distribution)
    document.say(DCAT.distribution, node)
    names = document.texts_at(online, "gmd:name")
    document.add(node, DCT.title, *names)
    document.add(node, DCT.description, *document.texts_at(online, "gmd:description"))
    document.add(node, DCAT.accessURL, NamedNode(link))
    service = _service(document, online)
    if service:
        kind, standard = service
        document.add(
            node, DCT.format, authority("file-type", kind) if kind else _protocol_text(document, online)
        )
        document.add(node, DCAT.accessService, _access_service(document, link, standard, names))
    else:
        if document.code(online, "gmd:function") == "download" or _DOWNLOAD.search(
            _protocol(document, online)
        ):
            document.add(node, DCAT.downloadURL, NamedNode(link))
        document.add(node, DCT.format, *_format(document, online, formats))
    size = _size(document.text(options, "gmd:transferSize"))
    if size:
        document.add(node, DCAT.byteSize, Literal(size, datatype=XSD.decimal))
    for predicate, value in shared:
        document.add(node, predicate, value)


def _access_service(document: Document, link: str, standard: str, names: list[Literal]) -> Node:
    node = document.node(DCAT.DataService)
    endpoint, _, query = link.partition("#")[0].partition("?")
    document.add(node, DCAT.endpointURL, NamedNode(endpoint))
    if "getcapabilities" in query.lower():
        document.add(node, DCAT.endpointDescription, NamedNode(link))
    title = "gmd:identificationInfo/*/gmd:citation/gmd:CI_Citation/gmd:title"
    document.add(node, DCT.title, *(names or document.texts_at(document.root, title)))
    document.add(node, DCAT.servesDataset, document.dataset)
    if standard:
        document.add(node, DCT.conformsTo, NamedNode(standard))
    return node


def _page(document: Document, online: etree._Element) -> None:
    link = NamedNode(_link(document, online))
    informs = document.code(online, "gmd:function") in _PAGES
    document.say(FOAF.page if informs else DCAT.landingPage, link)
    document.add(link, RDF.type, FOAF.Document)
    document.add(link, DCT.title, *document.texts_at(online, "gmd:name"))
    document.add(link, DCT.description, *document.texts_at(online, "gmd:description"))


def _is_page(document: Document, online: etree._Element) -> bool:
    if _service(document, online):
        return False
    function, protocol = document.code(online, "gmd:function"), _protocol(document, online)
    if function in _PAGES:
        return True
    return not function and bool(_LINK.fullmatch(protocol)) and not _file_type(protocol, only_files=True)


def _service(document: Document, online: etree._Element) -> tuple[str, str] | None:
    """(file type, standard) of the service that the protocol names."""
    text = _protocol(document, online).lower()
    for word, service in alignments().services.items():
        if word in text and re.search(_WORD.pattern % re.escape(word), text):
            return service
    return None


def _format(document: Document, online: etree._Element, formats: list[Term]) -> list[Term]:
    """What the protocol says, else the one format that the data have."""
    protocol = _protocol(document, online)
    code = _file_type(protocol, only_files=True)
    if code:
        return [authority("file-type", code)]
    if len(formats) == 1:
        return formats
    if formats:
        return formats if len(set(formats)) == 1 else [Literal(", ".join(_shown(term) for term in formats))]
    return [] if _LINK.fullmatch(protocol) or _DOWNLOAD.search(protocol) else [Literal(protocol)]


def _formats(document: Document) -> Iterator[Term]:
    """gmd:MD_Format: a file type, else its name as text."""
    for path in ("gmd:distributionFormat", "gmd:distributor/*/gmd:distributorFormat"):
        for element in document.objects(document.root, f"gmd:distributionInfo/*/{path}"):
            name, link = (
                document.text(element, "gmd:name"),
                document.link(document.first(element, "gmd:name")),
            )
            code = _file_type(link) or _file_type(name) or _file_type(document.text(element, "gmd:version"))
            if code:
                yield authority("file-type", code)
            elif name.casefold() not in _UNKNOWN:
                yield Literal(name)


def _file_type(text: str, *, only_files: bool = False) -> str:
    concept = known("file-type", text) if text else None
    code = concept.value.rpartition("/")[2] if concept else ""
    if not code and "://" not in text:
        lower = text.lower()
        code = next((code for word, code in alignments().formats.items() if word in lower), "")
    return "" if only_files and code == "HTML" else code


def _protocol(document: Document, online: etree._Element) -> str:
    return document.text(online, "gmd:protocol")[:200]


def _protocol_text(document: Document, online: etree._Element) -> Literal:
    return Literal(_protocol(document, online))


def _link(document: Document, online: etree._Element) -> str:
    text = document.text(online, "gmd:linkage/gmd:URL") or document.text(online, "gmd:linkage")
    return address(text) if text else ""


def _shown(term: Term) -> str:
    return term.value.rpartition("/")[2]


def _size(text: str) -> str:
    """Megabytes -> bytes."""
    try:
        megabytes = Decimal(text)
    except InvalidOperation:
        return ""
    if not megabytes.is_finite() or not 0 < megabytes < 10**12:
        return ""
    return f"{(megabytes * _MEGABYTE).to_integral_value():f}"
