"""Writing the stores. Each follows the change numbers of the register, and can be made again at any time."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from uuid import uuid4

from django.conf import settings
from django.db.models import QuerySet
from pyoxigraph import Store

from erpd.publish.triples.graphs import catalogue_graphs, graphs
from erpd.publish.triples.place import (
    Position,
    only_writer,
    place,
    read_position,
    remove_other_snapshots,
    write_position,
)
from erpd.publish.triples.stores import stores
from erpd.publish.triples.union import UnionStore
from erpd.register import changes
from erpd.register.content import stored
from erpd.register.derived import DerivedFailed, More, Progress, is_same_database, mark
from erpd.register.derived_files import remove_other_folders, why_not
from erpd.register.models import DataSet, Version
from erpd.register.scope import Scope

logger = logging.getLogger(__name__)

_ROWS = 500  # data sets that are read at a time
_QUADS = 100_000  # that are written at a time: some 60 MB of memory
_SHOWN = 20_000  # data sets after which what was written is shown, though more are waiting
_LITTLE = 64 * 2**20  # bytes of free space that a store needs


def follow(progress: Progress | None = None, more: More = lambda: False) -> int:
    """Bring the store of each scope up to the last change. Returns the number of data sets written.

    A store that is missing or damaged, or belongs to another database, is made anew. See ``Derived.follow``.
    """
    with _disk_failures_told(), only_writer() as alone:
        if not alone:
            return 0
        while more():  # what changes in quick succession is written together
            pass
        last = changes.last()  # before the scopes: a catalogue that comes later has later changes only
        wanted = stores()
        remove_other_folders(place(), {first.name for first, *_ in wanted})
        return sum(_Writer(each, last).follow(progress) for each in wanted)


def rebuild(progress: Progress | None = None) -> int:
    """Make all stores again. Readers use the old snapshots meanwhile. See ``Derived.rebuild``."""
    with only_writer() as alone:
        for first, *_ in stores() if alone else ():
            if old := read_position(first.name):
                write_position(first.name, Position(snapshot=old.snapshot))
    return follow(progress)


class _Writer:
    """The writer of one store. ``last``: the change that it reaches at least."""

    def __init__(self, scopes: list[Scope], last: int) -> None:
        self._scopes = scopes
        self._within = scopes[0]
        self._last = last
        self._name = self._within.name
        self._live = place() / self._name / "store"

    def follow(self, progress: Progress | None) -> int:
        self._live.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._follow(progress)
        except (OSError, RuntimeError) as error:  # the second says that a file is damaged
            if _is_full():
                raise
            logger.error("The SPARQL store %s is damaged (%s). It is being rebuilt.", self._name, error)
        shutil.rmtree(self._live, ignore_errors=True)
        return self._follow(progress)

    def _follow(self, progress: Progress | None) -> int:
        found = read_position(self._name)
        position = self._begun(found)
        # A catalogue that is new or gone changes no data set, but is described.
        if position == found and position.change >= self._last and position.snapshot:
            return 0
        if position.change == 0:
            shutil.rmtree(self._live, ignore_errors=True)
        with closing(UnionStore(Store(str(self._live)))) as self._store:
            return self._catch_up(position, progress)

    def _catch_up(self, position: Position, progress: Progress | None) -> int:
        done, waiting = 0, self._rows(position.change).count()
        rows = _SHOWN
        while rows == _SHOWN:
            rows = 0
            for change in self._written(position.change):
                rows += 1
                position = replace(position, change=change)
                if progress:
                    progress(done + rows, max(waiting, done + rows))
            if rows < _SHOWN:  # nothing else is waiting up to there
                position = replace(position, change=max(position.change, self._last))
            if rows > _SHOWN // 4:
                self._store.optimize()
            position = self._shown(position)
            done += rows
        return done

    def _begun(self, found: Position | None) -> Position:
        """Where to go on: at the beginning if what is there cannot be continued."""
        names = [one.name for one in self._scopes]
        new = Position(catalogues=sorted(self._within.catalogues), scopes=names, base=settings.NODE.base_url)
        if found is None:
            return new
        is_alike = (found.base, found.scopes) == (new.base, new.scopes)
        if self._live.is_dir() and is_alike and self._is_continued(found):
            return replace(found, catalogues=new.catalogues)
        return replace(new, snapshot=found.snapshot)

    def _is_continued(self, found: Position) -> bool:
        if not is_same_database(found.change, found.mark):
            return False
        other = set(found.catalogues) ^ set(self._within.catalogues)
        return not DataSet.objects.filter(catalogue_id__in=other, change__lte=found.change).exists()

    def _rows(self, after: int) -> QuerySet[DataSet]:
        return self._within.history().filter(change__gt=after).order_by("change")

    def _written(self, after: int) -> Iterator[int]:
        """Write the next data sets, up to _SHOWN, and yield the number of each change."""
        waiting: list[int] = []
        for row, content in self._read(after):
            for graph, made in graphs(self._scopes, row, content).items():
                self._store.replace(graph, made)
            waiting.append(row.change)
            if self._store.waiting > _QUADS:
                self._store.write()
                yield from waiting
                waiting = []
        self._store.write()
        yield from waiting

    def _read(self, after: int) -> Iterator[tuple[DataSet, bytes | memoryview | None]]:
        read = 0
        while read < _SHOWN:
            most = min(_ROWS, _SHOWN - read)
            rows = list(self._rows(after).defer("findings")[:most])
            if not rows:
                return
            yield from zip(rows, stored(row.change for row in rows), strict=True)
            after = rows[-1].change
            read += len(rows)

    def _shown(self, position: Position) -> Position:
        """Describe the catalogues, let readers see what was written, and note how far it is."""
        for graph, made in catalogue_graphs(self._scopes).items():
            self._store.replace(graph, made)
        self._store.write()
        name = f"at-{position.change}-{uuid4().hex[:8]}"
        self._store.copy(self._live.parent / name)
        before = position.snapshot
        position = replace(position, snapshot=name, mark=_mark_of(position.change))
        write_position(self._name, position)
        remove_other_snapshots(self._name, {name, before})
        return position


def _mark_of(change: int) -> str:
    found = Version.objects.filter(change=change).values_list("data_set_id", "digest").first()
    return mark(*found) if found else ""


def _is_full() -> bool:
    return shutil.disk_usage(place()).free < _LITTLE


@contextmanager
def _disk_failures_told() -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as failure:
        reason = why_not(failure, place() if place().is_dir() else settings.HOME, _LITTLE)
        raise DerivedFailed(
            f"The SPARQL store in {settings.HOME} cannot be written. {reason} The register itself is safe; "
            "the store catches up as soon as it can."
        ) from failure
