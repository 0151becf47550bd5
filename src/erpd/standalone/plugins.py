"""Checks, formats and sources of other packages, which their entry points name.

They are in the groups erpd.checks, erpd.formats and erpd.sources (docs/guides/write-a-plugin.md).
What cannot be used is left out, and a PluginWarning says so: one bad package spoils nothing else.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

from erpd.formats import FORMATS, Format
from erpd.metadata.checks import Check
from erpd.metadata.findings import Finding
from erpd.metadata.parts import Part
from erpd.metadata.rules import Former, Rule
from erpd.sources import SOURCES
from erpd.sources.protocol import Protocol

_LONGEST = 300  # characters of what a plug-in says of itself


class PluginWarning(UserWarning):
    """A plug-in is left out; the message names it, and says why."""


@cache
def checks() -> tuple[Check, ...]:
    """Return the checks of other packages. One that fails is left out from then on."""
    return tuple(_careful(entry, check) for entry, check in _loaded("erpd.checks", _is_check))


@cache
def formats() -> Mapping[str, Format]:
    """Return our formats and those of other packages, by name."""
    return MappingProxyType({**FORMATS, **_named("erpd.formats", Format, FORMATS)})


@cache
def sources() -> Mapping[str, Protocol]:
    """Return our protocols and those of other packages, by name."""
    return MappingProxyType({**SOURCES, **_named("erpd.sources", Protocol, SOURCES)})


def proving(check: Check) -> Check:
    """Return the check; what it yields is a finding, or TypeError is raised."""

    def examine(part: Part) -> Iterator[Finding]:
        for finding in check(part):
            yield _proved(finding, check)

    return examine


def _named(group: str, kind: type, ours: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry, thing in _loaded(group, lambda thing: _is_a(thing, kind)):
        if entry.name in found or entry.name in ours:
            _left_out(entry, f"there is another {kind.__name__.lower()} called {entry.name}")
        else:
            found[entry.name] = thing
    return found


def _loaded(group: str, refused: Callable[[Any], str]) -> Iterator[tuple[EntryPoint, Any]]:
    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
        try:
            thing = entry.load()
        except (Exception, SystemExit) as error:
            _left_out(entry, f"it cannot be loaded: {_said(error)}")
            continue
        if reason := refused(thing):
            _left_out(entry, reason)
        else:
            yield entry, thing


def _is_check(thing: Any) -> str:
    return "" if callable(thing) else f"a check is a function that takes a part, not a {type(thing).__name__}"


def _is_a(thing: Any, kind: type) -> str:
    return "" if isinstance(thing, kind) else f"it is not a {kind.__name__}, but a {type(thing).__name__}"


def _careful(entry: EntryPoint, check: Check) -> Check:
    """The check, until it fails."""
    failed: list[Exception] = []

    def examine(part: Part) -> Iterator[Finding]:
        if failed:
            return
        try:
            yield from proving(check)(part)
        except Exception as error:
            failed.append(error)
            _left_out(entry, f"it failed at a record: {_said(error)}")

    return examine


def _proved(finding: object, check: Callable[..., object]) -> Finding:
    """Return the finding of somebody's own check. Raises TypeError if it is none."""
    name = getattr(check, "__name__", repr(check))
    if not isinstance(finding, Finding):
        raise TypeError(f"{name} yielded {finding!r}, not an erpd.Finding")
    rule: object = finding.rule
    if not isinstance(rule, Rule | Former):
        raise TypeError(f"{name} yielded a Finding whose rule is {rule!r}, not a member of an erpd.Rule")
    return finding


def _left_out(entry: EntryPoint, reason: str) -> None:
    package = f" of the package {entry.dist.name}" if entry.dist else ""
    message = f"The plug-in “{entry.name}”{package} ({entry.group}) is left out, because {reason}."
    warnings.warn_explicit(message, PluginWarning, entry.module, 1)


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())[:_LONGEST].rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
