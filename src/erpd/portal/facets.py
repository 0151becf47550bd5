"""The filters next to a search, in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from erpd.metadata.vocabularies import vocabulary
from erpd.portal.search_address import SearchAddress
from erpd.register.catalogues import country_name
from erpd.register.models import Catalogue

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
VOCABULARY = {
    "theme": "data-theme",
    "format": "file-type",
    "access_right": "access-right",
    "language": "language",
}
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
            found.append(Facet(name, str(label), choices))
    return found


def chosen(asked: SearchAddress, languages: tuple[str, ...], titles: dict[str, str]) -> list[Chosen]:
    """The active filters, in the reader's language."""
    return [
        Chosen(
            f"{SHOWN.get(name, name)}: {label_of_value(name, value, languages, titles)}",
            asked.without(name, value).url,
        )
        for name, values in asked.filters.items()
        for value in values
    ]


def label_of_value(name: str, value: str, languages: tuple[str, ...], titles: dict[str, str]) -> str:
    """A value of a facet in the reader's language; the value itself if we have no label for it."""
    if name == "country":
        return country_name(value, *languages)
    if name == "catalogue":
        return titles.get(value, value)
    if name == "kind" and value in Catalogue.Kind.values:
        return str(Catalogue.Kind(value).label)
    if name in VOCABULARY:
        return vocabulary(VOCABULARY[name]).label(value, *languages)
    return value
