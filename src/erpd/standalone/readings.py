"""A document in any format -> the readings of its records, and what is beside them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import BinaryIO

from erpd.formats import FORMATS, Format
from erpd.formats.cbs import MEDIA_TYPE as CBS
from erpd.formats.ckan import MEDIA_TYPE as CKAN
from erpd.formats.json_values import loads
from erpd.formats.positions import Position
from erpd.formats.rdf.catalogue import Piece
from erpd.formats.rdf.references import local_base
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.reading import Reading
from erpd.metadata.limits import LARGEST_RECORD
from erpd.sources.dump.archive import Document as Entry
from erpd.sources.dump.archive import documents
from erpd.sources.dump.came import Came, Watch, downloaded, on_disk, path_of
from erpd.sources.dump.document import NO_RDF, no_rdf
from erpd.sources.dump.source import Dump
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client
from erpd.sources.links import is_local
from erpd.standalone.asked import Place
from erpd.standalone.given import ends_as_known
from erpd.standalone.guessing import RDF, format_of
from erpd.standalone.json_records import json_records
from erpd.standalone.places import Places
from erpd.standalone.xml_records import xml_records

_HEAD = 64 * 1024
# The media type of a record, and the key of its identifier.
_JSON = {"ckan": (CKAN, ("id", "name")), "cbs": (CBS, ("Identifier",))}
# Documents of an archive that cannot be read, after which no more are tried.
_MOST_UNREAD = 1_000
_TITLES = {name: format.title for name, format in FORMATS.items()}
_XML = ("xml", "iso19139", "oai_dc")


class Document:
    """One place, opened; its format is recognised if it is not given. Raises SourceError.

    ``base`` is what its relative IRIs are resolved against. Names of its blank nodes begin with ``owner``.
    Of an archive, each document is read by itself, in its own format; ``unread`` says why some cannot be.
    """

    def __init__(
        self, place: Place, came: Came, client: Client, format: str | Format, places: Places
    ) -> None:
        self._places = places
        self._place, self._came, self._client = place, came, client
        self.owner = f"f{place.number}"
        local = is_local(place.location)
        self.name = path_of(place.location).name if local else came.asked.rpartition("/")[2]
        self.base = local_base(self.name) if local else came.asked
        places.documents = self.documents
        self._given = format
        self._syntax = SYNTAXES.get(format) if isinstance(format, str) else None
        self.is_rdf = False
        """Whether what is being read is RDF."""
        self.unread: list[SourceError] = []

    def readings(self, beside: Callable[[Piece], None] | None = None) -> Iterator[Reading]:
        """Yield the readings of its data sets. ``beside`` takes what else is in it. Raises SourceError.

        When all is read, ``refuse_unread`` raises SourceError if documents of an archive could not be read.
        """
        empty = True
        for number, document in enumerate(self.documents()):
            empty = False
            try:
                yield from self._of(document, number, beside)
            except SourceError as error:
                if document.alone:
                    raise
                if self.is_rdf and error.rule in NO_RDF and not ends_as_known(document.name):
                    yield no_rdf(document, error)  # a text about the others
                else:
                    self._note(document, error)
        if empty:
            message, advice = "There is no file in the archive", "Publish it again."
            raise SourceError(Reason.EMPTY_LIST, message, advice, url=self._place.location)

    def refuse_unread(self) -> None:
        """Raise the first SourceError of a document of an archive; it has the others."""
        if self.unread:
            first, *others = self.unread
            first.others = tuple(others)
            raise first

    def _note(self, document: Entry, error: SourceError) -> None:
        """Raises SourceError if there are too many."""
        noted = SourceError(error.rule, error.message, error.advice, error.section, self._called(document))
        noted.entry, noted.at = document.name, error.at
        self.unread.append(noted)
        if len(self.unread) >= _MOST_UNREAD:
            message = f"{_MOST_UNREAD:,} files in it cannot be read, so the rest was not tried"
            advice, url = "Correct these first.", self._place.location
            self.unread.append(SourceError(Reason.TOO_LARGE, message, advice, url=url))
            self.refuse_unread()

    def _called(self, document: Entry) -> str:
        """What messages call a document."""
        location = self._place.location
        return location if document.alone else f"{location}/{document.name}"

    def _of(self, document: Entry, number: int, beside: Callable[[Piece], None] | None) -> Iterator[Reading]:
        format = self._given or format_of(document.open().read(_HEAD))
        self.is_rdf = format == RDF or self._syntax is not None
        if self.is_rdf:
            yield from self._of_rdf(document, number, beside)
            return
        found = False
        for reading in self._records(document, format):
            found = True
            if not reading.deleted:
                yield reading if document.alone else replace(reading, entry=document.name)
        if not found:
            title = format.title if isinstance(format, Format) else _TITLES.get(format, "XML")
            message, advice = f"There is no record in it ({title})", "Check the file, or name its format."
            raise SourceError(Reason.EMPTY_LIST, message, advice, url=self._called(document))

    def documents(self) -> Iterator[Entry]:
        """Open it once more, and yield the documents in it. Raises SourceError."""
        return documents(self._came.file, self.name, self._client.limits.max_download)

    def _records(self, document: Entry, format: str | Format) -> Iterator[Reading]:
        stream, called = document.open(), self._called(document)
        if isinstance(format, Format):
            return _cut(stream, format, self.name if document.alone else document.name)
        if format in _XML:
            return xml_records(stream, called)
        return map(_json_reading(format), json_records(stream, called))

    def _of_rdf(
        self, document: Entry, number: int, beside: Callable[[Piece], None] | None
    ) -> Iterator[Reading]:
        dump = Dump(
            self._called(document),
            self._client,
            local=True,
            beside=beside,
            first=self._came,
            syntax=self._syntax,
            owner=self.owner,
            opening=self._places.opening,
        )
        if document.alone:
            for page in dump.pages():
                yield from page.readings
        else:
            yield from dump.readings_in(document, number, self._came)


def opened(place: Place, address: str, client: Client, watch: Watch) -> AbstractContextManager[Came | None]:
    """Open a place, at ``address`` without keys in it. ``watch`` sees it being read. Raises SourceError."""
    if is_local(place.location):
        return on_disk(place.location, place.path, watch)
    return downloaded(address, client, {}, watch)


def _cut(stream: BinaryIO, format: Format, name: str) -> Iterator[Reading]:
    """The records of a format that somebody else wrote."""
    pieces = format.cut(stream) if format.cut else [(name, stream.read(LARGEST_RECORD + 1))]
    return (Reading(identifier, content, format.media_types[0]) for identifier, content in pieces)


def _json_reading(format: str) -> Callable[[tuple[bytes, Position]], Reading]:
    media_type, keys = _JSON[format]

    def read(record_at: tuple[bytes, Position]) -> Reading:
        content, at = record_at
        try:
            record = loads(content.decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError):
            record = None  # its format says what is wrong
        known = record if isinstance(record, dict) else {}
        identifier = next((str(known[key]) for key in keys if isinstance(known.get(key), str | int)), "")
        return Reading(identifier, content, media_type, at=at)

    return read
