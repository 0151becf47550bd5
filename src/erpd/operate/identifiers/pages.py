"""The pairs of a run that failed because identifiers changed; the operator says which are right."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext

from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import desk
from erpd.accounts.may import Kind, Verb
from erpd.accounts.sign_in.signed_in import lately
from erpd.harvest.identifiers import has_changed, keys_of, pairs
from erpd.metadata.masking import shown
from erpd.operate.identifiers.actions import keep_addresses
from erpd.operate.runs.pages import RunPlace, run_place


class Keep(Act):
    name = "keep"
    place: RunPlace

    def perform(self) -> str:
        keys = keys_of(self.place.request.POST.getlist("key"))
        number = keep_addresses(who=self.place.who, run=self.place.run, keys=keys)
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
    acts = (Keep,) if place.may(Verb.DECIDE) else ()
    return answer(place, "operate/identifiers.html", acts, lambda: _facts(place))


def _facts(place: RunPlace) -> dict[str, Any]:
    rows = [
        {
            "key": one.data_set.key,
            "title": shown(one.title, 200) or gettext("without a title"),
            "before": shown(one.data_set.identifier, 200),
            "now": shown(one.identifier, 200),
            "same_iri": one.same_iri,
        }
        for one in pairs(place.run)
    ]
    return {"run": place.run, "rows": rows, "is_open": has_changed(place.run)}
