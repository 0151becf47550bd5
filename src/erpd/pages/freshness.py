"""Pages that have not changed are not made again: ETags (RFC 9110, 8.8.3).

Nor are pages that many readers ask for, those whose address has no fields, made again for each of them.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

OK = 200
MOST_KEPT = 2**25  # bytes of all pages kept, in each process
LONGEST_KEPT = 2**18  # bytes of one of them


def answered(request: HttpRequest, etag: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer 304 before anything is rendered, if the reader's copy of a page is still right.

    The tag depends on everything that the page shows, the reader's languages among them. So every cache has
    to ask, and a page need not vary by cookies, though one may hold the language.

    For the same reason a page whose address has no fields is sent again to whoever asks for it: there are few
    of these, and many readers. A page that shows something of who is reading must not be kept.
    """
    response: HttpResponse | None = get_conditional_response(request, etag=etag)
    response = response or _kept.get(etag)
    if response is None:
        response = make()
        if response.status_code == OK and not request.GET:
            _kept.put(etag, response)
    if response.status_code in (OK, 304):
        response["ETag"] = etag
        response["Cache-Control"] = "no-cache"
    return response


def etag_of(seen: object) -> str:
    """The tag of a page that shows what ``seen`` says, and nothing else that can change meanwhile."""
    return f'W/"{sha256(repr((seen, _running())).encode()).hexdigest()[:32]}"'


class _Pages:
    """The pages that were sent last, by their tags."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, tuple[bytes, dict[str, str]]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, etag: str) -> HttpResponse | None:
        with self._lock:
            if etag not in self._pages:
                return None
            self._pages.move_to_end(etag)
            content, headers = self._pages[etag]
        return HttpResponse(content, headers=headers)

    def put(self, etag: str, response: HttpResponse) -> None:
        content = response.content
        if len(content) > LONGEST_KEPT:
            return
        with self._lock:
            before, _ = self._pages.pop(etag, (b"", {}))
            self._pages[etag] = content, dict(response.headers)
            self._size += len(content) - len(before)
            while self._size > MOST_KEPT:
                _, (gone, _) = self._pages.popitem(last=False)
                self._size -= len(gone)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._size = 0


_kept = _Pages()


@cache
def _running() -> str:
    """What changes with a new start only: the program, its settings, the law, the authority tables."""
    tables = Path(settings.HOME) / "vocabularies"
    return repr(
        (version("erpd"), settings.NODE, settings.LAW(), tables.stat().st_mtime_ns if tables.is_dir() else 0)
    )
