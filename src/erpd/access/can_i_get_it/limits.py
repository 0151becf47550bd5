"""How long the law gives for a decision, on the card of a data set to which a regime applies."""

from datetime import date

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from erpd.access.law.book import Law
from erpd.access.law.override import most_days
from erpd.access.law.regime import Extension, Limit
from erpd.metadata.text import Text
from erpd.pages.values import Property, Value


def limits(acts: frozenset[str], day: date, country: str) -> list[Property]:
    """Return the time limits that the acts of a data set bring on a day; none if no regime applies."""
    language = get_language() or "en"
    law: Law = settings.LAW()
    values = []
    for applied in law.applying(acts, day, country=country):
        regime = applied.regime
        act = Text({tag: [name] for tag, name in regime.name.items()}).best(language)[0]
        for limit, source in sorted(applied.limits(), key=lambda each: most_days(each[0]))[:1]:
            said = _("{time} after your request ({act}, {section})").format(
                time=_length(limit), act=act, section=source
            )
            if extensions := applied.extensions():
                more = min(extensions, key=most_days)
                said += " " + _("It can be {time} longer if you are told in time why.").format(
                    time=_length(more)
                )
            values.append(Value(said))
    return [Property(_("Time limit by law"), "", values)] if values else []


def _length(limit: Limit | Extension) -> str:
    number = limit.amount
    if limit.unit == "months":
        return ngettext("{number} month", "{number} months", number).format(number=number)
    if limit.unit == "working-days":
        return ngettext("{number} working day", "{number} working days", number).format(number=number)
    return ngettext("{number} day", "{number} days", number).format(number=number)
