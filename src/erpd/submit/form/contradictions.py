"""What no value of a page says alone: a period that ends before it starts, two titles in one language."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from erpd.formats.delivery.faults import Path
from erpd.formats.delivery.values import Json
from erpd.metadata.iso8601 import date_type
from erpd.pages.languages import language_name
from erpd.submit.form.typed import LANGUAGE, Understanding

_ONCE = ("dctTitle", "dctDescription")  # in each language
_SPANS = (("dcatStartDate", "dcatEndDate"), ("timeHasBeginning", "timeHasEnd"))


def contradictions(
    said: Mapping[str, Json], stored: Mapping[str, Json], understood: Understanding, before: Path
) -> Iterator[tuple[str, str]]:
    """Yield the name of a field and what is wrong with it, unless it is ``stored`` like that already.

    ``before``: the path of what they are about.
    """
    for name in _ONCE:
        known, seen = Counter(_languages(stored.get(name))), Counter[str]()
        for place, language in enumerate(_languages(said.get(name))):
            seen[language] += 1
            if language and seen[language] > max(1, known[language]):
                wrong = _("There is another text in this language: %(language)s. Change one, or remove it.")
                named = language_name(language, *understood.languages)
                yield understood.name_of((*before, name, place)), wrong % {"language": named}
    for place, period in enumerate(_several(said.get("dctTemporal"))):
        for first, last in _SPANS:
            start, end = (str(next(iter(_several(period.get(name))), "")) for name in (first, last))
            if is_reversed(start, end):
                at = (*before, "dctTemporal", place, last, 0)
                yield understood.name_of(at), _("The end is before the start.")


def is_reversed(start: str, end: str) -> bool:
    """Whether a date comes before another, as far as both are exact. Years before 0 are left alone."""
    if not (date_type(start) and date_type(end)) or "-" in (start[0], end[0]):
        return False
    shared = min(len(start), len(end), len("2020-05-01"))
    return end[:shared] < start[:shared]


def _languages(said: Json) -> list[str]:
    return [text.get(LANGUAGE) or "" if isinstance(text, dict) else "" for text in _several(said)]


def _several(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]
