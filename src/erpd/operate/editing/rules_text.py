"""Another schedule in the text of rules: all else stays as it was written, with its comments."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from erpd.metadata.declared import write_toml

_TABLE = re.compile(r"\s*\[")
_SCHEDULE = re.compile(r"\s*\[\s*schedule\s*\]\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z_]+)\s*=")


def with_schedule(text: str, schedule: Mapping[str, Any]) -> str:
    """The rules with another schedule; without their comments where they are written in an unusual way.

    Raises TOMLDecodeError if they are no TOML.
    """
    rules = {name: one for name, one in tomllib.loads(text).items() if name != "schedule"}
    wanted = {**rules, **({"schedule": dict(schedule)} if schedule else {})}
    edited = _edited(text, schedule)
    try:
        if tomllib.loads(edited) == wanted:
            return edited
    except tomllib.TOMLDecodeError:
        pass
    return write_toml(wanted).lstrip()


def _edited(text: str, schedule: Mapping[str, Any]) -> str:
    lines = text.splitlines()
    start = next((at for at, line in enumerate(lines) if _SCHEDULE.match(line)), None)
    if start is None:
        table = write_toml({"schedule": dict(schedule)}).strip() if schedule else ""
        return f"{text.rstrip()}\n\n{table}\n".lstrip()
    end = next((at for at in range(start + 1, len(lines)) if _TABLE.match(lines[at])), len(lines))
    was = tomllib.loads(text).get("schedule", {})
    missing, kept = dict(schedule), []
    for line in lines[start + 1 : end]:
        key = found[1] if (found := _KEY.match(line)) else ""
        if key not in was:  # a comment, or part of a value
            kept.append(line)
        elif key in missing:
            value = missing.pop(key)
            kept.append(line if value == was[key] else _line(key, value, line))
    room = len(kept)
    while room and not kept[room - 1].strip():
        room -= 1
    kept[room:room] = [_line(key, value, "") for key, value in missing.items()]
    return "\n".join((*lines[: start + 1], *kept, *lines[end:])) + "\n"


def _line(key: str, value: Any, before: str) -> str:
    """A setting, with the comment of the line before."""
    return f"{write_toml({key: value}).strip()}{_comment(before)}"


def _comment(line: str) -> str:
    """What stands behind the value, from the blanks before it on. A # within a text begins none."""
    quote, escaped = "", False
    for at, one in enumerate(line):
        if escaped:
            escaped = False
        elif quote:
            escaped = quote == '"' and one == "\\"
            quote = "" if one == quote else quote
        elif one in "\"'":
            quote = one
        elif one == "#":
            return line[len(line[:at].rstrip()) :].rstrip()
    return ""
