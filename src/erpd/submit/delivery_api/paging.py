"""Pages of lists: ``page``, ``size`` and ``sort`` as in the national API, and cursors, which stay fast."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.db.models import DateTimeField, F, ForeignKey, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse

from erpd.metadata.storable import storable
from erpd.submit.delivery_api import problems
from erpd.submit.delivery_api.answers import Page, PageMetadata, location
from erpd.submit.delivery_api.door import as_json
from erpd.submit.delivery_api.problems import Problem
from erpd.submit.models import Delivery

MOST = 100
_MOST_SORTS = 5
_FURTHEST = 2**31
_LARGEST = 2**63  # no number in the database is as large
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_EMPTY: dict[str, Any] = {"issued": _NEVER, "revised": _NEVER, "published": _NEVER, "by_id": 0}
"""What stands for an empty column: rows are compared with that of a cursor."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page."""

    size: int
    number: int
    sorts: list[tuple[str, bool]]
    """The fields, and whether they descend."""
    cursor: str


def asked(request: HttpRequest, fields: Sequence[str], default: str) -> Asked:
    """Return what a request asks for. Raises Problem."""
    sorts = [_sort(said, fields) for said in request.GET.getlist("sort")[:_MOST_SORTS] if said] or [
        _sort(default, fields)
    ]
    size = min(_number(request, "size", 20, 1), MOST)
    return Asked(size, _number(request, "page", 0, 0), sorts, request.GET.get("cursor", ""))


def answered(
    request: HttpRequest,
    found: QuerySet[Delivery],
    fields: Mapping[str, str],
    default: str,
    write: Callable[[Delivery], Any],
) -> HttpResponse:
    """Answer with a page of deliveries. ``fields``: name in the API -> column. Raises Problem."""
    wanted = asked(request, list(fields), default)
    total = found.count()
    keys = {
        f"sort_{place}": Coalesce(F(fields[name]), Value(_EMPTY[fields[name]]))
        if fields[name] in _EMPTY
        else F(fields[name])
        for place, (name, _) in enumerate(wanted.sorts)
    }
    downs = [down for _, down in wanted.sorts]
    order = [f"{'-' * down}{name}" for name, down in zip(keys, downs, strict=True)]
    rows = found.annotate(**keys).order_by(*order, f"{'-' * downs[-1]}pk")
    start = wanted.number * wanted.size
    if wanted.cursor:
        start = 0
        columns = {key: fields[name] for key, (name, _) in zip(keys, wanted.sorts, strict=True)}
        rows = rows.filter(_after(wanted.cursor, columns, downs))
    page = list(rows[start : start + wanted.size + 1]) if start < _FURTHEST else []
    more, page = page[wanted.size :], page[: wanted.size]
    cursor = _cursor(page[-1], list(keys)) if more else None
    metadata = PageMetadata(
        wanted.size, wanted.number, total, -(-total // wanted.size), cursor or msgspec.UNSET
    )
    response = as_json(Page([write(delivery) for delivery in page], metadata))
    if cursor:
        query = {
            "size": wanted.size,
            "sort": [f"{name},{'DESC' if down else 'ASC'}" for name, down in wanted.sorts],
        }
        path = request.path.removeprefix("/api/v1/")
        response["Link"] = (
            f'<{location(path)}?{urlencode(query | {"cursor": cursor}, doseq=True)}>; rel="next"'
        )
    return response


def listed(
    request: HttpRequest, items: list[Any], sort: Callable[[str], Callable[[Any], Any]]
) -> HttpResponse:
    """Answer with a page of a short list. ``sort``: field -> the key to sort by."""
    wanted = asked(request, ("sortOrder", "createdAt", "dctFormat"), "sortOrder,ASC")
    for name, down in reversed(wanted.sorts):
        items = sorted(items, key=sort(name), reverse=down)
    start = wanted.number * wanted.size
    total = len(items)
    metadata = PageMetadata(wanted.size, wanted.number, total, -(-total // wanted.size))
    return as_json(Page(items[start : start + wanted.size], metadata))


def _number(request: HttpRequest, name: str, default: int, least: int) -> int:
    said = request.GET.get(name, "")
    if not said:
        return default
    if not (said.isascii() and said.isdecimal() and len(said) < 20) or int(said) < least:
        raise Problem(problems.INVALID_REQUEST, f"{name} is a whole number from {least}.")
    return int(said)


def _sort(said: str, fields: Sequence[str]) -> tuple[str, bool]:
    name, _, way = said.partition(",")
    if name not in fields or way.upper() not in ("", "ASC", "DESC"):
        raise Problem(
            problems.INVALID_REQUEST, f"sort is one of {', '.join(fields)}, followed by ,ASC or ,DESC."
        )
    return name, way.upper() == "DESC"


def _cursor(last: Delivery, names: list[str]) -> str:
    values = [getattr(last, name) for name in names]
    said = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(msgspec.json.encode([str(last.pk), *said])).decode().rstrip("=")


def _after(cursor: str, columns: Mapping[str, str], downs: list[bool]) -> Q:
    """What comes after the row that a cursor names. ``columns``: sort key -> its column. Raises Problem."""
    try:
        raw = base64.urlsafe_b64decode(cursor[:4000] + "=" * (-len(cursor) % 4))
        key, *said = msgspec.json.decode(raw, type=list[str | int])
        values = [_value(value, column) for value, column in zip(said, columns.values(), strict=True)]
        pk = UUID(str(key))
    except (ValueError, OverflowError, binascii.Error, msgspec.MsgspecError) as error:
        detail = "The cursor is not one of ours for this sort. Begin again without a cursor."
        raise Problem(problems.INVALID_REQUEST, detail) from error
    after = Q(**{f"pk__{'lt' if downs[-1] else 'gt'}": pk})
    for name, down, value in reversed(list(zip(columns, downs, values, strict=True))):
        after = Q(**{f"{name}__{'lt' if down else 'gt'}": value}) | (Q(**{name: value}) & after)
    return after


def _value(said: str | int, column: str) -> Any:
    """A value of a cursor, of the kind that its column holds. Raises ValueError and OverflowError."""
    kind = Delivery._meta.get_field(column)
    if isinstance(kind, DateTimeField):
        return datetime.fromisoformat(str(said)).astimezone(UTC)
    if isinstance(kind, ForeignKey):
        number = int(said)
        if abs(number) >= _LARGEST:
            raise OverflowError(said)
        return number
    return storable(str(said))
