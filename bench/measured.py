"""Time, processor time and memory of this process, and rows as JSON lines."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Clock:
    """``seconds`` on the wall and ``cpu`` of this process, all its threads."""

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0

    def figures(self) -> dict[str, float]:
        return {"seconds": round(self.seconds, 3), "cpu": round(self.cpu, 3)}


@contextmanager
def timed() -> Iterator[Clock]:
    clock = Clock()
    start, cpu = time.perf_counter(), time.process_time()
    yield clock
    clock.seconds, clock.cpu = time.perf_counter() - start, time.process_time() - cpu


def peak_mb() -> float:
    """The most memory this process had; what getrusage says may be its parent's (Linux hands it on)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024, 1)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)


def ratio(figure: float, other: float) -> float:
    return round(figure / other, 3) if other else 0.0


def print_row(name: str, **figures: object) -> None:
    """One line, at once."""
    print(json.dumps({"row": name, **figures}, ensure_ascii=False), flush=True)
