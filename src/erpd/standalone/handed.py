"""What a program hands to the library -> places: paths, addresses, bytes, files, objects of JSON."""

import io
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, TypeAlias

from erpd.formats import Format
from erpd.formats.reading import Reading
from erpd.metadata.checks import Check
from erpd.metadata.graph import Graph
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record
from erpd.sources.http.client import Client
from erpd.standalone.asked import Asked, Place
from erpd.standalone.found import Found
from erpd.standalone.given import Given
from erpd.standalone.readers import format_called
from erpd.standalone.reading import Reader, found_in, records_in

Handed: TypeAlias = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | IO[bytes]
    | Mapping[str, Any]
    | Sequence[Mapping[str, Any]]
)
"""A path or address, the bytes of a document, a file opened for reading bytes, or JSON as Python has it."""

# How text begins that somebody gave in place of a path.
_TEXT = ("<", "{", "[", "@", "PREFIX ", "_:")
_WANTED = (
    "a path, an address, bytes, a file opened for reading bytes, or a dict (an object of JSON-LD, "
    "or a package of CKAN)"
)


def asked_for(
    given: Handed,
    format: str | Format | None,
    rules: Profile,
    extra: Sequence[Check],
    allow_networks: Sequence[str],
    *,
    as_is: bool = False,
    placed: bool = False,
) -> Asked:
    """Return what is asked for. Raises TypeError or ValueError if an argument is wrong."""
    _refuse_unfit(given)
    Client(allow_networks=allow_networks)  # which says what is wrong with a network
    named = format_called(format) or _guessed(given)
    return Asked(rules, tuple(extra), named, as_is, placed=placed, allow_network=tuple(allow_networks))


def records_at(given: Handed, asked: Asked, guarded: bool) -> Iterator[Record | Reading]:
    """Yield the records, and the readings of those that cannot be read. Raises SourceError."""
    with _places(given) as found:
        for place in found:
            yield from records_in(place, asked) if guarded else Reader(asked).records(place)


def found_at(given: Handed, asked: Asked, guarded: bool) -> Iterator[Found]:
    """Yield all that is found. Raises SourceError."""
    with _places(given) as found:
        for place in found:
            yield from found_in(place, asked) if guarded else Reader(asked).found(place)


def name_of(given: object) -> str:
    """Return what messages call it."""
    return os.fspath(given) if isinstance(given, str | os.PathLike) else type(given).__name__


def copied(record: Record) -> Record:
    """Return a record that can be mended, while the other stays as it is."""
    return replace(record, graph=Graph(record.graph.triples()))


def _refuse_unfit(handed: object) -> None:
    """Raise TypeError or ValueError if it is nothing that can be read."""
    if isinstance(handed, str):
        _refuse_text(handed)
    elif isinstance(handed, io.TextIOBase) and not hasattr(handed, "buffer"):
        raise TypeError("This file gives text, not bytes. Open it with mode 'rb', or give text.encode().")
    elif not (
        isinstance(handed, os.PathLike | bytes | bytearray | memoryview | Mapping)
        or hasattr(handed, "read")
        or _is_list(handed)
    ):
        raise TypeError(f"Expected {_WANTED}; found {type(handed).__name__}.")


def _guessed(handed: Handed) -> str:
    """Return the format of an object of JSON, "" for all else."""
    first = handed[0] if _is_list(handed) and handed else handed  # type: ignore[index]
    if not isinstance(first, Mapping):
        return ""
    return "jsonld" if any(isinstance(key, str) and key.startswith("@") for key in first) else "ckan"


@contextmanager
def _places(handed: Handed) -> Iterator[Iterator[Place]]:
    """The places at which it is while the block runs: one, or each file of a folder. Raises SourceError."""
    with ExitStack() as kept:
        given = kept.enter_context(Given(sys.stdin.buffer))
        if isinstance(handed, str | os.PathLike):
            location = os.fspath(handed)
            yield given.places(f".{os.sep}-" if location == "-" else location)
            return
        copy = kept.enter_context(NamedTemporaryFile())
        name = _copy(handed, copy)
        copy.flush()
        yield iter([Place(name, Path(copy.name))])


def _copy(handed: Any, copy: IO[bytes]) -> str:
    """Write it to a file of its own, because it is read more than once. Returns what messages call it."""
    if isinstance(handed, bytes | bytearray | memoryview):
        copy.write(handed)
        return "bytes"
    if isinstance(handed, Mapping | list | tuple):
        try:
            copy.write(json.dumps(handed).encode())
        except (TypeError, ValueError, RecursionError) as error:
            raise ValueError(f"This cannot be written as JSON: {error}") from error
        return "dict" if isinstance(handed, Mapping) else "list"
    stream = getattr(handed, "buffer", handed)
    first = stream.read(0)
    if not isinstance(first, bytes):
        raise TypeError("This file gives text, not bytes. Open it with mode 'rb', or give text.encode().")
    shutil.copyfileobj(stream, copy)
    name = getattr(handed, "name", "")
    return name if isinstance(name, str) and name else "file"


def _refuse_text(text: str) -> None:
    begun = text.lstrip("\ufeff \t\r\n")
    if not begun:
        raise ValueError(f"Expected {_WANTED}; found an empty text.")
    if "\n" in text or "\0" in text or (begun.startswith(_TEXT) and not os.path.exists(text)):
        raise ValueError(
            f"“{' '.join(begun.split())[:40]}…” is no path and no address. If it is the document, give it "
            "as bytes: text.encode()."
        )


def _is_list(handed: object) -> bool:
    return isinstance(handed, list | tuple) and all(isinstance(each, Mapping) for each in handed)
