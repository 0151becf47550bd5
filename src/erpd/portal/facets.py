"""The filters next to a search, in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.metadata.vocabularies import vocabulary
from erpd.pages.values import Value
from erpd.portal.search_address import SearchAddress
from erpd.register.models import Catalogue
from erpd.register.scope import VISIBLE
from erpd.register.search.labels import LISTS, TABLES

# In the order shown; "kind" is the switch between all, protected and open data.
SHOWN = {
    "country": _("Country"),
    "theme": _("Theme"),
    "publisher": _("Publisher"),
    "format": _("File format"),
    "access_right": _("Access"),
    "ground": _("Ground of protection"),
    "access_form": _("Form of access"),
    "may_ask": _("Who may ask"),
    "fees": _("Fees"),
    "language": _("Language of the data"),
    "catalogue": _("Catalogue"),
}
LABELS = {**SHOWN, "kind": _("Type of data")}
# Tables whose labels are words for the middle of a sentence: "non-public", and "grec" in many languages.
_IN_SENTENCES = frozenset({"access-right", "language", *LISTS.values()})
_TABLES = TABLES | LISTS


class Choice(NamedTuple):
    """One value of a facet that the reader can choose."""

    value: str
    """The value in the address."""
    label: Value
    """The value in the reader's language."""
    number: int
    """The number of data sets that choosing it would show."""
    chosen: bool
    """Whether it is chosen."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values."""

    name: str
    label: str
    url: str
    """The address of the page with all its values."""
    counted: tuple[tuple[str, int], ...]
    """Its values and their numbers, as the search gives them."""
    chosen: tuple[str, ...]
    """Those that are chosen."""
    languages: tuple[str, ...]
    """The reader's."""
    titles: tuple[tuple[str, Value], ...] = ()
    """For the catalogues: slug -> title."""

    @property
    def seen(self) -> tuple[object, ...]:
        """All that it shows, quicker to compare than to make."""
        titles = tuple((slug, title.text, title.language) for slug, title in self.titles)
        return self.name, self.label, self.url, self.counted, self.chosen, self.languages, titles


@dataclass(frozen=True, slots=True)
class Chosen:
    """An active filter, and the address of the search without it."""

    facet: str
    label: Value
    url: str


def facets(
    counted: dict[str, list[tuple[str, int]]],
    asked: SearchAddress,
    languages: tuple[str, ...],
    titles: Mapping[str, Value],
) -> list[Facet]:
    """The facets that offer a choice.

    ``counted`` comes from the search; ``titles``: slug -> title, of the catalogues.
    """
    found = []
    for name, label in SHOWN.items():
        values, chosen = tuple(counted.get(name, ())), asked.filters.get(name, ())
        # Of the conditions of access, one value is a choice as well: most data sets have none.
        if len(values) > (name not in LISTS) or chosen:
            called = [(slug, titles[slug]) for slug, _ in values if name == "catalogue" and slug in titles]
            url = all_values(asked, name)
            found.append(Facet(name, str(label), url, values, tuple(chosen), languages, tuple(called)))
    return found


def all_values(asked: SearchAddress, name: str) -> str:
    """The address of the page with all values of a facet, for this search."""
    return asked.at(f"{asked.path.rstrip('/')}/facets/{name}").url


def chosen(
    asked: SearchAddress,
    languages: tuple[str, ...],
    titles: Mapping[str, Value],
    publishers: Callable[[], Iterable[str]],
) -> list[Chosen]:
    """The active filters, in the reader's language; values that do not exist are named as such.

    ``publishers`` gives the names of all publishers. It is called only if one has no results.
    """
    found = []
    for name, values in asked.filters.items():
        for value in values:
            label = label_of_value(name, value, languages, titles)
            known = value in publishers() if name == "publisher" else is_known(name, value, titles)
            if not known:
                label.text = gettext("%(value)s (unknown)") % {"value": label.text}
            found.append(Chosen(str(LABELS[name]), label, asked.without(name, value).url))
    return found


def is_known(name: str, value: str, titles: Mapping[str, Value]) -> bool:
    """Whether a value of a facet exists, wherever the facet has a list of them."""
    if name == "country":
        return len(value) == 2 and value.isupper() and bool(vocabulary("country").find(value))
    if name == "catalogue":
        return value in titles
    if name == "kind":
        return value in VISIBLE
    return name not in _TABLES or value in vocabulary(_TABLES[name]).concepts


def label_of_value(name: str, value: str, languages: tuple[str, ...], titles: Mapping[str, Value]) -> Value:
    """A value of a facet in the reader's language; the value itself if we have no label for it."""
    if name == "catalogue" and value in titles:
        return replace(titles[value])
    if name == "kind" and value in VISIBLE:
        return Value(str(Catalogue.Kind(value).label))
    if name in _TABLES:
        table = vocabulary(_TABLES[name])
        code = table.find(value) if name == "country" else value
        text, language = table.labelled(code or value, *languages)
        return Value(capfirst(text) if table.name in _IN_SENTENCES else text, language)
    return Value(value)
