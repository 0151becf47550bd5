"""The pairs of a run that failed because identifiers changed; the operator says which are right."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext

from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import desk
from erpd.accounts.may import Kind, Verb
from erpd.accounts.sign_in.signed_in import lately
from erpd.harvest.identifiers import MOST, has_changed, keys_of, pairs, titles_of
from erpd.metadata.masking import shown
from erpd.operate.identifiers.actions import keep_addresses
from erpd.operate.runs.pages import RunPlace, run_place

_MOST = 200  # pairs that the page lists, and that are chosen one by one


class Keep(Act):
    name = "keep"
    place: RunPlace

    def perform(self) -> str:
        return _kept(self.place, keys_of(self.place.request.POST.getlist("key")))


class KeepAll(Act):
    name = "keep-all"
    place: RunPlace

    def perform(self) -> str:
        return _kept(self.place, None)


def _kept(place: RunPlace, keys: Collection[UUID] | None) -> str:
    number = keep_addresses(who=place.who, run=place.run, keys=keys)
    said = ngettext(
        "%(number)s data set keeps its address. Harvest the source again.",
        "%(number)s data sets keep their addresses. Harvest the source again.",
        number,
    )
    return said % {"number": number}


@desk(Kind.SOURCE)
@lately
def identifiers(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The pairs of one run."""
    place = run_place(request, slug, number)
    if request.method == "POST":
        place.demand(Verb.DECIDE)
    acts = (Keep, KeepAll) if place.may(Verb.DECIDE) else ()
    return answer(place, "operate/identifiers.html", acts, lambda: _facts(place))


def _facts(place: RunPlace) -> dict[str, Any]:
    found = pairs(place.run)
    listed = found[:_MOST]
    titles = titles_of(listed)
    rows = [
        {
            "key": one.key,
            "title": shown(titles.get(one.key, ""), 200) or gettext("without a title"),
            "before": shown(one.before, 200),
            "now": shown(one.identifier, 200),
            "same_iri": one.same_iri,
        }
        for one in listed
    ]
    more = {"number": len(found), "at_once": min(MOST, len(found)), "has_more": len(found) > _MOST}
    return {"run": place.run, "rows": rows, "is_open": has_changed(place.run), **more}
