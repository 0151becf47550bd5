"""Asks child processes: a query that takes too much ends its child, and nothing else."""

import atexit
import json
import signal
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from socket import socketpair
from tempfile import SpooledTemporaryFile
from typing import IO

from erpd.publish.sparql.child import Answer, Fetched, Question, Unasked

SECONDS = 10.0  # of processor time for a query
_WALL = 3 * SECONDS  # seconds in all: others may need the processor too
IN_MEMORY = 2**20  # bytes of an answer; a longer one is in a temporary file


_idle: list["_Child"] = []


def end_all() -> None:
    """End the processes that are waiting for a query."""
    while _idle:
        _idle.pop().end()


def ask(question: Question | Unasked | Fetched) -> tuple[Answer, IO[bytes]]:
    """What the query says, whole, and a file with its result, at its end.

    Besides the refusals of ``Answer``, a query may be refused for its ``time`` or because it ``ended`` the
    child: it takes too much memory, or is nested too deeply; or because this ``machine`` has no room now.
    """
    try:
        child = _idle.pop() if _idle else _Child()
    except OSError:  # this machine cannot start a process now
        return Answer(refused="machine"), SpooledTemporaryFile(IN_MEMORY)
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever answers closes it
    try:
        answer = child.asked(question, file)
    except BaseException:
        file.close()
        child.end()
        raise
    if child.is_alive:
        _idle.append(child)
    return answer, file


class _Child:
    """A process that answers one query after the other."""

    def __init__(self) -> None:
        ours, theirs = socketpair()
        self._pipe = Connection(ours.detach())
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "erpd.publish.sparql.child"],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                env={},
            )
        atexit.register(self.end)
        self.is_alive = True

    def asked(self, question: Question | Unasked | Fetched, file: IO[bytes]) -> Answer:
        """Its answer; the result is written to the file."""
        until = time.monotonic() + _WALL
        try:
            self._pipe.send(question)
            while self._is_there(until):
                piece = self._pipe.recv_bytes()
                if not piece:
                    return Answer(**json.loads(self._pipe.recv_bytes()))
                try:
                    file.write(piece)
                except OSError:  # there is no room for a long one
                    self.end()
                    return Answer(refused="machine")
        except (EOFError, OSError):  # it has died
            code = self._process.wait(5)
            self.end()
            return Answer(refused="time" if code == -signal.SIGPROF else "ended")
        self.end()
        return Answer(refused="time")

    def _is_there(self, until: float) -> bool:
        return self._pipe.poll(max(0.0, until - time.monotonic()))

    def end(self) -> None:
        atexit.unregister(self.end)
        self.is_alive = False
        self._process.kill()
        self._process.wait()
        self._pipe.close()
