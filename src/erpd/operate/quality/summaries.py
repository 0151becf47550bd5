"""``/quality``: how good the descriptions are, of all, of a country, of a catalogue; as pages and as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from erpd.accounts.texts import in_language
from erpd.metadata.quality import BANDS as EACH_BAND
from erpd.operate.quality import chart
from erpd.operate.quality.figures import (
    NOTHING,
    Average,
    Figures,
    Share,
    averages_of,
    figures_of,
    together,
    weeks,
)
from erpd.operate.quality.words import AT_LEAST, BANDS, DIMENSIONS, METRICS
from erpd.operate.quality.worst import worst
from erpd.pages.downloads import as_csv, csv_file
from erpd.pages.freshness import answered, etag_of
from erpd.pages.languages import reader_languages
from erpd.pages.turning import Turning
from erpd.publish.methods import safe
from erpd.register import changes
from erpd.register.catalogues import country_name, numbers, state
from erpd.register.models import Catalogue
from erpd.register.quality import is_behind, version
from erpd.register.scope import NoSuchScope, Scope, scope

_ON_A_PAGE = 50  # catalogues
_METRICS = (
    *("metric", "dimension", "points", "data_sets", "scored"),
    *(f"{of}_{what}" for of in ("mqa", "protected") for what in ("met", "not_tried", "of")),
)
_OF_CATALOGUE = ("points", "of", "not_tried", *(f"at_least_{band}" for band in list(EACH_BAND)[:-1]))
_CATALOGUES = (
    *("catalogue", "country", "kind", "data_sets", "scored"),
    *(f"{of}_{what}" for of in ("mqa", "protected") for what in _OF_CATALOGUE),
)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a page is about."""

    within: Scope
    slug: str = ""
    country: str = ""


@safe
def summary(request: HttpRequest, slug: str = "", country: str = "") -> HttpResponse:
    """The quality of all descriptions, of those of a catalogue, or of a country."""
    part = _part(slug, country)
    return answered(request, etag_of(_seen(request)), lambda: _page(request, part))


def _seen(request: HttpRequest) -> tuple[object, ...]:
    today = changes.clock().date()
    readers = (reader_languages(request), get_language())
    return (request.get_full_path(), readers, today, changes.last(), version(), state())


def _page(request: HttpRequest, part: _Part) -> HttpResponse:
    languages = reader_languages(request)
    each = figures_of(part.within.catalogues)
    all_of_them = together(each.values())
    catalogues = [(part.within.catalogues[key], figures) for key, figures in each.items()]
    behind = is_behind()
    history = weeks(part.within.catalogues, changes.clock().date())
    metrics = all_of_them.metrics()
    title, language = _title(part, languages)
    rows = [] if part.slug else sorted(_rows(catalogues, languages), key=lambda row: row["name"])
    turning = Turning.read(request, "page", len(rows), _ON_A_PAGE, "catalogues")
    is_all = not part.slug and not part.country
    facts = {
        "part": part,
        "name": title,
        "title_language": language,
        "figures": all_of_them,
        "is_behind": behind,
        "in_all": _here(part.within) if behind else 0,
        "scores": [(_band(one), one) for one in (all_of_them.mqa, all_of_them.protected)],
        "bands": [(AT_LEAST[name], *rest) for name, *rest in all_of_them.bands()],
        "dimensions": [
            (DIMENSIONS[name], [(one, round(one.percent)) for one in points])
            for name, *points in all_of_them.dimensions()
        ],
        "metrics": [(METRICS[one.name], one.points, *shares) for one, *shares in metrics],
        "untried": all_of_them.mqa.not_tried or all_of_them.protected.not_tried,
        "weeks": list(reversed(history)),
        "lines": [chart.line([(day, each[place].percent) for day, *each in history]) for place in (0, 1)]
        if len(history) > 1
        else [],
        "rows": rows[turning.start : turning.start + turning.size],
        "turning": turning,
        "countries": _countries(catalogues, languages) if is_all else [],
        "worst": worst(part.within, languages) if all_of_them.data_sets else [],
    }
    return render(request, "operate/quality_summary.html", facts)


