"""What an operator declares of a source, as data (TOML): values, defaults, filters, expectations, times."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from pyoxigraph import Literal

from erpd.metadata.iri import is_iri
from erpd.metadata.profile import Profile
from erpd.metadata.terms import expand
from erpd.metadata.vocabularies import vocabulary

WEEKLY = 7  # G3.4.1
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_MOST = 10**9  # larger numbers are slips
_OF_THE_RUN = ("expect", "schedule")  # parts that say nothing of a record


class RulesError(ValueError):
    """The declaration is wrong; says which key, and how to put it right."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A run that does not meet it fails, and what it changed is put back. 0: nothing is expected."""

    at_least: int = 0
    at_most: int = 0
    change: int = 0  # per cent of the data sets that may be new, changed or gone in one run


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the source may be asked (G3.4.1; rows 13 and 14 of the checklist in G6.1). Times are UTC."""

    every: int = WEEKLY  # days
    full: int = 1  # each so many runs read everything, those between only what changed (OAI-PMH)
    begin: time = time(20)  # the night, if not said otherwise; the same as ``end`` for the whole day
    end: time = time(6)
    not_on: tuple[date, ...] = ()  # maintenance
    pause: float = 0.0  # seconds between two requests

    def allows(self, now: datetime) -> bool:
        if now.date() in self.not_on:
            return False
        if self.begin < self.end:
            return self.begin <= now.time() < self.end
        return now.time() >= self.begin or now.time() < self.end

    def due(self, last: datetime | None, now: datetime, *, failed: bool = False) -> bool:
        """Whether a source last harvested then is to be harvested now; one that failed, the next night.

        A night counts as a whole: begun late in one, the next run may begin early in another.
        """
        if not self.allows(now):
            return False
        return last is None or now - last >= timedelta(days=1 if failed else self.every) - self._slack()

    def _slack(self) -> timedelta:
        """Half a day, so that no run is put off by a night; less where hardly any hour is closed."""
        closed = (_since_midnight(self.begin) - _since_midnight(self.end)) % timedelta(days=1)
        return min(timedelta(hours=12), closed)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


@dataclass(frozen=True, slots=True)
class Rules:
    """``values``: property -> text in lower case -> IRI. ``defaults``: class -> property -> IRI or text.

    ``only`` and ``without``: patterns of identifiers and of publishers' names or IRIs.
    """

    default_language: str = ""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    expect: Expectation = Expectation()
    schedule: Schedule = Schedule()


def read_rules(text: str, profile: Profile) -> Rules:
    """The rules of a TOML document. Raises RulesError."""
    try:
        declared = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # numbers without end, tables in tables
        raise RulesError(f"The rules are not TOML: {error}.") from error
    _known(declared, Rules, "")
    return Rules(
        _language(declared.get("default_language", "")),
        {name: _values(name, table, profile) for name, table in _table(declared, "values").items()},
        {name: _defaults(name, table, profile) for name, table in _table(declared, "defaults").items()},
        _patterns(declared, "only"),
        _patterns(declared, "without"),
        _expectation(_table(declared, "expect")),
        _schedule(_table(declared, "schedule")),
    )


@lru_cache(maxsize=8)
def meaning(text: str) -> str:
    """Equal for rules that make the same of every record, whenever and however fast the source is asked."""
    try:
        declared = tomllib.loads(text)
    except (ValueError, RecursionError):
        return text
    return json.dumps({name: part for name, part in declared.items() if name not in _OF_THE_RUN}, default=str)


def _known(declared: Mapping[str, Any], wanted: type, where: str) -> None:
    names = [name.name for name in fields(wanted)]
    for name in declared:
        if name not in names:
            raise RulesError(f"{where}{name} is not known here. Known: {', '.join(names)}.")


def _language(tag: Any) -> str:
    try:
        if tag and not _TAG.fullmatch(tag):
            raise ValueError(tag)
        return Literal("", language=tag).language or "" if tag else ""
    except (TypeError, ValueError) as error:
        raise RulesError('default_language is a language tag, such as "it".') from error


def _table(declared: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = declared.get(name, {})
    if not isinstance(table, dict):
        raise RulesError(f"{name} is a table: [{name}].")
    return table


def _values(name: str, table: Any, profile: Profile) -> dict[str, str]:
    where = f"values.{name}"
    _property(where, name)
    return {
        folded(text): _value(where, name, value, profile, iri=True)
        for text, value in _texts(where, table).items()
    }


def _defaults(kind: str, table: Any, profile: Profile) -> dict[str, str]:
    where = f"defaults.{kind}"
    _property(where, kind)
    for name in table if isinstance(table, dict) else ():
        _property(f"{where}.{name}", name)
    return {
        name: _value(f"{where}.{name}", name, value, profile) for name, value in _texts(where, table).items()
    }


def _texts(where: str, table: Any) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise RulesError(f'{where} is a table of texts: "name" = "text".')
    return table


def _property(where: str, name: str) -> None:
    try:
        expand(name)
    except (KeyError, ValueError) as error:
        raise RulesError(f"{where}: {name!r} is no known name; write it like dct:format.") from error


def _value(where: str, name: str, value: str, profile: Profile, *, iri: bool = False) -> str:
    """An IRI, or the code of the authority table that the property takes its values from."""
    if is_iri(value):
        return value
    term = expand(name) if ":" in name else None
    tables = {
        row[term].vocabulary
        for row in profile.classes.values()
        if term and term in row and row[term].vocabulary
    }
    for table in sorted(tables):
        code = vocabulary(table).find(value)
        if code:
            return vocabulary(table).iri(code)
    if iri:
        raise RulesError(f"{where}: {value!r} is neither an IRI nor a code of an authority table.")
    return value


def _patterns(declared: Mapping[str, Any], name: str) -> tuple[str, ...]:
    patterns = declared.get(name, [])
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise RulesError(f'{name} is a list of patterns: {name} = ["https://example.eu/*"].')
    return tuple(patterns)


def _expectation(table: dict[str, Any]) -> Expectation:
    _known(table, Expectation, "expect.")
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
            raise RulesError(f"expect.{name} is a whole number from 0 to {_MOST:,}.")
    expected = Expectation(**table)
    if 0 < expected.at_most < expected.at_least:
        raise RulesError("expect.at_most is less than expect.at_least: no run could be as expected.")
    return expected


def _schedule(table: dict[str, Any]) -> Schedule:
    _known(table, Schedule, "schedule.")
    for name, value in table.items():
        fits, wanted = _TIMES[name]
        if isinstance(value, bool) or not fits(value):
            raise RulesError(f"schedule.{name} is {wanted}.")
    return Schedule(**{**table, "not_on": tuple(table.get("not_on", ()))})


# Key of the schedule -> whether a value is one, and what is wanted.
_TIMES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "every": (lambda value: isinstance(value, int) and 1 <= value <= 366, "a number of days, 1 to 366"),
    "full": (lambda value: isinstance(value, int) and 1 <= value <= 366, "a number of runs, 1 to 366"),
    "begin": (lambda value: isinstance(value, time), "a time: 20:00:00"),
    "end": (lambda value: isinstance(value, time), "a time: 06:00:00"),
    "not_on": (
        lambda value: isinstance(value, list) and all(type(day) is date for day in value),
        "a list of dates: [2026-12-24]",
    ),
    "pause": (
        lambda value: isinstance(value, int | float) and 0 <= value <= 60,
        "a number of seconds, 0 to 60",
    ),
}


def folded(text: str) -> str:
    """How texts are compared: without case and outer blanks."""
    return " ".join(text.split()).casefold()
