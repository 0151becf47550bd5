"""The sources: all of them, those that need a person first; and one, with its runs."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind, Verb, may
from erpd.accounts.paging import behind, cut
from erpd.harvest.models import SourceSettings
from erpd.metadata.masking import masked
from erpd.operate.models import PublishersTold
from erpd.operate.place import SOURCE, SourcePlace, source_place
from erpd.operate.quality.figures import figures_of
from erpd.operate.sources import actions
from erpd.operate.sources.rows import rows_of
from erpd.operate.sources.standing import State, of_all, standings
from erpd.operate.words import told
from erpd.publish.methods import safe
from erpd.sources import SOURCES


class _SourceAct(Act):
    place: SourcePlace


class Ask(_SourceAct):
    name = "ask"

    def perform(self) -> str:
        actions.ask_for_a_run(who=self.place.who, settings=self.place.settings)
        return gettext("The worker will harvest it as soon as it can.")


class Off(_SourceAct):
    name = "off"

    def perform(self) -> str:
        actions.switch(who=self.place.who, settings=self.place.settings, on=False)
        return gettext("It will not be harvested until you switch it on again. Its data sets stay.")


class On(_SourceAct):
    name = "on"

    def perform(self) -> str:
        actions.switch(who=self.place.who, settings=self.place.settings, on=True)
        return gettext("It will be harvested when it is due.")


@desk(Kind.SOURCE)
@safe
def sources(request: HttpRequest) -> HttpResponse:
    """All sources, or those in one ``?state=``."""
    place = Desk(request, "sources")
    known = of_all()
    counted = Counter(one.state for one in known)
    state = request.GET.get("state", "")
    rows = [one for one in known if state not in list(State) or one.state == state]
    facts = {
        "state": state,
        "states": [(str(one), one.label, counted[one]) for one in State if counted[one]],
        "number": len(known),
        "changes": may(place.who, Verb.CHANGE, SOURCE),
        "rows": rows_of(rows, place.languages),
    }
    return place.show("operate/sources.html", facts)


@desk(Kind.SOURCE)
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One source: how it is, its settings, its runs."""
    place = source_place(request, slug)
    if request.method == "POST":
        place.demand(Verb.DECIDE if request.POST.get("act") == Ask.name else Verb.CHANGE)
    active, removed = place.settings.active, place.settings.removed
    changes = place.may(Verb.CHANGE) and not removed
    offered: list[type[Act]] = [Ask] if place.may(Verb.DECIDE) and active and not removed else []
    if changes:
        offered.append(Off if active else On)

    def facts() -> dict[str, Any]:
        settings = place.settings
        page = cut(request, behind(request, settings.runs.defer("checkpoint", "validators")))
        [standing] = standings([settings], timezone.now())
        [row] = rows_of([standing], place.languages)
        return {
            **row,
            "row": row,
            "changes": changes,
            "protocol": known.title if (known := SOURCES.get(settings.protocol)) else settings.protocol,
            "url": masked(settings.url),
            "narrowed": [masked(text) for text in (settings.set, settings.query, settings.graph) if text],
            "present": settings.present().count(),
            "quality": figures_of([settings.source.catalogue_id]).get(settings.source.catalogue_id),
            "publishers": _publishers(settings),
            "page": page,
            "runs": [told(run) for run in page.rows],
            "is_asked": settings.asked and not (standing.last and standing.last.started >= settings.asked),
        }

    return answer(place, "operate/source.html", offered, facts)


def _publishers(settings: SourceSettings) -> PublishersTold | None:
    """The last run after which publishers were told."""
    return PublishersTold.objects.filter(run__settings=settings).exclude(told=None).order_by("-run").first()
