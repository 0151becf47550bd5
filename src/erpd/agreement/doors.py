"""The doors that are compared, and how each is read: by our own harvester, except for the search pages."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from erpd.agreement.seen import Reader, Seen
from erpd.sources.ckan.source import Ckan
from erpd.sources.dump.source import Dump
from erpd.sources.http.client import Client
from erpd.sources.oai_pmh.source import OaiPmh
from erpd.sources.page import Source
from erpd.sources.sparql.source import Sparql

_HIT = re.compile(rb'href="[^"?#]*/datasets/([0-9a-f-]{36})"')
_NEXT = b'rel="next"'
_SYNTAXES = ("nt", "ttl", "rdf", "jsonld")

Read = Callable[[str, str, Client], Iterator[Seen]]


@dataclass(frozen=True, slots=True)
class Compared:
    """A door that is compared."""

    title: str
    """What people call it."""
    path: str
    """Its address within a scope."""
    read: Read = field(repr=False)
    """``read(base, address, client)`` yields what it shows, to the end of its list. Raises SourceError."""
    derived: str = ""
    """What it is made from, as ``/readyz`` names it; "" if it is read straight from the database."""
    graphs: bool = True
    """Whether it sends graphs; otherwise only keys are compared."""
    rests: bool = False
    """Whether it changes so seldom that nobody waits for it."""
    merges: bool = False
    """Whether it puts data sets together, so that what two say about one thing is said by both."""
    shifts: bool = False
    """Whether its pages are cut by number, so that a deletion moves data sets from one to another."""
    sorted: bool = False
    """Whether its list is in the order of keys, as asked for: what is elsewhere was taken for another."""
    most: int | None = None
    """How many data sets it shows at most."""


def _through(make: Callable[[str, Client], Source], *, entry: bool = True) -> Read:
    def read(base: str, address: str, client: Client) -> Iterator[Seen]:
        reader = Reader(base, entry=entry)
        for page in make(address, client).pages():
            yield from map(reader.seen, page.readings)

    return read


def _oai_pmh(address: str, client: Client) -> Source:
    return OaiPmh(address, client, prefix="dcat_ap")


def _search(_: str, address: str, client: Client) -> Iterator[Seen]:
    """The hits of every page of a search without words, in the order of titles, which dates do not move."""
    number, more = 1, True
    while more:
        page = client.get(address, {"sort": "title", "page": str(number)}, accept="text/html").content
        yield from (Seen(key.decode()) for key in dict.fromkeys(_HIT.findall(page)))
        number, more = number + 1, _NEXT in page


# All others are compared with it: it is read straight from the database, and is the only one that says when
# each data set changed and which were deleted.
REFERENCE = Compared("OAI-PMH", "/oai", _through(_oai_pmh, entry=False))

DOORS: dict[str, Compared] = {
    **{
        f"catalogue.{syntax}": Compared(
            f"catalogue.{syntax}", f"/catalogue.{syntax}", _through(Dump), merges=True
        )
        for syntax in _SYNTAXES
    },
    **{
        f"catalogue.{syntax}.gz": Compared(
            f"catalogue.{syntax}.gz",
            f"/catalogue.{syntax}.gz",
            _through(Dump),
            "dumps",
            rests=True,
            merges=True,
        )
        for syntax in _SYNTAXES
    },
    "ckan": Compared("CKAN API", "/api/3/action", _through(Ckan, entry=False), "search", sorted=True),
    "sparql": Compared("SPARQL", "/sparql", _through(Sparql), "triples", merges=True),
    "search": Compared("Search", "", _search, "search", graphs=False, shifts=True, most=10_000),
}
