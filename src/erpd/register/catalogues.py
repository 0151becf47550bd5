"""The catalogues that the guidelines define: one for each country, all part of the European register (G2)."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count

from erpd.metadata.profile import AND, Profile, load_profile
from erpd.metadata.vocabularies import vocabulary
from erpd.register.models import Catalogue, DataSet, Version
from erpd.register.prepared import Prepared
from erpd.register.statements import Rows

REGISTER = "European Register for Protected Data held by the Public Sector"

INFORMATION_POINT = "%(country)s National Single Information Point"
OPEN_DATA = "%(country)s open data"


class UnknownCountry(ValueError):
    """The country is not in the authority table of the Publications Office."""


def country_code(text: str) -> str:
    """The two letters that the Union uses (NL, EL) for a code or name. Raises UnknownCountry."""
    countries = vocabulary("country")
    code = countries.find(text)
    letters = [text for text, named in countries.spellings.items() if named == code and len(text) == 2]
    if not letters:
        raise UnknownCountry(
            f"{text!r} is not a country. Use its two letters (IT), its code (ITA) or its name (Italy)."
        )
    return letters[-1].upper()  # EL rather than GR


def country_name(code: str, *languages: str) -> str:
    """The name of a country for readers of ``languages``, best first; otherwise in English."""
    countries = vocabulary("country")
    return countries.label(countries.find(code), *languages)


def country_catalogue(code: str, *, open_data: bool, european: bool) -> Catalogue:
    """The catalogue of a country's protected (or open) data, created by the first call.

    G2: each country has one catalogue of protected data, labelled "<Country> National Single Information
    Point" and published by the NSIP; on the European node, it is part of the register.
    """
    if open_data:
        slug, kind, template = f"{code.lower()}-open", Catalogue.Kind.OPEN, OPEN_DATA
    else:
        slug, kind, template = code.lower(), Catalogue.Kind.PROTECTED, INFORMATION_POINT
    title = template % {"country": country_name(code, "en")}
    defaults: dict[str, Any] = {"kind": kind, "country": code, "title": {"en": title}}
    if not open_data:
        defaults |= {"publisher": title, "part_of": european_register() if european else None}
    return Catalogue.objects.get_or_create(slug=slug, defaults=defaults)[0]


def profile_of(catalogue: Catalogue) -> Profile:
    """The profile for its records: protected data needs the mandatory metadata of G4, open data DCAT-AP's.

    Beside it hold those that the operator wants: of the whole node, and of this catalogue.
    """
    names = [own_profile(catalogue), *settings.NODE.profiles, *filter(None, catalogue.profiles.split(AND))]
    return load_profile(AND.join(dict.fromkeys(names)))


def own_profile(catalogue: Catalogue) -> str:
    """The name of the profile that always holds for its records."""
    return "open-data" if catalogue.kind == Catalogue.Kind.OPEN else "erpd"


def european_register() -> Catalogue:
    """The catalogue that contains the catalogues of all NSIPs, created by the first call (G2)."""
    defaults = {
        "kind": Catalogue.Kind.PROTECTED,
        "title": {"en": REGISTER},
        "publisher": "European Commission",
    }
    return Catalogue.objects.get_or_create(slug="erpd", defaults=defaults)[0]


def every() -> Mapping[int, Catalogue]:
    """All catalogues by their ids, as they are now. They are shared: nobody changes them.

    They are read each time, but made into objects again only when one of them has changed.
    """
    rows = state()
    rows_then, then = _known[0] if _known else (None, {})
    if rows == rows_then:
        return then
    made = [Catalogue.from_db(None, _FIELDS, row) for row in _all_rows.read(rows)]
    now = {catalogue.pk: catalogue for catalogue in made}
    _known[:] = [(rows, now)]
    return now


def state() -> Rows:
    """Everything about all catalogues, to see whether anything has changed."""
    return _all_rows.raw()


def numbers() -> Mapping[int, int]:
    """Catalogue id -> the number of its data sets, without tombstones.

    They are counted once for each change of the register, in the order of an index that has all it takes.
    """
    return _numbers()[1]


def numbers_of_sources() -> Mapping[int, int]:
    """Source id -> the number of its data sets, without tombstones, counted as those of catalogues are."""
    return _numbers()[0]


def _numbers() -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Of sources, and of catalogues."""
    last = tuple(_last_version.raw())
    known = _counted[0] if _counted else None
    if known is None or known[0] != last:  # counted after the last change was read: never older
        of_sources, of_catalogues = Counter[int](), Counter[int]()
        present = DataSet.objects.filter(deleted=False).values_list("source_id", "catalogue_id")
        for source, catalogue, number in present.annotate(number=Count("*")).order_by():
            of_sources[source] += number
            of_catalogues[catalogue] += number
        known = last, of_sources, of_catalogues
        _counted[:] = [known]
    return known[1:]


_FIELDS = tuple(field.attname for field in Catalogue._meta.concrete_fields)
_all_rows = Prepared(lambda: Catalogue.objects.order_by("pk").values_list(*_FIELDS))
_known: list[tuple[Rows, dict[int, Catalogue]]] = []
# What tells one last change from another: a backup may have been restored.
_MARKS = ("change", "data_set_id", "data_set__catalogue_id", "digest", "at")
_last_version = Prepared(lambda: Version.objects.order_by("-change").values_list(*_MARKS)[:1])
# The last change, and what was counted then, of sources and of catalogues. Each process has its own.
_counted: list[tuple[object, Mapping[int, int], Mapping[int, int]]] = []
