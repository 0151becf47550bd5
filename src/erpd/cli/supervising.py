"""The first process of `erpd serve` and `erpd worker`: it waits for the others, and replaces those killed.

A file of the search index that is cut while it is read ends the process (SIGBUS), whatever we do; so does a
machine without memory. Clients wait at the socket meanwhile.
"""

import os
import signal
import time
from collections.abc import Sequence
from enum import StrEnum
from typing import NoReturn

from erpd.cli.saying import say
from erpd.sources.children.process import ENDING, end_with

AGAIN = os.EX_SOFTWARE  # exit status of a server whose worker ended by itself
_BRIEF = 2.0  # seconds; a server or worker that lasted no longer is not started again
_PAUSE = 2  # seconds until a follower that lasted no longer than that is started again


class Kind(StrEnum):
    """What a process is, as messages call it."""

    FOLLOWER = "process that keeps the search index up to date"
    SERVER = "server"
    WORKER = "worker"


def keep_running(main: Kind, *beside: Kind) -> Kind:
    """Return in children: the one that does the main work, and those beside it.

    This process may have neither threads nor connections. It ends with the main one.
    """
    ending = {number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN}
    blocked = {*ending, signal.SIGCHLD, signal.SIGALRM}
    read, kept_here = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
    parent = _Parent(main, beside)
    while True:
        for kind in (*beside, main):
            if kind in parent.wanted and not parent.fork(kind):
                os.close(kept_here)
                end_with(read)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, blocked)
                return kind
        number = signal.sigwait(blocked)
        if number == signal.SIGALRM:
            parent.wanted.update(beside)
        elif number in ending:
            parent.stop()
        parent.reap()


class _Parent:
    def __init__(self, main: Kind, beside: Sequence[Kind]) -> None:
        self.wanted = {main, *beside}
        self._main = main
        self._children: dict[int, tuple[Kind, float]] = {}  # process -> what it is, since when
        self._told = False

    def fork(self, kind: Kind) -> int:
        child = os.fork()
        self.wanted.discard(kind)
        self._children[child] = kind, time.monotonic()
        return child

    def stop(self) -> None:
        self._told = True
        self._signal(signal.SIGTERM, main=True)

    def reap(self) -> None:
        """Decide what follows on the end of each child."""
        while self._children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            kind, began = self._children.pop(child)
            code, lasted = os.waitstatus_to_exitcode(status), time.monotonic() - began
            (self._main_ended if kind is self._main else self._other_ended)(kind, code, lasted)

    def _main_ended(self, kind: Kind, code: int, lasted: float) -> None:
        if self._told or 0 <= code != AGAIN:
            self._end(max(code, 0))
        reason = signal.Signals(-code).name if code < 0 else "a worker ended"
        if lasted < _BRIEF:
            say(f"Error: The {kind} ended unexpectedly ({reason}).")
            self._end(1)
        say(f"Warning: the {kind} ended unexpectedly ({reason}). Another one is starting.")
        self.wanted.add(kind)

    def _other_ended(self, kind: Kind, code: int, lasted: float) -> None:
        if self._told:
            return
        reason = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        say(f"Warning: the {kind} ended unexpectedly ({reason}). Another one is starting.")
        if lasted > _PAUSE:
            self.wanted.add(kind)
        else:
            signal.alarm(_PAUSE)

    def _end(self, code: int) -> NoReturn:
        self._signal(signal.SIGKILL, main=False)  # they lose nothing
        os._exit(code)

    def _signal(self, number: int, *, main: bool) -> None:
        for child, (kind, _) in self._children.items():
            if (kind is self._main) == main:
                os.kill(child, number)
