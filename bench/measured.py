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
    """The most that this process and those it started ever had, each at its own worst moment."""

    def __init__(self) -> None:
        self._peaks: dict[str, int] = {}

    @property
    def peak_mb(self) -> float:
        return round(sum(self._peaks.values()) / 1024, 1)

    def look(self) -> None:
        """Linux keeps the peak of each process; elsewhere only that of this one is known."""
        own = Path("/proc/self")
        if not own.exists():
            unit = 2**10 if sys.platform == "darwin" else 1
            self._peaks["self"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
            return
        children = [text for task in (own / "task").iterdir() for text in _read(task / "children").split()]
        for process in ("self", *children):
            found = re.search(r"VmHWM:\s+(\d+)", _read(Path("/proc") / process / "status"))
            if found:
                self._peaks[process] = max(int(found[1]), self._peaks.get(process, 0))


@contextmanager
def watched() -> Iterator[Memory]:
    """Looks ten times a second."""
    memory, done = Memory(), threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
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
