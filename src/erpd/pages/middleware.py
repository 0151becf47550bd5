"""Middleware: pages in the reader's language, under a policy that lets only our own files run; methods."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers

from erpd.pages.languages import chosen_language, interface_language, reader_languages
from erpd.publish.methods import PAGES

# ECL draws some shapes with data: images. Nothing inline runs: no 'unsafe-inline', no nonces.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

PACKED = "application/gzip"
MOST_PARAMETERS = 1_000  # of an address

GetResponse = Callable[[HttpRequest], HttpResponse]


class Compression(GZipMiddleware):
    """Compresses what is not compressed yet: the length and checksum of a dump are those of its file."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type") == PACKED:
            return response
        return super().process_response(request, response)


def parameters(get_response: GetResponse) -> GetResponse:
    """Refuse addresses with more parameters than any page has: only posted forms may have more fields."""

    def answer(request: HttpRequest) -> HttpResponse:
        if 1 + request.META.get("QUERY_STRING", "").count("&") > MOST_PARAMETERS:
            raise TooManyFieldsSent(f"An address has at most {MOST_PARAMETERS} parameters.")
        return get_response(request)

    return answer


def language(get_response: GetResponse) -> GetResponse:
    """Choose the language of the page. Replaces LocaleMiddleware, which claims languages we do not have.

    Pages are shown in the first of the reader's languages that they exist in, and so is each record.
    ``?lang=`` is remembered in a cookie.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        code = interface_language(reader_languages(request))
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            # Caches ask us each time, so the language that a cookie holds needs no Vary, which would make
            # every reader's copy another one.
            response.headers.setdefault("Cache-Control", "no-cache")
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", code)
        chosen = chosen_language(request)
        if chosen:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=365 * 24 * 3600,
                samesite="Lax",
                secure=request.is_secure(),
                httponly=True,
            )
        return response

    return answer


def content_security(get_response: GetResponse) -> GetResponse:
    """Add a ``Content-Security-Policy`` to every answer that does not have its own."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return answer


class Methods:
    """Answer 405 before a token against forged requests is asked for (see ``erpd.publish.methods``).

    Views of others do not say which methods they answer: pages answer these.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_: object) -> HttpResponse | None:
        methods = getattr(view, "methods", PAGES)
        if request.method in methods:
            return None
        asks_for_page = "text/html" in request.headers.get("Accept", "")
        content = render_to_string("405.html") if asks_for_page else ""
        return HttpResponseNotAllowed(methods, content)
