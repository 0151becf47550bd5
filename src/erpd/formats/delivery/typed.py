"""What people type, into the form or a cell -> the value of the delivery API that they mean, and back.

A code is typed by its label, a mail address without ``mailto:``, a size as 5 GB, a date as 31.12.2024. They
are read as mending reads what is harvested: what may mean two things is refused, in words, and not guessed.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeAlias

from erpd.formats.delivery.fields import Held, Statement, Thing
from erpd.formats.delivery.values import (
    COUNT,
    DAY,
    FLAG,
    LINK,
    MAILBOX,
    MEDIA_TYPE,
    MOMENT,
    NUMBER,
    SIZE,
    TELEPHONE,
    WHOLE,
    Json,
    Kind,
)
from erpd.metadata.iri import is_iri, repair_iri
from erpd.metadata.iso8601 import date_type
from erpd.metadata.licences import licence_of
from erpd.metadata.mending.contacts import mail_links
from erpd.metadata.mending.dates import days_of, iso_of
from erpd.metadata.mending.media_types import REGISTER, entry_of
from erpd.metadata.mending.numbers import number_of
from erpd.metadata.profile import Profile
from erpd.metadata.telephone import telephone_link
from erpd.metadata.vocabularies import Vocabulary, table_called
from erpd.metadata.vocabularies.near import near

Typed: TypeAlias = Kind | Thing | Statement | Held
"""What a field holds. Of a Thing it is its IRI."""
MIDNIGHT = "T00:00:00Z"
NUMBERS = (NUMBER, COUNT, SIZE, WHOLE)
FLAGS = ("true", "false")
_LONGEST_CODE = 300
_CUT = 80
_AMOUNT = re.compile(r"([0-9][0-9.,]*)(?:\s?[A-Za-z]?[bB])?")  # it has no unit, or one of bits or bytes
_PART_OF_BYTES = re.compile(r"([0-9]{1,20}\.[0-9]{1,20}) B")  # as some catalogues say of small files
_ALMOST_A_LINK = re.compile(
    r"(?:www\.)?[a-z0-9](?:[a-z0-9-]{0,62}\.){1,10}([a-z]{2,20})([/?#]\S*)?", re.IGNORECASE | re.ASCII
)
_SHORTEST_ENDING = 3  # shorter ones of files are countries, too: md, pl
_TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


class Mistyped(StrEnum):
    """Why what somebody typed is not understood."""

    NEITHER = "neither"
    NOT_IN_TABLE = "not-in-table"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_SIZE = "not-a-size"
    SEVERAL_NUMBERS = "several-numbers"
    SEVERAL_SIZES = "several-sizes"
    SEVERAL_DAYS = "several-days"


class Misunderstood(ValueError):
    """Raised for one value: what is wrong with it. ``advice``: the name of its table, or what it may mean."""

    def __init__(self, what: Mistyped, value: str, advice: str = "") -> None:
        super().__init__(what, value, advice)
        self.what, self.value, self.advice = what, value, advice


def table_of(kind: Typed) -> Vocabulary | None:
    """Return the table in which the values of a field are found; None if there is none."""
    name = "" if isinstance(kind, Held) else kind.table
    return table_called(name) if name else None


def meant(kind: Typed, text: str) -> Json:
    """Return the value that somebody means by what they typed, which is not blank. Raises Misunderstood.

    Whether the field takes it is left to those who read the JSON, as for the API.
    """
    if table := table_of(kind):
        return _concept(kind, table, text)
    kind = kind.value if isinstance(kind, Held) else kind
    if kind in NUMBERS:
        return _number(text, sized=kind is SIZE)
    if kind is FLAG:
        return _flag(text)
    if kind in (MOMENT, DAY):
        return _date(text)
    if kind is MAILBOX:
        return _only(mail_links(text)) or text
    if kind is TELEPHONE:
        return telephone_link(text) or text
    if kind is MEDIA_TYPE:
        return entry_of(text) or text
    return _address(text) if kind is LINK or isinstance(kind, Thing) else text


def shown(kind: Typed, value: Json, languages: tuple[str, ...]) -> str:
    """Return what people would type to mean a value: in their language, if that is certain."""
    if isinstance(value, bool):
        return FLAGS[0] if value else FLAGS[1]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = f"{Decimal(repr(value)):f}"
        text = text if number_of(text) else f"{text}0"
        return f"{text} B" if kind is SIZE else text
    text = str(value)
    return next((form for form in _forms(kind, text, languages) if _means(kind, form, text)), text)


def explain(
    wrong: Misunderstood,
    translate: Callable[[str], str] = str,
    language: str = "en",
    profile: Profile | None = None,
) -> str:
    """Return what is wrong with a value and how to put it right. ``profile``: suggest only what it allows."""
    said = translate(_TEXTS["mistakes"][wrong.what]).format(value=wrong.value, advice=wrong.advice)
    if wrong.what is not Mistyped.NOT_IN_TABLE:
        return said
    return perhaps(
        said, near(wrong.advice, wrong.value, (language,), _allowed(profile, wrong.advice)), translate
    )


def perhaps(said: str, names: Iterable[str], translate: Callable[[str], str]) -> str:
    """Return a text with the names that somebody may have meant."""
    meant_ = "; ".join(names)
    return f"{said} {translate(_TEXTS['perhaps']).format(names=meant_)}" if meant_ else said


def texts() -> Iterator[str]:
    """Yield all texts, for translators."""
    yield _TEXTS["perhaps"]
    yield from _TEXTS["mistakes"].values()


@cache
def example_of(thing: Thing, field: str, languages: tuple[str, ...]) -> str:
    """Return an example of what to type in a field, a code by its label; "" if there is none."""
    examples = _TEXTS["examples"]
    text: str = examples.get(f"{thing.name}.{field}") or examples.get(field) or ""
    kind = next((row.kind for row in thing.rows if row.name == field), thing)
    return shown(kind, meant(kind, text), languages) if text and table_of(kind) else text


def _concept(kind: Typed, table: Vocabulary, text: str) -> str:
    if is_iri(text):
        return text
    name = " ".join(text[: _LONGEST_CODE + 1].split())
    code = (
        "" if len(text) > _LONGEST_CODE else licence_of(name) if table.name == "licence" else table.find(name)
    )
    if code:
        return table.iri(code)
    if isinstance(kind, Statement):  # rights and licences may be texts
        return text
    raise Misunderstood(Mistyped.NOT_IN_TABLE, text[:_CUT], table.name)


def _number(text: str, *, sized: bool) -> int | float:
    part = _PART_OF_BYTES.fullmatch(text) if sized else None
    if digits := number_of(part[1]) if part else number_of(text, sized=sized):
        number = Decimal(digits)
        return int(number) if number == number.to_integral_value() else float(number)
    text = text.strip()
    amount = _AMOUNT.fullmatch(text[:_CUT])
    if sized:
        raise Misunderstood(Mistyped.SEVERAL_SIZES if amount else Mistyped.NOT_A_SIZE, text[:_CUT])
    if amount and amount[1] == text:
        whole = re.sub("[.,]", "", text)
        if number_of(whole) and number_of(f"{text}0"):
            both = f"{whole}; {number_of(f'{text}0')}"
            raise Misunderstood(Mistyped.SEVERAL_NUMBERS, text, both)
    raise Misunderstood(Mistyped.NOT_A_NUMBER, text[:_CUT])


def _flag(text: str) -> bool:
    """Yes or no in any official language of the EU."""
    said = [flag for flag in FLAGS if text.strip().casefold() in _TEXTS["flags"][flag]]
    if not said:
        raise Misunderstood(Mistyped.NEITHER, text[:_CUT])
    return said == [FLAGS[0]]


def _date(text: str) -> str:
    if not (found := iso_of(text)) and len(days := days_of(text)) > 1:
        raise Misunderstood(Mistyped.SEVERAL_DAYS, text, "; ".join(days))
    return found if date_type(found) else text  # as it was typed, if there is no such day


def _address(text: str) -> str:
    if is_iri(text):
        return text
    almost = _ALMOST_A_LINK.fullmatch(text)
    if almost and not almost[2] and len(almost[1]) >= _SHORTEST_ENDING and _is_ending(almost[1]):
        return text  # admissions.csv is a file, and no host
    return f"https://{text}" if almost else repair_iri(text) or text


def _is_ending(name: str) -> bool:
    """Whether names of files end so."""
    table = table_called("file-type")
    return bool(table and table.find(name))


def _only(links: list[str]) -> str:
    return links[0] if len(links) == 1 else ""


def _forms(kind: Typed, value: str, languages: tuple[str, ...]) -> Iterator[str]:
    """The forms in which people would write a value, best first."""
    table = table_of(kind)
    kind = kind.value if isinstance(kind, Held) else kind
    if table:
        yield table.label(value, *languages)
    elif kind is MAILBOX:
        yield value.removeprefix("mailto:")
    elif kind is TELEPHONE:
        yield value.removeprefix("tel:")
    elif kind is MEDIA_TYPE:
        yield value.removeprefix(REGISTER)
    elif kind is MOMENT:
        yield value.removesuffix(MIDNIGHT)


def _means(kind: Typed, form: str, value: str) -> bool:
    """Whether a text is read as a value. A day is its midnight."""
    try:
        found = meant(kind, form)
    except Misunderstood:
        return False
    kind = kind.value if isinstance(kind, Held) else kind
    return bool(found == value or (kind is MOMENT and f"{found}{MIDNIGHT}" == value))


def _allowed(profile: Profile | None, table: str) -> frozenset[str]:
    """The codes of a table that a profile allows somewhere; none if it allows all."""
    properties = [each for one in profile.classes.values() for each in one.values()] if profile else []
    return frozenset(code for each in properties if each.vocabulary == table for code in each.codes)
