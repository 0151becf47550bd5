"""A data set as linked data, by the suffix of its address or by content negotiation."""

import uuid
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from erpd.formats.rdf.document import write
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.publish.accept import preferred
from erpd.publish.entry import address, graph_of
from erpd.publish.methods import safe
from erpd.publish.profiles import ARGUMENT, UnknownProfile, asked_for, say
from erpd.register.content import triples_of
from erpd.register.models import DataSet
from erpd.register.scope import scope

# A data set in addresses, in upper or lower case (RFC 9562, 4).
KEY = r"(?P<key>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
HTML = "text/html"
# Suffix of the address -> media type. A client that likes several equally gets the first.
MEDIA_TYPES = {name: syntax.media_types[0] for name, syntax in SYNTAXES.items()}


@safe
def one_syntax(request: HttpRequest, key: str, suffix: str) -> HttpResponse:
    """Answer ``/datasets/<key>.ttl``: 404 for an unknown data set or suffix, 410 for a tombstone."""
    data_set = scope().one(uuid.UUID(key))
    if data_set is None or suffix not in SYNTAXES:
        raise Http404(f"No such data set is here, or not as .{suffix}; there are .{', .'.join(SYNTAXES)}.")
    return _answer(request, data_set, suffix)


def negotiated(request: HttpRequest, data_set: DataSet) -> HttpResponse | None:
    """The answer of ``/datasets/<key>`` to this client; None if it prefers the HTML page (see ``announce``).

    ``data_set`` comes from a scope's history. A client that accepts neither HTML nor RDF gets 406 and a list
    of what is available; one that asks for the RDF of a tombstone gets 410 (RFC 9110, 12.1 and 15.5).
    """
    suffixes = {media_type: suffix for suffix, media_type in MEDIA_TYPES.items()}
    # Who names a profile wants data.
    offered = [*suffixes] if ARGUMENT in request.GET else [HTML, *suffixes]
    chosen = preferred(request.headers.get("Accept", ""), offered)
    if chosen == HTML:
        return None
    if chosen is None:
        response = _text(406, _what_there_is(data_set))
        patch_vary_headers(response, ["Accept"])
        return response
    response = _answer(request, data_set, suffixes[chosen])
    response["Content-Location"] = address(data_set, suffixes[chosen])
    patch_vary_headers(response, ["Accept"])
    return response


def announce(response: HttpResponse, data_set: DataSet) -> None:
    """Add headers to the HTML page that link to its RDF and say that the answer depends on Accept."""
    patch_vary_headers(response, ["Accept"])
    if not data_set.deleted:
        response["Link"] = _links(data_set, HTML)


def _answer(request: HttpRequest, data_set: DataSet, suffix: str) -> HttpResponse:
    try:
        profile = asked_for(request)
    except UnknownProfile as error:
        return _text(400, f"{error}\n")
    if data_set.deleted:
        day = data_set.modified
        return _text(410, f"This data set was removed from the register on {day.day} {day:%B %Y}.\n")
    # Weak, because the triples are the same but the order of the bytes may differ.
    etag, modified = f'W/"{data_set.change}-{suffix}-{profile.token}"', data_set.modified
    response = get_conditional_response(request, etag=etag, last_modified=int(modified.timestamp()))
    if response is None:
        graph = graph_of(data_set, triples_of(data_set), profile)
        content = write(graph.triples(), suffix)
        response = HttpResponse(content, content_type=content_type(suffix))
    _describe(response, data_set, MEDIA_TYPES[suffix], etag, modified)
    say(response, profile)
    patch_vary_headers(response, ["Accept-Profile"])
    return response


def _describe(
    response: HttpResponse, data_set: DataSet, media_type: str, etag: str, modified: datetime
) -> None:
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified.timestamp())
    response["Link"] = _links(data_set, media_type)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Content-Profile"


def _links(data_set: DataSet, present: str) -> str:
    """The Link header (RFC 8288) with the other representations of this data set."""
    forms = {"": HTML, **MEDIA_TYPES}
    return ", ".join(
        f'<{address(data_set, suffix)}>; rel="alternate"; type="{media_type}"'
        for suffix, media_type in forms.items()
        if media_type != present
    )


def _what_there_is(data_set: DataSet) -> str:
    lines = [f"{media_type}  {address(data_set, suffix)}" for suffix, media_type in MEDIA_TYPES.items()]
    return "\n".join(["This data set is not there in a form that you accept. There are:", HTML, *lines, ""])


def content_type(suffix: str) -> str:
    """The media type with its charset. Turtle is always UTF-8, but browsers guess if they are not told."""
    media_type = MEDIA_TYPES[suffix]
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _text(status: int, text: str) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response
