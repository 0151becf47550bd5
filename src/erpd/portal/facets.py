"""The filters beside a search, in the reader's words."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from erpd.metadata.vocabularies import vocabulary
from erpd.portal.search_address import SearchAddress
from erpd.register.catalogues import country_name
from erpd.register.models import Catalogue

# In this order; "kind" is the switch between all, protected and open data.
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
AT_ONCE = 6  # values of a facet that stand there; the others open on demand


@dataclass(frozen=True, slots=True)
class Choice:
    """``language``: of the label, where it is the name of something; "" where it is the reader's."""

    value: str
    label: str
    number: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
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
    """A filter in force and the address of the search without it."""

    label: str
    url: str


def facets(
    counted: dict[str, list[tuple[str, int]]],
    asked: SearchAddress,
    languages: tuple[str, ...],
    titles: dict[str, str],
) -> list[Facet]:
    """Those between which there is something to choose; ``titles``: of the catalogues, by slug."""
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
    return [
        Chosen(
            f"{SHOWN.get(name, name)}: {label_of_value(name, value, languages, titles)}",
            asked.without(name, value).url,
        )
        for name, values in asked.filters.items()
        for value in values
    ]


def label_of_value(name: str, value: str, languages: tuple[str, ...], titles: dict[str, str]) -> str:
    """A value of a facet in the reader's words; what we have no words for comes back as it is."""
    if name == "country":
        return country_name(value, *languages)
    if name == "catalogue":
        return titles.get(value, value)
    if name == "kind" and value in Catalogue.Kind.values:
        return str(Catalogue.Kind(value).label)
    if name in VOCABULARY:
        return vocabulary(VOCABULARY[name]).label(value, *languages)
    return value
