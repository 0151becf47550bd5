"""An answer of CKAN's action API -> data sets, count, and errors."""

import re
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from erpd.formats.ckan import MEDIA_TYPE
from erpd.formats.ckan.values import dumps
from erpd.formats.encoding import in_utf8, is_in_another_charset, read_utf8
from erpd.formats.html_page import is_html
from erpd.formats.json_values import OF_JSON, loads
from erpd.formats.reading import Reading, passed_over
from erpd.formats.repairs import MARK_BYTES, has_wrong_byte, unmarked_json
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.masking import plain
from erpd.metadata.rules import Unread
from erpd.metadata.text import LOST
from erpd.sources.ckan.damage import Damaged, salvage
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Response
from erpd.sources.http.failures import status_error
from erpd.sources.pieces import refuse_too_many

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# To CKAN, harvest sources, showcases and series are packages too, but they are not data sets.
_NO_DATA_SET = re.compile(r"harvest|showcase|.*series")
_RULES = {"Authorization Error": Reason.UNAUTHORISED, "Not Found Error": Reason.NOT_FOUND}
# What the portal says about a package that is not, or no longer, published.
REFUSALS = frozenset(_RULES)
_ADVICE = {
    Reason.UNAUTHORISED: "Enter the key that the portal requires, or ask its operator for one.",
    Reason.NOT_FOUND: "Check the URL and the query of the source.",
    Reason.PROTOCOL_ERROR: "Check the query of the source. If it is right, contact the portal's operator.",
}


@dataclass(frozen=True, slots=True)
class Package:
    """One package."""

    identifier: str
    mark: int
    """A number that identifies it."""
    reading: Reading


@dataclass(slots=True)
class PackageAnswer:
    """An answer with packages."""

    packages: list[Package] = field(default_factory=list)
    """What could be read."""
    count: int | None = None
    """How many packages the server says the list has; None if it does not say."""
    broken: SourceError | None = None
    """Why the rest of the answer cannot be trusted."""


def read(response: Response, *, anonymous: bool = True) -> PackageAnswer:
    """Return the packages of ``package_search``, or of DKAN's ``current_package_list_with_resources``.

    ``anonymous`` means that we asked without a key, so everything we got is public. Raises SourceError if it
    is not JSON, if the portal reports an error, or if there is no list.
    """
    text = _text(response)
    try:
        result = _result(loads(text), response)
    except (ValueError, RecursionError) as error:
        return _read_damaged(text, error, response, anonymous)
    answer = PackageAnswer()
    if isinstance(result, dict):
        answer.count = number(result.get("count"))
        result = result.get("results")
    elif isinstance(result, list) and len(result) == 1 and isinstance(result[0], list):
        result = result[0]  # DKAN
    if not isinstance(result, list):
        raise _error(Reason.PROTOCOL_ERROR, "The response has no list of data sets (field results)", response)
    answer.packages = _packages(result, response, anonymous)
    return answer


def read_result(response: Response) -> Any:
    """Return the result of any action. Raises SourceError."""
    try:
        return _result(loads(_text(response)), response)
    except (ValueError, RecursionError) as error:
        raise _no_json(f"The response is not JSON: {error}", response) from error


def read_one(response: Response, *, anonymous: bool = True) -> Package | None:
    """Return the package of ``package_show`` (DKAN: the one in its list). Raises SourceError."""
    result = read_result(response)
    if isinstance(result, list):
        result = result[0] if len(result) == 1 else None
    return None if result is None else _package(result, anonymous)


def refusal(response: Response) -> str:
    """Return the kind of error that the portal itself reports, such as ``Not Found Error``, or ""."""
    try:
        answer = loads(_text(response))
    except (SourceError, ValueError, RecursionError):
        return ""
    error = answer.get("error") if isinstance(answer, dict) else None
    return str(error.get("__type", "")) if isinstance(error, dict) else ""


def is_unknown_action(response: Response) -> bool:
    """Whether the portal has no such action: it may be a DKAN portal, or its API is elsewhere."""
    if response.status in (404, 501):
        return True
    return response.status in (400, 405, 500) and b"action name not known" in response.content[:2000].lower()


def _text(response: Response) -> str:
    content = response.content
    if is_html(content):
        if response.status != 200:
            raise status_error(response.status, response.url)
        raise _no_json("The server returned an HTML page instead of JSON", response)
    content = in_utf8(content)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = _decoded(content, response.headers.get("Content-Type", ""), response.url)
    if not text.strip():
        if response.status != 200:
            raise status_error(response.status, response.url)
        raise _no_json("The server returned an empty response", response)
    return text


def _decoded(content: bytes, content_type: str, url: str) -> str:
    """Decode JSON, which is UTF-8 (RFC 8259, 8.1). Otherwise use the charset named, or ``read_utf8``.

    Raises SourceError if it is in another charset that is not named.
    """
    named = _CHARSET.search(content_type)
    if named and named[1].lower() not in ("utf-8", "utf8"):
        try:
            return content.decode(named[1])
        except (LookupError, UnicodeDecodeError):
            pass
    if is_in_another_charset(content):
        raise SourceError(
            Reason.ENCODING,
            "The response is not in UTF-8 and does not declare its encoding",
            "Ask the portal's operator to publish in UTF-8, as JSON requires.",
            "G5.2",
            url,
        )
    return read_utf8(content)


