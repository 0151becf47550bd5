"""One value of a record as a reader sees it: its text, the language of the text, and where it links to."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.graph import Term
from erpd.metadata.terms import XSD, shorten
from erpd.metadata.vocabularies import label_of

LINKED = {"http", "https", "mailto", "tel"}  # never link other schemes, such as javascript:, data: and file:
LONG = 300  # characters; longer values, mostly geometries, are folded
LONGEST_LINK = 90
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_WHITE_SPACE = re.compile(r"\s")


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


def value_of(term: Term, languages: tuple[str, ...]) -> Value:
    """A term for readers of ``languages``. A blank node has no text of its own."""
    if isinstance(term, Literal):
        return _literal(term)
    if isinstance(term, BlankNode):
        return Value("")
    label = label_of(term.value, *languages)
    return Value(label or _short(term), href=href_of(term.value), machine=term.value)


def href_of(iri: str) -> str:
    """The IRI if it can safely be a link, otherwise ""."""
    try:
        parts = urlsplit(iri)
        host = parts.hostname
    except ValueError:
        return ""
    if _WHITE_SPACE.search(iri) or parts.scheme.lower() not in LINKED:
        return ""
    return iri if host or parts.scheme.lower() in {"mailto", "tel"} else ""


def host_of(iri: str) -> str:
    """The host that an IRI leads to, without "www.", for the text of a link."""
    return (urlsplit(iri).hostname or "").removeprefix("www.")


def size(literal: str) -> str:
    """Bytes -> "1.5 MB" in the reader's notation (SI units). Anything but a number stays unchanged."""
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


def _literal(literal: Literal) -> Value:
    text, kind = literal.value, literal.datatype
    if kind == XSD.boolean:
        return Value(_("yes") if text in {"true", "1"} else _("no"), machine=text)
    if kind in {XSD.date, XSD.dateTime}:
        return Value(day(text), machine=text)
    return Value(text, language=(literal.language or "").lower())


def day(text: str) -> str:
    """An ISO 8601 date or time in the reader's notation. Any other text stays unchanged."""
    try:
        moment: datetime | date | None = parse_datetime(text) or parse_date(text)
    except ValueError:
        return text
    if moment is None:
        return text
    return written(moment)


def written(moment: datetime | date) -> str:
    """A date in the reader's notation, with the time of day if there is one."""
    # Translators: a date in the notation of Django's "date" filter, "4 March 2025" in English.
    day_format = _("j F Y")
    timed = isinstance(moment, datetime) and (moment.hour or moment.minute)
    return date_format(moment, f"{day_format}, H:i" if timed else day_format, use_l10n=False)


def _short(term: NamedNode) -> str:
    """``mailto:`` and ``tel:`` IRIs without their scheme, terms of known namespaces by their short name."""
    scheme, _colon, rest = term.value.partition(":")
    if scheme.lower() in {"mailto", "tel"}:
        return rest
    return shorten(term)
