"""The bytes of an OAI-PMH answer -> readings, token, errors (OAI-PMH 2.0, section 3.2)."""

import re
from dataclasses import dataclass, field

from lxml import etree

from erpd.metadata.findings import Finding, Severity
from erpd.sources.errors import SourceError, plain
from erpd.sources.reading import Reading

RDF_XML = "application/rdf+xml"
_RDF_NAMESPACES = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/ns/dcat#")
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_HTML = re.compile(rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL)
_MARK = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


@dataclass(slots=True)
class Answer:
    """One answer to ListRecords. ``token`` is empty at the end of the list.

    ``broken`` is why the rest of the answer cannot be trusted; what could be read is in ``readings``.
    """

    readings: list[Reading] = field(default_factory=list)
    token: str = ""
    total: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    broken: SourceError | None = None


def parser() -> etree.XMLParser:
    """Entities are not expanded, nothing is fetched; libxml2 bounds depth (256) and text (10 MB)."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def prepare(content: bytes, url: str) -> bytes:
    """The bytes ready for parsing: in an encoding that patterns can read, nothing before the XML declaration.

    Raises SourceError for HTML, for what is no XML at all, and for a document type, which alone can define
    entities.
    """
    encoding = _MARK.get(content[:2]) or _MARK.get(content[:3])
    if encoding is not None:
        content = content.decode(encoding, "replace").encode()
        if encoding == "utf-16":
            content = re.sub(rb"\A<\?xml[^>]*\?>", b"", content)
    if content[:1].isspace():
        content = content.lstrip()
    if _HTML.match(content[:4000]):
        raise SourceError(
            "not-xml",
            "The server answered with an HTML page instead of XML",
            "Check that the address is that of the OAI-PMH endpoint; a login page may stand before it.",
            url=url,
        )
    first = _FIRST_ELEMENT.search(content)
    if first is None:
        raise SourceError(
            "not-xml",
            "The server answered without any XML" if content else "The server answered with nothing",
            "Check that the address is that of the OAI-PMH endpoint.",
            url=url,
        )
    if b"<!DOCTYPE" in content[: first.start()]:
        raise _entity_error(url)
    return content


def parse(content: bytes, url: str) -> etree._Element:
    """The root of a well-formed OAI-PMH answer. Raises XMLSyntaxError; SourceError for other XML."""
    root = etree.fromstring(content, parser())
    if root.getroottree().docinfo.internalDTD is not None:
        raise _entity_error(url)
    name = etree.QName(root).localname
    if name.lower() == "html":
        raise SourceError(
            "not-xml",
            "The server answered with an HTML page instead of OAI-PMH",
            "Check that the address is that of the OAI-PMH endpoint.",
            url=url,
        )
    if name != "OAI-PMH":
        raise SourceError(
            "protocol-error",
            f"The answer is XML but not OAI-PMH: its root element is {name}",
            "Check that the address is that of the OAI-PMH endpoint.",
            url=url,
        )
    return root


def read(root: etree._Element, url: str) -> Answer:
    """Everything in a well-formed answer to ListRecords."""
    space = namespace(root)
    answer = Answer(errors=errors_in(root))
    records = root.find(f"{space}ListRecords")
    if records is None:
        if not answer.errors:
            answer.broken = SourceError(
                "protocol-error",
                "The answer to ListRecords has neither a list nor an error",
                "Check that the address is that of the OAI-PMH endpoint.",
                url=url,
            )
        return answer
    wanted = f"{space}record"
    cut = Cutter(space)
    answer.readings = [
        cut(record, number)
        for number, record in enumerate((child for child in records if child.tag == wanted), start=1)
    ]
    token = records.find(f"{space}resumptionToken")
    if token is None:
        token = root.find(f"{space}resumptionToken")
    if token is not None:
        answer.token, answer.total = read_token(token)
    return answer


class Cutter:
    """Takes one <record> apart. ``space`` is the namespace of the answer as lxml writes it, ``{…}``."""

    __slots__ = ("_datestamp", "_header", "_identifier", "_metadata")

    def __init__(self, space: str) -> None:
        self._header = f"{space}header"
        self._metadata = f"{space}metadata"
        self._identifier = f"{space}identifier"
        self._datestamp = f"{space}datestamp"

    def __call__(self, record: etree._Element, number: int) -> Reading:
        identifier = datestamp = media_type = ""
        content = b""
        deleted = False
        for part in record:
            if part.tag == self._header:
                deleted = part.get("status") == "deleted"
                identifier = (part.findtext(self._identifier) or "").strip()
                datestamp = (part.findtext(self._datestamp) or "").strip()
            elif part.tag == self._metadata:
                element = next(part.iterchildren("*"), None)
                if element is not None:
                    content = etree.tostring(element, encoding="utf-8", with_tail=False)
                    media_type = _media_type(element)
        if deleted:
            content = b""
        fault = None
        if not identifier:
            fault = Finding("no-identifier", Severity.ERROR, f"record[{number}]/header/identifier")
        elif not content and not deleted:
            fault = Finding("no-metadata", Severity.ERROR, f"record[{number}]/metadata")
            content = etree.tostring(record, encoding="utf-8", with_tail=False)
        return Reading(identifier, content, media_type or "application/xml", datestamp, deleted, fault)


def namespace(root: etree._Element) -> str:
    name = etree.QName(root).namespace
    return f"{{{name}}}" if name else ""


def errors_in(root: etree._Element) -> dict[str, str]:
    """Error code -> what the server says about it."""
    return {
        error.get("code", ""): plain(error.text or "") for error in root.findall(f"{namespace(root)}error")
    }


def read_token(element: etree._Element) -> tuple[str, int | None]:
    """The token, empty at the end of the list, and the announced number of records."""
    size = element.get("completeListSize", "").strip()
    total = int(size) if size.isascii() and size.isdigit() and len(size) < 12 else None
    return (element.text or "").strip(), total


def _media_type(element: etree._Element) -> str:
    name = element.tag
    return RDF_XML if isinstance(name, str) and name[1:].startswith(_RDF_NAMESPACES) else "application/xml"


def _entity_error(url: str) -> SourceError:
    return SourceError(
        "entity",
        "The answer has a document type, which can define XML entities; such answers are refused",
        "Ask the operator of the source to publish the records without <!DOCTYPE>.",
        url=url,
    )
