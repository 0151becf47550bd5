"""Reads an OAI-PMH answer that is not well-formed: each record is cut out of the bytes and parsed on its own.

So a missing end tag only costs its own record, and a forbidden character or a byte in another encoding only
costs itself.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from erpd.formats.reading import Reading
from erpd.formats.repairs import has_wrong_byte
from erpd.formats.xml_document import fault_of
from erpd.metadata.masking import plain
from erpd.metadata.text import LOST, unescape
from erpd.sources.errors import Reason, SourceError
from erpd.sources.oai_pmh.answer import Cutter, namespace, read_token
from erpd.sources.tokens import LinkedAnswer
from erpd.sources.xml_answer import repaired, unmark
from erpd.sources.xml_pieces import XmlPieces, broken_error, cut_error

_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?OAI-PMH(?:\s[^<>]*+)?>")
_TOKEN_REMAINS = re.compile(rb"resumptionToken|Token\s*>|completeListSize")


def read_damaged(content: bytes, url: str, error: etree.XMLSyntaxError) -> LinkedAnswer:
    """Return what can be read of an answer. Raises SourceError if it is not recognisable as OAI-PMH."""
    reason = plain(fault_of(error))
    root = _ROOT.search(content)
    if root is None:
        raise SourceError(
            Reason.NOT_XML,
            f"The response is neither OAI-PMH nor well-formed XML: {reason}",
            "Check that the URL is that of the OAI-PMH endpoint.",
            url=url,
        )
    page = _Records(content, root, url)
    answer = LinkedAnswer(list(page.readings()), errors=page.errors())
    token = page.token()
    if token is not None:
        answer.token, answer.total = token
    elif page.token_is_broken():
        answer.broken = broken_error("The resumption token of the page cannot be read", reason, url)
    elif not page.closed:
        answer.broken = cut_error(url)
    elif not answer.readings and not answer.errors:
        answer.broken = broken_error("The response is not well-formed XML", reason, url)
    return answer


class _Records:
    """Where the records are in the bytes, and what is around them."""

    def __init__(self, content: bytes, root: re.Match[bytes], url: str) -> None:
        self.content = content
        prefix = root[1] + b":" if root[1] else b""
        name = re.escape(prefix)
        self._end = re.compile(rb"</%brecord\s*>" % name)
        self._sign = re.compile(rb"<%b(?:record|header|identifier)[\s>]" % name)
        self._identifier = re.compile(rb"<%bidentifier(?:\s[^<>]*)?>([^<]{1,2000})<" % name)
        self._error = re.compile(rb"<%berror\s[^<>]*?code\s*=\s*[\"'](\w{1,40})[\"'][^<>]*>([^<]*)" % name)
        self._token = re.compile(
            rb"<%bresumptionToken(?:\s[^<>]*)?(?:/>|>(?:<!\[CDATA\[)?[^<]*</%bresumptionToken\s*>)"
            % (name, name)
        )
        # A record opens with its header (OAI-PMH 2.0, 2.5): a MARC <record> inside the metadata does not.
        opening = re.compile(rb"<%brecord(?:\s[^<>]*)?>\s*<%bheader[\s>/]" % (name, name))
        tail = re.compile(rb"<%bresumptionToken[\s/>]|</%b(?:ListRecords|OAI-PMH)\s*>" % (name, name))
        around = re.compile(rb"<%bListRecords(?:\s[^<>]*)?>" % name).search(content, root.end())
        starts = [match.start() for match in opening.finditer(content, root.end())]
        first = starts[0] if starts else len(content)
        begin = around.end() if around and around.end() <= first else first
        closing = tail.search(content, starts[-1] if starts else begin)
        self._stop = closing.start() if closing else len(content)
        self._bounds = sorted({begin, *starts, self._stop})
        self.closed = re.search(rb"</%bOAI-PMH\s*>" % name, content[self._stop :]) is not None
        self._xml = XmlPieces(content, root[0] + (around[0] if around else b""), prefix + b"OAI-PMH", url)
        self._count = 0

    def readings(self) -> Iterator[Reading]:
        for start, stop in pairwise(self._bounds):
            yield from self._segment(start, stop)

    def _segment(self, start: int, stop: int) -> Iterator[Reading]:
        """The part from one record to the next: the record, and what damage left after it."""
        ends = [match.end() for match in self._end.finditer(self.content, start, stop)]
        for end in (*ends[:1], *ends[1:][-1:]):
            record = self._parse(start, end)
            if not isinstance(record, str):
                yield self._cut(record)
                start = end
                break
        pieces: list[tuple[int, int]] = []
        for end in (*(end for end in ends if end > start), stop):
            if pieces and not self._sign.search(self.content, start, end):
                pieces[-1] = (pieces[-1][0], end)
            else:
                pieces.append((start, end))
            start = end
        for piece in pieces:
            yield from self._remains(*piece)

    def _remains(self, start: int, stop: int) -> Iterator[Reading]:
        if not self.content[start:stop].strip():
            return
        if stop == len(self.content) and not self._end.search(self.content, start, stop):
            return  # the answer was cut in this record: it comes again with the page
        record = self._parse(start, stop)
        yield self._fault(start, stop, record) if isinstance(record, str) else self._cut(record)

    def _parse(self, start: int, stop: int) -> etree._Element | str:
        """The <record> between two places, with its characters repaired, or why it cannot be parsed."""
        found = self._xml.parse(self.content[start:stop], _is_known)
        if isinstance(found, str) or found.tag == f"{namespace(found)}record":
            return found
        return "not one record"

    def _cut(self, record: etree._Element) -> Reading:
        self._count += 1
        space = record.tag.removesuffix("record") if isinstance(record.tag, str) else ""
        repairs = unmark(record)
        return repaired(Cutter(space)(record, self._count), repairs)

    def _fault(self, start: int, stop: int, reason: str) -> Reading:
        self._count += 1
        content = self.content[start:stop].strip()
        return self._xml.fault(content, reason, f"record[{self._count}]", self._identifier_in(content))

    def _identifier_in(self, content: bytes) -> str:
        match = self._identifier.search(content)
        if match is None:
            return ""
        try:
            identifier = unescape(match[1].decode(self._xml.encoding)).strip()
        except UnicodeDecodeError:
            return ""
        return identifier if identifier.isprintable() else ""

    def errors(self) -> dict[str, str]:
        if len(self._bounds) > 2:
            return {}
        return {
            code.decode(): plain(text.decode(self._xml.encoding, "replace"))
            for code, text in self._error.findall(self.content)
        }

    def token(self) -> tuple[str, int | None] | None:
        """Return the token and the announced size; None if there is no token, or it cannot be read."""
        found = [match[0] for match in self._token.finditer(self.content, self._stop)]
        if not found:
            return None
        element = self._xml.parse(found[-1], lambda repaired: False)
        return None if isinstance(element, str) else read_token(element)

    def token_is_broken(self) -> bool:
        """Whether part of a token is left: then its damage must not be taken for the end of the list."""
        start = self._bounds[-2] if len(self._bounds) > 1 else self._stop
        for match in self._end.finditer(self.content, start, self._stop):
            start = match.end()
        return _TOKEN_REMAINS.search(self.content, start) is not None


def _is_known(record: etree._Element) -> bool:
    header = "".join(map(str, record[0].itertext())) if len(record) else ""
    return not (LOST in header or has_wrong_byte(header))
