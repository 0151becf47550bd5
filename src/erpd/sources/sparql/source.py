"""A SPARQL 1.1 endpoint (G5.1.4): first the keys of the data sets, then what belongs to each."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from pyoxigraph import BlankNode, NamedNode, Quad

from erpd.formats.rdf.carrier import unpack
from erpd.formats.rdf.catalogue import Piece, split
from erpd.formats.reading import Reading, Unreadable
from erpd.metadata.graph import Graph
from erpd.metadata.iri import is_iri
from erpd.metadata.rules import Unread
from erpd.metadata.terms import DCT
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client
from erpd.sources.page import Page
from erpd.sources.pieces import faulty, reading_of
from erpd.sources.sparql.answer import value_of
from erpd.sources.sparql.closure import Closure
from erpd.sources.sparql.endpoint import Broken, Endpoint, TooMuch
from erpd.sources.sparql.queries import By, Key, Selection

PAGE = 100
# Keys per query: sorting costs the server as much as searching. Virtuoso sorts at most 10,000.
_KEYS = 5_000
_FEWEST_KEYS = 10


@dataclass(slots=True)
class KeyWalk:
    """How far a run has come: first data sets with an IRI, then with a dct:identifier, then with neither."""

    counted: int = -1
    """Keys counted at the start; -1 before that."""
    received: int = 0
    by: str = By.IRI
    """The kind of keys that the run has reached."""
    after: str = ""
    """The place of the last key."""
    done: bool = False

    def checkpoint(self) -> dict[str, object]:
        return asdict(self)


class Sparql:
    """A SPARQL endpoint at ``url``.

    The data sets are those in the named ``graph`` ("" is the default graph) that match ``pattern``, a SPARQL
    graph pattern about ?dataset. A page has ``page_size`` of them. Raises ValueError if ``graph`` is not an
    IRI.
    """

    def __init__(
        self, url: str, client: Client, *, graph: str = "", pattern: str = "", page_size: int = PAGE
    ) -> None:
        if graph and not is_iri(graph):
            raise ValueError(f"The graph must be given as an IRI, not {graph!r}.")
        self.url = url
        self.page_size = page_size
        self._selection = Selection(graph, pattern)
        self._endpoint = Endpoint(url, client)
        self._most = _KEYS

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """Yield the data sets in the order of their keys, which edits do not change. Raises SourceError.

        The list ends if no keys follow the last one, and if none is missing of the data sets counted at the
        start or, if there are fewer, at the end.
        """
        walk = KeyWalk(**checkpoint) if checkpoint else KeyWalk()  # type: ignore[arg-type]
        if walk.counted < 0:
            walk.counted = self._count()
        closure = Closure(self._endpoint, self._selection)
        while keys := self._keys(walk):
            for start in range(0, len(keys), self.page_size):
                part = keys[start : start + self.page_size]
                readings = self._readings(closure, part, By(walk.by))
                walk.after = part[-1].place
                walk.received += len(part)
                yield Page(readings, walk.checkpoint(), walk.counted)
        self._refuse_gap(walk)
        walk.done = True
        yield Page([], walk.checkpoint(), walk.counted, last=True)

    def still_there(self, identifier: str) -> bool | None:
        """Whether the endpoint lists the data set with this IRI; None if it is not an IRI.

        Raises SourceError.
        """
        if not is_iri(identifier):
            return None
        return bool(self._endpoint.number(self._selection.one(identifier)))

    def _count(self) -> int:
        select = self._selection
        counted = sum(self._endpoint.number(select.count(by)) for by in By)
        if not counted and not select.graph:
            graphs = self._endpoint.texts(select.elsewhere())
            if graphs and not select.pattern:
                raise SourceError(
                    Reason.EMPTY_LIST,
                    f"The data sets are not in the default graph but in named graphs: {', '.join(graphs)}",
                    "Set the named graph of the source.",
                    "G5.1.4",
                    self.url,
                )
        return counted

    def _keys(self, walk: KeyWalk) -> list[Key]:
        """The next keys, of one kind after the other; none at the end."""
        while True:
            try:
                rows = self._endpoint.rows(self._selection.keys(By(walk.by), walk.after, self._most))
            except TooMuch:
                if self._most <= _FEWEST_KEYS:
                    raise
                self._most = max(_FEWEST_KEYS, self._most // 4)
                continue
            if any(len(row) < 2 for row in rows):
                raise SourceError(
                    Reason.PROTOCOL_ERROR,
                    "The server does not support the function MD5, which is needed to sort the data sets",
                    "Ask the source's operator to support SPARQL 1.1 (17.4.6.1), or harvest a dump.",
                    url=self.url,
                )
            keys = [Key(*row) for row in rows if len(row) == 2 and row[1].isalnum()]
            if len(keys) < len(rows) or not _ascending([walk.after, *(key.place for key in keys)]):
                raise SourceError(
                    Reason.TOKEN_LOOP,
                    "The server does not list the data sets in the requested order, or lists them twice",
                    "Ask the source's operator whether FILTER and ORDER BY work at the endpoint.",
                    url=self.url,
                )
            if keys or walk.by == By.TITLE:
                return keys
            walk.by, walk.after = (By.IDENTIFIER if walk.by == By.IRI else By.TITLE), ""

    def _readings(self, closure: Closure, keys: Sequence[Key], by: By) -> list[Reading]:
        try:
            triples = closure.of(keys, by)
        except Unreadable as error:
            if len(keys) == 1:
                content = error.content if isinstance(error, Broken) else b""
                return [_faulty(error.rule, str(error), content, keys[0], by)]
            middle = len(keys) // 2
            return self._readings(closure, keys[:middle], by) + self._readings(closure, keys[middle:], by)
        wanted = {key.text for key in keys}
        found: dict[str, list[Reading]] = {}
        for piece in split(sorted(triples, key=_order), self.url):
            key = next((key for key in _keys_of(piece, by) if key in wanted), None)
            if key is not None:
                found.setdefault(key, []).append(reading_of(piece.told(self._endpoint.told)))
        readings = [reading for key in keys for reading in found.get(key.text, ())]
        missing = [key for key in keys if key.text not in found]
        return readings + (self._missing(closure, missing, by) if missing else [])

    def _missing(self, closure: Closure, keys: Sequence[Key], by: By) -> list[Reading]:
        """Data sets that were listed but not described, except those deleted meanwhile."""
        listed = set(self._endpoint.texts(self._selection.among(by, keys)))
        still = [key for key in keys if key.text in listed]
        if len(keys) > 1:
            return [reading for key in still for reading in self._readings(closure, [key], by)]
        reason = "the server lists it but does not describe it"
        return [_faulty(Unread.NO_DESCRIPTION, reason, b"", key, by) for key in still]

    def _refuse_gap(self, walk: KeyWalk) -> None:
        there = self._count()
        if walk.received < min(there, walk.counted):
            raise SourceError(
                Reason.COUNT_MISMATCH,
                f"The server counts {there:,} data sets, at the start it counted {walk.counted:,}, and it has"
                f" listed {walk.received:,}",
                "Harvest again. If it keeps happening, contact the source's operator.",
                url=self.url,
            )


def _faulty(rule: Unread, reason: str, content: bytes, key: Key, by: By) -> Reading:
    """Report what cannot be read. A title does not say which data set it is."""
    if by is By.TITLE:
        return faulty(rule, reason, content, path=f"dct:title “{key.text[:200]}”")
    return faulty(rule, reason, content, key.text)


def _keys_of(piece: Piece, by: By) -> Iterator[str]:
    """The keys by which we may have asked for the data set of a piece."""
    if isinstance(piece.node, BlankNode) == (by is By.IRI):
        return
    if isinstance(piece.node, NamedNode):
        yield piece.node.value
        return
    graph = Graph(unpack(piece.syntax, piece.content))
    identifier = value_of(graph.first(piece.node, DCT.identifier))
    if by is By.IDENTIFIER or identifier:
        yield from [identifier] if by is By.IDENTIFIER else []
    else:
        yield from [value_of(title) for title in graph.objects(piece.node, DCT.title)] or [""]


def _ascending(places: Sequence[str]) -> bool:
    return all(here < there for here, there in pairwise(places))


def _order(triple: Quad) -> tuple[str, str, str]:
    """Sorts triples, whatever order the server sends them in, so that next time the bytes are equal."""
    subject = "" if isinstance(triple.subject, BlankNode) else str(triple.subject)
    value = "" if isinstance(triple.object, BlankNode) else str(triple.object)
    return subject, str(triple.predicate), value
