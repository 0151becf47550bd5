"""Harvest without a node: records as they come, and nothing kept."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain

from erpd.formats import Format
from erpd.formats.reading import Reading
from erpd.metadata.declared import did_you_mean
from erpd.metadata.record import Record
from erpd.sources.children.child import Child
from erpd.sources.http.client import Client
from erpd.sources.http.credentials import Auth, Challenged, parted
from erpd.sources.page import Page, Source
from erpd.sources.protocol import Protocol, Setting
from erpd.standalone import plugins
from erpd.standalone.carried import Carried
from erpd.standalone.readers import record_or_fault
from erpd.standalone.unread import Told, those_read


def harvest(
    url: str,
    protocol: str | Protocol,
    *,
    set: str = "",
    query: str = "",
    graph: str = "",
    prefix: str = "",
    since: str = "",
    unread: Told | None = None,
    deleted: Told | None = None,
    formats: Sequence[Format] = (),
    auth: Auth | Challenged | None = None,
    allow_networks: Sequence[str] = (),
    guarded: bool = False,
) -> Iterator[Record]:
    """Yield the records of a source, as they come, without repairs. If the loop ends, the list was complete.

    ``protocol`` is the name of one (docs/sources.md), or your own. ``set``, ``query``, ``graph`` and
    ``prefix`` are its settings, as for `erpd harvest`. With ``since``, a datestamp of the source such as
    "2026-11-01", only what has changed comes, and ``deleted`` must be given: it is called with the
    ``Reading`` of each record that is gone from the source. ``unread`` is called with each record that could
    not be read; ``reading.fault`` says why. ``formats`` are your own, found by their media types.
    ``guarded``: read in a child process, which has limits of time and memory, and may die instead of yours.

    Raises ValueError if an argument is wrong; while you read, SourceError if the source cannot be read to its
    end, and at the end PartlyUnread if records could not be read and there is no ``unread``.
    """
    if since and deleted is None:
        raise ValueError("With since=, the source tells which records are gone: give deleted=, a function.")
    address, keys = parted(url)
    settings: dict[Setting, str] = {"set": set, "query": query, "graph": graph, "prefix": prefix}
    given = {name: value for name, value in settings.items() if value}
    client = Client(allow_networks=allow_networks, auth=auth or keys)
    source = _protocol(protocol, given, since).open(address, client, given, since=since)
    walk = _Walk(source, client, tuple(formats))
    return those_read(_came(walk, address) if guarded else walk.came(), address, unread, deleted)


def _protocol(named: str | Protocol, settings: dict[Setting, str], since: str) -> Protocol:
    """Raises ValueError, if it is unknown, or does not understand a setting."""
    if isinstance(named, Protocol):
        found = named
    elif isinstance(named, str) and named in plugins.sources():
        found = plugins.sources()[named]
    else:
        known = plugins.sources()
        near = did_you_mean(str(named), known) or f"Known: {', '.join(known)}."
        raise ValueError(f"There is no protocol {named!r}. {near}")
    unknown: list[str] = [name for name in settings if not found.understands(name)]
    unknown += ["since"] if since and not found.incremental else []
    if unknown:
        raise ValueError(f"{found.title} has no setting {unknown[0]}.")
    return found


@dataclass(frozen=True, slots=True)
class _Walk:
    """Reads a source from its start to its end. A child may own it."""

    source: Source
    client: Client
    formats: tuple[Format, ...]

    def came(self) -> Iterator[Record | Reading]:
        """Yield records, and the readings of those that cannot be read or are deleted."""
        with self.client:
            for reading in _once(self.source.pages()):
                yield record_or_fault(self.formats, reading)

    def carried(self) -> Iterator[Carried | Reading]:
        """Do the same for the process that this one is a child of."""
        for each in self.came():
            yield Carried.of(each) if isinstance(each, Record) else each


def _came(walk: _Walk, address: str) -> Iterator[Record | Reading]:
    with Child(walk, address) as child:
        for each in child.each("carried"):
            yield each.record() if isinstance(each, Carried) else each


def _once(pages: Iterator[Page]) -> Iterator[Reading]:
    """The readings of all pages. If the list is read again, what is the same does not come again."""
    come = array("Q")  # eight bytes of each
    before: frozenset[int] = frozenset()
    for page in pages:
        if page.anew:
            before = frozenset(chain(before, come))
        for reading in page.readings:
            short = _short(reading)
            come.append(short)
            if short not in before:
                yield reading


def _short(reading: Reading) -> int:
    said = "\0".join((reading.identifier, reading.datestamp, str(reading.deleted)))
    content = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8)
    content.update(reading.content)
    return int.from_bytes(content.digest())
