"""The documents in a file: the file itself, its content if gzipped, each entry of a zip; limited in size."""

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from erpd.sources.errors import Reason, SourceError

# What damaged or hostile archives raise. NotImplementedError is for compressions that zipfile does not know.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
)
# The directory of a zip is read at once and takes ten times its size: this much names about 100,000 files.
LARGEST_DIRECTORY = 8 * 2**20
_ENCRYPTED = 0x1  # bit 0 of the general purpose flags (APPNOTE.TXT, 4.4.4)


@dataclass(frozen=True, slots=True)
class Document:
    """A document in a file."""

    name: str
    open: Callable[[], BinaryIO]
    """Returns a new stream from the start each time it is called. Reading it raises SourceError."""
    alone: bool = True
    """Whether it is the only one in the file."""


def documents(file: BinaryIO, name: str, most: int) -> Iterator[Document]:
    """Yield the documents of ``file``, without hidden ones.

    Raises SourceError: ``cut`` if the archive is damaged, ``encrypted``, or ``too-large`` if all documents
    of an archive together have more than ``most`` bytes; ``unreachable`` if the disk fails.
    """
    try:
        file.seek(0)
        magic = file.read(4)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}"
        raise SourceError(Reason.UNREACHABLE, message, "Check its path.") from error
    if magic.startswith(b"\x1f\x8b"):

        def unpack() -> BinaryIO:
            file.seek(0)
            return _bounded(gzip.GzipFile(fileobj=file), most)  # type: ignore[arg-type]

        yield Document(name.removesuffix(".gz"), unpack)
    elif magic in (b"PK\x03\x04", b"PK\x05\x06"):
        yield from _zipped(file, most)
    else:
        size = max(
            most, file.seek(0, io.SEEK_END)
        )  # what unpacks nothing is no bomb; a download was bounded before

        def rewind() -> BinaryIO:
            file.seek(0)
            return _bounded(file, size)

        yield Document(name, rewind)


def _zipped(file: BinaryIO, most: int) -> Iterator[Document]:
    try:
        archive = zipfile.ZipFile(_InParts(file))
    except _DAMAGE as error:
        raise _damaged(error) from error
    with archive:
        entries = [entry for entry in archive.infolist() if not (entry.is_dir() or _hidden(entry.filename))]
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise SourceError(
                Reason.ENCRYPTED,
                "The zip archive is password-protected",
                "Publish it without a password.",
                "G5.1.4",
            )
        # An entry never yields more than it says, but entries that share their bytes make a small file a
        # bomb.
        if sum(entry.file_size for entry in entries) > most:
            raise _too_large(most)
        for entry in entries:
            yield Document(entry.filename, _opener(archive, entry, most), len(entries) == 1)


class _InParts:
    """A file of which no more than LARGEST_DIRECTORY is read at once."""

    def __init__(self, file: BinaryIO) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size > LARGEST_DIRECTORY:
            raise SourceError(
                Reason.TOO_LARGE,
                f"The zip archive contains too many files: their names take more than {LARGEST_DIRECTORY:,} "
                "bytes",
                "Put the data sets into fewer files.",
                "G5.1.4",
            )
        return self._file.read(LARGEST_DIRECTORY if size < 0 else size)


def _hidden(name: str) -> bool:
    """Whether it is a file that systems add to archives: ``__MACOSX/._all.rdf``, ``.DS_Store``."""
    return any(part == "__MACOSX" or (part[:1] == "." and part.strip(".")) for part in name.split("/"))


def _opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> Callable[[], BinaryIO]:
    def unpack() -> BinaryIO:
        try:
            return _bounded(archive.open(entry), most)  # type: ignore[arg-type]
        except _DAMAGE as error:
            raise _damaged(error) from error

    return unpack


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
        try:
            data = self._stream.read(len(buffer))
        except _DAMAGE as error:
            raise _damaged(error) from error
        self._given += len(data)
        if self._given > self._most:
            raise _too_large(self._most)
        buffer[: len(data)] = data
        return len(data)


def _damaged(error: Exception) -> SourceError:
    return SourceError(
        Reason.CUT,
        f"The compressed file is damaged or cut short: {error}",
        "Publish the complete file again.",
    )


def _too_large(most: int) -> SourceError:
    return SourceError(
        Reason.TOO_LARGE, f"It is larger than {most:,} bytes", "Split it into pages (hydra).", "G5.1.4"
    )
