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

    def look(self) -> None:
        """Elsewhere than on Linux only what this process had is known."""
        own = Path("/proc/self")
        if not own.exists():
            unit = 2**10 if sys.platform == "darwin" else 1
            self._peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
            return
        children = [text for task in (own / "task").iterdir() for text in _read(task / "children").split()]
        parts = [_read(Path("/proc") / process / "smaps_rollup") for process in ("self", *children)]
        total = sum(int(size) for part in parts for size in re.findall(r"^Pss:\s+(\d+)", part, re.MULTILINE))
        self._peak = max(self._peak, total)


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
