"""Reads a CSW answer that is not well-formed: each record is cut out of the bytes and parsed on its own."""

import re
from collections.abc import Iterator

from lxml import etree

from erpd.formats.reading import Reading
from erpd.formats.repairs import has_wrong_byte
from erpd.formats.xml_document import fault_of
from erpd.metadata.masking import plain
from erpd.metadata.text import LOST
from erpd.sources.csw.answer import RECORDS, cut, sliced
from erpd.sources.errors import Reason, SourceError
from erpd.sources.pieces import refuse_too_many
from erpd.sources.positions import PlacedAnswer
from erpd.sources.xml_answer import repaired, unmark
from erpd.sources.xml_pieces import XmlPieces, broken_error, cut_error

_RESULTS = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?SearchResults(\s[^<>]*)?>")
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?GetRecordsResponse(?:\s[^<>]*)?>")
_CLOSED = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?GetRecordsResponse\s*>")
_NAMES = "|".join(RECORDS).encode()
_OPENING = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:%b)(?:\s[^<>]*)?>" % _NAMES)
_ENDING = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?(?:%b)\s*>" % _NAMES)
_TAIL = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?SearchResults\s*>")
_ATTRIBUTE = re.compile(rb"""\b(\w++)\s*+=\s*+["'](\d{1,11})["']""")
_IDENTIFIER = re.compile(rb"fileIdentifier\s*+>\s*+<[^<>]++>([^<>]{1,500}+)<")


def read_damaged(content: bytes, url: str, error: etree.XMLSyntaxError) -> PlacedAnswer:
    """Return what can be read of an answer. Raises SourceError if it is not recognisable as CSW."""
    reason = plain(fault_of(error))
    results, root = _RESULTS.search(content), _ROOT.search(content)
    if results is None or root is None:
        raise SourceError(
            Reason.NOT_XML,
            f"The response is neither CSW nor well-formed XML: {reason}",
            "Check that the URL is that of the CSW endpoint.",
            url=url,
        )
    page = _Records(content, root[0] + results[0], results.end(), url)
    attributes = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(results[1] or b"")}
    answer = sliced(list(page.readings()), attributes)
    if not _CLOSED.search(content, page.stop):
        answer.broken = cut_error(url)
    elif not answer.readings:
        answer.broken = broken_error("The response is not well-formed XML", reason, url)
    return answer


class _Records:
    """Where the records are in the bytes, and which namespaces are declared around them."""

    def __init__(self, content: bytes, around: bytes, begin: int, url: str) -> None:
        self.content = content
        self._xml = XmlPieces(content, around, b"page", url)
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
            found = self._xml.parse(self.content[start:last], lambda record: _is_known(cut(record, number)))
            if not isinstance(found, str):
                repairs = unmark(found)
                return repaired(cut(found, number), repairs)
            reason = reason or found
        return self._fault(self.content[start:stop].strip(), reason, number)

    def _fault(self, content: bytes, reason: str, number: int) -> Reading:
        named = _IDENTIFIER.search(content)
        name = named[1].decode(self._xml.encoding, "replace").strip() if named else ""
        plainly = name.isprintable() and LOST not in name and "&" not in name
        return self._xml.fault(content, reason, f"MD_Metadata[{number}]", name if plainly else "")


def _is_known(reading: Reading) -> bool:
    return LOST not in reading.identifier and not has_wrong_byte(reading.identifier)
