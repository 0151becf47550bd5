"""Which format reads what: ours, those of other packages, and those that a program gives."""

from collections.abc import Sequence
from dataclasses import replace

from erpd.formats import FORMATS, Format, format_for
from erpd.formats.reading import Reading, Unreadable
from erpd.metadata.declared import did_you_mean
from erpd.metadata.limits import LARGEST_RECORD
from erpd.metadata.record import Record
from erpd.metadata.rules import Unread
from erpd.standalone import plugins


def format_called(name: object) -> str | Format:
    """Return the key of one of our formats, or another one; "" for None, which is to recognise it.

    ``name`` may be a media type, or a format. Raises TypeError, and ValueError if there is none.
    """
    if name is None or name == "":
        return ""
    if isinstance(name, Format):
        return name.name if FORMATS.get(name.name) is name else name
    if not isinstance(name, str):
        raise TypeError(f"Expected the name of a format, or an erpd.Format; found {type(name).__name__}.")
    if name in FORMATS:
        return name
    known = plugins.formats()
    if name in known:
        return known[name]
    media_type = name.partition(";")[0].strip().lower()
    for each in known.values():
        if media_type in each.media_types:
            return format_called(each)
    near = did_you_mean(name, known, 0.5) or f"Known: {', '.join(known)}."
    raise ValueError(f"There is no format {name!r}. {near}")


def record_or_fault(formats: Sequence[Format], reading: Reading, base: str = "") -> Record | Reading:
    """Return the record of a reading; if it cannot be read, the reading with its fault."""
    if reading.deleted or reading.fault:
        return reading
    try:
        return record_in(formats, reading, base)
    except Unreadable as error:
        return replace(reading, fault=error.finding())


def record_in(formats: Sequence[Format], reading: Reading, base: str = "") -> Record:
    """Return the record of a reading. Raises Unreadable."""
    reader = _reader(formats, reading.media_type)
    if len(reading.content) > LARGEST_RECORD:
        raise Unreadable(Unread.TOO_LARGE, f"it has more than {LARGEST_RECORD >> 20} MiB")
    record = reader.read(reading.content, reading.identifier, base)
    if reading.repairs:
        record.repairs = (*record.repairs, *reading.repairs)
    return record


def _reader(formats: Sequence[Format], media_type: str) -> Format:
    """The format that reads a media type: one of these, ours, one of another package. Raises Unreadable."""
    name = media_type.partition(";")[0].strip().lower()
    for own in formats:
        if name in own.media_types:
            return own
    try:
        return format_for(media_type)
    except Unreadable:
        for other in plugins.formats().values():
            if name in other.media_types:
                return other
        raise
