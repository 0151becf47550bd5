"""The SPARQL server of the operator that has the triples of one scope: what we write there, and ask it.

Two ways of writing, because servers differ: the Graph Store HTTP Protocol takes one graph in each request
(Virtuoso loses what its updates write, and takes no blank nodes in them), SPARQL 1.1 Update many (Fuseki
needs a tenth of the time for them).
"""

import json
import logging
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from erpd.metadata.masking import plain
from erpd.publish.door import url
from erpd.publish.triples.graphs import Graphs
from erpd.register.derived import DerivedFailed
from erpd.register.scope import Scope
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.http.credentials import Challenged
from erpd.sources.sparql.endpoint import Endpoint

logger = logging.getLogger(__name__)

HOLDS = NamedNode("urn:x-erpd:holds")
_SAID = "#holds"  # the end of the name of the graph in which it says so: no data set has such a graph
FORM = 1  # what a server holds, and how it is named
_NT, _UPDATE = "application/n-triples", "application/sparql-update"
_WRITING = Limits(connect=10, read=120, total=600, retries=1)
_PAGE = 5_000  # rows: Virtuoso cuts at 10,000
_DONE = frozenset({200, 201, 202, 204})
_OF_THE_RECORD = frozenset({400, 406, 413, 415, 422, 500})


@dataclass(frozen=True, slots=True)
class Held:
    """What a server says that it holds. It stands there, so that whoever loses one loses the other too."""

    change: int = 0
    """The last change of the register that it holds."""
    mark: str = ""
    """What that change was. If the database has another one there, it has been restored from a backup."""
    catalogues: list[int] = field(default_factory=list)
    """The ids of the catalogues that it covers."""
    whole: bool = False
    """Whether it was filled to its end, and proved: until then nobody is answered."""
    lacking: list[str] = field(default_factory=list)
    """The keys of data sets that it refuses, or that cannot be read."""
    form: int = FORM


class _Refused(Exception):
    """It answers, but does not take this."""


def addressed(address: str, within: Scope) -> tuple[str, Challenged | None]:
    """The address for one scope, without its user name and password, and these."""
    parts = urlsplit(address.replace("{scope}", within.name))
    if parts.username is None:
        return parts.geturl(), None
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return bare, Challenged(unquote(parts.username), unquote(parts.password or ""))


