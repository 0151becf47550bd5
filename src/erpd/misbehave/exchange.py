"""What the client, a protocol and a fault exchange."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from erpd.misbehave.data_sets import DataSet

# Records on a page, unless the client asks for a number.
PAGE = 5


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the client."""

    path: str
    query: Mapping[str, str]
    """The parameters of the query and of a posted form."""
    base: str
    """The address of the server: ``http://127.0.0.1:8010``."""


@dataclass(slots=True)
class Listing:
    """One page of a list."""

    records: list[Any] = field(default_factory=list)
    """Data sets; for SPARQL, the rows or triples asked for."""
    total: int | None = None
    """The announced size of the whole list."""
    next: int = 0
    """The number of the next page, 0 on the last one."""
    names: tuple[str, ...] = ()
    """For SPARQL, the columns of the rows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    body: bytes | Iterator[bytes] = b""
    """All of it, or pieces, which are sent without a Content-Length."""
    media_type: str = "text/plain"
    status: int = 200
    """0 closes the connection without an answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further headers. A Content-Length among them is sent even if it is wrong."""
    wait: float = 0.0
    """Seconds before the answer begins."""


class Refused(Exception):
    """The request cannot be answered; ``answer`` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol that behaves well."""

    name: str
    path: str
    """The path of its address."""
    place: Callable[[Request, int], tuple[int, int]]
    """``place(request, size)``: the page that a request asks for, and the last page of ``size`` data sets.
    Page 0 is a request for the total only, -1 one that does not ask for the list."""
    listing: Callable[[Request, Sequence[DataSet]], Listing]
    """The page that a request asks for. Raises Refused."""
    answer: Callable[[Request, Listing | None, Sequence[DataSet]], Answer]
    """Writes that page, or answers a request that does not ask for the list."""
    first: Callable[[Request], Request]
    """Turns a request for any page into one for the first page."""


@dataclass(frozen=True, slots=True)
class Now:
    """What a fault knows about the current request."""

    protocol: Protocol
    request: Request
    page: int
    """The page asked for (see ``Protocol.place``)."""
    last: int
    """The last page (see ``Protocol.place``)."""
    times: int
    """How often this request has been made, including now."""
    later: bool
    """Whether a page after the first has been requested, now or before."""
    all: list[DataSet]
    """The data sets that a correct source would have."""
    pause: Callable[[float], bool]
    """Waits for so many seconds; returns True if the server is closing."""

    @property
    def here(self) -> bool:
        """Whether a fault in the middle of the list occurs now: from page 2 on, if there is a page 2."""
        return self.page >= min(2, self.last) > 0

    @property
    def victim(self) -> DataSet:
        """The data set that a fault in a single record affects."""
        return self.all[len(self.all) // 2]
