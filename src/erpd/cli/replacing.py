"""A file that is replaced only when all of it has been written."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from erpd.standalone.replaced import replaced


@contextmanager
def replacing(path: Path | None) -> Iterator[BinaryIO]:
    """A stream into a new file beside ``path`` that takes its place at the end; standard output without one.

    If the block raises, or the disk is full, the file is as it was. Raises FileError.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with replaced(path) as stream:
            yield stream
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error
