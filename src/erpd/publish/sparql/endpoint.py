"""The SPARQL 1.1 protocol (W3C, 2013) on the store of a scope; read-only."""

from os import SEEK_END
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from erpd.publish import triples
from erpd.publish.accept import preferred
from erpd.publish.door import url
from erpd.publish.lateness import say_if_late
from erpd.publish.sparql import asking
from erpd.publish.sparql.arguments import Asked, Refusal, read
from erpd.publish.sparql.asking import IN_MEMORY, ask
from erpd.publish.sparql.child import MEMORY, MOST, Answer, Question
from erpd.publish.sparql.description import MEDIA_TYPES, description
from erpd.publish.sparql.passing import ask_outside
from erpd.publish.triples import outside
from erpd.publish.triples.outside import is_outside
from erpd.register.scope import Scope

_LIMITS = {
    "size": f"Its result is larger than {MOST >> 20} MB.",
    "ended": f"It takes more than {MEMORY >> 20:,} MB of memory, or is nested too deeply.",
}
_NARROW = "Ask for less: add a pattern or a FILTER that selects fewer resources, or a LIMIT."
_SERVICE = "SERVICE is refused: this endpoint asks no others. Send your query to each of them."
_FORMS = (
    "There are JSON, XML, CSV and TSV for SELECT and ASK; Turtle, N-Triples, RDF/XML and JSON-LD for"
    " CONSTRUCT and DESCRIBE."
)
_TEXT = "text/plain; charset=utf-8"
_NO_ROOM = "This node has no room for the answer at the moment. Try again in a few minutes."
_NOT_READY = "The SPARQL store is not ready yet. Try again in a few minutes."


def answer(request: HttpRequest, within: Scope) -> HttpResponseBase:
    """The answer to one request; errors are a status and a sentence in plain text."""
    response: HttpResponseBase
    try:
        asked = read(request)
        response = _described(request, within) if asked is None else result(asked, within)
    except Refusal as refusal:
        response = refused(refusal)
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept"])
    return response


def refused(refusal: Refusal) -> HttpResponse:
    """An error: a status, and a sentence in plain text."""
    response = HttpResponse(f"{refusal}\n", status=refusal.status, content_type=_TEXT)
    if refusal.status == 503:
        response["Retry-After"] = "30"
    return response


def _described(request: HttpRequest, within: Scope) -> HttpResponseBase:
    """Without a query: the page with the editor for people, the service description for programs."""
    if request.method == "POST":
        raise Refusal(400, "There is no query. Send it as the parameter `query`, or as the body.")
    chosen = preferred(request.headers.get("Accept", ""), [*MEDIA_TYPES, "text/html"])
    if chosen == "text/html":
        return HttpResponseRedirect(url(within, "query"), status=303)
    if chosen is None:
        raise Refusal(406, f"The service description is there as {', '.join(MEDIA_TYPES)}.")
    return HttpResponse(description(within, chosen), content_type=chosen)


def asked_here(query: str, within: Scope) -> tuple[str, bytes]:
    """The media type and the result of a query, for a page. Raises Refusal."""
    asked = Asked(query, [], [], "application/sparql-results+json", "text/turtle")
    media_type, file = _whole(asked, within)
    with file:
        return media_type, file.read(IN_MEMORY + 1)


def result(asked: Asked, within: Scope) -> HttpResponseBase:
    """The result of a query, whole; a header says if the store is too far behind. Raises Refusal."""
    response = _sent(asked, within)
    say_if_late(response, outside.DERIVED if is_outside(within) else triples.DERIVED)
    return response


def _sent(asked: Asked, within: Scope) -> HttpResponseBase:
    media_type, file = _whole(asked, within)
    if file.seek(0, SEEK_END) > IN_MEMORY:
        file.seek(0)
        return FileResponse(file, content_type=media_type)
    with file:
        file.seek(0)
        return HttpResponse(file.read(), content_type=media_type)


def _whole(asked: Asked, within: Scope) -> tuple[str, IO[bytes]]:
    """The media type of a result, and the file that has it. Raises Refusal."""
    said, file = ask_outside(asked, within) if is_outside(within) else _asked_inside(asked, within)
    if said.refused:
        file.close()
        raise _refusal(said)
    file.seek(0)
    return said.media_type, file


def _asked_inside(asked: Asked, within: Scope) -> tuple[Answer, IO[bytes]]:
    snapshot = triples.snapshot(within)
    if snapshot is None:
        raise Refusal(503, _NOT_READY)
    graphs = (asked.default_graphs, asked.named_graphs)
    question = Question(
        str(snapshot.folder), asked.query, *graphs, asking.SECONDS, asked.results, asked.triples
    )
    return ask(question)


def _refusal(said: Answer) -> Refusal:
    if said.refused == "time":
        return Refusal(
            422, f"This query was stopped. It takes more than {asking.SECONDS:.0f} seconds. {_NARROW}"
        )
    if said.refused in _LIMITS:
        return Refusal(422, f"This query was stopped. {_LIMITS[said.refused]} {_NARROW}")
    if said.refused == "syntax":
        return Refusal(400, f"This is not a SPARQL 1.1 query: {_shortened(said.reason)}")
    if said.refused == "service":
        return Refusal(403, _SERVICE)
    if said.refused == "not allowed":
        return Refusal(403, said.reason)
    if said.refused == "media type":
        return Refusal(406, _FORMS)
    if said.refused == "machine":
        return Refusal(503, _NO_ROOM)
    return Refusal(503, _NOT_READY)


def _shortened(reason: str) -> str:
    """The parser lists all that it would have understood there."""
    return reason.partition(", [")[0][:300]
