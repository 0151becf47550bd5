"""Answers to requests that are no good."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say so without looking at the request again, whose address may be what is wrong with it."""
    return HttpResponseBadRequest(render_to_string("400.html"))
