"""What the library does with records: read, check, mend and write them."""

from collections.abc import Iterator, Sequence
from typing import overload

from erpd.formats import FORMATS, Format
from erpd.metadata import checks, mending
from erpd.metadata.checks import Check
from erpd.metadata.findings import Finding
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.standalone import plugins
from erpd.standalone.found import Found
from erpd.standalone.handed import Handed, asked_for, copied, found_at, name_of, records_at
from erpd.standalone.profiles import Profiles, profile_called
from erpd.standalone.readers import format_called
from erpd.standalone.unread import Told, those_read


def read(
    given: Handed,
    format: str | Format | None = None,
    *,
    unread: Told | None = None,
    allow_networks: Sequence[str] = (),
    guarded: bool = False,
) -> Iterator[Record]:
    """Yield the data sets in what is given, as they came, one at a time, however many there are.

    ``given`` is a path (of a file or a folder), an address, bytes, a file opened for reading bytes, or a
    dict: an object of JSON-LD or a package of CKAN. ``format`` is a name in FORMATS, a media type, or your
    own format; without it, the format is recognised. ``unread`` is called with each record that could not be
    read; ``reading.fault`` says why. ``allow_networks``: networks that may be contacted although they are not
    public. ``guarded``: read in a child process, which has limits of time and memory, and may die instead of
    yours.

    Raises TypeError or ValueError if an argument is wrong; while you read, SourceError if it cannot be read
    to its end, and at the end PartlyUnread if records could not be read and there is no ``unread``.
    """
    asked = asked_for(given, format, load_profile("erpd"), (), allow_networks)
    return those_read(records_at(given, asked, guarded), name_of(given), unread)


@overload
def check(
    given: Record, profile: Profiles = "erpd", *, extra: Sequence[Check] = (), as_is: bool = False
) -> list[Finding]: ...


@overload
def check(
    given: Handed,
    profile: Profiles = "erpd",
    *,
    extra: Sequence[Check] = (),
    format: str | Format | None = None,
    as_is: bool = False,
    placed: bool = False,
    allow_networks: Sequence[str] = (),
    guarded: bool = False,
) -> Iterator[Found]: ...


def check(
    given: Record | Handed,
    profile: Profiles = "erpd",
    *,
    extra: Sequence[Check] = (),
    format: str | Format | None = None,
    as_is: bool = False,
    placed: bool = False,
    allow_networks: Sequence[str] = (),
    guarded: bool = False,
) -> list[Finding] | Iterator[Found]:
    """Return the findings on a record; or yield what is found in anything that ``read`` takes.

    As `erpd check` does, it first makes the repairs, in a copy; each is a finding, too. With ``as_is``, a
    record is checked as it is instead; of a file, ``found.as_is`` says what was wrong before the repairs.
    What is found in a file is each data set, catalogue, service and series, with its ``kind``,
    ``identifier``, ``findings``, and whether it is ``valid``. If ``found.read`` is false, a piece could not
    be read, and its finding says why. With ``placed``, ``found.where(finding)`` is its line and column, for
    which the file is read once more.

    ``profile`` is a name in PROFILES, several with + between them, the path of a TOML file of your own, a
    profile, or a list of these: the stricter rule holds. ``extra`` are checks of your own.

    Raises TypeError or ValueError if an argument is wrong, ProfileError if a file is no profile; while you
    read, SourceError.
    """
    rules = profile_called(profile)
    if isinstance(given, Record):
        examine = (*map(plugins.proving, extra), *plugins.checks())
        if as_is:
            return checks.check(given, rules, examine)
        copy = copied(given)
        return [*mending.mend(copy, rules), *checks.check(copy, rules, examine)]
    asked = asked_for(given, format, rules, extra, allow_networks, as_is=as_is, placed=placed)
    return found_at(given, asked, guarded)


def mend(record: Record, profile: Profiles = "erpd") -> list[Finding]:
    """Repair a record in place, as a harvest does; each repair is a finding. Raises what ``check`` raises."""
    return mending.mend(record, profile_called(profile))


def write(record: Record, format: str | Format = "ttl") -> bytes:
    """Return a record as a document. Raises ValueError if there is no such format, or it is only read."""
    named = format_called(format)
    wanted = FORMATS[named] if isinstance(named, str) and named else named
    if not isinstance(wanted, Format) or wanted.write is None:
        known = [name for name, each in plugins.formats().items() if each.write]
        raise ValueError(f"No format {format!r} can be written. Known: {', '.join(known)}.")
    return wanted.write(record)
