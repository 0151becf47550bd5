"""The page of whoever runs a source, by its secret link: how it is, what is wrong, how to put it right."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.acts import Act, Place, answer
from erpd.accounts.texts import in_language
from erpd.accounts.visitors import Address, takes
from erpd.harvest.ledger import ledger_of
from erpd.harvest.listing import held
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.reconcile import holding
from erpd.harvest.worker import harvestable, next_run
from erpd.operate.deletions.pages import HOW, LONGEST_REASON
from erpd.operate.models import Refusal, Subscription
from erpd.operate.refusals import Code, refusal
from erpd.operate.status.words import End, end_of
from erpd.operate.suppliers import actions, subscribing
from erpd.operate.suppliers.failures import FAILED
from erpd.operate.trials import asking
from erpd.operate.words import BINS, remarks_of
from erpd.publish.methods import SAFE, answers
from erpd.sources.errors import message_for_strangers

MOST_LISTED = 200  # data sets that the page lists


@dataclass(frozen=True)
class SupplierPlace(Place):
    """The page of a source, for whoever has its link."""

    settings: SourceSettings


def supplier_place(request: HttpRequest, token: str) -> SupplierPlace:
    """Raises Http404 for every link that opens nothing."""
    try:
        return SupplierPlace(request, actions.source_of(token))
    except actions.NoSuchLink:
        raise Http404 from None


def last_ended(settings: SourceSettings) -> Run | None:
    """The last run that is not going on."""
    return settings.runs.exclude(state=Run.State.RUNNING).order_by("-pk").first()


class Ask(Act):
    name = "ask"
    place: SupplierPlace

    def perform(self) -> str:
        actions.ask_for_a_run(settings=self.place.settings)
        return gettext("The source will be harvested as soon as possible. You can ask again in an hour.")


class Try(Act):
    name = "try"
    place: SupplierPlace

    def perform(self) -> str:
        asking.ask(settings=self.place.settings, who=actions.name_of(self.place.settings))
        return gettext("The sandbox run begins as soon as possible. You can ask again in an hour.")


class Subscribe(Act, Address):
    name = "subscribe"
    place: SupplierPlace
    field_order = ("wants", "email")

    wants = forms.ChoiceField(
        label=_("When do you want an e-mail?"),
        choices=Subscription.Wants.choices,
        initial=Subscription.Wants.CHANGES,
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        self.fields["email"].help_text = _("A link to confirm it comes first. Each e-mail says how to stop.")

    def perform(self) -> str:
        if not takes(self.place.request):
            raise refusal(Code.TOO_MANY_ADDRESSES)
        given = self.cleaned_data
        subscribing.ask(
            settings=self.place.settings,
            email=given["email"],
            wants=given["wants"],
            language=get_language() or "en",
        )
        return gettext("Open the link that comes to %(email)s to receive notices.") % {
            "email": given["email"]
        }


class Hold(Act):
    name = "hold"
    place: SupplierPlace

    run = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    reason = forms.CharField(
        label=_("What is wrong?"),
        max_length=LONGEST_REASON,
        help_text=_("The operator reads it."),
        widget=forms.Textarea({"rows": 3}),
    )

    def prepare(self) -> None:
        waiting = holding(self.place.settings)
        self.fields["run"].initial = waiting.pk if waiting else None

    def perform(self) -> str:
        given = self.cleaned_data
        actions.hold(settings=self.place.settings, run=given["run"], reason=given["reason"])
        return gettext("The data sets stay. If the next run does not bring them either, we ask again.")


@answers(*SAFE, "POST")
def page(request: HttpRequest, token: str) -> HttpResponse:
    """One source, for whoever runs it."""
    place = supplier_place(request, token)
    waiting = about_deletions(place)
    is_open = waiting["waits"] and not waiting["refused"]
    runs = [Try, Ask] if harvestable().filter(pk=place.settings.pk).exists() else []
    offered = [Subscribe, *runs, *([Hold] if is_open else [])]
    if request.method == "POST":
        offered = [Subscribe, Try, Ask, Hold]  # which say why they can no longer be done
    return answer(place, "operate/supplier.html", offered, lambda: _facts(place, token))


def _facts(place: SupplierPlace, token: str) -> dict[str, Any]:
    settings = place.settings
    settings.refresh_from_db()
    title, language = in_language(settings.source.catalogue.title, *place.languages)
    last = last_ended(settings)
    facts: dict[str, Any] = {
        "token": token,
        "settings": settings,
        "catalogue": title or settings.source.catalogue.slug,
        "title_language": language,
        "present": settings.present().count(),
        "is_running": settings.runs.filter(state=Run.State.RUNNING).exists(),
        "next": next_run(settings, last, timezone.now()) if settings.active else None,
        **about_deletions(place),
        **asking.trial_of(settings),
    }
    return {**facts, **(about_run(last) if last else {"last": None})}


def about_deletions(place: SupplierPlace) -> dict[str, Any]:
    """The data sets that wait, as ``operate/supplier_held.html`` shows them."""
    waits = holding(place.settings)
    rows = [(one, HOW[one.came]) for one in islice(held(place.settings), MOST_LISTED)] if waits else []
    return {
        "waits": waits,
        "rows": rows,
        "more": max(0, waits.held - len(rows)) if waits else 0,
        "refused": Refusal.objects.filter(run=waits).first() if waits else None,
    }


def about_run(run: Run) -> dict[str, Any]:
    """A run that has ended, as ``operate/supplier_run.html`` shows it."""
    end, ledger = end_of(run), ledger_of(run)
    return {
        "last": run,
        "end": end,
        "error": message_for_strangers(run.error) if end is not End.OURS else "",
        "received": ledger["received"],
        "bins": [(text, ledger[place]) for place, text in BINS.items() if ledger[place]],
        "failed_records": sum(ledger[place] for place in FAILED),
        **remarks_of(run),
    }
