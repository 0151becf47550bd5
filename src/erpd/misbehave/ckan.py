"""A correct CKAN action API: ``package_search`` and ``package_show``, with filters on ``id``."""

import json
import re
from collections.abc import Sequence

from erpd.misbehave.data_sets import DataSet, package
from erpd.misbehave.exchange import Answer, Listing, Request

PATH = "/api/3/action"
_SEARCH, _SHOW, _NAMES = (f"{PATH}/{action}" for action in ("package_search", "package_show", "package_list"))
_MOST_ROWS = 1000
# The part of Solr's query syntax that harvesters use: id:"a", id:{"a" TO *]
_FILTER = re.compile(r'id:(?:"(?P<one>[^"]*)"|[{\[]"(?P<after>[^"]*)" TO \*[}\]])')


def place(request: Request, size: int) -> tuple[int, int]:
    """See ``Protocol.place``."""
    start, rows = _number(request, "start", 0), _number(request, "rows", 10)
    if request.path != _SEARCH or _condition(request, "one"):
        return -1, 0
    if not rows:
        return 0, 0
    last = -(-size // rows)
    if start or _condition(request, "after"):
        return max(2, 1 + -(-start // rows)), last
    return 1, last


def first(request: Request) -> Request:
    """The request for the first page: without the offset and the filters that lead to later pages."""
    query = {name: value for name, value in request.query.items() if not _FILTER.search(value)}
    return Request(request.path, {**query, "start": "0"}, request.base)


def listing(request: Request, data_sets: Sequence[DataSet]) -> Listing:
    """The page asked for. ``total`` is the number of data sets that match the filters, as in CKAN."""
    one, after = _condition(request, "one"), _condition(request, "after")
    chosen = [each for each in data_sets if each.identifier > after and one in ("", each.identifier)]
    start, rows = _number(request, "start", 0), min(_number(request, "rows", 10), _MOST_ROWS)
    return Listing(chosen[start : start + rows], len(chosen))


def answer(request: Request, found: Listing | None, data_sets: Sequence[DataSet]) -> Answer:
    """The JSON of the page, or the answer to another action."""
    if request.path == _SEARCH:
        found = found or listing(request, data_sets)
        return _success({"count": found.total, "results": [package(one) for one in found.records]})
    named = {one.identifier: one for one in data_sets}
    if request.path == _SHOW:
        wanted = named.get(request.query.get("id", ""))
        return _success(package(wanted)) if wanted else error("Not Found Error", "Not found", 404)
    if request.path == _NAMES:
        return _success(list(named))
    return error("Bad request", "Action name not known", 400)


def error(kind: str, message: str, status: int) -> Answer:
    """An error of the action API."""
    return _answer({"success": False, "error": {"__type": kind, "message": message}}, status)


def _success(result: object) -> Answer:
    return _answer({"success": True, "result": result}, 200)


def _answer(content: object, status: int) -> Answer:
    return Answer(json.dumps(content, ensure_ascii=False).encode(), "application/json;charset=utf-8", status)


def _condition(request: Request, name: str) -> str:
    filters = f"{request.query.get('q', '')} {request.query.get('fq', '')}"
    return next((match[name] for match in _FILTER.finditer(filters) if match[name]), "")


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else otherwise
