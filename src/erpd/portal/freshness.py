"""What searches and catalogues depend on: their pages are made again when one of these has changed."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from erpd.access.decisions import kept as decisions
from erpd.pages.freshness import answered, etag_of
from erpd.pages.languages import reader_languages
from erpd.publish.methods import View
from erpd.register import changes
from erpd.register.catalogues import state
from erpd.register.derived import is_late
from erpd.register.search import DERIVED, position


def kept_while_unchanged(view: View) -> View:
    """``answered`` under a tag that depends on everything that searches and catalogues show."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        return answered(request, etag_of(_seen(request)), lambda: view(request, *args, **options))

    return answer


def _seen(request: HttpRequest) -> tuple[object, ...]:
    last = changes.last()
    return (
        request.get_full_path(),
        request.headers.get("HX-Request"),
        reader_languages(request),
        get_language(),
        last,
        position(),
        is_late(DERIVED, last),
        state(),
        decisions.state(),
    )
