"""Requests to the write side: the key, the action, CKAN's envelope. All others go to the read side."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from erpd.accounts.credentials import Credentials, credentials, has_key
from erpd.publish.ckan_api import DOOR
from erpd.publish.ckan_api.arguments import Arguments, flag, posted, read
from erpd.publish.ckan_api.envelope import failed, help_of, whole
from erpd.publish.ckan_api.errors import BadRequest, Forbidden, NotFound, Refused
from erpd.publish.ckan_api.json_text import as_json
from erpd.publish.methods import answers
from erpd.publish.urls import through
from erpd.register.scope import Scope
from erpd.submit.actions import dry_run
from erpd.submit.ckan.actions import ABOUT, OWN, WRITING, Asking
from erpd.submit.ckan.faults import told
from erpd.submit.parameters import nearest
from erpd.submit.refusals import Refusal

LARGEST = 1_000_000  # bytes of a body
_ALL = {**WRITING, **ABOUT}


class _TooMany(Refused):
    status, kind = 429, "Rate Limit Error"


class _TooLarge(Refused):
    status = 413


def view(name: str) -> Callable[..., HttpResponseBase]:
    """The view of both sides in the scope with this name. What only reads asks for no key."""
    public = through(DOOR, name)

    @csrf_exempt  # keys come in headers alone, which no form on another site can send
    @answers(*DOOR.methods)
    def answer(request: HttpRequest, action: str = "", **parameters: Any) -> HttpResponseBase:
        if action in _ALL:
            return _answer(request, action)
        if action in OWN and has_key(request):
            own = _answer(request, action)
            return own if own.status_code != NotFound.status else public(request, action=action, **parameters)
        if action == "help_show" and (about := request.GET.get("name")) in _ALL:
            return _done(Scope("all", {}), action, _ALL[about].__doc__)
        return public(request, action=action, **parameters)

    return answer


def _answer(request: HttpRequest, action: str) -> HttpResponse:
    within = Scope("all", {})  # only its addresses are needed
    who = credentials(request)
    try:
        response = _do(request, within, action, who)
    except BadRequest as error:
        response = whole(400, as_json(str(error)))
    except Refused as error:
        response = failed(within, action, error)
    except Refusal as refusal:
        response = failed(within, action, told(refusal, {}))
    except PermissionDenied:
        response = failed(within, action, Forbidden("Access denied"))
    except Http404:
        response = failed(within, action, NotFound("Not found"))
    for name, value in (who.rest.headers() if who.rest else {}).items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def _do(request: HttpRequest, within: Scope, action: str, who: Credentials) -> HttpResponse:
    if action in WRITING and request.method != "POST":
        raise BadRequest("Bad request - JSON Error: Invalid request. Please use POST method for your request")
    if who.too_many:
        raise _TooMany("Too many requests. Wait as many seconds as Retry-After says.")
    if who.key is None:
        if action == "organization_list_for_user":
            return _done(within, action, [])
        raise Forbidden("Access denied: this needs a valid API key, in the header Authorization.")
    if action in WRITING:
        _check(request)
    arguments = _arguments(request) if action in WRITING else read(request)
    asking = Asking(who.key, arguments)
    rehearses = action in WRITING and _rehearses(request, arguments)
    with dry_run() if rehearses else nullcontext():
        return _done(within, action, (_ALL | OWN)[action](asking))


def _check(request: HttpRequest) -> None:
    """Refuse what is not known in the address: a slip in dry_run would do what it should only try."""
    for name in request.GET:
        if name not in _KNOWN:
            meant = "Did you mean dry_run?" if nearest(name, ["dry_run"]) else "Write parameters in the body."
            raise BadRequest(f"Bad request - “{name[:80]}” is not a parameter of the address. {meant}")


def _check_slips(arguments: Arguments) -> None:
    """Packages may have any field, but none that looks like our parameter."""
    for name in arguments:
        if 4 < len(name) < 10 and name != "dry_run" and nearest(name, ["dry_run"]):
            raise Refused(name, **{name: [f"“{name}” is not a parameter. Did you mean dry_run?"]})


_KNOWN = ("dry_run", "callback", "_")


def _arguments(request: HttpRequest) -> Arguments:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST or len(request.body) > LARGEST:
        raise _TooLarge(f"The body is larger than {LARGEST:,} bytes. Send less.")
    found = posted(request)
    _check_slips(found)
    return found


def _rehearses(request: HttpRequest, arguments: Arguments) -> bool:
    said = [each for each in (request.GET.get("dry_run"), arguments.pop("dry_run", None)) if each is not None]
    answers = [flag({"dry_run": each}, "dry_run") for each in said]  # each of them is checked
    return any(answers)


def _done(within: Scope, action: str, result: Any) -> HttpResponse:
    return whole(200, as_json({"help": help_of(within, action), "success": True, "result": result}))
