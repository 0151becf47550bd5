"""The tables that translate code lists: alignments.toml, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Alignments:
    """The tables of alignments.toml."""

    topics: dict[str, list[str]]
    """Topic category -> data themes."""
    inspire: dict[str, list[str]]
    """Code of an INSPIRE theme -> data themes."""
    names: dict[str, str]
    """Name of an INSPIRE theme -> its code."""
    services: dict[str, tuple[str, str]]
    """Word -> file type, standard."""
    formats: dict[str, str]
    """Word -> file type."""
    roles: dict[str, str]
    """Role -> property."""
    notes: dict[str, str]
    """Path of a text -> what it is."""


@cache
def alignments() -> Alignments:
    """Return the tables. Names are in lower case, because everybody writes them differently."""
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
