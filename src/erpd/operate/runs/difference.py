"""What a run changed, beside the run before it: the counts of both, and the records of each kind."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from erpd.accounts.desk.pages import desk
from erpd.accounts.may import Kind as Thing
from erpd.accounts.paging import behind, cut
from erpd.harvest.difference import Kind, amounts, entries_that, gone_in, run_before
from erpd.harvest.ledger import ledger_of
from erpd.harvest.listing import titles_in
from erpd.harvest.models import Entry, Run
from erpd.metadata.masking import shown
from erpd.operate.runs.pages import query_of, run_place
from erpd.operate.words import BINS, told
from erpd.pages.findings import remarks
from erpd.publish.methods import safe
from erpd.register.arrival import Bin

_WORDS = {
    Kind.NEW: _("new"),
    Kind.CHANGED: _("changed"),
    Kind.GONE: _("withdrawn"),
    Kind.REFUSED: _("not accepted, and was not refused before"),
    Kind.ACCEPTED: _("accepted, and was refused before"),
}


@desk(Thing.SOURCE)
@safe
def difference(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What a run changed; ``?what=`` chooses the records that are listed."""
    place = run_place(request, slug, number)
    run, before = place.run, run_before(place.run)
    numbers = amounts(run, before)
    kinds = [(kind, text, numbers[kind]) for kind, text in _WORDS.items()]
    asked = request.GET.get("what", "")
    first = next((kind for kind, _text, amount in kinds if amount), Kind.NEW)
    what = Kind(asked) if asked in list(Kind) else first
    facts = {
        "run": run,
        "told": told(run),
        "before": before,
        "figures": _figures(run, before) if before else [],
        "kinds": [(str(kind), text, amount) for kind, text, amount in kinds],
        "what": str(what),
        "lacks": what is Kind.ACCEPTED and run.forgotten,
        **_listed(request, run, before, what),
    }
    return place.show("operate/difference.html", facts)


def _figures(run: Run, before: Run) -> list[dict[str, Any]]:
    """Each count of both runs."""
    now, then = ledger_of(run), ledger_of(before)
    names = {
        "received": _("received"),
        **{str(place): text for place, text in BINS.items()},
        "gone": _("gone from the source, and withdrawn here"),
        "held": _("gone from the source, and held for a person"),
    }
    rows = [
        {"text": text, "before": then[name], "now": now[name], "more": now[name] - then[name]}
        for name, text in names.items()
    ]
    return [row for row in rows if row["before"] or row["now"]]


def _listed(request: HttpRequest, run: Run, before: Run | None, what: Kind) -> dict[str, Any]:
    if what is Kind.GONE:
        versions = cut(request, behind(request, gone_in(run), newest_first=False))
        entries = [Entry(identifier=one.data_set.identifier) for one in versions.rows]
        page = versions
    else:
        page = cut(request, behind(request, entries_that(run, before, what), newest_first=False))
        entries = list(page.rows)
    titles = titles_in(run, entries)
    rows = [
        {
            "query": query_of(one.identifier, one),
            "shown": shown(one.identifier),
            "title": shown(one.title or titles.get(one.identifier, "")),
            "bin": BINS[Bin(one.bin)] if one.bin else "",
            "remarks": remarks(one.findings, 0, 20),
        }
        for one in entries
    ]
    return {"page": page, "rows": rows}
