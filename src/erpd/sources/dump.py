"""An RDF file of a whole catalogue, by HTTP or from disk, plain, gzipped or zipped (G5.1.4)."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from pyoxigraph import BlankNode, Literal, Quad, RdfFormat, parse

from erpd.formats.catalogue import Piece, split
from erpd.formats.pieces import Broken, read_pieces
from erpd.formats.rdf import Unreadable, read
from erpd.formats.syntaxes import Syntax, UnknownSyntax, syntax_of
from erpd.metadata.canonical import canonical
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph
from erpd.metadata.iri import repair_iri
from erpd.metadata.terms import DCT
from erpd.sources.archive import Document, damage_named, documents
from erpd.sources.errors import SourceError
from erpd.sources.http import Client
from erpd.sources.reading import Page, Reading

PAGE = 500
# A broken document is repaired in memory: what is larger must be mended where it comes from.
LARGEST_REPAIRED = 256 * 2**20
N_TRIPLES = "application/n-triples"


class Dump:
    """``location`` is an address or the path of a file. One page is PAGE data sets."""

    def __init__(self, location: str, client: Client) -> None:
        self.location = location
        self.client = client

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """All data sets of the dump. Raises SourceError.

        A checkpoint of the same bytes goes on after the data sets that it counts; where the file has changed
        since, ``changed`` is raised and the run begins anew.
        """
        with self._opened() as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
            done = self._done(checkpoint, digest)
            file.seek(0)
            readings: list[Reading] = []
            count = 0
            for reading in self._readings(file):
                count += 1
                if count <= done:
                    continue
                readings.append(reading)
                if len(readings) == PAGE:
                    yield Page(readings, {"digest": digest, "done": count})
                    readings = []
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
    def _opened(self) -> Iterator[BinaryIO]:
        """The file, downloaded first where it is remote."""
        if urlsplit(self.location).scheme in ("", "file") or Path(self.location).exists():
            path = Path(self.location.removeprefix("file://"))
            try:
                with path.open("rb") as file:
                    yield file
            except OSError as error:
                raise self._error(
                    "unreachable", f"The file cannot be read: {error.strerror}", "Check its path."
                ) from error
        else:
            with tempfile.TemporaryFile() as file:
                self.client.stream(self.location, file)
                file.seek(0)
                yield file

    def _readings(self, file: BinaryIO) -> Iterator[Reading]:
        with damage_named(self.location):
            for document in documents(file, self._name(), self.client.limits.max_download):
                yield from self._document(document)

    def _document(self, document: Document) -> Iterator[Reading]:
        """The data sets of one document; where its syntax is broken, of its good pieces."""
        name = document.name
        head = document.open().read(2048)
        try:
            syntax = syntax_of(head, name=name)
        except UnknownSyntax as error:
            rule = (
                "not-xml" if "HTML" in str(error) else "empty-list" if not head.strip() else "unknown-format"
            )
            raise self._error(
                rule, f"{name}: {error}", "Give the address of an RDF file.", "G5.1.4"
            ) from error
        broken: list[Broken] = []
        try:
            pieces = split(read(document.open(), syntax, self._base()))
            first = next(pieces, None)
        except Unreadable as error:
            if error.rule == "unsafe-xml":
                raise self._error("entity", f"{name}: {error}", "Publish the file without it.") from error
            pieces = split(_good(self._good_pieces(document, syntax, error), broken))
            first = next(pieces, None)
            if first is None and not broken:
                raise self._error(
                    "broken-syntax", f"{name}: {error}", "Mend the file at its source."
                ) from error
        if first is not None:
            yield self._reading(first)
        yield from (self._reading(piece) for piece in pieces)
        yield from (_faulty(piece) for piece in broken)

    def _good_pieces(self, document: Document, syntax: Syntax, error: Unreadable) -> Iterator[Quad | Broken]:
        content = document.open().read(LARGEST_REPAIRED + 1)
        try:
            if len(content) > LARGEST_REPAIRED:
                raise error
            yield from read_pieces(content, syntax, self._base())
        except ValueError as worse:
            raise self._error(
                "broken-syntax", f"{document.name}: {error}", "Mend the file at its source."
            ) from worse

    def _reading(self, piece: Piece) -> Reading:
        return Reading(self._identifier(piece), piece.content, N_TRIPLES)

    def _identifier(self, piece: Piece) -> str:
        """The IRI; for a data set without one its dct:identifier, else its content (G3.4.3 is not met)."""
        if not isinstance(piece.data_set, BlankNode):
            return repair_iri(piece.data_set.value, self._base()) or piece.data_set.value
        graph = Graph(
            parse(piece.content, format=RdfFormat.N_TRIPLES, lenient=True, rename_blank_nodes=False)
        )
        named = graph.first(BlankNode("b0"), DCT.identifier)
        return (
            named.value if isinstance(named, Literal) and named.value else f"urn:sha256:{canonical(graph)[1]}"
        )

    def _base(self) -> str:
        """What relative IRIs are resolved against."""
        if urlsplit(self.location).scheme in ("http", "https"):
            return self.location
        return Path(self.location.removeprefix("file://")).resolve().as_uri()

    def _name(self) -> str:
        return urlsplit(self.location).path.rpartition("/")[2]

    def _error(self, rule: str, message: str, advice: str, section: str = "") -> SourceError:
        return SourceError(rule, message, advice, section, self.location)


def _good(pieces: Iterator[Quad | Broken], broken: list[Broken]) -> Iterator[Quad]:
    for piece in pieces:
        if isinstance(piece, Broken):
            broken.append(piece)
        else:
            yield piece


def _faulty(piece: Broken) -> Reading:
    shown = piece.content[-200:].decode("utf-8", "replace")
    fault = Finding("broken-syntax", Severity.ERROR, "", f"{piece.reason}: {shown}")
    return Reading("", piece.content, "application/octet-stream", fault=fault)