@safe
def summary_csv(request: HttpRequest, slug: str = "", country: str = "") -> StreamingHttpResponse:
    """How many data sets meet each metric.

    Cells are empty where it does not count, and nobody knows how many meet it where no link has been tried.
    """
    part = _part(slug, country)
    found = together(figures_of(part.within.catalogues).values())
    scored = [str(_here(part.within)), str(found.data_sets)]
    lines = (
        [one.name, str(one.dimension), str(one.points), *scored, *_cells(of_mqa), *_cells(of_protected)]
        for one, of_mqa, of_protected in found.metrics()
    )
    return csv_file(as_csv([_METRICS, *lines]), f"quality-{slug or country or 'all'}")


@safe
def catalogues_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The scores of each catalogue: points and of how many, and the number in each band or a better one."""
    within = scope("all")
    each, here = figures_of(within.catalogues), numbers()
    countries = _country_of(within.catalogues.values())
    lines = (
        _line(one, countries[key], here.get(key, 0), each.get(key, NOTHING))
        for key, one in within.catalogues.items()
        if key in each or here.get(key)
    )
    return csv_file(as_csv([_CATALOGUES, *lines]), "quality-catalogues")


def _here(within: Scope) -> int:
    """How many data sets there are, scored or not."""
    here = numbers()
    return sum(here.get(key, 0) for key in within.catalogues)


def _part(slug: str, country: str) -> _Part:
    """Raises Http404 for what nobody may see, and for countries without a catalogue."""
    if slug:
        try:
            found = scope(slug)
        except NoSuchScope:
            raise Http404 from None
        if all(one.slug != slug for one in found.catalogues.values()):  # "open" is no catalogue
            raise Http404
        return _Part(found, slug=slug)
    within = scope("all")
    if not country:
        return _Part(within)
    countries = _country_of(within.catalogues.values())
    of_country = {key: one for key, one in within.catalogues.items() if countries[one.pk] == country}
    if not of_country:
        raise Http404
    return _Part(Scope("all", of_country), country=country)


def _title(part: _Part, languages: Sequence[str]) -> tuple[str, str]:
    if part.slug:
        mine = next(one for one in part.within.catalogues.values() if one.slug == part.slug)
        title, language = in_language(mine.title, *languages)
        return title or mine.slug, language
    return (country_name(part.country, *languages), "") if part.country else (gettext("All catalogues"), "")


def _rows(
    catalogues: Iterable[tuple[Catalogue, Figures]], languages: Sequence[str]
) -> Iterator[dict[str, Any]]:
    for one, figures in catalogues:
        title, language = in_language(one.title, *languages)
        yield {"one": one, "name": title or one.slug, "language": language, "figures": figures}


def _countries(
    catalogues: Iterable[tuple[Catalogue, Figures]], languages: Sequence[str]
) -> list[tuple[str, str, Figures]]:
    of_each: dict[str, list[Figures]] = {}
    known = list(catalogues)
    countries = _country_of(one for one, _ in known)
    for one, figures in known:
        if code := countries[one.pk]:
            of_each.setdefault(code, []).append(figures)
    found = [(country_name(code, *languages), code, averages_of(each)) for code, each in of_each.items()]
    return sorted(found, key=lambda row: row[0])


def _country_of(catalogues: Iterable[Catalogue]) -> dict[int, str]:
    """The country of each: those of owners are parts of that of their country, and have none of their own."""
    found = list(catalogues)
    parents = Catalogue.objects.filter(pk__in={one.part_of_id for one in found if not one.country} - {None})
    above = dict(parents.values_list("pk", "country"))
    return {one.pk: one.country or above.get(one.part_of_id or 0, "") for one in found}


def _cells(share: Share | None) -> list[str]:
    if not share:
        return ["", "", ""]
    nobody_knows = share.of and share.untried == share.of
    return ["" if nobody_knows else str(share.met), str(share.untried), str(share.of)]


def _band(average: Average) -> Promise:
    return (AT_LEAST if average.not_tried else BANDS)[average.band]


def _line(catalogue: Catalogue, country: str, here: int, figures: Figures) -> list[str]:
    cells: list[object] = [here, figures.data_sets]
    for place, one in enumerate((figures.mqa, figures.protected), 1):
        cells += [one.points, one.most, one.not_tried, *(band[place] for band in figures.bands())]
    return [catalogue.slug, country, catalogue.kind, *map(str, cells)]
