"""The tables by which code lists translate: alignments.toml, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Alignments:
    """``topics``, ``inspire``: code -> data themes. ``names``: name of an INSPIRE theme -> its code.

    ``services``: word -> (file type, standard); ``formats``: word -> file type; ``roles``: role -> property;
    ``notes``: path of a text -> what it is.
    """

    topics: dict[str, list[str]]
    inspire: dict[str, list[str]]
    names: dict[str, str]
    services: dict[str, tuple[str, str]]
    formats: dict[str, str]
    roles: dict[str, str]
    notes: dict[str, str]


@cache
def alignments() -> Alignments:
    """The tables; names in small letters, for nobody writes them the same way."""
    table = tomllib.loads(Path(__file__).with_name("alignments.toml").read_text(encoding="utf-8"))
    return Alignments(
        topics={code.lower(): themes for code, themes in table["topics"].items()},
        inspire=table["inspire"],
        names={name.casefold(): code for code, names in table["names"].items() for name in names},
        services={word: (kind, standard) for word, (kind, standard) in table["services"].items()},
        formats=table["formats"],
        roles=table["roles"],
        notes=table["notes"],
    )
