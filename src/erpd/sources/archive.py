"""The documents in a file: the file itself, what gzip has packed, or each entry of a zip; bounded in size."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from erpd.sources.errors import SourceError

# What damaged or hostile archives raise.
_DAMAGE = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Document:
    """``open()`` gives a stream from the beginning, as often as it is called."""

    name: str
    open: Callable[[], BinaryIO]


def documents(file: BinaryIO, name: str, most: int) -> Iterator[Document]:
    """The documents of ``file``; none gives more than ``most`` bytes: SourceError ``too-large`` instead."""
    file.seek(0)
    magic = file.read(4)
    if magic.startswith(b"\x1f\x8b"):

        def unpack() -> BinaryIO:
            file.seek(0)
            return _bounded(gzip.GzipFile(fileobj=file), most)  # type: ignore[arg-type]

        yield Document(name.removesuffix(".gz"), unpack)
    elif magic.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield Document(entry.filename, _opener(archive, entry, most))
    else:

        def rewind() -> BinaryIO:
            file.seek(0)
            return _bounded(file, most)

        yield Document(name, rewind)


@contextmanager
def damage_named(location: str) -> Iterator[None]:
    """Turns what a damaged archive raises into SourceError ``cut``."""
    try:
        yield
    except _DAMAGE as error:
        raise SourceError(
            "cut",
            f"The compressed file is damaged or cut short: {error}",
            "Publish the whole file again.",
            url=location,
        ) from error


def _opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> Callable[[], BinaryIO]:
    return lambda: _bounded(archive.open(entry), most)  # type: ignore[arg-type]


def _bounded(stream: BinaryIO, most: int) -> BinaryIO:
    return io.BufferedReader(_Bounded(stream, most), 1 << 16)


class _Bounded(io.RawIOBase):
    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self._most = most
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._given += len(data)
        if self._given > self._most:
            raise SourceError(
                "too-large",
                f"It is larger than {self._most:,} bytes",
                "Split it into pages (hydra).",
                "G5.1.4",
            )
        buffer[: len(data)] = data
        return len(data)
