"""The program in which queries run: ``python -m erpd.publish.sparql.child``. It may be killed at any time.

It reads questions from its standard input and writes answers to its standard output, in the frames of
``multiprocessing.connection``: pieces of the result, an empty one, then the ``Answer`` as JSON. It knows
neither Django nor the database, has no network (see ``sealing``), and opens only snapshots that nobody
writes to.
"""

import json
import re
import resource
import signal
from dataclasses import asdict, dataclass
from importlib import import_module
from io import BufferedWriter, RawIOBase
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
    serialize,
)

from erpd.metadata.terms import PREFIXES
from erpd.publish.sparql.dataset import merged, named_in
from erpd.publish.sparql.sealing import seal

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MEMORY = 2**30  # bytes
MOST = 50 * 2**20  # bytes of an answer
_PIECE = 2**16

# What precedes a keyword may be text: comments, strings, IRIs, variables, prefixed names, language tags.
_TEXT = re.compile(
    r"""\#[^\n\r]* | <[^<>"{}|^`\\\x00-\x20]*>
    | \"\"\"(?:[^"\\]|\\.|"{1,2}(?!"))*\"\"\" | '''(?:[^'\\]|\\.|'{1,2}(?!'))*'''
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | [?$@]\w+
    | (?<![\w.-])[\w.-]*:[\w.:%\\-]*""",
    re.VERBOSE | re.DOTALL,
)
_SERVICE = re.compile(r"(?<![^\W\d])SERVICE\b", re.IGNORECASE)
# How Virtuoso 7 names a blank node.
_NODE = re.compile(rb'("type": "bnode", "value": ")nodeID://')


@dataclass(frozen=True, slots=True)
class Question:
    """A query on one store."""

    store: str
    """The folder of a snapshot."""
    query: str
    default_graphs: list[str]
    named_graphs: list[str]
    """As the protocol gives them; they replace those of the query."""
    seconds: float
    """Of processor time."""
    results: str
    """The media type for solutions and for yes or no; "" if the client accepts none."""
    triples: str
    """The media type for triples; "" if the client accepts none."""


@dataclass(frozen=True, slots=True)
class Unasked:
    """A query that is not asked: what kind of result would it have?"""

    query: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Fetched:
    """What another server says to a query, to be checked and written in the media type that is wanted."""

    file: str
    """SPARQL's JSON, or N-Triples."""
    kind: str
    """``rows``, ``boolean`` or ``graph``."""
    media_type: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query says, or why it says nothing."""

    media_type: str = ""
    refused: str = ""
    """``syntax``, ``service``, ``size``, ``media type``, ``not allowed`` or ``store``."""
    reason: str = ""


class _TooLarge(Exception):
    pass


class _Sent(RawIOBase):
    """A file that sends what is written to it, in pieces. Raises _TooLarge."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._left = MOST

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer") -> int:
        piece = bytes(data)
        self._left -= len(piece)
        if self._left < 0:
            raise _TooLarge
        self._pipe.send_bytes(piece)
        return len(piece)


def calls_others(query: str) -> bool:
    """Whether it calls another endpoint, as far as we understand it."""
    return bool(_SERVICE.search(_without_text(query)))


def _without_text(query: str) -> str:
    return _TEXT.sub(" ", query)


def answer(store: Store, question: Question, sent: IO[bytes]) -> Answer:
    """Write the result of a query to ``sent``."""
    if calls_others(question.query):
        return Answer(refused="service")
    graphs = (question.default_graphs, question.named_graphs)
    if not any(graphs):
        graphs = named_in(question.query)
    default, named = ([*map(NamedNode, dict.fromkeys(iris))] for iris in graphs)
    only: list[NamedNode | BlankNode | DefaultGraph] | DefaultGraph = [*default]
    try:
        if len(default) > 1:
            store, only = merged(store, default, named), DefaultGraph()
        result = store.query(
            question.query,
            default_graph=only or ([] if named else None),
            named_graphs=[*named] or ([] if default else None),
        )
    except SyntaxError as error:
        return Answer(refused="syntax", reason=str(error))
    media_type = question.results if isinstance(result, (QuerySolutions, QueryBoolean)) else question.triples
    if not media_type:
        return Answer(refused="media type")
    if isinstance(result, (QuerySolutions, QueryBoolean)):
        form = QueryResultsFormat.from_media_type(media_type)
        result.serialize(sent, form)
    else:
        serialize(result, sent, RdfFormat.from_media_type(media_type), prefixes=PREFIXES)
    sent.flush()
    return Answer(media_type)


def kind_of(query: str) -> Answer:
    """``rows``, ``boolean`` or ``graph`` as the media type; or that it is not a query."""
    try:
        result = Store().query(query)
    except (SyntaxError, RuntimeError, ValueError) as error:  # the last: a function that is not SPARQL's
        return Answer(refused="syntax", reason=str(error))
    if isinstance(result, QuerySolutions):
        return Answer("rows")
    return Answer("boolean" if isinstance(result, QueryBoolean) else "graph")


def rewritten(fetched: Fetched, sent: IO[bytes]) -> Answer:
    """Write what another server says to ``sent``."""
    try:
        if fetched.kind == "graph":
            triples = parse(path=fetched.file, format=RdfFormat.N_TRIPLES, lenient=True)
            form = RdfFormat.from_media_type(fetched.media_type)
            serialize((quad.triple for quad in triples), sent, form, prefixes=PREFIXES)
        else:
            said = _NODE.sub(rb"\1", Path(fetched.file).read_bytes())
            result = parse_query_results(said, format=QueryResultsFormat.JSON)
            if fetched.kind == "boolean" and isinstance(result, QuerySolutions):
                result = Store().query("ASK {}" if _is_yes(result) else "ASK { FILTER(false) }")  # type: ignore[assignment]
            result.serialize(sent, QueryResultsFormat.from_media_type(fetched.media_type))
    except SyntaxError as error:  # it was cut
        return Answer(refused="store", reason=str(error))
    sent.flush()
    return Answer(fetched.media_type)


def _is_yes(result: QuerySolutions) -> bool:
    """Virtuoso 7 says it in a table."""
    return any(value is not None and value.value in ("1", "true") for row in result for value in row)


def main() -> None:
    """Answer questions until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sealed = seal()
    asked, told = Connection(0, writable=False), Connection(1, readable=False)
    opened, store = "", Store()
    while True:
        try:
            question = asked.recv()
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, question.seconds)  # whose default action ends this process
        try:
            if isinstance(question, Unasked):
                said = kind_of(question.query)
            elif isinstance(question, Fetched):
                said = rewritten(question, BufferedWriter(_Sent(told), _PIECE))
            elif not sealed and "service" in question.query.lower():
                said = Answer(refused="service")
            else:
                if question.store != opened:
                    opened, store = question.store, Store.read_only(question.store)
                said = answer(store, question, BufferedWriter(_Sent(told), _PIECE))
        except _TooLarge:
            said = Answer(refused="size")
        except PermissionError:  # the only thing that it may not do is to call others
            said = Answer(refused="service")
        except (OSError, RuntimeError, ValueError) as error:
            said = Answer(refused="store", reason=str(error))
        signal.setitimer(signal.ITIMER_PROF, 0)
        told.send_bytes(b"")
        told.send_bytes(json.dumps(asdict(said)).encode())


if __name__ == "__main__":
    # As the module whose classes the questions have, not as a second one.
    import_module("erpd.publish.sparql.child").main()
