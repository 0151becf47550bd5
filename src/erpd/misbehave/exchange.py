"""What goes to and fro between the client, a protocol and a fault."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from erpd.misbehave.data_sets import DataSet

# Records on a page, where the client does not say how many.
PAGE = 5


@dataclass(frozen=True, slots=True)
class Request:
    """``query`` has the posted form too. ``base`` is the address of the server: ``http://127.0.0.1:8010``."""

    path: str
    query: Mapping[str, str]
    base: str


@dataclass(slots=True)
class Listing:
    """One page of a list. ``next`` is the number of the page that follows, 0 at the end.

    ``records`` are data sets; of SPARQL, the rows or triples asked for. ``names``: the columns of rows.
    """

    records: list[Any] = field(default_factory=list)
    total: int | None = None
    next: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A Content-Length among the ``headers`` is believed; a body in pieces has none of itself.

    ``wait``: seconds before the answer begins. A ``status`` of 0: the connection is closed without a word.
    """

    body: bytes | Iterator[bytes] = b""
    media_type: str = "text/plain"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0


class Refused(Exception):
    """The question cannot be answered; ``answer`` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Protocol:
    """How a protocol behaves well.

    ``place`` gives the number of the page that a request asks for and that of the last page: 0 where it only
    asks how many there are, -1 where it does not ask for the list. ``listing`` gives the page, and raises
    Refused; ``answer`` writes it, or answers what did not ask for the list. ``first`` makes of a request the
    one for the first page.
    """

    name: str
    path: str
    place: Callable[[Request, int], tuple[int, int]]
    listing: Callable[[Request, Sequence[DataSet]], Listing]
    answer: Callable[[Request, Listing | None, Sequence[DataSet]], Answer]
    first: Callable[[Request], Request]


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of one request, as a fault sees it.

    ``page`` and ``last``: see ``Protocol.place``. ``times``: how often the same was asked, this one included.
    ``later``: a page behind the first one was asked for, now or before. ``all``: what a good source has.
    ``pause`` waits so many seconds and is true when the server is closing.
    """

    protocol: Protocol
    request: Request
    page: int
    last: int
    times: int
    later: bool
    all: list[DataSet]
    pause: Callable[[float], bool]

    @property
    def here(self) -> bool:
        """Whether a fault in the middle of the list strikes now: from page 2 on, if there is one."""
        return self.page >= min(2, self.last) > 0

    @property
    def victim(self) -> DataSet:
        """The one data set that a fault in a record strikes."""
        return self.all[len(self.all) // 2]
