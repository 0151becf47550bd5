"""What would go, and why; the operator approves all or some of it, or refuses."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import desk
from erpd.accounts.may import Kind, Verb
from erpd.accounts.sign_in.signed_in import lately
from erpd.harvest.leaving import still_gone
from erpd.harvest.listing import gone, held
from erpd.harvest.models import Run
from erpd.harvest.reconcile import holding
from erpd.operate.deletions import actions, objections
from erpd.operate.deletions.objections import open_objections
from erpd.operate.models import Objection, Refusal
from erpd.operate.place import SourcePlace, source_place
from erpd.operate.refusals import Code, refusal
from erpd.operate.words import HELD, held_in_words, named, still_withdrawn

_MOST = 200  # data sets that the page lists, and that are chosen one by one
LONGEST_REASON = 1_000


def _reason(help_text: Any) -> forms.CharField:
    area = forms.Textarea({"rows": 3})
    return forms.CharField(label=_("Reason"), max_length=LONGEST_REASON, help_text=help_text, widget=area)


class _Decision(Act):
    """A decision about the deletions as they were seen."""

    place: SourcePlace
    run = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)

    def prepare(self) -> None:
        waiting = holding(self.place.settings)
        self.fields["run"].initial = waiting.pk if waiting else None


class Approve(_Decision):
    name = "approve"

    def perform(self) -> str:
        gone = actions.approve(who=self.place.who, settings=self.place.settings, run=self.cleaned_data["run"])
        return _withdrawn(gone)


class ApproveChosen(_Decision):
    name = "approve-chosen"

    def perform(self) -> str:
        keys = set[UUID]()
        for text in self.place.request.POST.getlist("key")[:_MOST]:
            try:
                keys.add(UUID(text))
            except ValueError:
                continue
        if not keys:
            raise refusal(Code.NOTHING_CHOSEN)
        gone = actions.approve(
            who=self.place.who, settings=self.place.settings, run=self.cleaned_data["run"], keys=keys
        )
        return _withdrawn(gone)


class Refuse(_Decision):
    name = "refuse"

    reason = _reason(_("Kept with the run, for those who look at it later."))

    def perform(self) -> str:
        actions.refuse(
            who=self.place.who,
            settings=self.place.settings,
            run=self.cleaned_data["run"],
            reason=self.cleaned_data["reason"],
        )
        return gettext("The data sets stay. If the next run does not bring them either, you are asked again.")


class _Settle(Act):
    """A decision about what the supplier wants back."""

    place: SourcePlace
    run = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)

    def prepare(self) -> None:
        wanted = _wanted_back(self.place)
        self.fields["run"].initial = wanted.pk if wanted else None

    def chosen(self) -> Run:
        """Raises Refusal."""
        found = self.place.settings.runs.filter(pk=self.cleaned_data["run"]).first()
        if found is None:
            raise refusal(Code.SETTLED)
        return found


class PutBack(_Settle):
    name = "put_back"

    def perform(self) -> str:
        run = self.chosen()
        number = objections.put_back(who=self.place.who, run=run)
        said = gettext("Data sets that are back, at the same addresses: %(number)s.") % {"number": number}
        return f"{said} {still_withdrawn(still_gone(run).count())}".rstrip()


class Leave(_Settle):
    name = "leave"

    reason = _reason(_("The supplier reads it."))

    def perform(self) -> str:
        reason = self.cleaned_data["reason"]
        objections.leave(who=self.place.who, run=self.chosen(), reason=reason)
        return gettext("They stay withdrawn, and the supplier's page says why.")


@desk(Kind.SOURCE)
@lately
def deletions(request: HttpRequest, slug: str) -> HttpResponse:
    """The deletions of one source that wait."""
    place = source_place(request, slug)
    if request.method == "POST":
        place.demand(Verb.DECIDE)
    acts: list[type[Act]] = []
    if place.may(Verb.DECIDE):
        acts += [PutBack, Leave] if _wanted_back(place) else []
        acts += [Approve, ApproveChosen, Refuse] if holding(place.settings) else []
    if request.method == "POST":  # those that are late say why
        acts = [PutBack, Leave, Approve, ApproveChosen, Refuse]
    return answer(place, "operate/deletions.html", acts, lambda: _facts(place))


def _facts(place: SourcePlace) -> dict[str, Any]:
    run = holding(place.settings)
    rows = held_in_words(held(place.settings), _MOST) if run else []
    refused = Refusal.objects.filter(run=run).select_related("by").first() if run else None
    wanted = _wanted_back(place)
    return {
        "wanted": wanted,
        "gone_rows": named(gone(wanted.run, _MOST)) if wanted else [],
        "gone": still_gone(wanted.run).count() if wanted else 0,
        "run": run,
        "because": HELD.get(run.held_because, "") if run else "",
        "rows": rows,
        "more": max(0, run.held - len(rows)) if run else 0,
        "refused": refused,
        "present": place.settings.present().count(),
    }


def _wanted_back(place: SourcePlace) -> Objection | None:
    """The objection of its supplier that has waited longest."""
    return open_objections().filter(run__settings=place.settings).first()


def _withdrawn(number: int) -> str:
    return gettext("Withdrawn: %(number)s. To put them back, undo the run.") % {"number": number}
