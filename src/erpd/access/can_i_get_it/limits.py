"""How long the law gives for a decision, on the card of a data set to which a regime applies."""

from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from erpd.access.law import Applied, Extension, Law, Limit, Place, PlaceUnknown
from erpd.access.law.override import most_days
from erpd.access.law_words import cited, how_long, in_words
from erpd.pages.values import Property, Value


class Given(NamedTuple):
    """The time that a regime gives for a decision."""

    regime: str
    """Its id."""
    act: str
    """Its name, in the language of the page."""
    limit: Limit
    source: str
    """Where the limit is written."""
    extension: Extension | None


def limits(acts: frozenset[str], day: date, country: str, body: str = "") -> list[Given]:
    """Return the limits that the acts of a data set bring on a day; none if no regime applies.

    ``body``: the IRI of the competent body, which may have a shorter one.
    """
    law: Law = settings.LAW()
    found = []
    for applied in law.applying(acts, day, country=country, body=body):
        if lengths := _lengths(applied, day, Place(country)):
            found.append(Given(applied.regime.id, in_words(applied.regime.name), *lengths))
    return found


def as_property(given: list[Given]) -> list[Property]:
    """The limits as the card shows them."""
    values = []
    for one in given:
        said = _("{time} after your request ({act}, {section})").format(
            time=how_long(one.limit), act=one.act, section=cited(one.source)
        )
        if one.extension:
            said += ". " + _("It can be {time} longer if you are told in time why.").format(
                time=how_long(one.extension)
            )
        values.append(Value(said))
    return [Property(_("Time limit by law"), "", values)] if values else []


def _lengths(applied: Applied, day: date, place: Place) -> tuple[Limit, str, Extension | None] | None:
    try:
        return applied.lengths(day, place)
    except PlaceUnknown:  # without its holidays nobody can say for sure which ends first
        limit, source = min(applied.limits(), key=lambda each: most_days(each[0]))
        return limit, source, min(applied.extensions(), key=most_days, default=None)
