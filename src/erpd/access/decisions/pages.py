"""``/decisions/``: the register for people, and as CSV and JSON."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, Max, Min, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from erpd.access.decisions import kept, words
from erpd.access.decisions.figures import OUTCOMES, Figures
from erpd.access.decisions.periods import Period, last_12_months, read_quarter, year
from erpd.access.decisions.published import After, Asked, Published, lines
from erpd.access.decisions.writing import as_json_text, rows
from erpd.access.models import Body, Line
from erpd.accounts.rates import OF_VISITORS
from erpd.accounts.texts import in_language
from erpd.pages.downloads import as_csv
from erpd.pages.languages import reader_languages
from erpd.pages.values import LONGEST_TITLE, Value, href_of, legible
from erpd.publish.methods import View, safe
from erpd.register.scope import scope

PAGE = 50  # lines
_MOST_BODIES = 500
_MOST_YEARS = 15
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,50}")
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the page shows it."""

    line: Published
    body: Value
    data_sets: list[Value]
    category: str
    outcome: str
    grounds: list[str]


@dataclass(frozen=True, slots=True)
class Span:
    """The figures of a time."""

    year: int | None
    """None: the last 12 months."""
    until: str
    figures: Figures


@safe
def decisions(request: HttpRequest) -> HttpResponse:
    """How requests for access ended: figures, and each line, a page at a time."""
    asked, languages = read(request.GET), reader_languages(request)
    found = list(islice(lines(asked, _after(request.GET.get("after", "")), PAGE + 1), PAGE + 1))
    query = {name: value for name, value in asked._asdict().items() if value is not None}
    page = {"first": "", "further": ""}
    if "after" in request.GET:
        page["first"] = f"?{urlencode(query)}"
    if len(found) > PAGE:
        last = found[PAGE - 1][0]
        page["further"] = f"?{urlencode({**query, 'after': f'{last.quarter}.{last.number}'})}"
    facts = {
        "asked": asked,
        "rows": _rows([line for _, line in found[:PAGE]], languages),
        "page": page,
        "spans": _spans(asked),
        "bodies": _bodies(languages),
        "years": [*_years()],
        "outcomes": words.OUTCOMES.items(),
        "query": f"?{urlencode(query)}" if query else "",
    }
    return render(request, "access/decisions.html", facts)


def _in_turn(view: View) -> View:
    """A whole register costs as much as many pages, so nobody gets too many of them at once."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        rest = OF_VISITORS.take(request.META.get("REMOTE_ADDR"))
        if rest.wait:
            return _open(
                HttpResponse(f"Wait {rest.wait} seconds.\n", "text/plain", 429, headers=rest.headers())
            )
        return _open(view(request))

    return answer


@safe
@_in_turn
def decisions_csv(request: HttpRequest) -> HttpResponseBase:
    """The same lines as CSV."""
    pieces = as_csv(rows(read(request.GET), reader_languages(request)))
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = 'attachment; filename="decisions.csv"'
    response["Cache-Control"] = "no-cache"  # its titles are in the language of the reader
    patch_vary_headers(response, ("Accept-Language",))
    return response


@safe
@_in_turn
def decisions_json(request: HttpRequest) -> HttpResponseBase:
    """The same lines as JSON, with the figures."""
    asked = read(request.GET)
    period = last_12_months(timezone.localdate())
    figures = {
        "last12Months": words.as_json(period, _figures(asked, period)),
        "years": {
            str(one): words.as_json(year(one), of) for one in _years() if (of := _figures(asked, year(one)))
        },
    }
    return StreamingHttpResponse(as_json_text(asked, figures), content_type="application/json")


def read(given: QueryDict) -> Asked:
    """Which lines an address asks for: ``body``, ``year``, ``outcome``. Raises Http404 if it means none."""
    body, of_year, outcome = (given.get(name, "") for name in ("body", "year", "outcome"))
    if outcome and outcome not in OUTCOMES:
        raise Http404("There is no such outcome.")
    if of_year and not re.fullmatch(r"[1-9][0-9]{3}", of_year, re.ASCII):
        raise Http404("Write the year in four digits.")
    if of_year == "9999" or (body and not _SLUG.fullmatch(body)):
        raise Http404("There are no such decisions.")
    if body and not Body.objects.filter(slug=body).exists():
        raise Http404("There is no such body.")
    return Asked(body or None, int(of_year) if of_year else None, outcome or None)


def _after(said: str) -> After | None:
    if not said:
        return None
    quarter, _, number = said.partition(".")
    found = read_quarter(quarter)
    if found is None or not (number.isascii() and number.isdecimal() and len(number) <= _DIGITS):
        raise Http404("No page begins there.")
    return After(found, int(number))


def _open(response: HttpResponseBase) -> HttpResponseBase:
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _figures(asked: Asked, period: Period) -> Figures | None:
    """The figures of a body or of everything; those of one outcome would say nothing."""
    found = kept.of_period(period)
    if asked.body is None:
        return found.whole
    pk = Body.objects.filter(slug=asked.body).values_list("pk", flat=True).first()
    return found.bodies.get(pk) if pk else None


def _spans(asked: Asked) -> list[Span]:
    period = last_12_months(timezone.localdate())
    times = [(None, period), *((one, year(one)) for one in _years())]
    return [Span(one, words.until(period), of) for one, period in times if (of := _figures(asked, period))]


def _years() -> Iterable[int]:
    """The years in which requests ended, the last ones first."""
    ends = Line.objects.aggregate(first=Min("ended"), last=Max("ended"))
    if ends["last"] is None:
        return ()
    return list(range(ends["last"].year, ends["first"].year - 1, -1))[:_MOST_YEARS]


def _bodies(languages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    ended = Line.objects.filter(body=OuterRef("pk"), ended__isnull=False)
    found = Body.objects.filter(Exists(ended)).order_by("slug").values_list("slug", "title")
    for slug, title in found[:_MOST_BODIES]:
        yield slug, in_language(title, *languages)[0]


def _rows(found: list[Published], languages: tuple[str, ...]) -> list[Row]:
    named = {iri for line in found for iri in line.data_sets}
    here = {one.iri: reverse("portal:data-set", args=[one.key]) for one in scope().called(named)}
    return [_row(line, here, languages) for line in found]


def _row(line: Published, here: dict[str, str], languages: tuple[str, ...]) -> Row:
    name, language = in_language(line.name, *languages)
    data_sets = []
    for place, iri in enumerate(line.data_sets):
        titles: Any = line.titles[place] if place < len(line.titles) else {}
        title, tag = in_language(titles, *languages)
        href = here.get(iri, "")
        data_sets.append(
            Value(legible(title or iri, LONGEST_TITLE), tag, href or href_of(iri), is_here=bool(href))
        )
    return Row(
        line,
        Value(legible(name, LONGEST_TITLE), language, reverse("bodies:body", args=[line.body]), is_here=True),
        data_sets,
        words.category(line.category) if line.category else "",
        str(words.OUTCOMES.get(line.outcome, line.outcome)),
        [words.ground(code) for code in line.grounds],
    )
