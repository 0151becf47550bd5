"""A file that is replaced only when all of it has been written."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click


@contextmanager
def replacing(path: Path | None) -> Iterator[BinaryIO]:
    """A stream into a new file beside ``path`` that takes its place at the end; standard output without one.

    If the block raises, or the disk is full, the file is as it was. Raises FileError.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = path.resolve()
    if path.exists() and not path.is_file():  # a pipe, a terminal
        with path.open("wb") as stream:
            yield stream
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with _opened(beside, path) as stream:
            yield stream
        os.replace(beside, path)
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error
    finally:
        beside.unlink(missing_ok=True)


def _opened(beside: Path, path: Path) -> BinaryIO:
    if path.exists():
        beside.touch(0o600)  # what few may read is never readable for more
        shutil.copymode(path, beside)
    return beside.open("wb")
