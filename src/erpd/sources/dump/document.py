"""One file that came, packed or not -> the readings of its data sets (G5.1.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from pyoxigraph import Quad

from erpd.formats.catalogue import split
from erpd.formats.pieces import Broken, read_pieces
from erpd.formats.rdf import Unreadable, read
from erpd.formats.syntaxes import Syntax, UnknownSyntax, syntax_of
from erpd.metadata.iri import repair_iri
from erpd.sources.dump.archive import Document, documents
from erpd.sources.dump.hydra import Paging
from erpd.sources.errors import SourceError
from erpd.sources.pieces import faulty, reading_of
from erpd.sources.reading import Reading

# A broken document is repaired in memory: what is larger must be mended where it comes from.
LARGEST_REPAIRED = 256 * 2**20
_HEAD = 64 * 1024
# What is wrong with one entry of a zip, not with the others.
_NO_RDF = ("unknown-format", "not-xml", "empty-list")


@dataclass(frozen=True, slots=True)
class RdfFile:
    """``name`` and ``media_type`` are what it claims to be; ``base`` is what relative IRIs are resolved
    against, ``location`` what messages call it; ``most`` bounds its size when unpacked."""

    file: BinaryIO
    name: str
    media_type: str
    base: str
    location: str
    most: int

    def readings(self, paging: Paging) -> Iterator[Reading]:
        """The data sets, in their order; ``paging`` takes note of what the file says of its pages.

        Raises SourceError.
        """
        found, unknown = False, None
        for document in documents(self.file, self.name, self.most):
            try:
                yield from self._document(document, paging)
                found = True
            except SourceError as error:
                if document.alone or error.rule not in _NO_RDF:
                    raise
                unknown = error
                yield faulty(error.rule, error.message, document.open().read(_HEAD))
        if not found:
            raise unknown or self._error("empty-list", "There is no file in the archive", "Publish it again.")

    def _document(self, document: Document, paging: Paging) -> Iterator[Reading]:
        """The data sets of one document; where its syntax is broken, of its good pieces."""
        syntax = self._syntax(document)
        try:
            triples = paging.noting(read(document.open(), syntax, self.base))
            yield from self._split(triples, document)
            return
        except Unreadable as error:  # of broken syntax before the first reading
            if error.rule != "broken-syntax":
                raise self._unreadable(document, error) from error
            cause = error
        broken: list[Broken] = []
        try:
            content = document.open().read(LARGEST_REPAIRED + 1)
            if len(content) > LARGEST_REPAIRED:
                raise cause
            triples = paging.noting(_good(read_pieces(content, syntax, self.base), broken))
            yield from self._split(triples, document)
        except Unreadable as error:
            worse = cause if error.rule == "broken-syntax" else error
            raise self._unreadable(document, worse) from error
        for piece in broken:
            identifier = repair_iri(piece.identifier, self.base) if piece.identifier else ""
            yield faulty("broken-syntax", piece.reason, piece.content, identifier)
            paging.note_broken(piece.content)

    def _syntax(self, document: Document) -> Syntax:
        media_type = self.media_type if document.alone else ""
        try:
            return syntax_of(document.open().read(_HEAD), media_type, document.name)
        except UnknownSyntax as error:
            found = str(error)
            rule = "not-xml" if "HTML" in found else "empty-list" if "empty" in found else "unknown-format"
            raise self._no_rdf(rule, f"{document.name}: {found}") from error

    def _split(self, triples: Iterator[Quad], document: Document) -> Iterator[Reading]:
        """Raises Unreadable, and SourceError ``empty-list``: what is not RDF at all can be good JSON-LD."""
        first = next(triples, None)
        if first is None:
            raise self._no_rdf("empty-list", f"{document.name}: there is not one RDF statement in it")
        for piece in split(chain([first], triples)):
            yield reading_of(piece, self.base)

    def _unreadable(self, document: Document, error: Unreadable) -> SourceError:
        rule = "entity" if error.rule == "unsafe-xml" else error.rule
        return self._error(rule, f"{document.name}: {error}", "Mend the file at its source.")

    def _no_rdf(self, rule: str, message: str) -> SourceError:
        return self._error(rule, message, "Give the address of an RDF file.", "G5.1.4")

    def _error(self, rule: str, message: str, advice: str, section: str = "") -> SourceError:
        return SourceError(rule, message, advice, section, self.location)


def _good(pieces: Iterator[Quad | Broken], broken: list[Broken]) -> Iterator[Quad]:
    for piece in pieces:
        if isinstance(piece, Broken):
            broken.append(piece)
        else:
            yield piece
