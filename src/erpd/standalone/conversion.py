"""What a program gives -> one document of RDF."""

import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import BinaryIO, TypeGuard, cast

from erpd.formats import Format
from erpd.formats.rdf.carrier import pack
from erpd.formats.rdf.catalogue import Kind
from erpd.formats.rdf.syntaxes import SYNTAXES, by_ending
from erpd.formats.reading import Reading
from erpd.metadata import checks, mending
from erpd.metadata.graph import apart
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record
from erpd.standalone import plugins
from erpd.standalone.converting import Converted
from erpd.standalone.found import Found
from erpd.standalone.handed import Handed, asked_for, copied, found_at, name_of
from erpd.standalone.profiles import Profiles, profile_called
from erpd.standalone.replaced import replaced
from erpd.standalone.unread import Told, those_read


def convert(
    given: Handed | Iterable[Record],
    to: str | os.PathLike[str] | BinaryIO,
    syntax: str = "",
    *,
    format: str | Format | None = None,
    keep_catalogue: bool = True,
    profile: Profiles = "erpd",
    found: Callable[[Found], object] | None = None,
    unread: Told | None = None,
    allow_networks: Sequence[str] = (),
    guarded: bool = False,
) -> int:
    """Repair what is given, write it as one document of RDF, and return how many data sets it has.

    ``given`` is what ``read`` takes, or records, such as those that ``harvest`` yields. ``to`` is a file
    opened for writing bytes, or a path, whose ending names the syntax if ``syntax`` does not: "ttl", "rdf",
    "nt", "nq", "trig" or "jsonld". The file is replaced only when all is written; where there is nothing to
    write, it stays as it was, and 0 is returned. With ``keep_catalogue``,
    all that the document says is kept: catalogues, services, series and the rest; otherwise only data sets,
    and what belongs to them. Blank nodes of different records are never merged. ``found`` is called with all
    that is written: its findings say what was repaired, and what is still wrong by the ``profile``.
    ``unread`` and the other arguments are those of ``read``.

    Raises what ``read`` raises, and OSError if the file cannot be written.
    """
    rules, syntax = profile_called(profile), _syntax(to, syntax)
    if _are_records(given):
        came, where = _mended(given, rules), "the records"
    else:
        handed = cast(Handed, given)
        asked = asked_for(handed, format, rules, (), allow_networks)
        came, where = found_at(handed, asked, guarded), name_of(handed)
    amount = 0
    with (
        suppress(_NothingWritten),
        replaced(Path(to)) if isinstance(to, str | os.PathLike) else nullcontext(to) as stream,
    ):
        written = Converted(syntax, stream.write)
        for each in those_read(map(_reading_if_unread, came), where, unread):
            if each.kind is Kind.DATA_SET or keep_catalogue:
                if found:
                    found(each)
                written.add(each.triples())
                amount += each.kind is Kind.DATA_SET
        written.end()
        if written.empty:
            raise _NothingWritten
    return amount


class _NothingWritten(Exception):
    """Leaves the file as it was."""


def _mended(records: Iterable[Record], rules: Profile) -> Iterator[Found]:
    """What is found in records, each with blank nodes of its own."""
    for number, record in enumerate(records):
        copy = copied(record)
        findings = [*mending.mend(copy, rules), *checks.check(copy, rules, plugins.checks())]
        packed = pack(list(apart(copy.graph.triples(), f"r{number}")))
        yield Found(Kind.DATA_SET, record.identifier, packed, findings)


def _reading_if_unread(found: Found) -> Found | Reading:
    return found if found.read else Reading(found.identifier, b"", "", fault=found.findings[0])


def _are_records(given: object) -> TypeGuard[Iterable[Record]]:
    if isinstance(given, list | tuple):
        return all(isinstance(each, Record) for each in given)
    return isinstance(given, Iterator) and not hasattr(given, "read")


def _syntax(to: object, syntax: str) -> str:
    """Raises ValueError if neither names a syntax, TypeError if it is nowhere to write."""
    is_path = isinstance(to, str | os.PathLike)
    if not is_path and not hasattr(to, "write"):
        raise TypeError(f"Expected a path, or a file opened for writing bytes; found {type(to).__name__}.")
    if isinstance(to, io.TextIOBase):
        raise TypeError("This file takes text, not bytes. Open it with mode 'wb'.")
    told = by_ending(Path(to).name) if is_path else None  # type: ignore[arg-type]
    named = syntax or (told.name if told else "")
    if named not in SYNTAXES:
        raise ValueError(f"Which syntax? Give syntax=, one of {', '.join(SYNTAXES)}, or a path that ends so.")
    return named
