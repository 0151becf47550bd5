"""One value of a record as a reader sees it: its words, their language, where it leads."""

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

LINKED = {"http", "https", "mailto", "tel"}  # no other scheme ever becomes a link: javascript:, data:, file:
LONG = 300  # characters: longer values, geometries mostly, open on demand
LONGEST_LINK = 90
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_WHITE_SPACE = re.compile(r"\s")


@dataclass(slots=True)
class Value:
    """``machine``: the value as it stands in the record, where ``text`` is made for people.

    ``parts``: the properties of a node that stands in the place of a value.
    """

    text: str
    language: str = ""
    href: str = ""
    machine: str = ""
    parts: list["Property"] = field(default_factory=list)

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONG

    @property
    def is_name(self) -> bool:
        """Short enough to be the text of a link."""
        return len(self.text) <= LONGEST_LINK or self.text == self.machine

    @property
    def is_mail(self) -> bool:
        return self.href.startswith("mailto:")

    @property
    def site(self) -> str:
        return host_of(self.href)


@dataclass(slots=True)
class Property:
    label: str
    iri: str
    values: list[Value]


def value_of(term: Term, languages: tuple[str, ...]) -> Value:
    """A literal or an IRI; a blank node has no words of its own."""
    if isinstance(term, Literal):
        return _literal(term)
    if isinstance(term, BlankNode):
        return Value("")
    label = label_of(term.value, *languages)
    return Value(label or _short(term), href=href_of(term.value), machine=term.value)


def href_of(iri: str) -> str:
    """The IRI where it may be a link, else ""."""
    try:
        parts = urlsplit(iri)
        host = parts.hostname
    except ValueError:
        return ""
    if _WHITE_SPACE.search(iri) or parts.scheme.lower() not in LINKED:
        return ""
    return iri if host or parts.scheme.lower() in {"mailto", "tel"} else ""


def host_of(iri: str) -> str:
    """The name of the site an IRI leads to, for link texts."""
    return (urlsplit(iri).hostname or "").removeprefix("www.")


def size(literal: str) -> str:
    """Bytes -> "1.5 MB" in the reader's notation (SI units); what is no number comes back as it is."""
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
    """An ISO 8601 date or time in the reader's notation; what is none comes back as it is."""
    try:
        moment: datetime | date | None = parse_datetime(text) or parse_date(text)
    except ValueError:
        return text
    if moment is None:
        return text
    return written(moment)


def written(moment: datetime | date) -> str:
    """A day as the reader writes it, with the time of day where there is one."""
    # Translators: a date in the notation of Django's "date" filter, "4 March 2025" in English.
    day_format = _("j F Y")
    timed = isinstance(moment, datetime) and (moment.hour or moment.minute)
    return date_format(moment, f"{day_format}, H:i" if timed else day_format, use_l10n=False)


def _short(term: NamedNode) -> str:
    """``mailto:`` and ``tel:`` without their scheme, terms of known namespaces by their name."""
    scheme, _colon, rest = term.value.partition(":")
    if scheme.lower() in {"mailto", "tel"}:
        return rest
    return shorten(term)
