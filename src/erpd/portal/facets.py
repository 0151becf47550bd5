"""The filters next to a search, in the reader's language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.metadata.vocabularies import vocabulary
from erpd.portal.search_address import SearchAddress
from erpd.register.catalogues import country_name
from erpd.register.models import Catalogue
from erpd.register.scope import VISIBLE
from erpd.register.search.labels import TABLES

# In the order shown; "kind" is the switch between all, protected and open data.
SHOWN = {
    "country": _("Country"),
    "theme": _("Theme"),
    "publisher": _("Publisher"),
    "format": _("File format"),
    "access_right": _("Access"),
    "language": _("Language of the data"),
    "catalogue": _("Catalogue"),
}
LABELS = {**SHOWN, "kind": _("Type of data")}
AT_ONCE = 6  # values shown of each facet; the others are folded


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet that the reader can choose."""

    value: str
    """The value in the address."""
    label: str
    """The value in the reader's language."""
    number: int
    """The number of data sets that choosing it would show."""
    chosen: bool
    """Whether it is chosen."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values, the chosen ones first."""

    name: str
    label: str
    choices: list[Choice]
    url: str
    """The address of the page with all its values."""

    @property
    def first(self) -> list[Choice]:
        return self.choices[:AT_ONCE]

    @property
    def others(self) -> list[Choice]:
        return self.choices[AT_ONCE:]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An active filter, and the address of the search without it."""

    label: str
    url: str


def facets(
    counted: dict[str, list[tuple[str, int]]],
    asked: SearchAddress,
    languages: tuple[str, ...],
    titles: dict[str, str],
) -> list[Facet]:
    """The facets that offer a choice.

    ``counted`` comes from the search; ``titles``: slug -> title, of the catalogues.
    """
    found = []
    for name, label in SHOWN.items():
        chosen = asked.filters.get(name, ())
        choices = [
            Choice(value, label_of_value(name, value, languages, titles), number, value in chosen)
            for value, number in counted.get(name, [])
        ]
        if len(choices) > 1 or chosen:
            choices.sort(key=lambda choice: not choice.chosen)
            found.append(Facet(name, str(label), choices, all_values(asked, name)))
    return found


def all_values(asked: SearchAddress, name: str) -> str:
    """The address of the page with all values of a facet, for this search."""
    return asked.at(f"{asked.path.rstrip('/')}/facets/{name}").url


def chosen(
    asked: SearchAddress,
    languages: tuple[str, ...],
    titles: dict[str, str],
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
                label = gettext("%(value)s (unknown)") % {"value": label}
            found.append(Chosen(f"{LABELS[name]}: {label}", asked.without(name, value).url))
    return found


def is_known(name: str, value: str, titles: dict[str, str]) -> bool:
    """Whether a value of a facet exists, wherever the facet has a list of them."""
    if name == "country":
        return len(value) == 2 and value.isupper() and bool(vocabulary("country").find(value))
    if name == "catalogue":
        return value in titles
    if name == "kind":
        return value in VISIBLE
    return name not in TABLES or value in vocabulary(TABLES[name]).concepts


def label_of_value(name: str, value: str, languages: tuple[str, ...], titles: dict[str, str]) -> str:
    """A value of a facet in the reader's language; the value itself if we have no label for it."""
    if name == "country":
        return country_name(value, *languages) or value
    if name == "catalogue":
        return titles.get(value, value)
    if name == "kind" and value in VISIBLE:
        return str(Catalogue.Kind(value).label)
    if name in TABLES:
        return vocabulary(TABLES[name]).label(value, *languages)
    return value
