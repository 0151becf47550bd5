"""Parses an answer that is not well-formed XML piece by piece, whatever its protocol."""

import re
from collections.abc import Callable

from lxml import etree

from erpd.formats.reading import Reading
from erpd.formats.xml_document import fault_of
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.masking import plain
from erpd.metadata.rules import Unread
from erpd.sources.errors import Reason, SourceError
from erpd.sources.xml_answer import declared, mended, parser

_XMLNS = re.compile(rb"""(xmlns(?::[\w.-]+)?)\s*=\s*("[^"<]*"|'[^'<]*')""")


class XmlPieces:
    """Parses pieces of an answer with the namespaces declared ``around`` them, under a root called ``name``.

    Raises SourceError for an unknown encoding.
    """

    def __init__(self, content: bytes, around: bytes, name: bytes, url: str) -> None:
        declaration, self.encoding = declared(content, url)
        spaces = b" ".join(b"%b=%b" % pair for pair in dict(_XMLNS.findall(around)).items())
        self._before = declaration + b"<%b %b>" % (name, spaces)
        self._after = b"</%b>" % name

    def parse(self, piece: bytes, known: Callable[[etree._Element], bool]) -> etree._Element | str:
        """Return the one element in the piece, with its characters repaired, or why there is none.

        ``known``: whether what was repaired still says which record it is.
        """
        reason = ""
        for content in (piece, mended(piece, self.encoding)):
            try:
                root = etree.fromstring(self._before + content + self._after, parser())
            except etree.XMLSyntaxError as error:
                reason = reason or plain(fault_of(error))
                continue
            found: list[etree._Element] = list(root.iterchildren("*"))
            if len(found) == 1 and not (reason and not known(found[0])):
                return found[0]
        return reason or "not one record"

    def fault(self, piece: bytes, reason: str, path: str, identifier: str) -> Reading:
        """Return the report of a piece that cannot be parsed."""
        value = f"{reason}: {plain(piece[:800].decode(self.encoding, 'replace'), 200)}"
        finding = Finding(Unread.BROKEN_XML, Severity.ERROR, path, value)
        return Reading(identifier, piece, "application/xml", fault=finding)


def cut_error(url: str) -> SourceError:
    """Return the error for an answer that ends too early."""
    return SourceError(
        Reason.CUT,
        "The response ends in the middle of the XML",
        "Try again later. If it keeps happening, ask the source's operator for smaller pages.",
        url=url,
    )


def broken_error(message: str, reason: str, url: str) -> SourceError:
    """Return the error for an answer of which not enough can be read."""
    advice = "Ask the source's operator to fix the page."
    return SourceError(Reason.BROKEN_XML, f"{message}: {reason}", advice, url=url)
