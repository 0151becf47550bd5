"""The texts of spreadsheets: ``texts.toml``. Whoever writes one translates them."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from erpd.formats.spreadsheet.mistakes import Mistake, Trouble
from erpd.metadata.profile import Profile
from erpd.metadata.vocabularies.near import near

Translate: TypeAlias = Callable[[str], str]
_TABLE = tomllib.loads((Path(__file__).parent / "texts.toml").read_text("utf-8"))
LISTS: str = _TABLE["lists"]
READ_ME: str = _TABLE["read_me"]
EXAMPLE: str = _TABLE["example"]
SEVERAL: str = _TABLE["several"]
CHOICES: str = _TABLE["choices"]
DATES: str = _TABLE["dates"]
NOT_HELD: str = _TABLE["not_held"]
OF_DATA_SET: str = _TABLE["of_data_set"]
GUIDE: tuple[str, ...] = tuple(_TABLE["guide"])
_PERHAPS: str = _TABLE["perhaps"]


def every() -> Iterator[str]:
    """All texts, for translators."""
    for value in _TABLE.values():
        if isinstance(value, str):
            yield value
        else:
            yield from value.values() if isinstance(value, dict) else value


def explain(
    trouble: Trouble,
    translate: Translate = str,
    language: str = "en",
    profile: Profile | None = None,
) -> str:
    """Return what is wrong and how to put it right, in one text.

    ``profile``: what it allows is suggested, and nothing else.
    """
    facts = {"cell": trouble.cell, "value": trouble.value, "advice": trouble.advice}
    said = translate(_TABLE["mistakes"][trouble.what]).format(**facts)
    names = ""
    if trouble.what is Mistake.NOT_IN_TABLE:
        names = "; ".join(near(trouble.advice, trouble.value, (language,), _allowed(profile, trouble.advice)))
    if trouble.what is Mistake.UNKNOWN_COLUMN:
        names = trouble.advice
    return f"{said} {translate(_PERHAPS).format(names=names)}" if names else said


def _allowed(profile: Profile | None, table: str) -> frozenset[str]:
    """The codes of a table that a profile allows somewhere; none if it allows all."""
    properties = [each for one in profile.classes.values() for each in one.values()] if profile else []
    return frozenset(code for each in properties if each.vocabulary == table for code in each.codes)
