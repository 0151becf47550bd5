"""One value of a record as a reader sees it: its text, the language of the text, and where it links to.

Whatever a source sends, only this module makes it fit for a page: bounded, without control characters, and
with dates and numbers in the reader's notation where they are any.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from urllib.parse import urlsplit

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.terms import XSD, shorten
from erpd.metadata.vocabularies import labelled

LINKED = {"http", "https", "mailto", "tel"}  # never link other schemes, such as javascript:, data: and file:
LONG = 300  # characters; longer values, mostly geometries, are folded
LONGEST_LINK = 90
LONGEST_TITLE = 300
LONGEST_TEXT = 20_000
LONGEST_IRI = 2_000  # no browser and no server takes longer ones everywhere
LONGEST_TAG = 35  # RFC 5646, 4.4.1
_DAY = "{}"
_NUMBER_OF_DAY = re.compile(r"(?<!\\)j")  # in a format of Django's "date" filter
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_MISLEADING = re.compile(r"[\s\\]")  # browsers drop the first, and take the second for a slash (WHATWG URL)
# What HTML forbids in text (13.1.4 and "noncharacter"), and NUL.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
# Unicode Bidirectional Algorithm, 2: embeddings and isolates, with what closes them.
_DIRECTED = (("[\u202a\u202b\u202d\u202e]", "\u202c"), ("[\u2066\u2067\u2068]", "\u2069"))


@dataclass(slots=True)
class Value:
    """A value as a page shows it."""

    text: str
    """What people read."""
    language: str = ""
    """The language of the text, "" if it has none."""
    href: str = ""
    """Where it links to, "" for nowhere."""
    machine: str = ""
    """The value in the record, if ``text`` says it in other words."""
    parts: list["Property"] = field(default_factory=list)
    """If the value is a node: its properties."""
    is_address: bool = False
    """Whether the text stands for an address, because there is no name."""
    is_here: bool = False
    """Whether ``href`` is a page of this node."""

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONG

    @property
    def is_name(self) -> bool:
        """Whether it is short enough for the text of a link."""
        return len(self.text) <= LONGEST_LINK or self.text == self.machine

    @property
    def is_mail(self) -> bool:
        return self.href.startswith("mailto:")

    @property
    def site(self) -> str:
        return host_of(self.href)


@dataclass(slots=True)
class Property:
    """A property of a record, with its values."""

    label: str
    iri: str
    values: list[Value]


def value_of(term: Term, languages: tuple[str, ...], most: int = LONGEST_TEXT) -> Value:
    """A term for readers of ``languages``, of at most ``most`` characters. A blank node has no text."""
    if isinstance(term, Literal):
        return _literal(term, most)
    if isinstance(term, BlankNode):
        return Value("")
    label, language = labelled(term.value, *languages)
    text = legible(label or _short(term), most)
    return Value(text, language, href_of(term.value), shortened(term.value, LONGEST_IRI))


def address_value(iri: str) -> Value:
    """An IRI in place of a name: its host and its last part, "data.example/…/x"; any other text unchanged."""
    href = href_of(iri)
    host = host_of(href)
    text = iri
    if host:
        path = urlsplit(href)
        last = path.fragment or path.query or path.path.rstrip("/").rpartition("/")[2]
        between = "/…/" if href.rstrip("/").removesuffix(last).count("/") > len("///") else "/"
        text = f"{host}{between}{last}" if last else host
    return Value(
        legible(text, LONGEST_TITLE), href=href, machine=shortened(iri, LONGEST_IRI), is_address=True
    )


def legible(text: str, most: int = LONGEST_TEXT) -> str:
    """``text`` fit for a page: at most ``most`` characters, and nothing that changes the text around it."""
    text = shortened(text, most)
    if text.isascii() and text.isprintable():  # true of nearly all
        return text
    text = _NO_TEXT.sub("", text)
    for opening, closing in _DIRECTED:
        text += closing * (len(re.findall(opening, text)) - text.count(closing))
    return text


def shortened(text: str, most: int) -> str:
    """``text``, or its beginning and "…" if it is longer than ``most`` characters."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def tag_of(language: str | None) -> str:
    """A language tag for a lang attribute, in lower case; "" for one too long to be any."""
    return (language or "").lower() if len(language or "") <= LONGEST_TAG else ""


