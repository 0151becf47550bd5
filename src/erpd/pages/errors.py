"""Answers to requests that are no good, or not allowed."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say so without looking at the request again, whose address may be what is wrong with it."""
    return HttpResponseBadRequest(render_to_string("400.html"))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: from another site, or from a page that was open for too long."""
    return render(request, "403.html", {"forged": True}, status=403)
