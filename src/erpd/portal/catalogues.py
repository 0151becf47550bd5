"""Catalogues as the pages show them."""

from dataclasses import dataclass, field

from django.utils.translation import get_language, gettext, gettext_noop

from erpd.metadata.vocabularies import vocabulary
from erpd.pages.alphabet import alphabetical
from erpd.pages.values import LONGEST_TITLE, Value, legible
from erpd.register.catalogues import INFORMATION_POINT, OPEN_DATA, REGISTER, country_name, every, numbers
from erpd.register.models import Catalogue
from erpd.register.scope import VISIBLE

# For the translators: the titles that register/catalogues.py makes.
gettext_noop("European Register for Protected Data held by the Public Sector")
gettext_noop("%(country)s National Single Information Point")
gettext_noop("%(country)s open data")


@dataclass(slots=True)
class Entry:
    """A catalogue in the list of catalogues."""

    slug: str
    """Its name in addresses."""
    title: Value
    """Its title in the best of the reader's languages."""
    kind: str
    """``protected`` or ``open``."""
    country: Value
    """The name of its country, empty if it has none."""
    publisher: str
    """The name of its publisher, "" if it has none."""
    number: int = 0
    """The number of its data sets, including those of its parts."""
    parts: list["Entry"] = field(default_factory=list)
    """The catalogues that are part of it."""

    @property
    def is_protected(self) -> bool:
        return self.kind == Catalogue.Kind.PROTECTED


def title_of(catalogue: Catalogue, languages: tuple[str, ...]) -> Value:
    """The title in the first of ``languages`` that has one, otherwise in English or any other language.

    A title that we made is in the language of the page, as far as it is translated.
    """
    titles = catalogue.title
    if [*titles] == ["en"] and (generated := _generated(catalogue)):
        return generated
    language = next((code for code in (*languages, "en", *titles) if titles.get(code)), "")
    return Value(legible(titles.get(language) or catalogue.slug, LONGEST_TITLE), language)


def _generated(catalogue: Catalogue) -> Value | None:
    """A title that ``country_catalogue`` or ``european_register`` made, in the language of the page."""
    language = get_language() or "en"
    if language == "en":
        return None
    country = country_name(catalogue.country, "en")
    for template in (REGISTER, INFORMATION_POINT, OPEN_DATA):
        if catalogue.title["en"] == template % {"country": country}:
            translated = gettext(template)
            if translated != template:
                return Value(translated % {"country": country_name(catalogue.country, language)}, language)
    return None


def country_of(catalogue: Catalogue, languages: tuple[str, ...]) -> Value:
    """The name of a catalogue's country for readers of ``languages``; empty if it has none."""
    countries = vocabulary("country")
    code = countries.find(catalogue.country) if catalogue.country else ""
    return Value(*countries.labelled(code, *languages)) if code else Value(catalogue.country)


def entry(catalogue: Catalogue, languages: tuple[str, ...], number: int = 0) -> Entry:
    """The entry of a catalogue with ``number`` data sets, for readers of ``languages``."""
    return Entry(
        catalogue.slug,
        title_of(catalogue, languages),
        catalogue.kind,
        country_of(catalogue, languages),
        catalogue.publisher,
        number,
    )


def tree(languages: tuple[str, ...]) -> list[Entry]:
    """The catalogues that are not part of another, with their parts, protected ones first."""
    visible = [catalogue for catalogue in every().values() if catalogue.kind in VISIBLE]
    counted = numbers()
    entries = {found.pk: entry(found, languages, counted.get(found.pk, 0)) for found in visible}
    top = []
    for catalogue in visible:
        whole = entries.get(catalogue.part_of_id or 0)
        if whole is None:
            top.append(entries[catalogue.pk])
        else:
            whole.parts.append(entries[catalogue.pk])
            whole.number += counted.get(catalogue.pk, 0)
    for found in entries.values():
        found.parts.sort(key=lambda part: alphabetical(part.title.text, languages[0]))
    return sorted(
        top,
        key=lambda found: (
            VISIBLE.index(found.kind),
            -len(found.parts),
            alphabetical(found.title.text, languages[0]),
        ),
    )


def filled(entries: list[Entry]) -> list[Entry]:
    """Those that are worth listing: the catalogue of a country only if it has data sets."""
    return [found for found in entries if found.number or not found.country.text]


def find(entries: list[Entry], slug: str) -> tuple[Entry | None, Entry | None]:
    """The catalogue with this slug, and the one it is part of; None for what does not exist."""
    for whole in entries:
        if whole.slug == slug:
            return whole, None
        for part in whole.parts:
            if part.slug == slug:
                return part, whole
    return None, None
