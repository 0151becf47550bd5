"""Passes queries on to a server outside, under the limits of our own stores."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO, BinaryIO, cast
from urllib.parse import urlencode

from django.conf import settings

from erpd.metadata.masking import plain
from erpd.publish.sparql import asking
from erpd.publish.sparql.arguments import FORMS, Asked
from erpd.publish.sparql.asking import ask
from erpd.publish.sparql.child import MOST, Answer, Fetched, Unasked
from erpd.publish.sparql.standard import NotStandard, not_a_graph, restated
from erpd.publish.triples.outside.server import Server
from erpd.register.derived import DerivedFailed
from erpd.register.scope import Scope
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Limits, Response

logger = logging.getLogger(__name__)

_ROWS, _NT = "application/sparql-results+json", "application/n-triples"
# How servers say that a query took too long, or that the answer was cut.
_TOO_LONG = (b"timed out", b"timeout", b"estimated execution time")
_CUT = ("X-SQL-State", "X-SQL-Message", "X-SPARQL-MaxRows")
_CHECK = Limits(connect=3, read=5, total=5, retries=0)
_away = Answer(refused="store")
_idle: dict[tuple[str, str, Limits], list[Server]] = {}


def end_all() -> None:
    """Close the connections that wait for a query."""
    while _idle:
        for server in _idle.popitem()[1]:
            server.close()


def ask_outside(asked: Asked, within: Scope) -> tuple[Answer, IO[bytes]]:
    """What a server outside says, like ``ask``."""
    with ExitStack() as stack:
        file = stack.enter_context(NamedTemporaryFile(prefix="erpd-sparql-"))
        said = _ready(asked, within, file)
        if isinstance(said, Answer):
            return said, TemporaryFile()
        file.flush()
        return ask(said)


def _ready(asked: Asked, within: Scope, file: IO[bytes]) -> Answer | Fetched:
    """What the server says, in the file, and how to write it; or why the query is refused."""
    kind = _kind(asked.query)
    if kind.refused:
        return kind
    base = f"{settings.NODE.base_url}/"
    try:
        query = restated(asked.query, base)
        for graph in (*asked.default_graphs, *asked.named_graphs):
            if not graph.startswith(base):
                raise not_a_graph(graph, base)
    except NotStandard as error:
        return Answer(refused="not allowed", reason=str(error))
    if _kind(query) != kind:  # we have read it in another way than the parser
        return Answer(refused="not allowed", reason="This query is written in a way that is not passed on.")
    wanted = asked.triples if kind.media_type == "graph" else asked.results
    if not wanted:
        return Answer(refused="media type")
    form = [("query", query)]
    form += [("default-graph-uri", graph) for graph in asked.default_graphs]
    form += [("named-graph-uri", graph) for graph in asked.named_graphs]
    refused = _fetch(urlencode(form).encode(), within, _NT if kind.media_type == "graph" else _ROWS, file)
    return refused or Fetched(file.name, kind.media_type, wanted, asking.SECONDS)


def _kind(query: str) -> Answer:
    answer, file = ask(Unasked(query, asking.SECONDS))
    file.close()
    return answer


def _fetch(form: bytes, within: Scope, accept: str, into: IO[bytes]) -> Answer | None:
    """Write what the server says into a file; or why there is nothing."""
    limits = Limits(connect=3, read=asking.SECONDS, total=3 * asking.SECONDS, max_bytes=MOST, retries=0)
    try:
        with _server(within, limits) as server:
            answer = server.client.send(
                "POST", server.query, form, FORMS[0], accept=accept, into=cast(BinaryIO, into)
            )
    except SourceError as error:
        if error.rule is Reason.TOO_LARGE:
            return Answer(refused="size")
        slow = error.rule is Reason.TIMEOUT and _is_whole(within)
        return Answer(refused="time") if slow else _told(str(error))
    if answer.status != 200:
        into.seek(0)
        return _refusal(answer, into.read(4_000))
    if any(name in answer.headers for name in _CUT):
        return Answer(refused="size")
    return None if _is_whole(within) else _away


@contextmanager
def _server(within: Scope, limits: Limits) -> Iterator[Server]:
    """One that nobody else is using."""
    idle = _idle.setdefault((within.name, settings.SPARQL_SERVER.query, limits), [])
    server = idle.pop() if idle else Server(within, limits)
    try:
        yield server
    except BaseException:
        server.close()
        raise
    idle.append(server)


def _is_whole(within: Scope) -> bool:
    """Whether the server holds everything of this scope and nothing else, now that it has answered."""
    try:
        with _server(within, _CHECK) as server:
            held = server.held()
    except (SourceError, DerivedFailed) as error:
        logger.error("A query was not answered: %s", error)
        return False
    return held is not None and held.whole


def _refusal(answer: Response, said: bytes) -> Answer:
    sentence = plain(said.decode("utf-8", "replace"), 300)
    if answer.status in (400, 500, 503) and any(word in said.lower() for word in _TOO_LONG):
        return Answer(refused="time")
    if answer.status == 400:
        return Answer(refused="syntax", reason=f"the server does not take it: {sentence}")
    return _told(f"The SPARQL server answered {answer.status} {sentence}")


def _told(why: str) -> Answer:
    logger.error("A query was not answered: %s", why)
    return _away
