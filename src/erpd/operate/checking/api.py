"""The same check for programs, asked as they ask a validator of the European Interoperability Test Bed.

https://www.itb.ec.europa.eu/docs/guides/latest/validatingRDF/: its REST API, and its names.
"""

import json
from base64 import b64decode
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt

from erpd.accounts.rest import problems
from erpd.accounts.rest.problems import Code, FieldProblem, Problem
from erpd.formats.rdf.syntaxes import SYNTAXES, Syntax
from erpd.metadata.profile import AND, PROFILES
from erpd.operate.checking.asking import FIRST, LONGEST_ADDRESS, profiles
from erpd.operate.checking.running import Refused, Why, bytes_of, checked
from erpd.publish.methods import SAFE, answers
from erpd.sources.children.child import Child
from erpd.sources.links import is_on_the_web
from erpd.standalone.asked import Place

_SYNTAXES = {kind: one for one in SYNTAXES.values() for kind in one.media_types}
REPORTS = ("text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples")
_REFUSED = ("externalRules", "contentQuery")  # to leave them out without a word would be another check
_TOO_MUCH = Code("CANNOT_BE_CHECKED", 422, "The document cannot be checked to its end")
_REFUSALS = {
    Why.USED_UP: (problems.TOO_MANY_REQUESTS, "Your network has used its checks."),
    Why.BUSY: (problems.UNAVAILABLE, "Others are having theirs checked."),
    Why.UNREADABLE: (_TOO_MUCH, ""),
    Why.BROKEN: (problems.INTERNAL_ERROR, "The fault is ours, and has been noted."),
}
WAYS = ("STRING", "URL", "BASE64")


@answers(*SAFE)
def info(_: HttpRequest) -> HttpResponse:
    """The validation types: our profiles."""
    types = [{"type": name, "description": title} for name, title in profiles()]
    return JsonResponse({"domain": "erpd", "validationTypes": types})


@csrf_exempt  # as for the page
@answers("POST")
def validate(request: HttpRequest) -> HttpResponse:
    """A SHACL validation report of what is sent, or problem details (RFC 9457)."""
    try:
        response = _validated(request)
    except Problem as problem:
        response = problem.response(request)
    add_never_cache_headers(response)
    return response


def _validated(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    given = _given(asked)
    syntax, profile = _report_syntax(request, asked), _profile(asked)

    def ask(child: Child, place: Place) -> bytes:
        report: bytes = child.one("validated", place, syntax.name)
        return report

    try:
        report = checked(request, given, "document", profile, ask)
    except Refused as refused:
        code, said = _REFUSALS[refused.why]
        if refused.error:
            said = f"{refused.error.message}. {refused.error.advice}"
        raise Problem(code, said, headers=refused.headers) from None
    media_type = f"{syntax.media_types[0]}; charset=utf-8"
    return HttpResponse(report, media_type, headers={"Content-Language": "en"})


def _profile(asked: dict[str, str]) -> str:
    """The profiles, each once and in one order: to load them takes time, and they are kept."""
    wanted = set(asked.get("validationType", FIRST).split(AND))
    if not wanted <= set(PROFILES):
        raise _wrong("validationType", "See /check/api/info for the types; join several with +.")
    return AND.join(name for name, _ in profiles() if name in wanted)


def _asked(request: HttpRequest) -> dict[str, str]:
    """The members that we heed, all of them texts. In which syntax a document is, it says itself."""
    if request.content_type != "application/json":
        raise Problem(problems.MEDIA_TYPE_UNKNOWN, "Send a JSON object, as application/json.")
    try:
        asked: Any = json.loads(request.body)
    except RequestDataTooBig:
        raise Problem(problems.TOO_LARGE, "Give the address of a large document, as URL.") from None
    except (ValueError, RecursionError):
        raise Problem(problems.INVALID_REQUEST, "The body is not JSON.") from None
    if not isinstance(asked, dict):
        raise Problem(problems.INVALID_REQUEST, "The body is not a JSON object.")
    for name in _REFUSED:
        if asked.get(name):
            raise _wrong(name, "That is not possible here.")
    names = ("contentToValidate", "embeddingMethod", "validationType", "reportSyntax")
    said = {name: asked[name] for name in names if asked.get(name) is not None}
    for name, value in said.items():
        if not isinstance(value, str):
            raise _wrong(name, "It must be a text.")
    if not said.get("contentToValidate", "").strip():
        raise _wrong("contentToValidate", "It is missing.")
    return said


def _report_syntax(request: HttpRequest, asked: dict[str, str]) -> Syntax:
    """The one that is asked for, in the body or else by the header Accept."""
    wanted = asked.get("reportSyntax")
    if wanted and wanted not in REPORTS:
        raise _wrong("reportSyntax", f"Possible are {', '.join(REPORTS)}.")
    return _SYNTAXES[wanted or request.get_preferred_type(list(REPORTS)) or REPORTS[0]]


def _given(asked: dict[str, str]) -> str | bytes:
    """An address, or a document."""
    content, way = asked["contentToValidate"], asked.get("embeddingMethod", "STRING")
    if way not in WAYS:
        raise _wrong("embeddingMethod", f"Possible are {', '.join(WAYS)}.")
    if way == "STRING":
        return bytes_of(content)
    if way == "BASE64":
        return _decoded(content)
    if len(content) > LONGEST_ADDRESS or not is_on_the_web(content):
        raise _wrong("contentToValidate", "It is no address of the web.")
    return content


def _decoded(content: str) -> bytes:
    try:
        return b64decode("".join(content.split()), validate=True)
    except ValueError:
        raise _wrong("contentToValidate", "It is not in Base64.") from None


def _wrong(name: str, message: str) -> Problem:
    fault = FieldProblem("INVALID", name, message, f"/{name}")
    return Problem(problems.INVALID_REQUEST, f"{name}: {message}", [fault])
