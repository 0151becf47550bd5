"""Reads a list of packages that is not valid JSON as a whole, one package at a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from erpd.formats.json_values import decoder
from erpd.formats.repairs import unmarked

_LIST = re.compile(r'"results"\s*:\s*(\[)|"result"\s*:\s*(?:\[\s*)?(\[)')
_COUNT = re.compile(r'"count"\s*:\s*"?([0-9]{1,18})\b')
_START = re.compile(r',\s*(\{\s*")')
_BLANKS = re.compile(r"[\s,]*")
# After the list: the other fields of the result, or the ends of result and answer.
_CLOSED = re.compile(r'\]\s*(?:,\s*"(?:count|facets|search_facets|sort)"\s*:|\}\s*\}\s*$|\]\s*\}\s*$)')
# After a package that took the end of the list for the end of its own resources.
_UNLISTED = re.compile(r"\s*\}[\s}\]]*\Z")
# How much we read in vain, as a multiple of the answer: anything worse is not a list of packages.
_PATIENCE = 20
_DEEP = 10_000
# Python's json counts the lines before an error: this many bytes in the time it takes to parse one.
_FASTER = 100


@dataclass(frozen=True, slots=True)
class Damaged:
    """A package that cannot be read, and why."""

    content: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Salvage:
    """What could be read of a damaged answer."""

    packages: list[Any]
    """The packages, and a ``Damaged`` for each that could not be read."""
    count: int | None
    cut: bool
    """Whether the list has no end."""


def salvage(text: str) -> Salvage | None:
    """Return what can be read of a damaged answer; None if no list begins in it."""
    found = _LIST.search(text)
    if found is None:
        return None
    counted = _COUNT.search(text, 0, found.start()) or _COUNT.search(text, found.end())
    packages: list[Any] = []
    cut = True
    for package in _each(text, max(found.end(1), found.end(2))):
        if package is _END:
            cut = False
        else:
            packages.append(package)
    return Salvage(packages, int(counted[1]) if counted else None, cut)


_END = object()


def _each(text: str, place: int) -> Iterator[Any]:
    """Yield the packages, whole and damaged, then _END if the list ends as it should.

    Whatever is between two readable packages is one damaged package.
    """
    decode, patience = decoder().raw_decode, _PATIENCE * len(text)
    damaged, reason = -1, ""
    while True:
        blanks = _BLANKS.match(text, place)
        place = blanks.end() if blanks else place
        package: Any = None
        start = place
        if place < len(text):
            try:
                if text[place] != "{":  # half of a package may begin like a string and run into the next
                    raise ValueError("a package begins with {")
                package, place = decode(text, place)
                if _swallows(package) or _UNLISTED.match(text, place):
                    package, place = None, start
                    raise ValueError("its list of resources does not end")
            except (ValueError, RecursionError) as error:
                reason = reason or str(error)[:200]
                place, patience = _next_package(text, place, patience - place // _FASTER)
            if not _has_id(package) and (text[start] != "]" or place < len(text)):
                damaged = start if damaged < 0 else damaged
                continue
        closed = _CLOSED.search(text, damaged) if damaged >= 0 and start >= len(text) else None
        if damaged >= 0 and (closed or start < len(text)):
            content = text[damaged : closed.start() if closed else start].rstrip(" \t\r\n,")
            yield Damaged(unmarked(content)[0].encode("utf-8", "replace"), reason)
            damaged, reason = -1, ""
        if package is None:
            if closed or start < len(text):
                yield _END
            return
        yield package


def _next_package(text: str, place: int, patience: int) -> tuple[int, int]:
    """Where the next readable package begins (or the end of the text), and the patience left."""
    decode = decoder().raw_decode
    for start in _START.finditer(text, place):
        try:
            found, end = decode(text, start.start(1))
            if _is_package(found):
                return start.start(1), patience
        except RecursionError:
            end = start.start(1) + _DEEP
        except ValueError as error:
            end = getattr(error, "pos", start.end())
        patience -= end - start.start(1) + end // _FASTER
        if patience < 0:
            break
    return len(text), patience


def _is_package(found: Any) -> bool:
    """Only packages have resources or notes; resources, tags, organizations and groups have ids too."""
    return _has_id(found) and not {"resources", "notes"}.isdisjoint(map(str.lower, found))


def _swallows(found: dict[str, Any]) -> bool:
    """Whether other packages are inside this one, because a bracket is missing."""
    return any(_is_package(item) for value in found.values() if isinstance(value, list) for item in value)


def _has_id(found: Any) -> bool:
    return isinstance(found, dict) and "id" in map(str.lower, found)
