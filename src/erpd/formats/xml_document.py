"""The XML of one record -> its root element. Nothing is fetched, and entities are not expanded."""

import re

from lxml import etree

from erpd.formats.encoding import in_utf8
from erpd.formats.reading import Unreadable
from erpd.metadata.rules import Unread

_OF_XML = "XML 1.0"
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_OPTION = re.compile(r",? (?:use|try) XML_PARSE_HUGE(?: option)?\s*")
_UNSAFE = "it has a document type declaration, which can define entities"


def parser(*, comments: bool = False) -> etree.XMLParser:
    """Return a parser that expands and fetches nothing; libxml2 limits depth (256) and text (10 MB)."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=not comments,
        remove_pis=not comments,
    )


def fault_of(error: Exception) -> str:
    """Return why XML cannot be parsed, without libxml2's advice to programmers."""
    return _OPTION.sub("", getattr(error, "msg", None) or str(error)) or "no XML"


def unindented(text: str) -> str:
    """Return text without the indentation of the XML."""
    text = text.strip()
    if "\n" not in text:
        return text
    return "\n".join([line.rstrip(" \t\r").lstrip(" \t") for line in text.split("\n")])


def root_of(content: bytes, title: str) -> etree._Element:
    """Return the root element, without comments. ``title`` names the format in messages.

    Raises Unreadable if the content is not XML, broken, or has a document type declaration.
    """
    content, came = in_utf8(content), content
    if content is not came:  # whatever its declaration says
        content = re.sub(rb"\A<\?xml[^>]*\?>", b"", content)
    first = _FIRST_ELEMENT.search(content)
    if first is None:
        raise Unreadable(Unread.BROKEN_SYNTAX, "it contains no XML", section=_OF_XML)
    if b"<!DOCTYPE" in content[: first.start()]:
        raise Unreadable(Unread.UNSAFE_XML, _UNSAFE)
    try:
        root = etree.fromstring(content, parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(Unread.BROKEN_SYNTAX, f"{title}: {fault_of(error)}", section=_OF_XML) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(Unread.UNSAFE_XML, _UNSAFE)
    return root