class Server:
    """The server for one scope, not for several threads."""

    def __init__(self, within: Scope, limits: Limits = _WRITING) -> None:
        self._me = NamedNode(url(within, "sparql"))
        self._limits = limits
        named = settings.SPARQL_SERVER
        self.query, self._asking = self._client(named.query, within)
        self._endpoint = Endpoint(self.query, self._asking)
        self._update, self._updating = self._client(named.update, within)
        self._store, self._storing = self._client(named.store, within)

    def _client(self, address: str, within: Scope) -> tuple[str, Client]:
        bare, auth = addressed(address, within)
        return bare, Client(self._limits, settings.NODE.allow_networks, auth)

    @property
    def client(self) -> Client:
        """The client to whom queries are given."""
        return self._asking

    def close(self) -> None:
        for client in (self._asking, self._updating, self._storing):
            client.close()

    def held(self) -> Held | None:
        """What it holds; None if it says nothing. Raises SourceError, and DerivedFailed if it is not ours."""
        rows = self._endpoint.rows(
            f"SELECT (STR(?scope) AS ?name) ?held {{ GRAPH ?g {{ ?scope {HOLDS} ?held }}"
            f" FILTER(STRENDS(STR(?g), '{_SAID}')) }} LIMIT 10"
        )
        others = sorted({row[0] for row in rows} - {self._me.value})
        if others:
            raise DerivedFailed(
                f"The SPARQL server at {self.query} is for {self._me.value}, but holds the triples of "
                f"{plain(', '.join(others))}. Give each scope a data set of its own (docs/node.md), and "
                "empty this one."
            )
        if len(rows) != 1:
            return None
        try:
            held = Held(**json.loads(rows[0][1]))
        except (ValueError, TypeError):
            return None
        return held if held.form == FORM else None

    def hold(self, held: Held) -> None:
        """Write what it holds. Raises SourceError and DerivedFailed."""
        try:
            self._send(self._saying(held))
        except _Refused as error:
            raise _failed(self.query, str(error)) from None

    def _saying(self, held: Held) -> Graphs:
        graph = NamedNode(self._me.value + _SAID)
        return {graph: [Quad(self._me, HOLDS, Literal(json.dumps(asdict(held))))]}

    def write(self, graphs: Graphs, held: Held) -> set[NamedNode]:
        """Replace these graphs; delete those without triples. Returns those that it refuses.

        ``held`` is what it holds until then. Raises SourceError and DerivedFailed.
        """
        if not graphs:
            return set()
        try:
            self._send(graphs)
        except _Refused as error:
            if len(graphs) > 1:
                names = list(graphs)
                parts = names[: len(names) // 2], names[len(names) // 2 :]
                return set().union(*(self.write({one: graphs[one] for one in part}, held) for part in parts))
            self.hold(held)  # whoever takes that is well: it is the record
            (name,) = graphs
            logger.error("The SPARQL server at %s refuses %s: %s", self.query, name.value, error)
            return {name}
        return set()

    def _send(self, graphs: Graphs) -> None:
        if self._update:
            self._ask(self._updating, "POST", self._update, _updating(graphs), _UPDATE)
            return
        for graph, quads in graphs.items():
            address = f"{self._store}{'&' if '?' in self._store else '?'}graph={quote(graph.value, safe='')}"
            if quads:
                self._ask(self._storing, "PUT", address, _triples(quads), _NT)
            else:
                self._ask(self._storing, "DELETE", address, b"", "")

    def _ask(self, client: Client, method: str, address: str, content: bytes, media_type: str) -> None:
        answer = client.send(method, address, content, media_type)
        if answer.status in _DONE or (method == "DELETE" and answer.status == 404):
            return
        said = plain(answer.content[:2_000].decode("utf-8", "replace"), 300)
        reason = f"it answered {answer.status} {said}".rstrip()
        if answer.status in _OF_THE_RECORD:
            raise _Refused(reason)
        raise _failed(address.partition("?")[0], reason)

    def there(self, graphs: Collection[NamedNode]) -> set[str]:
        """Which of these graphs it has. Raises SourceError."""
        names = " ".join(map(str, graphs))
        return set(
            self._endpoint.texts(
                f"SELECT DISTINCT (STR(?g) AS ?name) {{ VALUES ?g {{ {names} }} GRAPH ?g {{ ?s ?p ?o }} }}"
            )
        )

    def number(self, graphs: str) -> int:
        """How many graphs match a pattern of ?g. Raises SourceError."""
        return self._endpoint.number(f"SELECT (COUNT(DISTINCT ?g) AS ?n) {{ {graphs} }}")

    def names(self, graphs: str) -> list[str]:
        """The names of the graphs that match a pattern of ?g. Raises SourceError."""
        found: list[str] = []
        after = Literal("")
        while True:
            page = self._endpoint.texts(
                f"SELECT DISTINCT (STR(?g) AS ?name) {{ {graphs} FILTER(STR(?g) > {after}) }}"
                f" ORDER BY STR(?g) LIMIT {_PAGE}"
            )
            found += page
            if len(page) < _PAGE:
                return found
            after = Literal(page[-1])

    def says_all(self, within: NamedNode) -> bool:
        """Whether its default graph shows what the named graphs hold. Raises SourceError."""
        found = self._endpoint.texts(f"SELECT (STR(?t) AS ?type) {{ {within} a ?t }} LIMIT 1")
        return bool(found)


def failed(error: SourceError) -> DerivedFailed:
    """Why the server cannot be followed, for the log."""
    return DerivedFailed(
        f"The SPARQL server cannot be brought up to date: {error.message} ({error.url}). The register itself "
        "is safe; it is tried again."
    )


def _failed(address: str, reason: str) -> DerivedFailed:
    return DerivedFailed(
        f"The SPARQL server at {address} takes nothing: {reason}. Check its address, the user name and "
        "password in it, and the server's disk. The register itself is safe; it is tried again."
    )


def _triples(quads: Collection[Quad]) -> bytes:
    return serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""


def _updating(graphs: Graphs) -> bytes:
    drops = [f"DROP SILENT GRAPH {graph}".encode() for graph in graphs]
    data = [
        b"GRAPH %s {\n%s}" % (str(graph).encode(), _triples(quads))
        for graph, quads in graphs.items()
        if quads
    ]
    return b" ;\n".join([*drops, b"INSERT DATA {\n%s\n}" % b"\n".join(data)])
