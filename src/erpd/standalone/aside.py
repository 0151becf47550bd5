"""What comes last waits on disk: a catalogue may have a million data sets, and the rest of it as many."""

import pickle
from collections.abc import Iterator
from contextlib import suppress
from tempfile import TemporaryFile
from typing import Generic, TypeVar

T = TypeVar("T")


class Aside(Generic[T]):
    """A context manager: things of our own, put aside in a temporary file, and taken from it in order."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed at the end of the block

    def __enter__(self) -> "Aside[T]":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def put(self, thing: T) -> None:
        pickle.dump(thing, self._file, pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[T]:
        self._file.seek(0)
        with suppress(EOFError):
            while True:
                yield pickle.load(self._file)  # noqa: S301 - our own
