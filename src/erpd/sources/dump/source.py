"""An RDF dump of a whole catalogue (G5.1.4), by HTTP or from disk, plain, gzipped or zipped.

It may be one file, or pages of the Hydra Core Vocabulary.
"""

import errno
import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from erpd.formats.rdf.catalogue import Piece
from erpd.formats.rdf.references import local_base
from erpd.formats.rdf.syntaxes import Syntax
from erpd.formats.reading import Reading
from erpd.metadata.text import counted
from erpd.sources.dump.archive import Document
from erpd.sources.dump.came import Came, downloaded, on_disk, path_of
from erpd.sources.dump.document import RdfFile
from erpd.sources.dump.hydra import Paging
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client
from erpd.sources.links import is_local
from erpd.sources.page import Page

# The data sets of a page, and the bytes after which it ends early.
PAGE = 500
PAGE_BYTES = 32 * 2**20
_MOST_FILES = 100_000


@dataclass(slots=True)
class Walk:
    """How far a run has come."""

    address: str = ""
    """The current file; "" for the first."""
    digest: str = ""
    """Identifies the content of the current file."""
    done: int = 0
    """Data sets of the current file yielded so far."""
    before: int = 0
    """Data sets of the files before it."""
    repeated: int = 0
    """How many of all these came more than once, as far as we know."""
    series: int = 0
    """Series that came as well."""
    files: int = 0
    """Files finished."""
    total: int | None = None
    """Records announced."""
    mark: str = ""
    """An earlier address: a walk that returns to it goes round in circles.

    It moves each time the number of files doubles (Brent), so that it is finally within the circle.
    """
    validators: dict[str, str] = field(default_factory=dict)
    """What tells the next run whether the file has changed."""

    def checkpoint(self) -> dict[str, object]:
        return asdict(self)

    def go_on(self, address: str, here: str) -> None:
        """Move to the next file."""
        self.files += 1
        if self.files.bit_count() == 1:
            self.mark = here
        self.before, self.done = self.before + self.done, 0
        self.address, self.digest = address, ""


