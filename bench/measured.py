"""Time, processor time and memory of a process and its children, and rows as JSON lines."""

import ctypes
import json
import os
import re
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_OWN = Path("/proc/self")
_CHILD_SUBREAPER = 36  # see prctl(2): orphans among those that we started become our children


class Clock:
    """``seconds`` on the wall; ``cpu`` of this process and of those it started, and that these started."""

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
    return sum(os.times()[:4]) + sum(_living_cpu(process) for process in processes()[1:])


@contextmanager
def orphans_counted() -> Iterator[None]:
    """A block after which the time of all that it started counts, also of processes whose parent has ended.

    A command leaves such ones: it reads in a child of a server of processes, and waits for neither.
    """
    with suppress(AttributeError, OSError):  # elsewhere than on Linux
        ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = _children()
    yield
    while left := _children() - before:
        for pid in left:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _children() -> set[int]:
    tasks = (_OWN / "task").glob("*")
    return {int(child) for task in tasks for child in read_proc(task / "children").split()}


def cpu_of(pid: int) -> float:
    """The processor time of a living process and of those that it started, such as a database."""
    return sum(map(_living_cpu, processes(_OWN.parent / str(pid))))


def _living_cpu(process: Path) -> float:
    """Of a process, and of those that it started and that have ended."""
    stat = read_proc(process / "stat").rpartition(")")[2].split()
    return sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")


class Memory:
    """The most that this process and those it started ever had together, shared pages counted once.

    ``peak_mb`` is all (PSS); ``peak_anonymous_mb`` is without the pages of files, as those of a search index
    being merged: the system takes them back when memory is short.
    """

    def __init__(self) -> None:
        self._peak = self._anonymous = 0

    @property
    def peak_mb(self) -> float:
        return round(self._peak / 1024, 1)

    @property
    def peak_anonymous_mb(self) -> float:
        return round(self._anonymous / 1024, 1)

    def look(self) -> float:
        """What they have now without files, in MB.

        Elsewhere than on Linux only the most that this process had is known, files and all.
        """
        if not _OWN.exists():
            unit = 2**10 if sys.platform == "darwin" else 1
            self._peak = self._anonymous = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
            return self.peak_mb
        parts = [read_proc(process / "smaps_rollup") for process in processes()]
        anonymous = _sum(parts, "Pss_Anon") + _sum(parts, "Pss_Shmem")
        self._anonymous = max(self._anonymous, anonymous)
        self._peak = max(self._peak, _sum(parts, "Pss"))
        return round(anonymous / 1024, 1)


def _sum(parts: list[str], name: str) -> int:
    return sum(int(size) for part in parts for size in re.findall(rf"^{name}:\s+(\d+)", part, re.MULTILINE))


@contextmanager
def watched() -> Iterator[Memory]:
    """Looks twice a second: looking costs some ten milliseconds, and stops those that are looked at."""
    memory, done = Memory(), threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            memory.look()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield memory
    finally:
        done.set()
        watcher.join()
        memory.look()


def processes(first: Path = _OWN) -> list[Path]:
    """The folders in /proc of this process, of those it started, and of those that these started."""
    found = [first] if first.exists() else []
    for process in found:
        with suppress(OSError):  # it has ended
            for task in (process / "task").iterdir():
                found += (_OWN.parent / child for child in read_proc(task / "children").split())
    return found


def read_proc(path: Path) -> str:
    """A file of /proc; empty where its process has ended."""
    try:
        return path.read_text("ascii")
    except OSError:
        return ""


def ratio(figure: float, other: float) -> float:
    return round(figure / other, 3) if other else 0.0


def print_row(name: str, **figures: object) -> None:
    """One line, at once."""
    print(json.dumps({"row": name, **figures}, ensure_ascii=False), flush=True)
