"""Time, processor time and memory of a process and its children, and rows as JSON lines."""

import json
import os
import re
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path


class Clock:
    """``seconds`` on the wall; ``cpu`` of this process and of those it started that have ended."""

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0

    def figures(self) -> dict[str, float]:
        return {"seconds": round(self.seconds, 3), "cpu": round(self.cpu, 3)}


@contextmanager
def timed() -> Iterator[Clock]:
    clock = Clock()
    start, cpu = time.perf_counter(), _cpu()
    yield clock
    clock.seconds, clock.cpu = time.perf_counter() - start, _cpu() - cpu


def _cpu() -> float:
    return sum(os.times()[:4])


class Memory:
    """The most that this process and those it started ever had together, shared pages counted once."""

    def __init__(self) -> None:
        self._peak = 0

    @property
    def peak_mb(self) -> float:
        return round(self._peak / 1024, 1)

    def look(self) -> float:
        """What they have now, in MB. Elsewhere than on Linux only the most that this process had is known."""
        own = Path("/proc/self")
        if not own.exists():
            unit = 2**10 if sys.platform == "darwin" else 1
            self._peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
            return self.peak_mb
        children = [text for task in (own / "task").iterdir() for text in _read(task / "children").split()]
        parts = [_read(Path("/proc") / process / "smaps_rollup") for process in ("self", *children)]
        total = sum(int(size) for part in parts for size in re.findall(r"^Pss:\s+(\d+)", part, re.MULTILINE))
        self._peak = max(self._peak, total)
        return round(total / 1024, 1)


@contextmanager
def watched() -> Iterator[Memory]:
    """Looks four times a second: looking costs a few milliseconds."""
    memory, done = Memory(), threading.Event()

    def watch() -> None:
        while not done.wait(0.25):
            memory.look()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield memory
    finally:
        done.set()
        watcher.join()
        memory.look()


class Tenths:
    """How a run went: the speed of each tenth of the records, and the memory at its end."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._marks = [(0, time.perf_counter())]
        self._mb: list[float] = []

    def advance(self, received: int, announced: int | None) -> None:
        """Some more have been received of those announced, if they were."""
        if announced and received * 10 >= announced * len(self._marks):
            self._marks.append((received, time.perf_counter()))
            self._mb.append(self._memory.look())

    def figures(self) -> dict[str, object]:
        """To be called when the run has ended: ``end_seconds`` is since its last record."""
        rates = [
            round((received - before) / (at - start), 1)
            for (before, start), (received, at) in pairwise(self._marks)
        ]
        end = round(time.perf_counter() - self._marks[-1][1], 3)
        return {"per_second": rates, "mb": self._mb, "end_seconds": end}


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError:  # it has ended
        return ""


def ratio(figure: float, other: float) -> float:
    return round(figure / other, 3) if other else 0.0


def print_row(name: str, **figures: object) -> None:
    """One line, at once."""
    print(json.dumps({"row": name, **figures}, ensure_ascii=False), flush=True)
