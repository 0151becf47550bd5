"""An RDF file of a whole catalogue, by HTTP or from disk, plain, gzipped or zipped (G5.1.4)."""

import errno
import hashlib
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from pyoxigraph import Quad

from erpd.formats.catalogue import split
from erpd.formats.pieces import Broken, read_pieces
from erpd.formats.rdf import Unreadable, read
from erpd.formats.syntaxes import Syntax, UnknownSyntax, syntax_of
from erpd.metadata.iri import repair_iri
from erpd.sources.archive import Document, documents
from erpd.sources.errors import SourceError
from erpd.sources.http import Client
from erpd.sources.pieces import faulty, reading_of
from erpd.sources.reading import Page, Reading

# The data sets of a page, and the bytes after which it ends earlier.
PAGE = 500
PAGE_BYTES = 32 * 2**20
# A broken document is repaired in memory: what is larger must be mended where it comes from.
LARGEST_REPAIRED = 256 * 2**20
_HEAD = 64 * 1024
# What is wrong with one entry of a zip, not with the others.
_NO_RDF = ("unknown-format", "not-xml", "empty-list")


class Dump:
    """``location`` is an address or the path of a file. One page is PAGE data sets."""

    def __init__(self, location: str, client: Client) -> None:
        self.location = location
        self.client = client
        scheme, mark, _ = location.partition("://")
        self._remote = bool(mark) and scheme.lower() != "file"

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """All data sets of the dump. Raises SourceError.

        A checkpoint of the same bytes goes on after the data sets that it counts; where the file has changed
        since, ``changed`` is raised and the run begins anew.
        """
        try:
            yield from self._pages(checkpoint)
        except SourceError as error:
            if error.url:
                raise
            raise SourceError(
                error.rule, error.message, error.advice, error.section, self.location
            ) from error
        except (OSError, sqlite3.Error) as error:
            if isinstance(error, OSError) and error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise self._error("unreachable", f"The file cannot be read: {error}", "Try again.") from error
            raise self._error(
                "disk-full",
                f"There is no room on the disk of this node for the temporary files of the dump: {error}",
                f"Make room in {tempfile.gettempdir()}, or set TMPDIR and SQLITE_TMPDIR to another folder.",
            ) from error

    def _pages(self, checkpoint: dict[str, object] | None) -> Iterator[Page]:
        with self._opened() as (file, media_type):
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
            done = self._done(checkpoint, digest)
            readings: list[Reading] = []
            count = size = 0
            for reading in self._readings(file, media_type):
                count += 1
                if count <= done:
                    continue
                readings.append(reading)
                size += len(reading.content)
                if len(readings) == PAGE or size > PAGE_BYTES:
                    yield Page(readings, {"digest": digest, "done": count})
                    readings, size = [], 0
        yield Page(readings, {"digest": digest, "done": count}, total=count, last=True)

    def _done(self, checkpoint: dict[str, object] | None, digest: str) -> int:
        if not checkpoint:
            return 0
        if checkpoint.get("digest") != digest:
            raise self._error(
                "changed", "The file has changed since the run was interrupted", "Harvest it from the start."
            )
        return int(str(checkpoint["done"]))

    @contextmanager
    def _opened(self) -> Iterator[tuple[BinaryIO, str]]:
        """The file and its media type; it is downloaded first where it is remote."""
        if self._remote:
            with tempfile.TemporaryFile() as file:
                answer = self.client.stream(self.location, file)
                file.flush()
                file.seek(0)
                yield file, answer.headers.get("Content-Type", "")
            return
        try:
            path = self._path()
            if not path.is_file():
                raise FileNotFoundError(errno.ENOENT, "there is no such file")
            opened = path.open("rb")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise self._error(
                "unreachable", f"The file cannot be read: {reason}", "Check its path."
            ) from error
        with opened:
            yield opened, ""

    def _readings(self, file: BinaryIO, media_type: str) -> Iterator[Reading]:
        found, unknown = False, None
        for document in documents(file, self._name(), self.client.limits.max_download):
            try:
                yield from self._document(document, media_type if document.alone else "")
                found = True
            except SourceError as error:
                if document.alone or error.rule not in _NO_RDF:
                    raise
                unknown = error
                yield faulty(error.rule, error.message, document.open().read(_HEAD))
        if not found:
            raise unknown or self._error("empty-list", "There is no file in the archive", "Publish it again.")

    def _document(self, document: Document, media_type: str) -> Iterator[Reading]:
        """The data sets of one document; where its syntax is broken, of its good pieces."""
        syntax = self._syntax(document, media_type)
        try:
            yield from self._split(read(document.open(), syntax, self._base()), document)
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
            yield from self._split(_good(read_pieces(content, syntax, self._base()), broken), document)
        except Unreadable as error:
            worse = cause if error.rule == "broken-syntax" else error
            raise self._unreadable(document, worse) from error
        for piece in broken:
            identifier = repair_iri(piece.identifier, self._base()) if piece.identifier else ""
            yield faulty("broken-syntax", piece.reason, piece.content, identifier)

    def _syntax(self, document: Document, media_type: str) -> Syntax:
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
            yield reading_of(piece, self._base())

    def _base(self) -> str:
        """What relative IRIs are resolved against."""
        return self.location if self._remote else self._path().as_uri()

    def _name(self) -> str:
        return urlsplit(self.location).path.rpartition("/")[2] if self._remote else self._path().name

    def _path(self) -> Path:
        if self.location.lower().startswith("file://"):
            return Path(unquote(urlsplit(self.location).path)).resolve()
        return Path(self.location).resolve()

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
