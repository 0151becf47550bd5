"""A file as received, packed or not -> the readings of its data sets (G5.1.4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from itertools import chain
from typing import BinaryIO

from pyoxigraph import Quad

from erpd.formats.positions.faults import fault
from erpd.formats.rdf.catalogue import Kind, Piece, split, split_all
from erpd.formats.rdf.checked_stream import Headed
from erpd.formats.rdf.damaged import behind_json, read_damaged
from erpd.formats.rdf.document import read
from erpd.formats.rdf.namespaces import spelt_right
from erpd.formats.rdf.pieces import Broken, read_pieces
from erpd.formats.rdf.references import resolved_iri, without_base
from erpd.formats.rdf.syntaxes import Syntax, UnknownSyntax, syntax_of
from erpd.formats.reading import Reading, Unreadable
from erpd.formats.repairs import Told
from erpd.metadata.findings import Finding
from erpd.metadata.iri import repair_iri
from erpd.metadata.rules import Unread
from erpd.sources.dump.archive import Document, documents
from erpd.sources.dump.hydra import Paging
from erpd.sources.errors import Reason, SourceError
from erpd.sources.pieces import faulty, reading_of

# A broken document is repaired in memory. A larger one must be fixed at the source.
LARGEST_REPAIRED = 256 * 2**20
_HEAD = 64 * 1024
# What is wrong with one entry of a zip, not with the others, and the rule of its finding.
NO_RDF = {
    Reason.UNKNOWN_FORMAT: Unread.UNKNOWN_FORMAT,
    Reason.NOT_XML: Unread.UNKNOWN_FORMAT,
    Reason.EMPTY_LIST: Unread.NO_DATA_SET,
}
# If the whole file cannot be read; otherwise its syntax is broken.
_UNREADABLE = {
    Unread.UNSAFE_XML: Reason.ENTITY,
    Unread.BROKEN_XML: Reason.BROKEN_XML,
    Unread.CUT: Reason.CUT,
    Unread.TOO_LARGE: Reason.TOO_LARGE,
}


@dataclass(frozen=True, slots=True)
class RdfFile:
    """A file with RDF, packed or not."""

    file: BinaryIO
    name: str
    """Its name, which may tell the syntax."""
    media_type: str
    """The media type that the server states."""
    base: str
    """The base of relative IRIs."""
    location: str
    """What messages call it."""
    most: int
    """Its maximum size when unpacked."""
    beside: Callable[[Piece], None] | None = None
    """Takes what is not a data set: the catalogues, and everything that is in no other piece.

    If set, blank nodes keep their names, distinct from those of other documents, so that together the pieces
    say what the file says.
    """
    declared: bool = False  # whether the document itself declares its base
    repairs: tuple[Finding, ...] = ()
    """Repairs of the whole document."""
    syntax: Syntax | None = None
    """Its syntax, if that is known; otherwise it is recognised."""
    opening: Callable[[Document, Syntax, str], None] | None = None
    """Called with each document in it, its syntax and its base, before its readings come."""
    owner: str = "d"
    """Distinguishes its blank nodes from those of other files, in letters and digits."""

    def readings(self, paging: Paging) -> Iterator[Reading]:
        """Yield the data sets, in order, and note in ``paging`` what the file says about its pages.

        Raises SourceError.
        """
        found, unknown = False, None
        for number, document in enumerate(documents(self.file, self.name, self.most)):
            try:
                yield from self.readings_in(document, number, paging)
                found = True
            except SourceError as error:
                if document.alone or error.rule not in NO_RDF:
                    raise
                unknown = error
                yield no_rdf(document, error)
        if not found:
            raise unknown or self._error(
                Reason.EMPTY_LIST, "There is no file in the archive", "Publish it again."
            )

    def readings_in(self, document: Document, number: int, paging: Paging) -> Iterator[Reading]:
        """Yield the data sets of one document of the file, which has this number. Raises SourceError."""
        syntax = self._syntax(document)
        based, paging.base, repairs = _without_base(document, syntax)
        file = replace(
            self,
            base=paging.base or self.base,
            syntax=syntax,
            declared=bool(paging.base),
            repairs=repairs,
            owner=f"{self.owner}d{number}",
        )
        if self.opening:
            self.opening(document, syntax, file.base)
        for reading in file._document(based, syntax, paging, document):
            yield reading if document.alone else replace(reading, entry=document.name)

    def _document(
        self, document: Document, syntax: Syntax, paging: Paging, came: Document
    ) -> Iterator[Reading]:
        """The data sets of one document, and of the same as it ``came``, before it was changed.

        If it is broken, its characters are repaired, or its good pieces read.
        """
        broken: list[Broken] = []
        told: Told = {}
        attempts: tuple[Callable[[], Iterator[Quad]], ...] = (
            lambda: read(document.open(), syntax),
            lambda: read_damaged(self._content(document), syntax, told=told),
            lambda: _good(read_pieces(self._content(document), syntax, told=told), broken, paging),
        )
        errors: list[Unreadable] = []
        for attempt in attempts:
            try:
                yield from self._whole(self._split(paging.noting(attempt()), document, told), broken)
                break
            except Unreadable as error:  # of broken syntax before the first reading
                if error.rule is not Unread.BROKEN_SYNTAX:
                    raise self._unreadable(document, error, came, syntax) from error
                errors.append(error)
        else:
            named = self._named(errors[0], document, syntax)
            raise self._unreadable(document, named, came, syntax) from errors[0]
        for piece in broken:
            yield _fault(piece, self._identifier(piece.subject) if piece.is_data_set else "")

    def _whole(self, readings: Iterator[Reading], broken: list[Broken]) -> Iterator[Reading]:
        """The readings, with a fault if a statement is broken, so that the last good version is kept."""
        about: dict[str, Broken] = {}
        for reading in readings:
            if broken and not about:  # by the first reading, all pieces have been read
                about = {self._identifier(piece.subject): piece for piece in broken}
            piece = about.get(reading.identifier) if reading.identifier else None
            if piece is None:
                yield reading
            else:
                broken.remove(piece)
                yield _fault(piece, reading.identifier)

    def _identifier(self, subject: str) -> str:
        return repair_iri(subject) or resolved_iri(subject, self.base) if subject else ""

    def _content(self, document: Document) -> bytes:
        content = document.open().read(LARGEST_REPAIRED + 1)
        if len(content) > LARGEST_REPAIRED:
            raise Unreadable(Unread.BROKEN_SYNTAX, f"it is larger than {LARGEST_REPAIRED:,} bytes")
        return content

    def _named(self, error: Unreadable, document: Document, syntax: Syntax) -> Unreadable:
        """The error, or, if JSON is followed by something, the one that names it."""
        if syntax.name != "jsonld":
            return error
        try:
            behind = behind_json(self._content(document))
        except Unreadable:
            return error
        reason = f"{syntax.title}: “{behind}” follows the JSON, where nothing is allowed"
        return Unreadable(Unread.BROKEN_SYNTAX, reason) if behind else error

    def _syntax(self, document: Document) -> Syntax:
        if self.syntax:
            return self.syntax
        media_type = self.media_type if document.alone else ""
        try:
            return syntax_of(document.open().read(_HEAD), media_type, document.name)
        except UnknownSyntax as error:
            raise self._no_rdf(Reason(error.rule), self._in(document, str(error))) from error

    def _split(self, triples: Iterator[Quad], document: Document, told: Told) -> Iterator[Reading]:
        """Raises Unreadable, or SourceError ``empty-list``, because JSON without any RDF is valid JSON-LD."""
        first = next(triples, None)
        if first is None:
            raise self._no_rdf(Reason.EMPTY_LIST, self._in(document, "it contains no RDF statements"))
        triples = chain([first], triples)
        if self.beside is None:
            yield from (
                reading_of(self._told(piece, told), self.syntax)
                for piece in split(triples, self.base, self._references(told))
            )
            return
        for cut in split_all(triples, self.base, self._references(told), self.owner):
            piece = self._told(cut, told)
            if piece.kind is Kind.DATA_SET:
                yield reading_of(piece, self.syntax)
            else:
                self.beside(piece)

    def _references(self, told: Told) -> Told | None:
        return None if self.declared else told

    def _told(self, piece: Piece, told: Told) -> Piece:
        return replace(piece, repairs=self.repairs).told(told) if self.repairs or told else piece

    def _unreadable(
        self, document: Document, error: Unreadable, came: Document, syntax: Syntax
    ) -> SourceError:
        rule = _UNREADABLE.get(error.rule, Reason.BROKEN_SYNTAX)
        failed = self._error(rule, self._in(document, str(error)), "Fix the file at the source.")
        if self.opening:
            failed.at = fault(came.open, syntax.name)
        return failed

    def _in(self, document: Document, reason: str) -> str:
        """The reason, with the name of the document unless the location, which messages give, ends in it."""
        return (
            reason[:1].upper() + reason[1:]
            if self.location.endswith(document.name)
            else f"{document.name}: {reason}"
        )

    def _no_rdf(self, rule: Reason, message: str) -> SourceError:
        return self._error(rule, message, "Give the URL or path of an RDF file.", "G5.1.4")

    def _error(self, rule: Reason, message: str, advice: str, section: str = "") -> SourceError:
        return SourceError(rule, message, advice, section, self.location)


def _without_base(document: Document, syntax: Syntax) -> tuple[Document, str, tuple[Finding, ...]]:
    """The document with correct namespaces and without the base that it declares, that base, and the repairs.

    Both are declared at its start, so only that is read.
    """
    came = document.open().read(_HEAD)
    right, repairs = spelt_right(came)
    head, base = without_base(right, syntax.name)
    if head == came:
        return document, "", ()

    def opened() -> BinaryIO:
        stream = document.open()
        stream.read(_HEAD)
        return BufferedReader(Headed(head, stream))

    return replace(document, open=opened), base, repairs


def no_rdf(document: Document, error: SourceError) -> Reading:
    """Return the reading of a document of an archive that is no RDF, or has no statement."""
    head = document.open().read(_HEAD)
    return replace(faulty(NO_RDF[error.rule], error.message, head), entry=document.name)


def _good(pieces: Iterator[Quad | Broken], broken: list[Broken], paging: Paging) -> Iterator[Quad]:
    for piece in pieces:
        if isinstance(piece, Broken):
            broken.append(piece)
            paging.note_broken(piece.content)
        else:
            yield piece


def _fault(piece: Broken, identifier: str) -> Reading:
    return replace(faulty(Unread.BROKEN_SYNTAX, piece.reason, piece.content, identifier), at=piece.at)
