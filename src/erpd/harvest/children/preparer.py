"""Prepares readings in child processes: a record that crashes its child, or never ends, only costs itself."""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from time import monotonic
from typing import Self

from erpd.formats.reading import Reading
from erpd.harvest.children import process
from erpd.harvest.preparation import Begun, Preparation, Prepared
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.masking import plain
from erpd.metadata.rules import Unread
from erpd.metadata.vocabularies import use_directory

# How many readings one child gets at a time.
SHARE = 125
# More would have to wait, because storing takes half as long as preparing. Each takes about 40 MB.
MOST_PROCESSES = 3
# Bytes. The largest data set that we cut out of a catalogue (500,000 triples) takes half of it.
MEMORY = 2**30
# Seconds of processor time for one record. This much at once, but on average a second for each record:
# otherwise a list of records that each take a minute would go on for months.
LONGEST = 60.0
AVERAGE = 1.0


def _begin_process(vocabularies: Path, memory: int) -> None:
    """Runs in each child: its limits, and the operator's vocabularies."""
    process.begin(memory)
    use_directory(vocabularies)


def _prepare(preparation: Preparation, readings: Sequence[Reading], seconds: float) -> list[Prepared]:
    """Runs in a child."""
    process.allow(seconds)
    return [_prepare_one(preparation, reading) for reading in readings]


def _prepare_one(preparation: Preparation, reading: Reading) -> Prepared:
    try:
        return preparation.prepare(reading)
    except Exception as error:  # a fault of ours, but it too costs one record only
        return _unsafe(f"{reading.identifier}: {type(error).__name__}: {error}")


class Preparer:
    """A context manager that prepares readings in children, which start with the first reading.

    ``vocabularies`` are the operator's own.
    """

    def __init__(self, preparation: Preparation, vocabularies: Path) -> None:
        self.preparation = preparation
        self._vocabularies = vocabularies
        self._pool: ProcessPoolExecutor | None = None
        self._credit = LONGEST  # seconds for a record that is prepared alone

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, readings: Sequence[Reading]) -> Begun:
        """Start the work. Waiting for it raises BrokenProcessPool if this machine cannot run any process."""
        shares = [readings[start : start + SHARE] for start in range(0, len(readings), SHARE)]
        begun = [(share, self._submit(share, LONGEST + AVERAGE * len(share))) for share in shares]
        return lambda: [prepared for share, future in begun for prepared in self._prepared(share, future)]

    def _submit(self, readings: Sequence[Reading], seconds: float) -> "Future[list[Prepared]]":
        if self._pool is None:
            processes = min(MOST_PROCESSES, os.cpu_count() or 1)
            limits = (self._vocabularies, MEMORY)
            self._pool = ProcessPoolExecutor(processes, process.context(), _begin_process, limits)
        try:
            return self._pool.submit(_prepare, self.preparation, readings, seconds)
        except BrokenProcessPool:
            self._pool = None
            return self._submit(readings, seconds)

    def _prepared(self, readings: Sequence[Reading], future: "Future[list[Prepared]]") -> list[Prepared]:
        try:
            return future.result()
        except BrokenProcessPool:  # a reading of this or another share has ended the child
            return [self._prepared_alone(reading) for reading in readings]

    def _prepared_alone(self, reading: Reading) -> Prepared:
        """Prepare nothing else meanwhile, so that we know which reading ends the child."""
        self._credit = min(LONGEST, self._credit + AVERAGE)
        began = monotonic()
        try:
            return self._submit([reading], self._credit).result()[0]
        except BrokenProcessPool:
            self._submit([], LONGEST).result()  # fails too if no child can run: then no record is to blame
            return _unsafe(reading.identifier)
        finally:
            self._credit = max(0.0, self._credit - (monotonic() - began))


def _unsafe(what: str) -> Finding:
    return Finding(Unread.UNSAFE_RECORD, Severity.ERROR, "", plain(what))
