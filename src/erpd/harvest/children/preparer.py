"""Prepares readings in child processes: a record that crashes its child, or never ends, only costs itself."""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Self

from erpd.formats.reading import Reading
from erpd.harvest.preparation import Begun, Preparation, Prepared
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.masking import plain
from erpd.metadata.rules import Unread
from erpd.metadata.vocabularies import use_directory
from erpd.sources.children import process
from erpd.sources.children.child import Bounds, CannotStart, Child
from erpd.sources.errors import SourceError

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
BOUNDS = Bounds(MEMORY, processor=LONGEST + AVERAGE * SHARE, wall=2 * 3600, total=float("inf"))


class _Preparing:
    """What a child owns: it prepares readings with the operator's vocabularies."""

    def __init__(self, preparation: Preparation, vocabularies: Path) -> None:
        self._preparation = preparation
        self._vocabularies: Path | None = vocabularies

    def all(self, readings: Sequence[Reading], seconds: float) -> list[Prepared]:
        """Prepare each, in so many seconds of processor time together."""
        process.allow(seconds)
        if self._vocabularies:
            use_directory(self._vocabularies)
            self._vocabularies = None
        return [self._one(reading) for reading in readings]

    def _one(self, reading: Reading) -> Prepared:
        try:
            return self._preparation.prepare(reading)
        except Exception as error:  # a fault of ours, but it too costs one record only
            return _unsafe(f"{reading.identifier}: {type(error).__name__}: {error}")


class Preparer:
    """A context manager that prepares readings in children, which start with the first reading.

    ``vocabularies`` are the operator's own. Each child has a pipe of its own: in ``ProcessPoolExecutor`` they
    share a queue, and one that is killed while it sends leaves it locked for ever.
    """

    def __init__(self, preparation: Preparation, vocabularies: Path) -> None:
        self.preparation = preparation
        amount = min(MOST_PROCESSES, os.cpu_count() or 1)
        self._threads = ThreadPoolExecutor(amount, "preparer")  # each waits for one child
        self._children = [Child(_Preparing(preparation, vocabularies), "", BOUNDS) for _ in range(amount)]
        self._idle: SimpleQueue[Child] = SimpleQueue()
        for child in self._children:
            self._idle.put(child)
        self._credit = LONGEST  # seconds for a record that is prepared alone

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            child.close()

    def begin(self, readings: Sequence[Reading]) -> Begun:
        """Start the work. Waiting for it raises CannotStart if this machine cannot run any process."""
        shares = [readings[start : start + SHARE] for start in range(0, len(readings), SHARE)]
        begun = [(share, self._submit(share, LONGEST + AVERAGE * len(share))) for share in shares]
        return lambda: [prepared for share, future in begun for prepared in self._prepared(share, future)]

    def _submit(self, readings: Sequence[Reading], seconds: float) -> "Future[list[Prepared]]":
        return self._threads.submit(self._asked, readings, seconds)

    def _asked(self, readings: Sequence[Reading], seconds: float) -> list[Prepared]:
        """Runs in a thread. Raises SourceError if a reading has ended the child."""
        child = self._idle.get()
        try:
            prepared: list[Prepared] = child.one("all", readings, seconds)
            return prepared
        finally:
            self._idle.put(child)

    def _prepared(self, readings: Sequence[Reading], future: "Future[list[Prepared]]") -> list[Prepared]:
        try:
            return future.result()
        except SourceError:
            return [self._prepared_alone(reading) for reading in readings]

    def _prepared_alone(self, reading: Reading) -> Prepared:
        self._credit = min(LONGEST, self._credit + AVERAGE)
        began = monotonic()
        try:
            return self._submit([reading], self._credit).result()[0]
        except SourceError:
            try:
                self._submit([], LONGEST).result()
            except SourceError as error:  # if no child can run, no record is to blame
                raise CannotStart(
                    "This machine could not run a process to prepare records in. "
                    "Free some memory, then try again."
                ) from error
            return _unsafe(reading.identifier)
        finally:
            self._credit = max(0.0, self._credit - (monotonic() - began))


def _unsafe(what: str) -> Finding:
    return Finding(Unread.UNSAFE_RECORD, Severity.ERROR, "", plain(what))
