"""What an operator declares of a source, as data (TOML): values, defaults, filters, expectations, times."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from erpd.metadata.iri import is_iri
from erpd.metadata.profile import Profile
from erpd.metadata.terms import expand
from erpd.metadata.vocabularies import vocabulary

WEEKLY = 7  # G3.4.1


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
    begin: time = time(20)  # the night, if not said otherwise
    end: time = time(6)
    not_on: tuple[date, ...] = ()  # maintenance
    pause: float = 0.0  # seconds between two requests

    def allows(self, now: datetime) -> bool:
        if now.date() in self.not_on:
            return False
        if self.begin <= self.end:
            return self.begin <= now.time() < self.end
        return now.time() >= self.begin or now.time() < self.end

    def due(self, last: datetime | None, now: datetime) -> bool:
        """Whether a source last harvested then is to be harvested now. A night counts as the day it began."""
        if not self.allows(now):
            return False
        return last is None or now - last >= timedelta(days=self.every) - timedelta(hours=12)


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
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"It is not TOML: {error}.") from error
    _known(declared, Rules, "")
    language = declared.get("default_language", "")
    if not isinstance(language, str) or not re.fullmatch(r"([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?", language):
        raise RulesError(f'default_language: {language!r} is not a language tag such as "it".')
    return Rules(
        language,
        {name: _values(name, table, profile) for name, table in _table(declared, "values").items()},
        {name: _defaults(name, table, profile) for name, table in _table(declared, "defaults").items()},
        _patterns(declared, "only"),
        _patterns(declared, "without"),
        _expectation(_table(declared, "expect")),
        _schedule(_table(declared, "schedule")),
    )


def _known(declared: Mapping[str, Any], wanted: type, where: str) -> None:
    names = [name.name for name in fields(wanted)]
    for name in declared:
        if name not in names:
            raise RulesError(f"{where}{name} is not known here. Known: {', '.join(names)}.")


def _table(declared: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = declared.get(name, {})
    if not isinstance(table, dict):
        raise RulesError(f"{name} is a table: [{name}].")
    return table


def _values(name: str, table: Any, profile: Profile) -> dict[str, str]:
    found = {}
    for text, value in _texts(f"values.{name}", table).items():
        found[folded(text)] = _value(f"values.{name}", name, value, profile, iri=True)
    _property(f"values.{name}", name)
    return found


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
        raise RulesError(f"{where}: {name!r} has no known prefix; write it like dct:format.") from error


def _value(where: str, name: str, value: str, profile: Profile, *, iri: bool = False) -> str:
    """An IRI, or the code of the authority table that the property takes its values from."""
    if is_iri(value):
        return value
    term = expand(name) if ":" in name else None
    tables = {
        row[term].vocabulary for row in profile.classes.values() if term in row and row[term].vocabulary
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
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise RulesError(f"expect.{name} is a number, not {value!r}.")
    return Expectation(**table)


def _schedule(table: dict[str, Any]) -> Schedule:
    _known(table, Schedule, "schedule.")
    kinds = {"every": int, "full": int, "begin": time, "end": time, "not_on": list, "pause": (int, float)}
    for name, value in table.items():
        if isinstance(value, bool) or not isinstance(value, kinds[name]):  # type: ignore[arg-type]
            raise RulesError(f"schedule.{name}: {value!r} is not what is wanted here, see the guide.")
    if min(table.get("every", WEEKLY), table.get("full", 1)) < 1 or not 0 <= table.get("pause", 0) <= 60:
        raise RulesError("schedule: every and full are 1 or more, pause is at most 60 seconds.")
    if not all(type(day) is date for day in table.get("not_on", ())):
        raise RulesError("schedule.not_on is a list of dates: [2026-12-24].")
    return Schedule(**{**table, "not_on": tuple(table.get("not_on", ()))})


def folded(text: str) -> str:
    """How texts are compared: without case and outer blanks."""
    return " ".join(text.split()).casefold()
