"""Writes all dumps in one pass over the register: each data set is read and compressed once.

Memory does not grow with the register: a few data sets are held at a time, and the files are appended to.
"""

import os
import secrets
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db.models import Subquery
from pyoxigraph import Quad

from erpd.formats.rdf.framed import FRAMES
from erpd.metadata.graph import apart
from erpd.publish.catalogue.description import described, iri_of_part, listed
from erpd.publish.dumps.gzipped import GzipFile, piece
from erpd.publish.dumps.place import Dumps, File, enforce, in_force, only_writer, place, remove_others
from erpd.publish.entry import graph_of
from erpd.publish.profiles import USUAL
from erpd.register import changes
from erpd.register.catalogues import state
from erpd.register.content import VersionBroken, lines_of, parsed, stored
from erpd.register.derived import DerivedFailed, More, Progress
from erpd.register.models import ChangeCounter, DataSet
from erpd.register.rows import streamed
from erpd.register.scope import scopes

AT_ONCE = 200  # data sets in memory, and in a piece
MOST_READ = 2**22  # bytes of triples in a piece, unless a single data set has more
# Dumps are for those who read everything; for what changed there are OAI-PMH and the catalogue in pages.
PAUSE = 3600.0  # seconds from one writing to the next at least, and ten times as long as it took
_SHARE = 10


class Listed(NamedTuple):
    """The columns of a data set that a dump needs, by their names in the database."""

    key: UUID
    change: int
    identifier: str
    iri: str
    catalogue_id: int
    created: datetime
    modified: datetime
    last: int
    """The last change of the register, at the moment of this reading."""


def follow(progress: Progress | None, more: More) -> int:
    """Write the dumps if the register has changed and it is time. See ``Derived.follow``."""
    present = in_force()
    if present and present.program == version("erpd"):
        if (present.change, present.catalogues) == (changes.last(), _digest()):
            return 0
        # Those of a new node are empty, which nobody should read once it has data sets; those of a new
        # catalogue do not exist.
        pause = PAUSE if present.data_sets["all"] and not lacks() else 0.0
        if time.time() < present.at + max(pause, _SHARE * present.seconds):
            return 0
    return rebuild(progress)


def lacks() -> list[str]:
    """The names of the scopes that have no dumps yet."""
    present = in_force()
    return [one.name for one in scopes() if present is None or one.name not in present.data_sets]


def _digest() -> str:
    return sha256(repr(state()).encode()).hexdigest()


def rebuild(progress: Progress | None = None) -> int:
    """Write the dumps now; returns the number of data sets. 0 if another process is writing them.

    Raises DerivedFailed: then those before stay in force.
    """
    with _failures_told(), only_writer() as alone:
        if not alone:
            return 0
        present = in_force()
        kept = present.folder if present else ""
        remove_others(kept)  # left by one that was killed
        try:
            dumps = _written(progress)
            enforce(dumps)
        except BaseException:
            remove_others(kept)
            raise
        return dumps.data_sets["all"]


@contextmanager
def _failures_told() -> Iterator[None]:
    kept = "Those written before stay in force."
    try:
        yield
    except OSError as error:
        raise DerivedFailed(
            f"The dumps in {place()} cannot be written: {error.strerror}. {kept} Check the space on its disk "
            "and who may write there."
        ) from error
    except VersionBroken as error:
        raise DerivedFailed(f"The dumps cannot be written. {error}. {kept}") from error


def _written(progress: Progress | None) -> Dumps:
    started = time.monotonic()
    folder = place() / f"{int(time.time())}-{secrets.token_hex(4)}"
    folder.mkdir()
    last, catalogues = changes.last(), _digest()  # before the scopes: what comes later is written again
    files = _Files(folder)
    expected, done = DataSet.objects.filter(deleted=False).count() if progress else 0, 0
    for batch in _batches(files.scopes["all"].catalogues):
        last = batch[0].last
        files.add(batch)
        done += len(batch)
        if progress:
            progress(done, max(done, expected))
    finished = files.finish()
    return Dumps(
        folder=folder.name,
        program=version("erpd"),
        change=last,
        at=time.time(),
        seconds=time.monotonic() - started,
        data_sets=files.data_sets,
        triples=files.triples,
        files=finished,
        catalogues=catalogues,
    )


def _batches(catalogues: Collection[int]) -> Iterator[list[Listed]]:
    """The data sets of these catalogues, each batch of one. One query: a state of the register."""
    rows = DataSet.objects.filter(catalogue_id__in=[*catalogues], deleted=False).order_by(
        "catalogue_id", "change"
    )
    last = Subquery(ChangeCounter.objects.filter(pk=1).values("last"))
    found = rows.annotate(last=last).values_list(*Listed._fields)
    for _, own in groupby((Listed(*row) for row in streamed(found)), attrgetter("catalogue_id")):
        batch: list[Listed] = []
        for row in own:
            batch.append(row)
            if len(batch) == AT_ONCE:
                yield batch
                batch = []
        if batch:
            yield batch


class _Files:
    """The files that are being written, by scope and syntax."""

    def __init__(self, folder: Path) -> None:
        self.scopes = {within.name: within for within in scopes()}
        self.data_sets, self.triples = dict.fromkeys(self.scopes, 0), dict.fromkeys(self.scopes, 0)
        self._files = {
            (name, syntax): GzipFile(folder / f"{name}.{syntax}.gz")
            for name in self.scopes
            for syntax in FRAMES
        }
        self._folder = folder
        for name, within in self.scopes.items():
            self._put([name], list(described(within, parts=True)), first=True)

    def add(self, batch: list[Listed]) -> None:
        """Add data sets of one catalogue to the files of all scopes that show it."""
        names = [name for name, within in self.scopes.items() if batch[0].catalogue_id in within.catalogues]
        for name in names:
            self.data_sets[name] += len(batch)
        triples: list[Quad] = []
        read = 0
        for row, content in zip(batch, stored(row.change for row in batch), strict=True):
            lines = lines_of(row, content)
            if read and read + len(lines) > MOST_READ:
                self._put(names, triples)
                triples, read = [], 0
            read += len(lines)
            triples += self._described(row, lines)
        self._put(names, triples)

    def _described(self, row: Listed, lines: bytes) -> Iterator[Quad]:
        catalogue = self.scopes["all"].catalogues[row.catalogue_id]
        yield from listed(row, [iri_of_part(catalogue)])
        yield from apart(graph_of(row, parsed(row, lines), USUAL).triples(), f"r{row.key.hex}")

    def _put(self, names: list[str], triples: list[Quad], *, first: bool = False) -> None:
        for name in names:
            self.triples[name] += len(triples)
        for syntax, frame in FRAMES.items():
            start = frame.head if first else frame.between
            one = piece(start + frame.piece(triples))
            for name in names:
                self._files[name, syntax].add(one)

    def finish(self) -> dict[str, File]:
        """Complete the files, and have the disk keep them."""
        found = {}
        for (_, syntax), file in self._files.items():
            file.add(piece(FRAMES[syntax].foot))
            digest = file.finish()
            found[file.path.name] = File(file.size, digest)
            with file.path.open("rb") as written:
                os.fsync(written.fileno())
        return found
