"""One run: how far it is, what it brought, and each record with the reasons."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import desk
from erpd.accounts.desk.waiting import GUIDE
from erpd.accounts.may import Kind, Verb
from erpd.accounts.paging import SIZE, behind, cut
from erpd.accounts.sign_in.signed_in import lately
from erpd.harvest.cancelling import is_resumable
from erpd.harvest.ending import rolled_back
from erpd.harvest.identifiers import has_changed
from erpd.harvest.lease import is_alive
from erpd.harvest.ledger import entries_of, ledger_of
from erpd.harvest.listing import titles_in
from erpd.harvest.models import Cancellation, Entry, Run
from erpd.metadata.masking import masked, shown
from erpd.operate.models import Replay
from erpd.operate.place import SourcePlace, source_place
from erpd.operate.replays import asking
from erpd.operate.runs import actions
from erpd.operate.sources.standing import State
from erpd.operate.words import BINS, HELD, remarks_of, told
from erpd.pages.findings import remarks
from erpd.register.arrival import REFUSED, Bin

_SOON = 5  # seconds after which the page of a run that goes on is shown again


@dataclass(frozen=True)
class RunPlace(SourcePlace):
    """A page about one run."""

    run: Run


def run_place(request: HttpRequest, slug: str, number: int) -> RunPlace:
    """Raises Http404 if there is no such source, or if the run is not one of it."""
    settings = source_place(request, slug).settings
    found = settings.runs.filter(pk=number).first()
    if found is None:
        raise Http404
    return RunPlace(request, "sources", settings, found)


def query_of(identifier: str, entry: Entry | None) -> str:
    """The query that asks for a record: no secret of its name stands in an address. "" if there is none."""
    if masked(identifier) == identifier:
        return urlencode({"of": identifier})
    return urlencode({"entry": entry.pk}) if entry and entry.pk else ""


def bins_asked(request: HttpRequest) -> list[Bin]:
    """The bin of ``?bin=``; otherwise those of records that were not accepted."""
    chosen = request.GET.get("bin", "")
    return [Bin(chosen)] if chosen in list(Bin) else list(REFUSED)


class Undo(Act):
    name = "undo"
    place: RunPlace

    def perform(self) -> str:
        done = actions.undo(who=self.place.who, run=self.place.run)
        if not done.restored:
            return gettext("It had changed nothing, or was undone already.")
        return gettext("Undone. Data sets put back as they were before: %(number)s.") % {
            "number": done.restored
        }


class Cancel(Act):
    name = "cancel"
    place: RunPlace

    def perform(self) -> str:
        if actions.cancel(who=self.place.who, run=self.place.run):
            return gettext("The run has ended. Nobody was working on it.")
        return gettext("The run ends at its next page.")


class Resume(Act):
    name = "resume"
    place: RunPlace

    def perform(self) -> str:
        actions.resume(who=self.place.who, run=self.place.run)
        return gettext("The worker goes on with it as soon as it can.")


class ReplayIt(Act):
    name = "replay"
    place: RunPlace

    def perform(self) -> str:
        asking.ask(who=self.place.who, run=self.place.run)
        return gettext("The worker replays it as soon as it can.")


def _offered(place: RunPlace) -> tuple[type[Act], ...]:
    if not place.may(Verb.DECIDE):
        return ()
    if place.run.state == Run.State.RUNNING:
        return (Cancel,)
    resume = (Resume,) if is_resumable(place.run) else ()
    again = () if asking.hindrance(place.run) else (ReplayIt,)
    return (*resume, *again, *(() if rolled_back(place.run) else (Undo,)))


@desk(Kind.SOURCE)
@lately
def run(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One run: ``?bin=`` lists the records of that bin; otherwise those that were not accepted."""
    place = run_place(request, slug, number)
    found = place.run
    if request.method == "POST":
        place.demand(Verb.DECIDE)
    goes_on = found.state == Run.State.RUNNING or (
        Replay.objects.filter(run=found).exclude(state=Replay.State.DONE).exists()
    )
    offered = _offered(place)
    if request.method == "POST":  # what was offered when the page was shown: the action says why it is late
        offered = (Cancel, Resume, ReplayIt, Undo)

    def facts() -> dict[str, Any]:
        found.refresh_from_db()
        return {**_facts(found), **_records(request, found)}

    response = answer(place, "operate/run.html", offered, facts)
    if goes_on and request.method != "POST":
        response["Refresh"] = f"{_SOON}"
    return response


def _facts(run: Run) -> dict[str, Any]:
    return {
        "run": run,
        "told": told(run),
        "silent": State.SILENT.label if run.state == Run.State.RUNNING and not is_alive(run) else "",
        "guide": GUIDE,
        "gone": run.gone,
        "held": run.held,
        "held_because": HELD.get(run.held_because, ""),
        "has_changed": has_changed(run),
        "no_replay": asking.hindrance(run),
        **asking.replay_of(run),
        "pace": _pace(run),
        "cancelled": Cancellation.objects.filter(run=run, run__state=Run.State.RUNNING).exists(),
        **remarks_of(run),
    }


def _pace(run: Run) -> dict[str, Any]:
    """How far a run is that goes on, and how fast."""
    if run.state != Run.State.RUNNING:
        return {}
    received = ledger_of(run)["received"]
    seconds = max(1.0, (timezone.now() - run.started) / timedelta(seconds=1))
    a_minute = received / seconds * 60
    left = (run.total - received) / a_minute if run.total and a_minute else None
    return {
        "received": received,
        "total": run.total,
        "a_minute": round(a_minute),
        "minutes_left": max(1, round(left)) if left is not None and left > 0 else None,
    }


def _records(request: HttpRequest, run: Run) -> dict[str, Any]:
    asked = entries_of(run).filter(bin__in=[str(one) for one in bins_asked(request)])
    # Their keys first: sorting whole rows of a great run would take a second.
    keys = behind(request, asked, newest_first=False).values("pk")[: SIZE + 1]
    page = cut(request, Entry.objects.filter(pk__in=keys).order_by("pk").defer("content"))
    kept = Entry.objects.filter(pk__in=[one.pk for one in page.rows]).exclude(content=b"")
    known = set(kept.values_list("pk", flat=True))
    titles = titles_in(run, page.rows)
    return {
        "bin": request.GET.get("bin", ""),
        "bins": [(str(place), text) for place, text in BINS.items()],
        "page": page,
        "records": [
            {
                "entry": one,
                "query": query_of(one.identifier, one),
                "shown": shown(one.identifier),
                "title": shown(one.title or titles.get(one.identifier, "")),
                "bin": BINS[Bin(one.bin)],
                "remarks": remarks(one.findings, 0, 20),
                "has_content": one.pk in known,
            }
            for one in page.rows
        ],
    }
