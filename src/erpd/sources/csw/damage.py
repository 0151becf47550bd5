"""Reads a CSW answer that is not well-formed: each record is cut out of the bytes and parsed on its own."""

import re
from collections.abc import Iterator

from lxml import etree

from erpd.formats.reading import Reading
from erpd.formats.repairs import has_wrong_byte
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Unread
from erpd.metadata.text import LOST
from erpd.sources.csw.answer import RECORDS, cut, sliced
from erpd.sources.errors import Reason, SourceError, plain
from erpd.sources.pieces import refuse_too_many
from erpd.sources.positions import PlacedAnswer
from erpd.sources.xml_answer import declared, mended, parser, repaired, unmark

_RESULTS = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?SearchResults(\s[^<>]*)?>")
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?GetRecordsResponse(?:\s[^<>]*)?>")
_CLOSED = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?GetRecordsResponse\s*>")
_NAMES = "|".join(RECORDS).encode()
_OPENING = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:%b)(?:\s[^<>]*)?>" % _NAMES)
_ENDING = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?(?:%b)\s*>" % _NAMES)
_TAIL = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?SearchResults\s*>")
_XMLNS = re.compile(rb"""xmlns(?::[\w.-]+)?\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_ATTRIBUTE = re.compile(rb"""(\w+)\s*=\s*["'](\d{1,11})["']""")
_IDENTIFIER = re.compile(rb"fileIdentifier\s*>\s*<[^<>]+>\s*([^<>]{1,500}?)\s*<")


def read_damaged(content: bytes, url: str, error: etree.XMLSyntaxError) -> PlacedAnswer:
    """Return what can be read of an answer. Raises SourceError if it is not recognisable as CSW."""
    reason = plain(error.msg or "no XML")
    results, root = _RESULTS.search(content), _ROOT.search(content)
    if results is None or root is None:
        raise SourceError(
            Reason.NOT_XML,
            f"The response is neither CSW nor well-formed XML: {reason}",
            "Check that the URL is that of the CSW endpoint.",
            url=url,
        )
    page = _Page(content, root[0] + results[0], results.end(), url)
    attributes = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(results[1] or b"")}
    answer = sliced(list(page.readings()), attributes)
    if not _CLOSED.search(content, page.stop):
        answer.broken = SourceError(
            Reason.CUT,
            "The response ends in the middle of the XML",
            "Try again later. If it keeps happening, contact the source's operator.",
            url=url,
        )
    elif not answer.readings:
        answer.broken = SourceError(
            Reason.BROKEN_XML,
            f"The response is not well-formed XML: {reason}",
            "Ask the source's operator to fix the page.",
            url=url,
        )
    return answer


class _Page:
    """Where the records are in the bytes, and which namespaces are declared around them."""

    def __init__(self, content: bytes, around: bytes, begin: int, url: str) -> None:
        declaration, self._encoding = declared(content, url)
        self.content = content
        spaces = dict.fromkeys(match[0] for match in _XMLNS.finditer(around))
        names = {space.split(b"=")[0].strip(): space for space in spaces}
        self._before = declaration + b"<page " + b" ".join(names.values()) + b">"
        starts = [match.start() for match in _OPENING.finditer(content, begin)]
        refuse_too_many(len(starts), url)
        tail = _TAIL.search(content, starts[-1] if starts else begin)
        self.stop = tail.start() if tail else len(content)
        self._whole = tail is not None
        self._bounds = [*starts, self.stop]

    def readings(self) -> Iterator[Reading]:
        for number, (start, stop) in enumerate(zip(self._bounds, self._bounds[1:], strict=False), start=1):
            ends = [match.end() for match in _ENDING.finditer(self.content, start, stop)]
            if not ends and stop == len(self.content) and not self._whole:
                return  # the answer was cut off in this record: it comes again with the page
            yield self._record(start, ends[0] if ends else stop, stop, number)

    def _record(self, start: int, end: int, stop: int, number: int) -> Reading:
        reason = ""
        # What damage left after the end of the record is not part of it.
        for last in dict.fromkeys((end, stop)):
            piece = self.content[start:last]
            for content in (piece, mended(piece, self._encoding)):
                try:
                    page = etree.fromstring(self._before + content + b"</page>", parser())
                except etree.XMLSyntaxError as error:
                    reason = reason or plain(error.msg or "no XML")
                    continue
                found = list(page.iterchildren("*"))
                if len(found) == 1:
                    identifier = cut(found[0], number).identifier
                    if LOST not in identifier and not has_wrong_byte(identifier):
                        repairs = unmark(found[0])
                        return repaired(cut(found[0], number), repairs)
        return self._fault(self.content[start:stop].strip(), reason, number)

    def _fault(self, content: bytes, reason: str, number: int) -> Reading:
        value = f"{reason or 'not one record'}: {plain(content[:800].decode(self._encoding, 'replace'), 200)}"
        finding = Finding(Unread.BROKEN_XML, Severity.ERROR, f"MD_Metadata[{number}]", value)
        named = _IDENTIFIER.search(content)
        name = named[1].decode(self._encoding, "replace") if named else ""
        plainly = name.isprintable() and LOST not in name and "&" not in name
        return Reading(name if plainly else "", content, "application/xml", fault=finding)
