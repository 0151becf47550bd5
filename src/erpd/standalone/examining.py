"""What a child does for somebody we do not know: examine a document, report on it, correct it."""

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pyoxigraph import parse, serialize

from erpd.formats.positions.text import encoding_of
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.sources.errors import Reason, SourceError, for_strangers
from erpd.standalone.asked import Asked, Place
from erpd.standalone.checking import Checking
from erpd.standalone.converting import Converted
from erpd.standalone.found import Found
from erpd.standalone.quoting import Quote, quoted
from erpd.standalone.reading import Reader
from erpd.standalone.readings import Document
from erpd.standalone.reports.report import Totals
from erpd.standalone.reports.sections import Sections, Sort
from erpd.standalone.reports.shacl import Shacl

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

MOST_ANSWERED = 32 * 2**20  # bytes: abbreviated, a document of 50 kB can say as much as one of 40 MB
_LONG_TEXT = re.compile("\"{3}|'{3}")


@dataclass(slots=True)
class Examined:
    """What was found in a document, summed up."""

    totals: Totals
    sections: list[tuple[str, list[Sort]]] = field(default_factory=list)
    left_out: int = 0
    """Findings that are in none of them: there are too many sorts."""
    lost: int = 0
    """Pieces that could not be read."""
    error: SourceError | None = None
    """Why it cannot be read, or not to its end; of an archive, which documents of it cannot, and why."""
    quote: Quote | None = None
    """The line at which that is so."""
    text: str | None = None
    """The document, if it is text and short enough."""


@dataclass(frozen=True)
class Examiner:
    """Examines places. A child owns it: its answers have bounds."""

    asked: Asked

    def examined(self, place: Place, longest: int) -> Examined:
        """Return what is found at a place; its text, too, if it has at most so many bytes."""
        report = Sections(self.asked.profile)
        examined = Examined(report.totals)
        checking, reader = Checking(report), Reader(self.asked)
        try:
            with reader.document(place) as (document, places):
                checking.check(place.location, _told(reader.found_in(document, places)))
                examined.error = report.errors[0] if report.errors else None
                with suppress(SourceError):  # which has been told
                    _quote(document, report, examined)
                examined.text = _text(document, longest)
        except SourceError as error:
            examined.error = for_strangers(error)
        examined.sections = report.in_sections()
        unread = sum(1 for error in report.errors if error.entry)
        examined.left_out, examined.lost = report.left_out, report.lost + unread
        return examined

    def validated(self, place: Place, syntax: str) -> bytes:
        """Return a SHACL validation report. Raises SourceError if it is long."""
        out = _Bounded(place.location)
        report = Shacl(io.TextIOWrapper(out, "utf-8", write_through=True), self.asked.profile)
        report.begin()
        Checking(report).check(place.location, _told(Reader(self.asked).found(place)))
        report.end()
        if syntax == "ttl":
            return out.getvalue()
        out.seek(0)
        other = _Bounded(place.location)
        serialize(parse(out, SYNTAXES["ttl"].format), other, SYNTAXES[syntax].format)
        return other.getvalue()

    def corrected(self, place: Place, syntax: str) -> tuple[bytes, int]:
        """Return the document, repaired, and how many pieces it lacks. Raises SourceError, if long, too."""
        out, lost = _Bounded(place.location), 0
        converted = Converted(syntax, out.write)
        try:
            for found in _told(Reader(replace(self.asked, placed=False, keep=True)).found(place)):
                if found.read:
                    converted.add(found.triples())
                lost += not found.read
        except SourceError as error:
            if not error.entry:
                raise
            lost += 1 + len(error.others)
        converted.end()
        return out.getvalue(), lost


def _told(all_found: Iterable[Found]) -> Iterator[Found]:
    try:
        yield from all_found
    except SourceError as error:
        raise for_strangers(error) from error


def _quote(document: Document, report: Sections, examined: Examined) -> None:
    """Quote the lines of what was found."""
    for entry in document.documents():
        name = "" if entry.alone else entry.name
        spots = [(spot, spot.position) for spot in report.spots() if spot.entry == name and spot.position]
        at = examined.error.at if examined.error and entry.alone else None
        quotes = quoted(entry.open(), [*(position for _, position in spots), *([at] if at else ())])
        for spot, position in spots:
            spot.quote = quotes.get(position)
        examined.quote = quotes.get(at) if at else examined.quote


def _text(document: Document, longest: int) -> str | None:
    """The document as text, as a form can give it back: whole, and no character is another one."""
    for entry in document.documents():
        try:
            content = entry.open().read(longest + 1)
            text = content.decode(encoding_of(content))
        except (SourceError, ValueError):
            return None
        is_whole = entry.alone and len(content) <= longest and "\0" not in text
        # Forms end all lines alike, which changes texts of several lines in Turtle.
        return text if is_whole and not ("\r" in text and _LONG_TEXT.search(text)) else None
    return None


class _Bounded(io.BytesIO):
    """Raises SourceError if more is written than an answer may have."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self._location = location

    def write(self, content: "Buffer") -> int:
        written = super().write(content)
        if self.tell() > MOST_ANSWERED:
            message = f"What we would answer has more than {MOST_ANSWERED >> 20} MB"
            raise SourceError(Reason.TOO_LARGE, message, "Send the document in parts.", url=self._location)
        return written
