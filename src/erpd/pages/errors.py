"""Answers to requests that are no good, or not allowed."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.cookie import parse_cookie
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import override

from erpd.pages.languages import interface_language, reader_languages


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say so without looking at the request again, whose address may be what is wrong with it."""
    return HttpResponseBadRequest(render_to_string("400.html"))


def too_large(most: int, languages: str, cookies: str) -> str:
    """The page that says that a form is too large. ``most``: bytes that it may have.

    The server refuses such a form before the application sees it: ``languages`` and ``cookies`` are what the
    head of the request says.
    """
    asking = HttpRequest()
    asking.META = {"HTTP_ACCEPT_LANGUAGE": languages}
    asking.COOKIES = parse_cookie(cookies)
    with override(interface_language(reader_languages(asking))):
        return render_to_string("413.html", {"most": most})


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: from another site, or from a page that was open for too long."""
    return render(request, "403.html", {"forged": True}, status=403)
