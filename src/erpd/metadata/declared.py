"""Read TOML that people write into dataclasses, strictly: the message says for each mistake what is expected.

Also write TOML for people to read and change.

Each field states, along with its type, what it expects. msgspec checks type, bounds and pattern::

    every: Annotated[int, expected("a number of days from 1 to 366", "every = 7", ge=1, le=366)] = 7
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T")

_OF_TOML = (datetime, date, time)  # types that TOML has and JSON does not
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 60  # characters of a value in a message


class DeclarationError(ValueError):
    """One line for each mistake: the key, what is expected, what was found, an example."""


def expected(
    what: str, example: str, check: Callable[[Any], object] | None = None, **bounds: Any
) -> msgspec.Meta:
    """Say what a field takes, in words and as a line of TOML. ``bounds`` are those of ``msgspec.Meta``.

    ``check`` gets a value of the right type, and raises ValueError, with or without a reason, if it is wrong.
    """
    return msgspec.Meta(description=what, examples=[example], extra={"check": check}, **bounds)


def read_toml(text: str, kind: type[T]) -> T:
    """Read a TOML document into a dataclass. Raises DeclarationError, which lists all mistakes.

    If the ``__post_init__`` of a dataclass raises ValueError, that is one of them.
    """
    made, faults = read_table(table_of(text), kind)
    if made is None:
        raise DeclarationError("\n".join(faults))
    return made


def table_of(text: str) -> dict[str, Any]:
    """Read a TOML document as it is. Raises DeclarationError."""
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"))  # which editors on Windows write
    except (ValueError, RecursionError) as error:  # endless numbers, deeply nested tables
        advice = " Put text in quotes." if "Invalid value" in str(error) else ""
        raise DeclarationError(f"This is not TOML: {error}.{advice}") from error
    key = next(_keys_with_nul(table), None) if "0000" in text else None  # in quotes, it can only be escaped
    if key is not None:
        raise DeclarationError(f"{key}: the character U+0000 cannot be stored. Leave it out.")
    return table


def _keys_with_nul(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            inner = f"{key}.{name}" if key else name
            if "\0" in name:
                yield inner.replace("\0", "\\u0000")
            yield from _keys_with_nul(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from _keys_with_nul(each, key)
    elif isinstance(value, str) and "\0" in value:
        yield key


def read_table(table: dict[str, Any], kind: type[T], within: str = "") -> tuple[T | None, list[str]]:
    """Read a table into a dataclass: what was made, or None and a line for each mistake.

    ``within``: what comes before its keys, such as ``"sources.nl."``
    """
    faults: list[str] = []
    made: T | None = _read_table(table, kind, within, faults)
    return (None if faults else made), faults


def write_toml(table: Mapping[str, Any], within: tuple[str, ...] = ()) -> str:
    """Write a table as TOML: values first, then the tables in it, each under its own heading."""
    lines = [f"{_key(name)} = {_value(one)}" for name, one in table.items() if not isinstance(one, Mapping)]
    below = {name: one for name, one in table.items() if isinstance(one, Mapping)}
    if within and (lines or not below):
        lines.insert(0, f"\n[{'.'.join(map(_key, within))}]")
    own = "".join(f"{line}\n" for line in lines)
    return own + "".join(write_toml(one, (*within, name)) for name, one in below.items())


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return value.isoformat() if isinstance(value, _OF_TOML) else str(value)


def did_you_mean(text: str, known: Iterable[str], likeness: float = 0.7) -> str:
    """A question that names the most similar of the known; "" if none is similar enough.

    >>> did_you_mean("titel", ["role", "title"])
    'Did you mean title?'
    """
    found = get_close_matches(text, known, 1, likeness)
    return f"Did you mean {found[0]}?" if found else ""


def _read_table(table: dict[str, Any], kind: Any, within: str, faults: list[str]) -> Any:
    # A key that is a keyword of Python has a field with an underscore behind it.
    hints = {name.rstrip("_"): hint for name, hint in get_type_hints(kind, include_extras=True).items()}
    before = len(faults)
    for name in table:
        if name not in hints:
            near = did_you_mean(name, hints) or f"Known: {', '.join(hints)}."
            faults.append(f"{within}{name} is not a known key. {near}")
    values = {
        name: _read(table[name], hint, within + name, faults) for name, hint in hints.items() if name in table
    }
    for field in fields(kind):
        name = field.name.rstrip("_")
        if name not in table and field.default is field.default_factory is MISSING:
            faults.append(_fault(within + name, hints[name], "nothing"))
    if len(faults) > before:
        return None
    try:
        return kind(
            **{
                field.name: values[name]
                for field in fields(kind)
                if (name := field.name.rstrip("_")) in values
            }
        )
    except ValueError as error:
        faults.append(f"{within}{error}")


def _read(value: Any, hint: Any, key: str, faults: list[str]) -> Any:
    wanted, meta = get_args(hint)
    if isinstance(value, dict) and is_dataclass(wanted):
        return _read_table(value, wanted, f"{key}.", faults)
    if isinstance(value, list) and get_origin(wanted) is tuple and is_dataclass(get_args(wanted)[0]):
        return _read_tables(value, hint, key, faults)
    if isinstance(value, dict) and get_origin(wanted) is Mapping:
        of = get_args(wanted)[1]
        return {name: _read(inner, of, f"{key}.{name}", faults) for name, inner in value.items()}
    try:
        made = msgspec.convert(value, hint, builtin_types=_OF_TOML)
        if check := meta.extra["check"]:
            check(made)
    except msgspec.ValidationError:  # its message says less than we know
        faults.append(_fault(key, hint, _shown(value)))
    except ValueError as error:
        faults.append(_fault(key, hint, _shown(value), str(error)))
    else:
        return made


def _read_tables(values: list[Any], hint: Any, key: str, faults: list[str]) -> tuple[Any, ...]:
    of = get_args(get_args(hint)[0])[0]
    for number, value in enumerate(values, 1):
        if not isinstance(value, dict):
            faults.append(_fault(f"{key}[{number}]", hint, _shown(value)))
            return ()
    return tuple(
        _read_table(value, of, f"{key}[{number}].", faults) for number, value in enumerate(values, 1)
    )


def _fault(key: str, hint: Any, found: str, reason: str = "") -> str:
    meta = get_args(hint)[1]
    because = f" ({reason})" if reason else ""
    return f"{key}: expected {meta.description}, found {found}{because}. Example: {meta.examples[0]}"


def _shown(value: Any) -> str:
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return f"[{', '.join(map(_shown, value[:5]))}{', …' if value[5:] else ''}]"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    if isinstance(value, str | bool):
        text = json.dumps(value, ensure_ascii=False)
    else:
        text = f"{value:#x}" if isinstance(value, int) and value.bit_length() > 200 else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
