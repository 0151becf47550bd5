"""Whether the files of an index are as they were written: a disk, a copy or a person can damage them.

tantivy ends each file with a footer that has the CRC-32 of what precedes it, and never changes a file.
"""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from isal import isal_zlib
from tantivy import Index

from erpd.register.search.schema import schema

# File -> size and time of its last change.
Stamps = Mapping[Path, tuple[int, int]]

DAMAGED = "The search index is damaged: %s. It is being rebuilt from the database."

_LIST = "meta.json"
_PARTS = ("idx", "pos", "term", "store", "fast", "fieldnorm")
_TRIES = 5
_MAGIC = 1337
_TAIL = struct.Struct("<II")  # length of the footer, magic number


def opened_index(folder: Path) -> Index:
    """The index in ``folder``, without a thread that reads it again whenever it changes, in the background.

    If a file were cut at that moment, the process would end. Raises ValueError or OSError.
    """
    index = Index.open(str(folder))
    index.config_reader("manual")
    return index


def is_failure(error: BaseException) -> bool:
    """Whether tantivy failed on its files. A panic of Rust is not even an ``Exception``."""
    return isinstance(error, (ValueError, OSError, LookupError)) or type(error).__name__ == "PanicException"


def stamps(folder: Path) -> Stamps:
    """The stamps of the files of an index: those of its segments, not of one that is being written.

    Raises OSError, ValueError or LookupError if the list of its segments cannot be read.
    """
    segments = _segments(folder)
    found = {path: _stamp(path) for path in folder.iterdir() if path.name.partition(".")[0] in segments}
    return {path: stamp for path, stamp in found.items() if stamp}


def is_touched(before: Stamps) -> bool:
    """Whether a file has changed since. One that has gone is no fault: readers keep what they have open.

    Where a file was cut, reading it would end the process, so this is asked before each search.
    """
    return any(_stamp(path) not in (stamp, None) for path, stamp in before.items())


def fault_in(folder: Path, known: Stamps = MappingProxyType({})) -> str:
    """What is wrong with the index in ``folder``; "" if nothing is.

    Reads all of it (0.1 s for 80 MB), except the files that were sound and have the stamps of ``known``.
    """
    for _ in range(_TRIES):
        before = _stamp(folder / _LIST)
        fault = _fault_in(folder, known)
        if not fault or _stamp(folder / _LIST) == before:  # otherwise a writer replaced files meanwhile
            break
    return fault


def _fault_in(folder: Path, known: Stamps) -> str:
    try:
        found = stamps(folder)
        if known and found == known:
            return ""
        needed = {folder / f"{segment}.{part}" for segment in _segments(folder) for part in _PARTS}
        if missing := needed - found.keys():
            return f"{min(missing).name} is missing"
        for path, stamp in found.items():
            if known.get(path) != stamp and (fault := _fault_of(path)):
                return f"{path.name} {fault}"
        index = opened_index(folder)
        index.reload()
        index.searcher()
        if index.schema != schema():
            return "it has other fields"
    except BaseException as error:
        if not is_failure(error):
            raise
        return " ".join(str(error).split())
    return ""


def _segments(folder: Path) -> set[str]:
    listed = json.loads((folder / _LIST).read_text("utf-8"))["segments"]
    return {segment["segment_id"].replace("-", "") for segment in listed}


def _fault_of(path: Path) -> str:
    try:
        content = memoryview(path.read_bytes())
    except FileNotFoundError:  # merged into another meanwhile
        return ""
    if len(content) < _TAIL.size:
        return "was cut"
    length, magic = _TAIL.unpack(content[-_TAIL.size :])
    if magic != _MAGIC or length + _TAIL.size > len(content):
        return "was cut or overwritten"
    end = len(content) - _TAIL.size - length
    crc = json.loads(bytes(content[end : -_TAIL.size]))["crc"]
    return "" if isal_zlib.crc32(content[:end]) == crc else "was overwritten"


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
