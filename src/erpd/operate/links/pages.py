"""``/desk/sources/+links/``: the links that lead nowhere or ask for a sign-in, of all sources or of one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.desk.waiting import GUIDE
from erpd.accounts.may import Kind
from erpd.accounts.paging import cut, words
from erpd.metadata.masking import masked
from erpd.operate.links.listing import failing, lines
from erpd.operate.links.words import STATES, answer_in_words, state_of
from erpd.pages.downloads import as_csv, csv_file
from erpd.publish.methods import safe
from erpd.register.models import Link, LinkOf, Source

_MOST_SOURCES = 5  # of a link


@desk(Kind.SOURCE)
@safe
def links(request: HttpRequest) -> HttpResponse:
    """The list, by host. ``?source=`` has those of one source."""
    source = words(request, "source")
    page = cut(request, _behind(failing(_source(request)), request.GET.get("after", "")), lambda one: one.pk)
    facts = {
        "page": page,
        "rows": _rows(page.rows),
        "source": source,
        "query": f"?{request.GET.urlencode()}" if source else "",
        "guide": f"{GUIDE}#links",
    }
    return Desk(request, "sources").show("operate/links.html", facts)


def _source(request: HttpRequest) -> int | None:
    """The number of the source that is asked for; 0 if none has that name."""
    slug = words(request, "source")
    return (Source.objects.filter(slug=slug).values_list("pk", flat=True).first() or 0) if slug else None


def _behind(rows: QuerySet[Link, Link], key: str) -> QuerySet[Link, Link]:
    try:
        last = Link.objects.filter(pk=UUID(key)).first()
    except ValueError:
        return rows
    if last is None:
        return rows
    return rows.filter(Q(host__gt=last.host_id) | Q(host=last.host_id, key__gt=last.pk))


def _rows(page: Iterable[Link]) -> list[dict[str, Any]]:
    said_by: dict[UUID, list[tuple[str, int]]] = {}
    of_each = LinkOf.objects.filter(link__among=[one.pk for one in page])
    counted = of_each.values_list("link", "data_set__source__slug").annotate(Count("data_set"))
    for link, slug, amount in counted.order_by("data_set__source__slug"):
        said_by.setdefault(link, []).append((slug, amount))
    return [
        {
            "link": one,
            "address": masked(one.address),
            "state": STATES[state_of(one)],
            "answer": answer_in_words(one.answer),
            "before": [(datetime.fromisoformat(at), answer_in_words(said)) for at, said in one.history[1:4]],
            "said_by": said_by.get(one.pk, [])[:_MOST_SOURCES],
            "more": max(0, len(said_by.get(one.pk, [])) - _MOST_SOURCES),
        }
        for one in page
    ]


@desk(Kind.SOURCE)
@safe
def links_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same as CSV: a line for each data set that has such a link."""
    return csv_file(as_csv(lines(_source(request))), "links")
