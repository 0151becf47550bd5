"""Other rules in the text of rules that a person wrote: all else stays as it was written, with comments."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, MutableMapping
from typing import Any, cast

import tomlkit
from tomlkit.items import Array

from erpd.metadata.declared import write_toml

# A text, in which a # begins no comment; or a comment.
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|(#[^\r\n]*)', re.DOTALL
)

_MOST_KEPT = 400  # values of a list, before and after: of longer ones, no comment keeps its place


def rewritten(text: str, wanted: Mapping[str, Any]) -> str:
    """The text with these rules instead. Comments on what is no longer said stand at its top.

    Raises TOMLDecodeError if it is no TOML.
    """
    before = tomllib.loads(text)
    if before == wanted:
        return text
    # Where nothing was said, all is written anew: the library adds each value in a time that grows with their
    # number.
    edited = (_edited(text, wanted) if before else "") or write_toml(wanted).lstrip()
    lost = Counter(_comments(text)) - Counter(_comments(edited))
    return "".join(f"{comment}\n" for comment in lost.elements()) + edited


def _edited(text: str, wanted: Mapping[str, Any]) -> str:
    """The text in its order; "" where the library stumbles over tables written in several places."""
    try:
        document = tomlkit.parse(text)
        _put(document, wanted)
        edited = tomlkit.dumps(document)
        return edited if tomllib.loads(edited) == wanted else ""
    except Exception:
        return ""


def _put(table: MutableMapping[str, Any], wanted: Mapping[str, Any]) -> None:
    for name in [name for name in table if name not in wanted]:
        del table[name]
    for name, value in wanted.items():
        now = table.get(name)
        if isinstance(now, MutableMapping) and isinstance(value, Mapping):
            _put(now, value)
        elif now == value:
            continue
        elif isinstance(now, Array) and isinstance(value, list):
            if len(now) + len(value) > _MOST_KEPT:
                table[name] = _one_a_line(value)
            else:
                _fill(now, value)
        else:
            table[name] = value


def _one_a_line(values: list[Any]) -> Array:
    """Read rather than made: the library adds each value in a time that grows with their number."""
    return cast(Array, tomlkit.parse(write_toml({"all": values}))["all"]).multiline(True)


def _fill(array: Array, wanted: list[Any]) -> None:
    """What stays keeps its comments. It takes time with the square of their number."""
    for at in reversed(range(len(array))):
        if array[at] not in wanted:
            del array[at]
    for at, value in enumerate(wanted):
        if at == len(array) or array[at] != value:
            array.insert(at, value)


def _comments(text: str) -> list[str]:
    return [found[1].rstrip() for found in _TOKEN.finditer(text) if found[1]]
