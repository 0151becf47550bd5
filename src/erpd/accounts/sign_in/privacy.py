"""Pages of accounts are kept by no browser, no proxy and no search engine."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

GetResponse = Callable[[HttpRequest], HttpResponse]
_PLACE = "/account/"


def private(get_response: GetResponse) -> GetResponse:
    """Say so with each answer below ``/account/``: django-allauth says it of some only."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(_PLACE):
            add_never_cache_headers(response)
            response["X-Robots-Tag"] = "noindex"
        return response

    return answer
