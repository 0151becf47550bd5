"""One value of the delivery API's JSON as people type it, and back.

A code is shown by its label, a mail address without ``mailto:``, a box as its four sides. What people type is
taken as they mean it: ``5 GB``, ``31.12.2024``, ``www.example.org``.
"""

import re
from decimal import Decimal, InvalidOperation

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from erpd.formats.delivery.faults import Code
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
    TELEPHONE,
    WHOLE,
    Json,
    Kind,
    Wrong,
)
from erpd.formats.geometry import box, degrees, is_wkt
from erpd.metadata.iri import is_iri
from erpd.metadata.iso8601 import date_type
from erpd.metadata.licences import licence_of
from erpd.metadata.telephone import telephone_link
from erpd.metadata.vocabularies import Vocabulary, table_called
from erpd.metadata.vocabularies.near import near

SIDES = ("west", "south", "east", "north")
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
FLAGS = ("true", "false")
_MIDNIGHT = "T00:00:00Z"
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", re.ASCII)
_SIZE = re.compile(r"([0-9][0-9., \u00a0\u202f]{0,60})(B|kB|KB|MB|GB|TB|PB)?", re.IGNORECASE | re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3}){1,20}", re.ASCII)
_UNITS = {"": 1, "B": 1, **{f"{letter}B": 1000**power for power, letter in enumerate("KMGTP", 1)}}
_ALMOST_A_LINK = re.compile(
    r"(?:www\.)?[a-z0-9](?:[a-z0-9-]{0,62}\.){1,10}[a-z]{2,20}(?:[/?#]\S*)?", re.IGNORECASE
)


def table_of(kind: Kind | Thing | Statement | Held) -> Vocabulary | None:
    """The table in which the values of a field are found; None if there is none."""
    name = "" if isinstance(kind, Held) else kind.table
    return table_called(name) if name else None


def shown(kind: Kind | Thing | Statement | Held, value: Json, languages: tuple[str, ...]) -> str:
    """What the field of a value says to a reader of ``languages``. Typed again, it means the value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:d}" if isinstance(value, int) else f"{Decimal(repr(value)):f}"
    text = str(value)
    if table := table_of(kind):
        code = table.code_of(text)
        label = table.label(code, *languages) if code else ""
        return label if label and _code(table, label) == code and table.iri(code) == text else text
    kind = kind.value if isinstance(kind, Held) else kind
    if kind is MAILBOX:
        return text.removeprefix("mailto:")
    if kind is TELEPHONE:
        return text.removeprefix("tel:")
    if kind is MEDIA_TYPE:
        return text.removeprefix(MEDIA_TYPES)
    return text.removesuffix(_MIDNIGHT) if kind is MOMENT else text


def understood(
    kind: Kind | Thing | Statement | Held, text: str, languages: tuple[str, ...], *, sizes: bool = False
) -> Json:
    """The value that somebody means by what they typed, which is not blank. Raises Wrong.

    ``sizes``: whether numbers may be written as 5 GB.

    What it may be is left to those who read the JSON, as for the API.
    """
    if table := table_of(kind):
        if code := _code(table, text):
            return table.iri(code)
        return text if isinstance(kind, Statement) or is_iri(text) else _unknown(table, text, languages)
    kind = kind.value if isinstance(kind, Held) else kind
    if kind is FLAG and text in FLAGS:
        return text == FLAGS[0]
    if kind in (COUNT, NUMBER, WHOLE):
        return _number(text, sizes=sizes)
    if kind in (MOMENT, DAY):
        return _iso(text)
    if kind is MAILBOX:
        return _mailbox(text)
    if kind is TELEPHONE:
        return text if ":" in text else telephone_link(text) or f"tel:{'-'.join(text.split())}"
    if kind is MEDIA_TYPE:
        return text if ":" in text else MEDIA_TYPES + text
    if (kind is LINK or isinstance(kind, Thing)) and _ALMOST_A_LINK.fullmatch(text):
        return f"https://{text}"
    return text


def sides(text: str) -> dict[str, str]:
    """The sides of a geometry that is a box, as ``box`` writes one; nothing for any other."""
    if not is_wkt(text) or not text.startswith("POLYGON(("):
        return {}
    points = [point.split() for point in text[9:-2].split(",")]
    if len(points) != 5 or any(len(point) != 2 for point in points):
        return {}
    west, north = points[0]
    east, south = points[2]
    made = box(west, south, east, north)
    return dict(zip(SIDES, (west, south, east, north), strict=True)) if made and made.value == text else {}


def box_of(typed: dict[str, str]) -> str:
    """The geometry with these sides. Raises Wrong."""
    found = [degrees(typed.get(side, "")) for side in SIDES]
    if all(found) and Decimal(found[1]) >= Decimal(found[3]):
        raise Wrong(Code.INVALID_FIELD_VALUE, _("South must be less than north."))
    made = box(*found)
    if made is None:
        raise Wrong(
            Code.INVALID_FIELD_VALUE,
            _("This is not a box. Write all four sides in degrees, such as 3.3, 50.7, 7.2 and 53.6."),
        )
    return str(made.value)


def _code(table: Vocabulary, text: str) -> str:
    return licence_of(text) if table.name == "licence" else table.find(text)


def _unknown(table: Vocabulary, text: str, languages: tuple[str, ...]) -> Json:
    said = _("“%(text)s” is not in the list. Choose one of the list, or give a full link.") % {
        "text": text[:80]
    }
    if names := near(table.name, text, languages):
        said += " " + _("Did you mean %(near)s?") % {
            "near": get_text_list([f"“{one}”" for one in names], _("or"))
        }
    raise Wrong(Code.INVALID_PATTERN, said)


def _mailbox(text: str) -> str:
    if ":" in text:
        return text
    if "@" not in text:
        said = _("This is not an e-mail address. Write one such as info@example.org.")
        raise Wrong(Code.INVALID_FIELD_VALUE, said)
    return f"mailto:{text}"


def _number(text: str, *, sizes: bool) -> int | float:
    sized = _SIZE.fullmatch(text.strip())
    if sized and (sizes or not sized[2]):
        digits = "".join(sized[1].split())
        if _THOUSANDS.fullmatch(digits):  # a single sign may be that of decimals
            digits = digits.replace(",", "").replace(".", "")
        try:
            number = Decimal(digits.replace(",", ".")) * _UNITS[(sized[2] or "").upper()]
            return int(number) if number == number.to_integral_value() else float(number)
        except InvalidOperation:
            pass
    if sizes:
        said = _("“%(text)s” is not a number. Write digits, or a size such as 5 GB.")
    else:
        said = _("“%(text)s” is not a number. Write digits only, such as 30.")
    raise Wrong(Code.INVALID_NUMERIC_VALUE, said % {"text": text[:80]})


def _iso(text: str) -> str:
    """A date with its day first, as all of the Union writes it, in ISO 8601; anything else as it is."""
    written = _DAY_FIRST.fullmatch(text)
    if written is None or date_type(text):
        return text
    return f"{written[4]}-{int(written[3]):02}-{int(written[1]):02}"