def href_of(iri: str) -> str:
    """The IRI if it can safely be a link, otherwise ""."""
    if len(iri) > LONGEST_IRI:
        return ""
    try:
        parts = urlsplit(iri)
        host = parts.hostname
    except ValueError:
        return ""
    if _MISLEADING.search(iri) or parts.scheme.lower() not in LINKED:
        return ""
    return iri if host or parts.scheme.lower() in {"mailto", "tel"} else ""


def host_of(iri: str) -> str:
    """The host that an IRI leads to, without "www.", for the text of a link."""
    return (urlsplit(iri).hostname or "").removeprefix("www.")


def size(literal: str) -> str:
    """Bytes -> "1.5 MB" in the reader's notation (SI units). Anything but a number stays unchanged."""
    return literal if len(literal) > LONGEST_TITLE else _size(literal, get_language())


@lru_cache(10_000)
def _size(literal: str, language: str | None) -> str:
    """In the notation of the language, which is the active one."""
    try:
        amount = Decimal(literal)
    except InvalidOperation:
        return literal
    if not amount.is_finite() or not 0 <= amount < Decimal(10) ** 18:
        return literal
    unit = 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount /= 1000
        unit += 1
    return f"{number_format(amount.quantize(Decimal('0.1')).normalize(), use_l10n=True)} {_UNITS[unit]}"


def _literal(literal: Literal, most: int) -> Value:
    text, kind = literal.value, literal.datatype
    if kind == XSD.boolean:
        return Value(_("yes") if text in {"true", "1"} else _("no"), machine=legible(text, LONGEST_TITLE))
    if kind == XSD.gYearMonth:
        return Value(legible(month(text), most), machine=legible(text, LONGEST_TITLE))
    if kind in {XSD.date, XSD.dateTime}:
        return Value(legible(day(text), most), machine=legible(text, LONGEST_TITLE))
    return Value(legible(text, most), language=tag_of(literal.language))


def day(text: str) -> str:
    """An ISO 8601 date or time in the reader's notation. Any other text stays unchanged."""
    try:
        moment: datetime | date | None = parse_datetime(text) or parse_date(text)
        return written(moment) if moment else text
    except (ValueError, OverflowError):
        return text


def month(text: str) -> str:
    """A month of ISO 8601 (``2024-05``) in the reader's notation. Any other text stays unchanged."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return text
    return date_format(first, "YEAR_MONTH_FORMAT")


def date_value(text: str) -> Value:
    """A date of a record, without the time of day and no more exact than it is: ``2024``, ``2024-05``.

    Raises ValueError if it is not an ISO 8601 date.
    """
    if len(text) <= len("2024-05"):
        return Value(month(text), machine=text)
    day = datetime.fromisoformat(text).date()
    return Value(written(day), machine=day.isoformat())


def written(moment: datetime | date) -> str:
    """A date in the reader's notation, with the time of day if there is one."""
    if not isinstance(moment, datetime):
        return _written(moment, get_language())
    if not (moment.hour or moment.minute):
        return _written(moment.date(), get_language())
    return date_format(moment, f"{_day_format()}, H:i", use_l10n=False)


def _written(day: date, language: str | None) -> str:
    """In the notation of the language, which is the active one."""
    return _in_month(day.year, day.month, language).replace(_DAY, str(day.day))


@lru_cache(5_000)
def _in_month(year: int, month: int, language: str | None) -> str:
    """How its days are written, with _DAY for the number: a page has many dates, and few months are new."""
    days = _NUMBER_OF_DAY.sub(_DAY, _day_format())
    return date_format(date(year, month, 1), days, use_l10n=False)


def _day_format() -> str:
    # Translators: a date in the notation of Django's "date" filter, "4 March 2025" in English.
    return _("j F Y")


def _short(term: NamedNode) -> str:
    """``mailto:`` and ``tel:`` IRIs without their scheme, terms of known namespaces by their short name."""
    scheme, _colon, rest = term.value.partition(":")
    if scheme.lower() in {"mailto", "tel"}:
        return rest
    return shorten(term)
