"""What every child has: where it comes from, its limits, and its end with its parent."""

import gc
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import wait
from multiprocessing.context import ForkContext, ForkServerContext

_SAFE_PATH = "PYTHONSAFEPATH"
_starting = threading.Lock()

# What the server that forks the children imports once, for all of them.
_IMPORTED = ["erpd.sources", "erpd.formats", "erpd.metadata.checks", "erpd.metadata.mending"]

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, a service manager, a closed terminal


_forks = ContextVar("_forks", default=False)


@contextmanager
def forking() -> Iterator[None]:
    """A block in which children are copies of this process, where that is sound, and so need no imports.

    For commands that have imported the parsers, and have no connections and secrets.
    """
    before = _forks.set(sys.platform == "linux")
    try:
        yield
    finally:
        _forks.reset(before)


def context() -> ForkServerContext | ForkContext:
    """Where children come from: one clean process that has imported the parsers, and forks.

    So a child costs 10 ms instead of 300, and has none of our connections, threads and secrets. Within
    ``forking``, they come from this process.
    """
    if _forks.get() and threading.active_count() == 1:  # a lock that another holds would stay closed
        return multiprocessing.get_context("fork")
    get_ready()
    return multiprocessing.get_context("forkserver")


def get_ready() -> None:
    """Start that process now, so that it imports while we do something else."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(_IMPORTED)
    with outside_the_current_folder():
        resource_tracker.ensure_running()  # it would unblock what is blocked
        with deaf():
            forkserver.ensure_running()


@contextmanager
def deaf() -> Iterator[None]:
    """Processes that are started within do not hear what tells all of a service or a terminal to end.

    Their parent does, and may still need them to bring a page to its end.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def outside_the_current_folder() -> Iterator[None]:
    """Processes that multiprocessing starts within do not import what lies in the current folder.

    It starts them with ``python -c``, which looks there first: a file of a stranger would be run.
    """
    with _starting:
        before = os.environ.get(_SAFE_PATH)
        os.environ[_SAFE_PATH] = "1"
        try:
            yield
        finally:
            if before is None:
                del os.environ[_SAFE_PATH]
            else:
                os.environ[_SAFE_PATH] = before


def begin(memory: int) -> None:
    """Runs first in each child: its limit of memory, and its end when the parent ends."""
    gc.freeze()  # what came with the fork stays shared: collecting garbage would write to all of it
    if sys.platform != "darwin":  # where it is not enforced
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    parent = multiprocessing.parent_process()
    if parent:
        end_with(parent.sentinel)


def allow(seconds: float) -> None:
    """Let the next step take so many seconds of processor time; the system then ends this process.

    Its default action for SIGPROF works in the middle of any parser.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)


def end_with(parent: int) -> None:
    """End this process at once when its parent has ended, however it did.

    ``parent`` is a descriptor that then becomes readable: its sentinel, or a pipe that it holds open.
    """

    def watch() -> None:
        wait([parent])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
