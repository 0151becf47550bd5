"""The envelope of answers and errors (CKAN's ckan/views/api.py)."""

from collections.abc import Iterator
from itertools import chain

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from erpd.publish.ckan_api.actions import ACTIONS, Asking
from erpd.publish.ckan_api.arguments import read
from erpd.publish.ckan_api.errors import BadRequest, Refused
from erpd.publish.ckan_api.json_text import as_json
from erpd.publish.compression import compress
from erpd.publish.door import url
from erpd.publish.lateness import lateness
from erpd.register.scope import Scope
from erpd.register.search import DERIVED, IndexNotReady

AT_ONCE = 2**24  # bytes: longer answers are sent piece by piece, so that memory stays flat
_JSON = "application/json;charset=utf-8"
_RETRY = 60  # seconds


def answer(request: HttpRequest, within: Scope, action: str = "") -> HttpResponseBase:
    """The answer of an action, or of the API itself. Raises VersionBroken: better no answer than half."""
    if not action:
        return whole(200, b'{"version":3}')
    if action not in ACTIONS:
        return whole(400, as_json(f"Bad request - Action name not known: {action[:100]}"))
    help_url = help_of(within, action)
    try:
        pieces = ACTIONS[action](Asking(within, read(request), _reader(request)))
        late = lateness(DERIVED)  # clients do not mind a further member
        head = as_json({"help": help_url, "success": True, **({"warning": late} if late else {})})
        head = head[:-1] + b',"result":'
        return _in_pieces(request, chain([head], pieces, [b"}"]))
    except BadRequest as error:
        return whole(400, as_json(str(error)))
    except Refused as error:
        return failed(within, action, error)
    except IndexNotReady as error:
        said = {"__type": "Search Error", "message": str(error)}
        response = whole(503, as_json({"help": help_url, "success": False, "error": said}))
        response["Retry-After"] = str(_RETRY)
        return response


def help_of(within: Scope, action: str) -> str:
    """The address at which an action is explained."""
    return f"{url(within, 'api/3/action/help_show')}?name={action}"


def failed(within: Scope, action: str, error: Refused) -> HttpResponse:
    """The answer for a request that gets no result."""
    said = {"help": help_of(within, action), "success": False, "error": error.as_dict()}
    return whole(error.status, as_json(said))


def _reader(request: HttpRequest) -> str:
    """What tells readers apart, as far as possible behind a proxy."""
    names = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT")
    return "\n".join(str(request.META.get(name, ""))[:200] for name in names)


def _in_pieces(request: HttpRequest, pieces: Iterator[bytes]) -> HttpResponseBase:
    start: list[bytes] = []
    size = 0
    for piece in pieces:
        start.append(piece)
        size += len(piece)
        if size > AT_ONCE:
            return _open(StreamingHttpResponse(chain(start, pieces), content_type=_JSON))
    response = whole(200, b"".join(start))
    compress(request, response)
    return response


def whole(status: int, body: bytes) -> HttpResponse:
    """An answer in JSON, for scripts of any origin."""
    response = HttpResponse(body, status=status, content_type=_JSON)
    _open(response)
    return response


def _open(response: HttpResponseBase) -> HttpResponseBase:
    response["Access-Control-Allow-Origin"] = "*"
    return response
