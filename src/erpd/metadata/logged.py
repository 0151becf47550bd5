"""What is being done, for the lines of the log: which request is answered, which run is worked on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_about: ContextVar[Mapping[str, str]] = ContextVar("about", default=MappingProxyType({}))


def about() -> Mapping[str, str]:
    """What the lines of this thread are about now: ``{"request": "…", "run": "12"}``."""
    return _about.get()


def begin(**ids: str) -> None:
    """From now on, the lines of this thread are about this, and about nothing else."""
    _about.set(ids)


@contextmanager
def also(**ids: str) -> Iterator[None]:
    """A block whose lines are about this, too."""
    before = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(before)
