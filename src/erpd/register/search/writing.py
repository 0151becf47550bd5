"""Writing the index. It follows the change numbers of the register, and can be rebuilt at any time."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from pyoxigraph import BlankNode, NamedNode
from tantivy import Index, IndexWriter

from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.terms import ODRL
from erpd.register import changes
from erpd.register.content import VersionBroken, lines_of, parsed
from erpd.register.derived import DerivedFailed, More, Progress, is_same_database
from erpd.register.derived_files import why_not
from erpd.register.models import DataSet
from erpd.register.search.document import READ, document
from erpd.register.search.pending import BATCH, Change, pending
from erpd.register.search.place import (
    Position,
    new_generation,
    only_writer,
    place,
    read_position,
    remove_other_generations,
    write_position,
)
from erpd.register.search.schema import schema
from erpd.register.search.soundness import DAMAGED, fault_in, is_failure, opened_index, stamps

logger = logging.getLogger(__name__)


class IndexFailed(DerivedFailed):
    """The disk fails. The message says what to do."""


COMMIT = 8 * 2**20  # bytes of deflated content between commits: tantivy's queue of documents has no limit
PATIENCE = 2.0  # seconds to wait for another process that is writing
HEAP = 32 * 2**20
_sound: dict[Path, tuple[int, int]] = {}  # the stamps of the files that this process has written or checked
# A document needs only half of the triples, so this takes half the time.
_OF_USE = frozenset(str(name).encode() for name in READ)
_POLICY = str(ODRL.hasPolicy).encode()


def follow(progress: Progress | None = None, more: More = lambda: False) -> int:
    """Bring the index up to the last change. Returns the number of data sets written or removed.

    ``progress`` is called with (done, all). ``more`` is called before the final commit and returns True if
    there may be further changes, so that changes in quick succession are committed together.

    If the index is missing or damaged, or belongs to another schema or database, it is rebuilt. If another
    process is writing, that process does the work, and this returns 0. Raises IndexFailed if the disk
    fails; what was committed stays, and the next call continues from there.
    """
    with _disk_failures_told(), only_writer(PATIENCE) as alone:
        if not alone:
            return 0
        position = read_position()
        index = _open(position)
        if position is None or index is None or not is_same_database(position.change, position.mark):
            return _rebuild(progress, more)
        remove_other_generations(position.folder)  # left by a rebuild that was killed
        folder = place() / position.folder
        # Where a file is damaged, writing can end the process: tantivy works in threads of its own.
        fault = fault_in(folder, _sound)
        if not fault:
            try:
                done = _catch_up(index, position, progress, more)
                _sound.clear()
                _sound.update(stamps(folder))
                return done
            except BaseException as error:
                fault = fault_in(folder) if is_failure(error) else ""
                if not fault:
                    raise
        logger.error(DAMAGED, fault)
        return _rebuild(progress, more)


def rebuild(progress: Progress | None = None) -> int:
    """Rebuild the index from the database; returns the number of data sets read.

    Waits for any other writer. Readers use the old index until the new one is complete. Raises IndexFailed.
    """
    with _disk_failures_told(), only_writer(None):
        return _rebuild(progress)


@contextmanager
def _disk_failures_told() -> Iterator[None]:
    try:
        yield
    except BaseException as failure:  # tantivy raises ValueError, and does not say which disk error
        if not is_failure(failure):
            raise
        folder = settings.HOME / "index"  # it may be on a disk of its own
        reason = why_not(failure, folder if folder.is_dir() else settings.HOME, 2 * HEAP)
        raise IndexFailed(
            f"The search index in {settings.HOME} cannot be written. {reason} The register itself is "
            "safe; the next harvest or `erpd index rebuild` brings the index up to date."
        ) from failure


def _rebuild(progress: Progress | None, more: More = lambda: False) -> int:
    path = new_generation()
    index = Index(schema(), str(path))
    index.config_reader("manual")
    position, done = _advance(index, Position(path.name), progress, _not_yet_in_force)
    write_position(position)
    remove_other_generations(path.name)
    return done + _catch_up(index, position, None, more)


def _catch_up(index: Index, position: Position, progress: Progress | None, more: More) -> int:
    # Repeat until nothing is left: processes that change data sets while we write leave the index to us.
    done = 0
    while changes.last() > position.change:
        position, written = _advance(index, position, progress, write_position, more)
        done += written
        if not written:
            break
    return done


def _advance(
    index: Index,
    position: Position,
    progress: Progress | None,
    committed: Callable[[Position], None],
    more: More = lambda: False,
) -> tuple[Position, int]:
    """Write all changes after ``position``. If killed before ``committed``, the next call repeats them."""
    waiting = DataSet.objects.filter(change__gt=position.change).count()
    batch = pending(position.change)
    if not batch:
        return position, 0
    writer = index.writer(HEAP, 1)
    done = uncommitted = 0
    while batch:
        _write(writer, batch)
        done += len(batch)
        uncommitted += sum(len(change.content) for change in batch)
        position = replace(position, change=batch[-1].change, mark=batch[-1].mark)
        rests = False
        batch = pending(position.change) if len(batch) == BATCH else []  # otherwise nothing else was waiting
        while not (batch or rests):
            rests = not more()
            batch = pending(position.change)
        if rests or uncommitted > COMMIT:
            uncommitted = 0
            writer.commit()
            committed(position)
        if progress:
            progress(done, max(waiting, done))
    writer.wait_merging_threads()
    return position, done


def _not_yet_in_force(position: Position) -> None:
    """Do nothing: an unfinished generation has no position to read."""


def _write(writer: IndexWriter, batch: Sequence[Change]) -> None:
    # Make all first, then hand them over: tantivy's thread is woken once, not once per document.
    documents = [document(change, _record(change)) for change in batch if change.shown]
    for change in batch:
        writer.delete_documents_by_term("key", change.key.hex)
    for made in documents:
        writer.add_document(made)


def _record(change: Change) -> Record:
    """The record of a change. If it cannot be read, an empty record keeps the data set in the index."""
    try:
        lines = lines_of(change, change.content)
        # Of a part of a policy, more could be read than it says.
        only = None if _POLICY in lines else _OF_USE
        return Record(change.identifier, Graph(parsed(change, lines, only)), NamedNode(change.iri))
    except VersionBroken as error:
        logger.error("%s", error)
        return Record(change.identifier, Graph(), BlankNode())


def _open(position: Position | None) -> Index | None:
    """The current index; None if it cannot be read."""
    try:
        index = opened_index(place() / position.folder) if position else None
        return index if index is not None and index.schema == schema() else None
    except BaseException as error:
        if not is_failure(error):
            raise
        return None
