"""The value of a cell <-> what the API calls it. Nothing is guessed: what is not certain is a mistake.

Spreadsheets know numbers, dates and booleans; a program also makes them of what people type as text.
"""

import math
import re
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from erpd.formats.delivery.fields import Held, Statement
from erpd.formats.delivery.typed import NUMBERS, Mistyped, Misunderstood
from erpd.formats.delivery.typed import meant as meant_by
from erpd.formats.delivery.typed import shown as typed_as
from erpd.formats.delivery.values import DAY, FLAG, MOMENT, Json
from erpd.formats.spreadsheet.columns import Leaf, Meaning
from erpd.formats.spreadsheet.mistakes import Misread, Mistake
from erpd.metadata.iri import is_iri
from erpd.metadata.text import LOST

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None
MOST_HELD = 32_767  # UTF-16 code units: what a cell of Excel holds
LONGEST = MOST_HELD - 1  # of what is read: a cell that is full was perhaps cut
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2
_MOST_PRECISE = 10**15
# What programs show for a formula that fails, in English and in files that do not say so otherwise.
_ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BUSY!)")
_SEPARATOR = re.compile(r";(?=\s|\Z)")


def meant(meaning: Meaning, cell: Cell) -> Json:
    """Return what the API calls the value of a cell; None if it is empty. Raises Misread.

    A list, where a cell can hold several values.
    """
    if cell is None or cell == "":
        return None
    kind = _kind(meaning)
    if kind in NUMBERS:
        return _number(meaning, cell)
    if kind is FLAG:
        return cell if isinstance(cell, bool) else _one(meaning, _text(cell).strip())
    text = _day(cell) if kind in (MOMENT, DAY) else _text(cell)
    if not text.strip():
        return None
    if not meaning.is_list:
        return _one(meaning, text.strip() if meaning.is_text else " ".join(text.split()))
    parts = _parts(text)
    if isinstance(kind, Statement) and not all(map(is_iri, parts)):
        return [text.strip()]
    return [_one(meaning, part) for part in parts]


def _kind(meaning: Meaning) -> Leaf | None:
    """Of an identifier or an instant, the kind of the literal that it holds."""
    return meaning.kind.value if isinstance(meaning.kind, Held) else meaning.kind


def _parts(text: str) -> list[str]:
    """The values in a cell: one in each line, or with semicolons between them."""
    lines = text.splitlines() if "\n" in text else _semicolons(text)
    return [part for line in lines if (part := line.strip())]


def _semicolons(text: str) -> list[str]:
    """A link may contain one."""
    if "://" in text:
        return [link for part in _SEPARATOR.split(text) for link in part.split()]
    return text.split(";")


def _one(meaning: Meaning, text: str) -> Json:
    try:
        return meant_by(meaning.typed, text)
    except Misunderstood as wrong:
        raise Misread(wrong.what, wrong.value, wrong.advice) from None


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        raise Misread(Mistake.BOOLEAN, str(cell).upper())
    if isinstance(cell, (int, float)):
        return _digits(cell)
    if isinstance(cell, (datetime, date)):
        raise Misread(Mistake.DATE, cell.isoformat())
    if isinstance(cell, (time, timedelta)):
        raise Misread(Mistake.TIME, str(cell))
    assert isinstance(cell, str)
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    if size(cell) > LONGEST:
        raise Misread(Mistake.TOO_LONG, cell[:80], f"{LONGEST:,}")
    if _ERRORS.fullmatch(cell.strip()):
        raise Misread(Mistake.ERROR, cell.strip())
    if LOST in cell:
        start = max(cell.index(LOST) - 30, 0)
        raise Misread(Mistake.LOST, cell[start : start + 60])
    return cell


def size(text: str) -> int:
    """Return the length of a text as spreadsheets count it: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def writable(text: str) -> str:
    """Return a text as a cell keeps it: with its lines, and without control characters."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _digits(cell: float) -> str:
    if not math.isfinite(cell):
        raise Misread(Mistyped.NOT_A_NUMBER, str(cell))
    if abs(cell) >= _MOST_PRECISE:
        raise Misread(Mistake.TOO_MANY_DIGITS, f"{cell:.0f}"[:40])
    return str(int(cell)) if cell == int(cell) else repr(cell)


def _day(cell: Cell) -> str:
    """A date; a moment at midnight is what programs store for a date."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else _text(cell)


def _number(meaning: Meaning, cell: Cell) -> Json:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        _digits(cell)
        return int(cell) if cell == int(cell) else cell
    if not isinstance(cell, str):
        shown = cell.isoformat() if isinstance(cell, date) else str(cell)
        raise Misread(Mistyped.NOT_A_NUMBER, shown)
    text = _text(cell).strip()
    return _one(meaning, text) if text else None


def kept(meaning: Meaning, value: Json, language: str) -> Cell:
    """Return the cell that says a value, as ``shown``; None if no cell holds it whole."""
    cell = shown(meaning, value, language)
    try:
        meant(meaning, cell)
    except Misread:
        return None
    return None if isinstance(cell, str) and _UNWRITABLE.search(cell) else cell


def shown(meaning: Meaning, value: Json, language: str) -> Cell:
    """Return the cell that says a value, or several in a list, for a reader of a language."""
    if isinstance(value, list):
        texts = [str(_shown(meaning, one, language)) for one in value]
        if any(";" in text for text in texts):
            return "\n".join(texts) + "\n" * (len(texts) == 1)
        return "; ".join(texts)
    return _shown(meaning, value, language)


def _shown(meaning: Meaning, value: Json, language: str) -> Cell:
    if isinstance(value, int | float):
        return str(value) if abs(value) >= _MOST_PRECISE else value
    return typed_as(meaning.typed, value, (language,))
