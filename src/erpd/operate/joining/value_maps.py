"""What a point's own values mean (question 11 of G6.1): a table as CSV, which the operator confirms."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.harvest.rules import folded
from erpd.metadata.masking import plain
from erpd.metadata.profile import load_profile
from erpd.metadata.vocabularies import vocabulary
from erpd.operate.mapping.terms import terms_of

MOST_BYTES = 200_000
_MOST_ROWS, _MOST_TOLD = 2_000, 10
_LONGEST, _SHOWN = 500, 60  # characters of a value
_COLUMNS = 3
WHAT = {
    "theme": ("dcat:theme", _("theme")),
    "frequency": ("dct:accrualPeriodicity", _("frequency")),
    "format": ("dct:format", _("format")),
    "language": ("dct:language", _("language")),
    "licence": ("dct:license", _("licence")),
    "access": ("dct:accessRights", _("access")),
}
"""What the first column may say -> the property, and how people call it."""

Maps = dict[str, dict[str, str]]
"""Property -> value -> IRI of the term."""


def maps_of(content: bytes) -> Maps:
    """What a table says: in each row what it is about, the value, and the term by its code, name or IRI.

    Raises ValidationError with a line a mistake.
    """
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValidationError(
            _("The file is not a table as CSV in UTF-8. Save it so, and send it again.")
        ) from error
    if len(rows) > _MOST_ROWS:
        said = gettext(
            "The table has more than %(most)s rows. Leave out what is in the European tables already."
        )
        raise ValidationError(said % {"most": _MOST_ROWS})
    table, wrong = _Table(), []
    for number, row in enumerate(rows, 1):
        cells = [" ".join(cell.split()) for cell in row]
        if not any(cells) or (number == 1 and cells[0].lower() not in WHAT and len(rows) > 1):
            continue  # an empty row, or the names of the columns
        if fault := table.take(cells):
            wrong.append(gettext("Row %(number)s: %(fault)s") % {"number": number, "fault": fault})
    if wrong:
        raise ValidationError(wrong[:_MOST_TOLD])
    return table.maps


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


class _Table:
    """The rows that were taken."""

    def __init__(self) -> None:
        self.maps: Maps = {}
        self._terms: dict[str, dict[str, tuple[str, str]]] = {}
        self._tables: dict[str, list[str]] = {}
        self._said: dict[tuple[str, str], str] = {}  # property and value, as rules compare it

    def take(self, cells: Sequence[str]) -> str:
        """Add a row; returns what is wrong with it, or ""."""
        if len(cells) < _COLUMNS or not all(cells[:_COLUMNS]):
            return gettext("expected what it is about, your value, and the term.")
        what, value, term = cells[:_COLUMNS]
        if what.lower() not in WHAT:
            said = gettext("“%(what)s” is not one of %(known)s.")
            return said % {"what": plain(what, _SHOWN), "known": ", ".join(WHAT)}
        if len(value) > _LONGEST:
            return gettext("the value is too long.")
        name = WHAT[what.lower()][0]
        iri = self._iri(name, term)
        if not iri:
            return gettext("“%(term)s” is not in the European table.") % {"term": plain(term, _SHOWN)}
        before = self._said.get((name, folded(value)))
        if before is None:
            self._said[name, folded(value)] = self.maps.setdefault(name, {})[value] = iri
        elif before != iri:
            said = gettext("“%(value)s” has another term in an earlier row.")
            return said % {"value": plain(value, _SHOWN)}
        return ""

    def _iri(self, name: str, term: str) -> str:
        """The term by its address, code or name; "" if there is none."""
        known = self._terms.get(name)
        if known is None:
            known = self._terms[name] = terms_of(load_profile("erpd"), name)
            self._tables[name] = sorted({table for table, _code in known.values()})
        if term in known:
            return term
        tables = self._tables[name]
        found = (vocabulary(table).iri(code) for table in tables if (code := vocabulary(table).find(term)))
        return next((iri for iri in found if iri in known), "")


def listed(maps: Mapping[str, Mapping[str, str]], *languages: str) -> Iterator[tuple[str, str, str, str]]:
    """Property, value, IRI, and all of it in words, for readers of ``languages``."""
    called = dict(WHAT.values())
    for name, table in sorted(maps.items()):
        terms = terms_of(load_profile("erpd"), name)
        for value, iri in sorted(table.items()):
            label = vocabulary(terms[iri][0]).label(iri, *languages) if iri in terms else iri
            told = gettext("%(what)s: “%(value)s” means %(term)s")
            yield (
                name,
                value,
                iri,
                told % {"what": called.get(name, name), "value": plain(value), "term": label},
            )
