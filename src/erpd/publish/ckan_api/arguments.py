"""The parameters of an action: of the address, of a form, or of a JSON object."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError

from erpd.formats.json_values import loads, shallow
from erpd.metadata.storable import storable
from erpd.publish.ckan_api.errors import BadQuery, BadRequest, Refused

Arguments: TypeAlias = dict[str, Any]
LARGEST = 2**31 - 1
_TRUE, _FALSE = (
    ("true", "1", "yes", "on", "t", "y"),
    ("false", "0", "no", "off", "f", "n", "", "none", "null"),
)
# For browsers, and against caches: they do not concern the action.
_OF_THE_REQUEST = ("callback", "_")


def read(request: HttpRequest) -> Arguments:
    """The parameters by name; one that occurs several times is a list. Raises BadRequest."""
    with _readable():
        found = _mixed(request.GET)
    if request.method == "POST":
        found |= posted(request)
    for name in _OF_THE_REQUEST:
        found.pop(name, None)
    return found


def posted(request: HttpRequest) -> Arguments:
    """The parameters in the body alone. Raises BadRequest."""
    with _readable():
        return _body(request)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (RequestDataTooBig, TooManyFieldsSent) as error:
        raise BadRequest(f"Bad request - {error}") from error
    except (UnicodeDecodeError, MultiPartParserError, OSError) as error:
        raise BadRequest("Bad request - The body cannot be read.") from error


def _body(request: HttpRequest) -> Arguments:
    """A form, or JSON: ``curl --data '{…}'`` says that it sends a form."""
    if request.content_type == "multipart/form-data":
        return _mixed(request.POST)
    sent = request.body
    if request.content_type == "application/x-www-form-urlencoded" and not sent.lstrip().startswith(b"{"):
        return _mixed(QueryDict(sent, encoding="utf-8"))
    if not sent.strip():
        return {}
    try:
        found = loads(shallow(sent))
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"Bad request - JSON Error: Error decoding JSON data: {str(error)[:200]}") from error
    if not isinstance(found, dict):
        raise BadRequest("Bad request - JSON Error: Request data JSON needs to be a dictionary.")
    return found


def _mixed(query: QueryDict) -> Arguments:
    return {name: values[0] if len(values) == 1 else values for name, values in query.lists() if values}


def text(arguments: Arguments, *names: str) -> str:
    """The first of these parameters that is given; "" if none is. Raises Refused for a list or an object."""
    for name in names:
        value = arguments.get(name)
        if isinstance(value, bool | list | dict):
            raise Refused(f"{name}: expected text", **{name: ["Expected text"]})
        if value is not None and value != "":
            return storable(str(value))
    return ""


def needed(arguments: Arguments, *names: str) -> str:
    """Like ``text``. Raises Refused if there is none."""
    found = text(arguments, *names)
    if not found:
        raise Refused(f"{names[0]}: Missing value", **{names[0]: ["Missing value"]})
    return found


def number(arguments: Arguments, name: str, default: int, most: int = LARGEST) -> int:
    """A number from 0; a larger one than ``most`` counts as that. Raises BadQuery."""
    value = arguments.get(name)
    if value is None or value == "":
        return default
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:18])
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadQuery(f"{name} must be a whole number from 0, not {str(value)[:40]!r}.")
    return min(value, most)


def limit(arguments: Arguments, name: str, default: int) -> int:
    """A number of which a negative one means without limit, as Solr does. Raises BadQuery."""
    value = arguments.get(name)
    return LARGEST if value in (-1, "-1") else number(arguments, name, default)


def flag(arguments: Arguments, name: str, default: bool = False) -> bool:
    """Raises BadQuery if it is neither true nor false."""
    value = arguments.get(name, default)
    said = str(value).strip().lower()
    if said not in (*_TRUE, *_FALSE):
        raise BadQuery(f"{name} must be true or false, not {said[:40]!r}.")
    return said in _TRUE


def listed(arguments: Arguments, *names: str) -> list[str]:
    """The texts of a list: as JSON, as a parameter that occurs several times, or separated by commas."""
    return [each for name in names for each in _texts(name, arguments.get(name))]


def _texts(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise BadQuery(f"{name} is not a JSON list.") from error
    if isinstance(value, str):
        value = value.split(",")
    for each in value if isinstance(value, list) else [] if value is None else [value]:
        if isinstance(each, bool | list | dict) or each is None:
            raise BadQuery(f"{name} must be a list of texts.")
        if str(each).strip():
            yield storable(str(each).strip())
