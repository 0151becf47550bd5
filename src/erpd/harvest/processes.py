"""Many readings are prepared in processes beside this one: one that ends its process costs only itself."""

import multiprocessing
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Self

from erpd.formats.reading import Reading
from erpd.harvest.preparation import Begun, Preparation, Prepared
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Unread
from erpd.metadata.vocabularies import use_directory

# Readings that are worth starting processes for, and how many go to one of them at a time.
MANY = 100
SHARE = 125
# More would wait: storing takes half as long as preparing. Each has some 40 MB.
MOST_PROCESSES = 3


def _begin_process(vocabularies: Path) -> None:
    """In each process that prepares: it knows the operator's tables, and ends when its parent is killed."""
    use_directory(vocabularies)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


class Preparer:
    """Prepares readings here, or, where they are many, in processes beside this one. A context manager.

    ``vocabularies``: the operator's own, for those processes; this one knows them already.
    """

    def __init__(self, preparation: Preparation, vocabularies: Path) -> None:
        self.preparation = preparation
        self._vocabularies = vocabularies
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, readings: Sequence[Reading]) -> Begun:
        """Begin the work. Waiting for it raises BrokenProcessPool if this machine lets no process run."""
        if len(readings) < MANY and not self._pool:
            ready = self.preparation.prepare_all(readings)
            return lambda: ready
        shares = [readings[start : start + SHARE] for start in range(0, len(readings), SHARE)]
        begun = [(share, self._submit(share)) for share in shares]
        return lambda: [prepared for share, future in begun for prepared in self._prepared(share, future)]

    def _submit(self, readings: Sequence[Reading]) -> "Future[list[Prepared]]":
        if self._pool is None:
            # Spawned, not forked: the database connections of this process stay its own.
            context = multiprocessing.get_context("spawn")
            processes = min(MOST_PROCESSES, os.cpu_count() or 1)
            self._pool = ProcessPoolExecutor(processes, context, _begin_process, (self._vocabularies,))
        try:
            return self._pool.submit(self.preparation.prepare_all, readings)
        except BrokenProcessPool:
            self._pool = None
            return self._submit(readings)

    def _prepared(self, readings: Sequence[Reading], future: "Future[list[Prepared]]") -> list[Prepared]:
        try:
            return future.result()
        except BrokenProcessPool:  # one of them, or of another share, has ended the process
            return [self._prepared_alone(reading) for reading in readings]

    def _prepared_alone(self, reading: Reading) -> Prepared:
        """Nothing else is being prepared meanwhile: whoever ends the process now is known."""
        try:
            return self._submit([reading]).result()[0]
        except BrokenProcessPool:
            self._submit([]).result()  # breaks too where no process can run at all: no record is to blame
            return Finding(Unread.UNSAFE_RECORD, Severity.ERROR, "", reading.identifier)
