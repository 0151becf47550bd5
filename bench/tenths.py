"""How a run goes by tenths of its records: does the cost of a record grow with how many there are?"""

import os
import time
from dataclasses import dataclass
from itertools import pairwise

from bench.measured import Memory, processes, read_proc

_UTIME, _STIME = 11, 12  # fields of /proc/PID/stat, from the one behind the name on


@dataclass(frozen=True)
class Mark:
    received: int
    at: float
    cpu: float


class Tenths:
    """To be told how many records have come; marks each tenth of those announced."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._marks = [Mark(0, time.perf_counter(), _cpu())]
        self._mb: list[float] = []

    def advance(self, received: int, announced: int | None) -> None:
        more = received > self._marks[-1].received
        if more and announced and received * 10 >= announced * len(self._marks):
            self._marks.append(Mark(received, time.perf_counter(), _cpu()))
            self._mb.append(self._memory.look())

    def figures(self) -> dict[str, object]:
        """Of each tenth: records in a second, processor time of a record, memory at its end.

        To be called when the run has ended: ``end_seconds`` is since its last record.
        """
        pairs = [(start, end, end.received - start.received) for start, end in pairwise(self._marks)]
        return {
            "per_second": [round(records / (end.at - start.at), 1) for start, end, records in pairs],
            "cpu_ms": [round((end.cpu - start.cpu) / records * 1000, 3) for start, end, records in pairs],
            "mb": self._mb,
            "end_seconds": round(time.perf_counter() - self._marks[-1].at, 3),
        }


def _cpu() -> float:
    """Processor time of this process and of those it started that go on; elsewhere than on Linux its own."""
    stats = [read_proc(process / "stat").rpartition(")")[2].split() for process in processes()]
    if not stats:
        return time.process_time()
    ticks = sum(int(fields[_UTIME]) + int(fields[_STIME]) for fields in stats if fields)
    return ticks / os.sysconf("SC_CLK_TCK")
