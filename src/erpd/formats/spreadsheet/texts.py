"""The texts of spreadsheets: ``texts.toml``. Whoever writes one translates them."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from erpd.formats.delivery import typed
from erpd.formats.delivery.typed import Mistyped, Misunderstood
from erpd.formats.spreadsheet.mistakes import Mistake, Trouble
from erpd.metadata.profile import Profile

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


def every() -> Iterator[str]:
    """All texts but those of values, for translators."""
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
    if isinstance(trouble.what, Mistyped):
        wrong = Misunderstood(trouble.what, trouble.value, trouble.advice)
        return typed.explain(wrong, translate, language, profile)
    facts = {"cell": trouble.cell, "value": trouble.value, "advice": trouble.advice}
    said = translate(_TABLE["mistakes"][trouble.what]).format(**facts)
    if trouble.what is Mistake.UNKNOWN_COLUMN and trouble.advice:
        return typed.perhaps(said, [trouble.advice], translate)
    return said
