"""A file that is replaced only when all of it has been written."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """A stream into a new file beside ``path``, which takes its place at the end of the block.

    If the block raises, the file is as it was. Raises OSError.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():  # a pipe, a terminal
        with path.open("wb") as stream:
            yield stream
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists():
            beside.touch(0o600)  # what few may read is never readable for more
            shutil.copymode(path, beside)
        with beside.open("wb") as stream:
            yield stream
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
