"""A file as it came: from disk, or downloaded first."""

import errno
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client

# Called with how many bytes have been read or downloaded, and how many there are if that is known.
Watch = Callable[[int, int | None], None]

_LONGEST_TAG = 1000  # characters of an ETag
# Seconds: a file changed in the same minute may change again without a new date (RFC 9110, 8.8.2.2).
_SETTLED = 60


@dataclass(frozen=True, slots=True)
class Came:
    """A file as received."""

    file: BinaryIO
    media_type: str
    asked: str
    """The address requested."""
    address: str
    """The address that answered."""
    validators: dict[str, str] = field(default_factory=dict)
    """What tells the next run whether the file has changed."""


@contextmanager
def downloaded(
    address: str, client: Client, validators: Mapping[str, str], watch: Watch | None = None
) -> Iterator[Came | None]:
    """The file at an address; None if it still has these validators. Raises SourceError."""
    with tempfile.TemporaryFile() as file:
        into = cast(BinaryIO, _Watched(os.dup(file.fileno()), "r+b", watch)) if watch else file
        with into:
            answer = client.stream(address, into, _conditions(validators))
            into.flush()
            into.seek(0)
            media_type = answer.headers.get("Content-Type", "")
            came = Came(into, media_type, address, answer.url, _validators(answer.headers))
            yield came if answer.status != 304 else None


@contextmanager
def on_disk(location: str, path: Path | None = None, watch: Watch | None = None) -> Iterator[Came]:
    """The file at ``location``, or whose bytes are at ``path``. Raises SourceError."""
    try:
        path = path or path_of(location)
        _refuse_unfit(path)
        opened = cast(BinaryIO, _Watched(str(path), "rb", watch)) if watch else path.open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        message, advice = f"The file cannot be read: {reason}", "Check its path."
        raise SourceError(Reason.UNREACHABLE, message, advice, url=location) from error
    with opened:
        yield Came(opened, "", location, path.as_uri())


def _refuse_unfit(path: Path) -> None:
    """Raises OSError if it is no file, or cannot be looked at."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, "the file does not exist") from error
    if S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device")


def path_of(location: str) -> Path:
    """The path of a local file, which may be given as a ``file:`` address."""
    if location.lower().startswith("file://"):
        location = unquote(urlsplit(location).path)
    return Path(os.path.realpath(location))  # of a loop of links, too


class _Watched(io.FileIO):
    """A file that tells how far it has been read or written."""

    def __init__(self, file: int | str, mode: str, watch: Watch) -> None:
        super().__init__(file, mode)
        self._watch = watch
        self._size = os.fstat(self.fileno()).st_size or None

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(-1 if size is None else size)
        self._watch(self.tell(), self._size)
        return content or b""

    def readinto(self, buffer: Any) -> int:
        amount = super().readinto(buffer)
        self._watch(self.tell(), self._size)
        return amount or 0

    def write(self, content: Any) -> int:
        written, left = 0, memoryview(content)
        while written < len(left):
            written += super().write(left[written:]) or 0
        self._watch(self.tell(), None)
        return written


def _conditions(validators: Mapping[str, str]) -> dict[str, str]:
    named = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
    return {header: validators[name] for header, name in named.items() if validators.get(name)}


def _validators(headers: Mapping[str, str]) -> dict[str, str]:
    """What shows whether the file has changed: the ETag, or a Last-Modified that is old enough.

    An ETag that no request can carry (RFC 9110, 5.5) shows nothing.
    """
    tag = headers.get("ETag", "")
    if tag and len(tag) <= _LONGEST_TAG and tag.isascii() and tag.isprintable():
        return {"etag": tag}
    try:
        modified = parsedate_to_datetime(headers["Last-Modified"])
        settled = (parsedate_to_datetime(headers["Date"]) - modified).total_seconds() >= _SETTLED
    except (KeyError, ValueError, TypeError, OverflowError):
        return {}
    return {"last-modified": headers["Last-Modified"]} if settled else {}
