"""What a letter is: rows of text below headings."""

from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Row:
    """A text, perhaps with what it is about."""

    text: str
    label: str = ""
    language: str = ""
    """If it is not that of the letter."""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows below a heading, those without a label first."""

    heading: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole letter, in one language."""

    language: str
    title: str
    sender: str
    sections: list[Section]

    def as_json(self) -> dict[str, Any]:
        """As the database and the program that makes the PDF take it."""
        said: dict[str, Any] = msgspec.to_builtins(self)
        return said
