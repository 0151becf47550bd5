"""The page of whoever runs a source, by its secret link: how it is, what is wrong, how to put it right."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.acts import Act, Place, answer
from erpd.accounts.texts import in_language
from erpd.accounts.visitors import Address, takes
from erpd.harvest.difference import gone_in
from erpd.harvest.leaving import still_gone
from erpd.harvest.ledger import ledger_of
from erpd.harvest.listing import gone, held
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.reconcile import holding
from erpd.harvest.worker import harvestable, next_run
from erpd.operate.deletions.objections import can_be_objected_to
from erpd.operate.deletions.pages import LONGEST_REASON
from erpd.operate.models import Objection, Refusal, Subscription
from erpd.operate.refusals import Code, refusal
from erpd.operate.status.words import End, end_of
from erpd.operate.suppliers import actions, subscribing
from erpd.operate.suppliers.failures import FAILED
from erpd.operate.suppliers.links import links_of
from erpd.operate.trials import asking
from erpd.operate.words import BINS, held_in_words, named, remarks_of, still_withdrawn
from erpd.publish.methods import SAFE, answers
from erpd.sources.errors import message_for_strangers

MOST_LISTED = 200  # data sets that the page lists
MOST_OPEN = 20  # runs of whose withdrawals one may say that they are wrong


@dataclass(frozen=True)
class SupplierPlace(Place):
    """The page of a source, for whoever has its link."""

    settings: SourceSettings

    @cached_property
    def about(self) -> Run | None:
        """The run whose deletions the page lists, and of which one may say that they are wrong.

        What a run has withdrawn is open for as long as the link of its notice, whatever later runs bring.
        """
        if waits := holding(self.settings):
            return waits
        done = self.settings.runs.filter(state=Run.State.DONE).order_by("-pk")
        withdrew = done.filter(gone__gt=0, started__gte=timezone.now() - subscribing.NOTICE_VALID)
        return next(filter(can_be_objected_to, withdrew[:MOST_OPEN]), None) or done.first()


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
        return gettext("The test harvest begins as soon as possible. You can ask again in an hour.")


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
        about = self.place.about
        self.fields["run"].initial = about.pk if about else None

    def perform(self) -> str:
        given = self.cleaned_data
        actions.hold(settings=self.place.settings, run=given["run"], reason=given["reason"])
        return gettext(
            "The operator is told. What waited stays. What was withdrawn comes back if the operator agrees."
        )


@answers(*SAFE, "POST")
def page(request: HttpRequest, token: str) -> HttpResponse:
    """One source, for whoever runs it."""
    place = supplier_place(request, token)
    is_open = about_deletions(place)["is_open"]
    runs = [Try] if harvestable().filter(pk=place.settings.pk).exists() else []
    ask = [Ask] if actions.may_ask(place.settings) else []
    offered = [Subscribe, *runs, *ask, *([Hold] if is_open else [])]
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
        "asked": None if actions.may_ask(settings) else settings.asked,
        "is_running": settings.runs.filter(state=Run.State.RUNNING).exists(),
        "next": next_run(settings, last, timezone.now()) if settings.active else None,
        **about_deletions(place),
        **asking.trial_of(settings),
        **links_of(settings),
    }
    return {**facts, **(about_run(last) if last else {"last": None})}


def about_deletions(place: SupplierPlace) -> dict[str, Any]:
    """Those that wait and those that were withdrawn, as ``operate/supplier_wrong.html`` shows them."""
    about, waits = place.about, holding(place.settings)
    waits = waits if waits == about else None
    rows = held_in_words(held(place.settings), MOST_LISTED) if waits else []
    refused = Refusal.objects.filter(run=waits).first() if waits else None
    listed = named(gone(about, MOST_LISTED)) if about else []
    objection = _objection(place, about)
    return {
        "waits": waits,
        "rows": rows,
        "more": max(0, waits.held - len(rows)) if waits else 0,
        "refused": refused,
        "is_open": bool(about and ((waits and not refused) or can_be_objected_to(about))),
        "objection": objection,
        "stays": still_withdrawn(still_gone(objection.run).count())
        if objection and objection.is_upheld
        else "",
        "gone_rows": listed,
        "gone_more": max(0, gone_in(about).count() - len(listed)) if about else 0,
    }


def _objection(place: SupplierPlace, about: Run | None) -> Objection | None:
    """What was said of that run; of one that withdrew nothing, what was said last."""
    said = Objection.objects.filter(run__settings=place.settings).select_related("run")
    if about and gone_in(about).exists():
        return said.filter(run=about).first()
    return said.order_by("-at").first()


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
