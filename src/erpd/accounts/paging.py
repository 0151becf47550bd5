"""Lists on pages: what is looked for, the rows behind a key, and the addresses of other pages."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from erpd.metadata.storable import storable

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)

SIZE = 50  # rows of a page
LONGEST_WORDS = 200  # characters that people look for
DIGITS = 18  # of a key in an address


class Page(NamedTuple):
    """A page of a list."""

    rows: Sequence[Any]
    further: str
    """The address of the next page; "" at the end."""
    first: str
    """The address of the first page; "" if this is it."""


def cut(request: HttpRequest, rows: Iterable[Row], key: Callable[[Any], object] = lambda row: row.pk) -> Page:
    """The first rows, and the addresses of other pages: ``?after=`` the key of the last one."""
    found = list(rows[: SIZE + 1] if isinstance(rows, QuerySet) else islice(rows, SIZE + 1))
    query = request.GET.copy()
    was_turned = query.pop("after", None)
    first = f"?{query.urlencode()}" if was_turned else ""
    further = ""
    if len(found) > SIZE:
        query["after"] = str(key(found[SIZE - 1]))
        further = f"?{query.urlencode()}"
    return Page(found[:SIZE], further, first)


def behind(request: HttpRequest, rows: QuerySet[M, M], *, newest_first: bool = True) -> QuerySet[M, M]:
    """The rows by their numbers, behind the one that ``?after=`` names."""
    rows, last = rows.order_by("-pk" if newest_first else "pk"), after(request)
    return rows if last is None else rows.filter(**{"pk__lt" if newest_first else "pk__gt": last})


def after(request: HttpRequest) -> int | None:
    """The number behind which a page begins."""
    return number(request.GET.get("after", ""))


def number(said: str) -> int | None:
    """The number that an address names; None if it is none, or longer than any key."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= DIGITS else None


def words(request: HttpRequest, name: str = "q") -> str:
    """What somebody looks for."""
    return storable(request.GET.get(name, "")).strip()[:LONGEST_WORDS]
