"""The XML with which a server answers, prepared for parsing. Messages name the protocol."""

import codecs
import re
from dataclasses import replace

from lxml import etree

from erpd.formats import xml_document
from erpd.formats.encoding import in_utf8, is_in_another_charset, read_utf8
from erpd.formats.html_page import is_html
from erpd.formats.reading import Reading
from erpd.formats.repairs import MARK, unmarked
from erpd.formats.xml_text import without_html_entities
from erpd.metadata.findings import Finding
from erpd.metadata.text import LOST
from erpd.sources.errors import Reason, SourceError

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_HEAD = re.compile(rb"\A<\?xml[^>]*\?>")
_DECLARATION = re.compile(
    rb"""\A<\?xml\s(?:[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["'])?[^>]{0,200}\?>"""
)


def parser() -> etree.XMLParser:
    """Return a parser that keeps comments, because records are kept as received."""
    return xml_document.parser(comments=True)


def prepare(content: bytes, url: str, protocol: str) -> bytes:
    """Return the bytes in an encoding that patterns can read, with nothing before the XML declaration.

    Raises SourceError if it is HTML, if it is not XML, or if it has a document type declaration, which could
    define entities.
    """
    content, came = in_utf8(content), content
    if content is not came:  # whatever its declaration says
        content = _HEAD.sub(b"", content)
    if content[:1].isspace():
        content = content.lstrip()
    if is_html(content):
        raise SourceError(
            Reason.NOT_XML,
            "The server returned an HTML page instead of XML",
            f"Check that the URL is that of the {protocol} endpoint, and that there is no login page in "
            "front of it.",
            url=url,
        )
    first = _FIRST_ELEMENT.search(content)
    if first is None:
        raise SourceError(
            Reason.NOT_XML,
            "The server returned no XML" if content else "The server returned an empty response",
            f"Check that the URL is that of the {protocol} endpoint.",
            url=url,
        )
    if b"<!DOCTYPE" in content[: first.start()]:
        raise entity_error(url)
    return content


def parse(content: bytes, url: str, protocol: str, *names: str) -> etree._Element:
    """Return the root of a well-formed answer, which must have one of ``names``.

    Raises XMLSyntaxError if it is not well-formed, SourceError if it is other XML.
    """
    root = etree.fromstring(content, parser())
    if root.getroottree().docinfo.internalDTD is not None:
        raise entity_error(url)
    found = etree.QName(root).localname
    if found not in names:
        raise SourceError(
            Reason.PROTOCOL_ERROR,
            f"The answer is XML but not {protocol}: its root element is {found}",
            f"Check that the URL is that of the {protocol} endpoint.",
            url=url,
        )
    return root


def declared(content: bytes, url: str) -> tuple[bytes, str]:
    """Return an XML declaration for pieces of the answer, and the encoding.

    Raises SourceError if the encoding is unknown.
    """
    declaration = _DECLARATION.match(content)
    name = declaration[1].decode() if declaration and declaration[1] else "utf-8"
    try:
        return f'<?xml version="1.0" encoding="{name}"?>'.encode(), codecs.lookup(name).name
    except LookupError:
        raise SourceError(
            Reason.ENCODING,
            f"The response claims the encoding {name}, which is unknown",
            "Ask the source's operator to publish in UTF-8.",
            url=url,
        ) from None


def mended(piece: bytes, encoding: str) -> bytes:
    """Repair what can be repaired, and mark it (see ``formats.repairs``).

    Other bytes of another encoding, and characters that XML forbids, become U+FFFD, which a check reports.
    """
    if encoding != "utf-8":
        text = piece.decode(encoding, "replace")
    elif is_in_another_charset(piece):
        return piece
    else:
        text = without_html_entities(read_utf8(piece).encode()).decode()
    return _FORBIDDEN.sub(LOST, text).encode(encoding, "xmlcharrefreplace")


def unmark(record: etree._Element) -> tuple[Finding, ...]:
    """Take the marks of repairs out of the texts and attributes of a record, and return the repairs."""
    found: list[Finding | None] = []

    def plainly(text: str, name: str) -> str:
        text, finding = unmarked(text, name)
        found.append(finding)
        return text

    for element in record.iter():
        name = f"{element.prefix}:{etree.QName(element).localname}" if isinstance(element.tag, str) else ""
        name = name.removeprefix("None:")
        for attribute, value in element.attrib.items():
            if MARK in value:
                element.set(attribute, plainly(str(value), name))
        if element.text and MARK in element.text:
            element.text = plainly(element.text, name)
        if element.tail and MARK in element.tail:
            element.tail = plainly(element.tail, name)
    return tuple(finding for finding in found if finding)


def repaired(reading: Reading, repairs: tuple[Finding, ...]) -> Reading:
    """The reading with the repairs that were made to cut it out."""
    return replace(reading, repairs=repairs) if repairs else reading


def entity_error(url: str) -> SourceError:
    """Return the error for an answer with a document type declaration."""
    return SourceError(
        Reason.ENTITY,
        "The response has a document type declaration, which can define XML entities; such responses are "
        "refused",
        "Ask the source's operator to publish the records without <!DOCTYPE>.",
        url=url,
    )
