"""The words and codes that data sets are made of, from words.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

_TABLE = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Language:
    """``code`` and ``country`` as in the authority tables; ``title``: a pattern of two nouns and a place."""

    tag: str
    code: str
    country: str
    title: str
    nouns: list[str]
    small: list[str]


def _language(row: dict[str, str]) -> Language:
    return Language(**{**row, "nouns": row["nouns"].split(), "small": row["small"].split()})  # type: ignore[arg-type]


LANGUAGES = [_language(row) for row in _TABLE["language"]]
ENGLISH = LANGUAGES[-1]
THEMES, FORMATS, FREQUENCIES = (
    _TABLE["codes"][name].split() for name in ("themes", "formats", "frequencies")
)
PLACES = [
    first + middle + last
    for first in _TABLE["first"].split()
    for middle in _TABLE["middle"].split()
    for last in _TABLE["last"].split()
]
