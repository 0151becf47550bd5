"""Pages that have not changed are not made again: ETags of searches and catalogues (RFC 9110, 8.8.3).

Nor are the pages that everybody begins with, those without a question, made again for each reader.
"""

from functools import cache, wraps
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from erpd.pages.languages import reader_languages
from erpd.publish.methods import View
from erpd.register import changes
from erpd.register.catalogues import state
from erpd.register.derived import is_late
from erpd.register.search import DERIVED, position

OK = 200
MOST_KEPT = 200  # pages
LONGEST_KEPT = 2**18  # bytes
# ETag -> the content of the page, and its headers.
_kept: dict[str, tuple[bytes, dict[str, str]]] = {}


def kept_while_unchanged(view: View) -> View:
    """Answer 304 before anything is searched or rendered, if the reader's copy of a page is still right.

    The tag depends on everything that these pages show, the reader's languages among them. So every cache has
    to ask, and a page need not vary by cookies, though one may hold the language.

    For the same reason a page without a question is sent again to whoever asks for it: there are few of
    these, and many readers. A view that shows something of who is reading must not be kept.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        etag = _etag(request)
        response: HttpResponse | None = get_conditional_response(request, etag=etag)
        if response is None and (kept := _kept.get(etag)):
            response = HttpResponse(kept[0], headers=kept[1])
        elif response is None:
            response = view(request, *args, **options)
            if response.status_code == OK and not request.GET:
                _keep(etag, response)
        if response.status_code in (OK, 304):
            response["ETag"] = etag
            response["Cache-Control"] = "no-cache"
        return response

    return answer


def _keep(etag: str, response: HttpResponse) -> None:
    if len(response.content) <= LONGEST_KEPT:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[etag] = response.content, dict(response.headers)


def _etag(request: HttpRequest) -> str:
    last = changes.last()
    seen = (
        request.get_full_path(),
        request.headers.get("HX-Request"),
        reader_languages(request),
        get_language(),
        last,
        position(),
        is_late(DERIVED, last),
        state(),
        _running(),
    )
    return f'W/"{sha256(repr(seen).encode()).hexdigest()[:32]}"'


@cache
def _running() -> str:
    """What changes with a new start only: the program, its settings, the authority tables."""
    tables = Path(settings.HOME) / "vocabularies"
    return repr((version("erpd"), settings.NODE, tables.stat().st_mtime_ns if tables.is_dir() else 0))