class Dump:
    """A dump. ``location`` is an address or, with ``local``, the path of a file. A page has PAGE data sets.

    Each file of a paged dump is split on its own: statements about a data set on another page are not found,
    and agents must be repeated on each page, which software that makes such pages does.

    ``validators`` are those in the last checkpoint of an earlier complete run of the same location: if
    nothing has changed since, the only page is ``unchanged``.

    ``beside`` takes what is not a data set, file by file, and ``owner`` distinguishes the blank nodes from
    those of other dumps: see ``RdfFile``. ``first`` is the file, if it is open already; ``syntax`` is that of
    all files, if it is known. ``opening`` is called with each document of
    the first file before its readings come.
    """

    def __init__(
        self,
        location: str,
        client: Client,
        *,
        local: bool = False,
        validators: Mapping[str, str] | None = None,
        beside: Callable[[Piece], None] | None = None,
        first: Came | None = None,
        syntax: Syntax | None = None,
        owner: str = "d",
        opening: Callable[[Document, Syntax, str], None] | None = None,
    ) -> None:
        self.location = location
        self.client = client
        self.validators = dict(validators or {})
        self.beside = beside
        self._first, self._syntax, self._owner = first, syntax, owner
        self._opening = opening
        self._remote = not (local and is_local(location))

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """Yield all data sets of the dump. Raises SourceError.

        If the file is still the same, the run continues after the data sets that ``checkpoint`` counts. If it
        has changed, ``changed`` is raised, and the run starts again.
        """
        with self._named():
            yield from self._pages(checkpoint)

    def readings_in(self, document: Document, number: int, came: Came) -> Iterator[Reading]:
        """Yield the data sets of one document, which has this number, of an archive that ``came``.

        Raises SourceError.
        """
        with self._named():
            file = replace(self._file(came, Walk()), location=self.location)
            yield from file.readings_in(document, number, Paging(came.address))

    @contextmanager
    def _named(self) -> Iterator[None]:
        """What goes wrong is a SourceError that names the dump."""
        try:
            yield
        except SourceError as error:
            if error.url:
                raise
            raise SourceError(
                error.rule, error.message, error.advice, error.section, self.location
            ) from error
        except (OSError, sqlite3.Error) as error:
            if isinstance(error, OSError) and error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise self._error(
                    Reason.UNREACHABLE, f"The file cannot be read: {error}", "Try again."
                ) from error
            raise self._error(
                Reason.DISK_FULL,
                f"There is no disk space on this node for the temporary files of the dump: {error}",
                f"Free some space in {tempfile.gettempdir()}, or set TMPDIR and SQLITE_TMPDIR to another "
                "folder.",
            ) from error

    def _pages(self, checkpoint: dict[str, Any] | None) -> Iterator[Page]:
        walk = Walk(**checkpoint) if checkpoint else Walk()
        seen: set[str] = set()
        identifiers: set[bytes] = set()
        while True:
            with self._opened(walk.address or self.location, {} if checkpoint else self.validators) as came:
                if came is None:
                    walk.validators = self.validators
                    yield Page([], walk.checkpoint(), last=True, unchanged=True)
                    return
                self._refuse_changed(walk, came.file)
                paging = Paging(came.address, self.client.without_keys)
                given = hashlib.sha256()
                readings: list[Reading] = []
                count = size = 0
                for reading in self._file(came, walk).readings(paging):
                    given.update(reading.content)
                    count += 1
                    again = (
                        paging.counts and reading.identifier and not _is_new(reading.identifier, identifiers)
                    )
                    if count <= walk.done:
                        continue
                    walk.repeated += bool(again)
                    readings.append(reading)
                    size += len(reading.content)
                    if len(readings) == PAGE or size > PAGE_BYTES:
                        walk.done = count
                        yield Page(readings, walk.checkpoint(), walk.total)
                        readings, size = [], 0
            walk.done = count
            walk.series += paging.counts and sum(_is_new(name, identifiers) for name in paging.series)
            try:
                following = self._following(walk, paging, seen, given.hexdigest() if count else "")
            except SourceError:
                yield Page(readings, walk.checkpoint(), walk.total)
                raise
            if not following:
                walk.validators = {} if walk.files else came.validators
                yield Page(readings, walk.checkpoint(), walk.before + count, last=True)
                return
            walk.go_on(following, came.asked)
            yield Page(readings, walk.checkpoint(), walk.total)

    def _following(self, walk: Walk, paging: Paging, seen: set[str], given: str) -> str:
        """The address of the next file, or "" at the end.

        Raises SourceError if the pages go round in circles, or end before all records announced have come.
        """
        if walk.total is None:
            walk.total = paging.total()
        following = paging.next()
        if not following:
            received = walk.before + walk.done - walk.repeated + walk.series
            if received < (walk.total or 0):
                # This happens if one is deleted meanwhile: the following ones move up, and we miss one.
                raise self._error(
                    Reason.COUNT_MISMATCH,
                    f"The pages announce {counted(walk.total or 0, 'data set')}, and {received:,} have come",
                    "Harvest again. If it keeps happening, ask the source's operator to fix "
                    "hydra:totalItems.",
                    "G5.1.4",
                )
            return ""
        if not self._remote:
            raise self._error(
                Reason.PAGED_FILE,
                f"The file is one of several pages, and links to the next one: {following}",
                "Enter the URL of the first page, or use one file with all data sets.",
                "G5.1.4",
            )
        again = given in seen or following in {*seen, paging.address, self.location, walk.mark}
        seen |= {paging.address, given} - {""}
        if again or walk.files > _MOST_FILES:
            raise self._error(
                Reason.TOKEN_LOOP,
                f"The pages do not end: {following} follows {paging.address}, and the same has come before",
                "Ask the source's operator to fix hydra:nextPage.",
                "G5.1.4",
            )
        return following

    def _refuse_changed(self, walk: Walk, file: BinaryIO) -> None:
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        if walk.digest and walk.digest != digest:
            raise self._error(
                Reason.CHANGED,
                "The file has changed since the run was interrupted",
                "Harvest it from the beginning.",
            )
        walk.digest = digest

    def _file(self, came: Came, walk: Walk) -> RdfFile:
        path = path_of(self.location) if not self._remote else None
        name = path.name if path else urlsplit(came.asked).path.rpartition("/")[2]
        base = local_base(name) if path else came.asked
        most = self.client.limits.max_download
        file = RdfFile(came.file, name, came.media_type, base, came.asked, most, self.beside)
        return replace(
            file,
            syntax=self._syntax,
            owner=f"{self._owner}p{walk.files}",
            opening=None if walk.files else self._opening,
        )

    def _opened(self, location: str, validators: Mapping[str, str]) -> AbstractContextManager[Came | None]:
        """The file, downloaded first if it is remote; None if it has not changed."""
        if self._first is not None and location == self.location:
            return nullcontext(self._first)
        if self._remote:
            return downloaded(location, self.client, validators)
        return on_disk(location)

    def _error(self, rule: Reason, message: str, advice: str, section: str = "") -> SourceError:
        return SourceError(rule, message, advice, section, self.location)


def _is_new(identifier: str, identifiers: set[bytes]) -> bool:
    """Whether it is new in this walk; eight bytes of each are kept."""
    short = hashlib.blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    new = short not in identifiers
    identifiers.add(short)
    return new
