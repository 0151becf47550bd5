"""A process that is told to end: what it has begun it brings to its end first, a page for example.

Only the main thread is told, and each thread counts for itself what it has begun.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

Item = TypeVar("Item")


class Stopped(KeyboardInterrupt):
    """The process was told to end: no error to go on after. For psycopg, a query to be cancelled."""


class _State(threading.local):
    asked = False
    begun = 0
    ending = False


_state = _State()


def ask() -> None:
    """Tell this thread to end; for a signal handler.

    Raises Stopped if there is nothing to bring to its end, and it is not ending already: a terminal and a
    parent may both tell it, and what it says at last is not interrupted.
    """
    _state.asked = True
    if not _state.begun and not _state.ending:
        _end()


def is_finishing() -> bool:
    """Whether there is something to bring to its end."""
    return _state.begun > 0


def check() -> None:
    """Raise Stopped if this thread was told to end."""
    if _state.asked:
        _end()


def _end() -> NoReturn:
    _state.ending = True
    raise Stopped


@contextmanager
def finishing() -> Iterator[None]:
    """A block that is brought to its end, or to its next ``check``, before this thread ends."""
    _state.begun += 1
    try:
        yield
    finally:
        _state.begun -= 1


def awaited(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items. While one is waited for, nothing is half done, so Stopped comes at once."""
    coming = iter(items)
    while True:
        begun, _state.begun = _state.begun, 0
        try:
            check()
            item = next(coming)
        except StopIteration:
            return
        finally:
            _state.begun = begun
        yield item
