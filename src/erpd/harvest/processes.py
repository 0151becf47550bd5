"""Prepares many readings in other processes: a record that crashes its process only costs itself."""

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

# How many readings are worth starting processes for, and how many one process gets at a time.
MANY = 100
SHARE = 125
# More would have to wait, because storing takes half as long as preparing. Each takes about 40 MB.
MOST_PROCESSES = 3


def _begin_process(vocabularies: Path) -> None:
    """Runs in each process: use the operator's vocabularies, and end when the parent is killed."""
    use_directory(vocabularies)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


class Preparer:
    """A context manager that prepares readings here or, if there are many, in other processes.

    ``vocabularies`` are the operator's own, for those processes; this one knows them already.
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
        """Start the work. Waiting for it raises BrokenProcessPool if this machine cannot run any process."""
        if len(readings) < MANY and not self._pool:
            ready = self.preparation.prepare_all(readings)
            return lambda: ready
        shares = [readings[start : start + SHARE] for start in range(0, len(readings), SHARE)]
        begun = [(share, self._submit(share)) for share in shares]
        return lambda: [prepared for share, future in begun for prepared in self._prepared(share, future)]

    def _submit(self, readings: Sequence[Reading]) -> "Future[list[Prepared]]":
        if self._pool is None:
            # Spawned, not forked, so that the database connections of this process remain its own.
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
        except BrokenProcessPool:  # a reading of this or another share has crashed the process
            return [self._prepared_alone(reading) for reading in readings]

    def _prepared_alone(self, reading: Reading) -> Prepared:
        """Prepare nothing else meanwhile, so that we know which reading crashes the process."""
        try:
            return self._submit([reading]).result()[0]
        except BrokenProcessPool:
            self._submit([]).result()  # fails too if no process can run at all: then no record is to blame
            return Finding(Unread.UNSAFE_RECORD, Severity.ERROR, "", reading.identifier)