def _result(answer: Any, response: Response) -> Any:
    """The result. An error that the portal reports comes first, whatever the HTTP status."""
    said, kind = _said(answer)
    if response.status != 200:
        error = status_error(response.status, response.url)
        words = f": {said}" if said else ""
        raise SourceError(error.rule, f"{error.message}{words}", error.advice, url=response.url)
    if not isinstance(answer, dict) or "result" not in answer or answer.get("success") is False:
        if said or (isinstance(answer, dict) and answer.get("success") is False):
            rule = _RULES.get(kind, Reason.PROTOCOL_ERROR)
            raise _error(rule, f"The portal refused the request: {said or 'no reason given'}", response)
        raise _error(Reason.PROTOCOL_ERROR, "The response is JSON, but not from CKAN's action API", response)
    return answer["result"]


def _said(answer: Any) -> tuple[str, str]:
    """Message and kind of the error in an answer."""
    if isinstance(answer, str):
        return plain(answer), ""
    error = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(error, str):
        return plain(error), ""
    if not isinstance(error, dict):
        return "", ""
    kind = error.get("__type")
    kind = kind if isinstance(kind, str) else ""
    words = [kind, *(_words(each) for name, each in error.items() if name != "__type")]
    return plain(": ".join(word for word in words if word)), kind


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return dumps(value).decode()[:300]
    except RecursionError:
        return ""


def number(value: Any) -> int | None:
    """Return a count, also if it is a string; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:18])
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _packages(packages: list[Any], response: Response, anonymous: bool) -> list[Package]:
    refuse_too_many(len(packages), response.url)
    return [_package(package, anonymous) for package in packages]


def _package(package: Any, anonymous: bool) -> Package:
    if isinstance(package, Damaged):
        return _faulty(package.content, Unread.BROKEN_SYNTAX, "", package.reason, OF_JSON)
    try:
        content = dumps(package)
    except RecursionError:
        return _faulty(
            b"too deeply nested", Unread.BROKEN_SYNTAX, "", "the package is too deeply nested", OF_JSON
        )
    if not isinstance(package, dict):
        return _faulty(
            content,
            Unread.BROKEN_SYNTAX,
            "",
            f"a package is a JSON object, not {content[:80].decode()}",
            "G5.2.1",
        )
    # In the guideline's own schema, names begin with a capital (G5.2.2).
    facts = {**{str(name).lower(): each for name, each in package.items()}, **package}
    identifier = facts.get("id")
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        identifier = str(identifier)
    if not isinstance(identifier, str) or not identifier.strip():
        return _faulty(content, Unread.NO_IDENTIFIER, "id", "")
    identifier = identifier.strip()
    if LOST in identifier or has_wrong_byte(identifier):  # we no longer know which package it is
        return _faulty(content, Unread.NO_IDENTIFIER, "id", unmarked_json(identifier)[0])
    if MARK_BYTES in content:
        package, repairs = unmarked_json(package)
        unmarked = _package(package, anonymous)
        return replace(unmarked, reading=replace(unmarked.reading, repairs=repairs))
    return Package(identifier, _mark(identifier), _reading(identifier, facts, content, anonymous))


def _reading(identifier: str, facts: dict[str, Any], content: bytes, anonymous: bool) -> Reading:
    stamp = _stamp(facts.get("metadata_modified"))
    state = _word(facts.get("state"))
    other = _other_kind(facts, state, anonymous)
    if other:
        return Reading(identifier, content, MEDIA_TYPE, stamp, fault=passed_over(other))
    if state == "deleted":
        return Reading(identifier, b"", MEDIA_TYPE, stamp, deleted=True)
    return Reading(identifier, content, MEDIA_TYPE, stamp)


def _other_kind(facts: dict[str, Any], state: str, anonymous: bool) -> str:
    """Why the package is not a public data set; "" if it is one."""
    kind, private = _word(facts.get("type")), _word(facts.get("private"))
    # The portal's own schema may have another name for data sets: dcat_ap_dataset, geodata.
    if _NO_DATA_SET.fullmatch(kind) or not ("dataset" in kind or not kind or facts.get("resources")):
        return f"a package of the type {plain(kind, 100)}"
    if state in ("draft", "draft-complete"):
        return f"its state is {state}"
    # With a key, a portal also lists what is not published. Without one it cannot, but DKAN marks public data
    # sets as private (GetDKAN/dkan#950).
    if not anonymous and private in ("true", "1", "yes"):
        return "it is private"
    return ""


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, str | int) else ""


def _stamp(value: Any) -> str:
    return value[:40] if isinstance(value, str) else ""


def _faulty(content: bytes, rule: Unread, path: str, value: str, section: str = "") -> Package:
    finding = Finding(rule, Severity.ERROR, path, value, section)
    mark = int.from_bytes(blake2b(content, digest_size=8, person=b"fault").digest())
    return Package("", mark, Reading("", content, MEDIA_TYPE, fault=finding))


def _mark(identifier: str) -> int:
    return int.from_bytes(blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _read_damaged(text: str, error: Exception, response: Response, anonymous: bool) -> PackageAnswer:
    """Read package by package, so that a broken one only costs itself."""
    if response.status != 200:
        raise status_error(response.status, response.url)
    found = salvage(text)
    if found is None:
        raise _no_json(f"The response is not JSON: {error}", response) from error
    answer = PackageAnswer(_packages(found.packages, response, anonymous), found.count)
    if found.cut:
        answer.broken = SourceError(
            Reason.CUT,
            "The response ended in the middle",
            "Try again later. If it keeps happening, contact the portal's operator.",
            url=response.url,
        )
    return answer


def _no_json(message: str, response: Response) -> SourceError:
    advice = "Check that the URL is that of the portal or of its API, with no login page in front of it."
    return SourceError(Reason.NOT_JSON, message, advice, "G5.2", response.url)


def _error(rule: Reason, message: str, response: Response) -> SourceError:
    return SourceError(rule, message, _ADVICE[rule], "G5.2.1", response.url)
