"""Bytes <-> records. To add a format, write a file and its test, and add a line here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO

from erpd.formats import cbs, ckan, iso19139, oai_dc
from erpd.formats.rdf.data_set import read_data_set
from erpd.formats.rdf.document import write
from erpd.formats.rdf.syntaxes import SYNTAXES, Syntax
from erpd.formats.reading import Reading, Unreadable
from erpd.metadata.limits import LARGEST_RECORD
from erpd.metadata.record import Record
from erpd.metadata.rules import Unread

__all__ = ["FORMATS", "Format", "Unreadable", "format_for", "record_of"]

Reader = Callable[[bytes, str, str], Record]
Writer = Callable[[Record], bytes]
Cutter = Callable[[BinaryIO], Iterable[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format in which records are read, and perhaps written."""

    name: str
    """Its key in FORMATS."""
    title: str
    """What people call it."""
    media_types: tuple[str, ...]
    read: Reader
    """``read(content, identifier, base)`` returns a record, or raises Unreadable."""
    write: Writer | None = None
    """``write(record)`` returns bytes; None if the format is only read."""
    cut: Cutter | None = None
    """For the format of another package: ``cut(file)`` yields the identifier and the bytes of each record in
    a document; None if a document is one record."""


def _rdf(name: str) -> Format:
    syntax: Syntax = SYNTAXES[name]

    def read(content: bytes, identifier: str, base: str) -> Record:
        return read_data_set(content, syntax, identifier, base)

    def write_record(record: Record) -> bytes:
        return write(record.graph.triples(), name)

    return Format(name, syntax.title, syntax.media_types, read, write_record)


FORMATS: dict[str, Format] = {
    "rdf": _rdf("rdf"),
    "ttl": _rdf("ttl"),
    "nt": _rdf("nt"),
    "jsonld": _rdf("jsonld"),
    "trig": _rdf("trig"),
    "nq": _rdf("nq"),
    "ckan": Format("ckan", "CKAN package", (ckan.MEDIA_TYPE,), ckan.read),
    "cbs": Format("cbs", "Table of Statistics Netherlands", (cbs.MEDIA_TYPE,), cbs.read),
    "iso19139": Format("iso19139", "ISO 19139", (iso19139.MEDIA_TYPE,), iso19139.read),
    "oai_dc": Format("oai_dc", "Dublin Core", (oai_dc.MEDIA_TYPE,), oai_dc.read, oai_dc.write),
}

_READERS = {media_type: entry for entry in FORMATS.values() for media_type in entry.media_types}


def format_for(media_type: str) -> Format:
    """Return the format that reads ``media_type``. Raises Unreadable if there is none.

    >>> format_for("text/turtle; charset=utf-8").title
    'Turtle'
    """
    name = media_type.partition(";")[0].strip().lower()
    if name not in _READERS:
        raise Unreadable(Unread.UNKNOWN_FORMAT, f"there is no reader for {media_type!r}")
    return _READERS[name]


def record_of(reading: Reading, base: str = "") -> Record:
    """The record of a reading, with what was repaired on the way. Raises Unreadable."""
    reader = format_for(reading.media_type)
    if len(reading.content) > LARGEST_RECORD:
        raise Unreadable(Unread.TOO_LARGE, f"it has more than {LARGEST_RECORD >> 20} MiB")
    record = reader.read(reading.content, reading.identifier, base)
    if reading.repairs:
        record.repairs = (*record.repairs, *reading.repairs)
    return record
