"""The operator's pages about owners' portals: what waits for approval, and the decision."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.actions.owners import LONGEST_REASON
from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind, Thing, Verb, demand, may, seen
from erpd.accounts.models import Owner
from erpd.accounts.paging import behind, cut, number
from erpd.accounts.readiness import hindrances
from erpd.accounts.sign_in.signed_in import lately
from erpd.accounts.texts import in_language
from erpd.harvest.models import SourceSettings
from erpd.harvest.source_settings import sources_at
from erpd.publish.methods import safe
from erpd.submit.models import Portal
from erpd.submit.own_portal import actions
from erpd.submit.own_portal.pages import beside, runs_of, shown, standing

_MOST_OTHERS = 10


@dataclass(frozen=True)
class AtPortal(Desk):
    """A portal at the desk."""

    portal: Portal
    owner: Owner


class _Decision(Act):
    """A decision about a portal as it was seen."""

    place: AtPortal

    edition = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.fields["edition"].initial = self.place.portal.edition

    @property
    def _facts(self) -> dict[str, Any]:
        return {
            "who": self.place.who,
            "portal": self.place.portal,
            "edition": number(self.cleaned_data["edition"]) or 0,
            "reason": self.cleaned_data["reason"],
        }


class Approve(_Decision):
    name = "approve"

    reason = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Optional. Its administrators read it."),
        widget=forms.Textarea({"rows": 3}),
    )

    def perform(self) -> str:
        actions.approve(**self._facts)
        return gettext(
            "The portal is approved and will be harvested. Its administrators have been sent an e-mail."
        )


class Refuse(_Decision):
    name = "refuse"

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("Its administrators read it, so say what they can do now."),
        widget=forms.Textarea({"rows": 3}),
    )

    def perform(self) -> str:
        actions.refuse(**self._facts)
        return gettext("The portal is refused. Its administrators have been sent an e-mail.")


@desk(Kind.PORTAL)
@safe
def portals(request: HttpRequest) -> HttpResponse:
    """Those that wait, or those in another ``?state=``; newest first."""
    state = request.GET.get("state", Portal.State.SUBMITTED)
    rows = Portal.objects.select_related("catalogue__holding__owner", "source__settings")
    if state in Portal.State.values:
        rows = rows.filter(state=state)
    place = Desk(request, "portals")
    page = cut(request, behind(request, rows))
    facts = {
        "page": page,
        "state": state,
        "states": Portal.State.choices,
        "rows": [
            (one, standing(one), *in_language(one.catalogue.holding.owner.title, *place.languages))
            for one in page.rows
        ],
    }
    return place.show("submit/portals/desk.html", facts)


@desk(Kind.PORTAL)
@lately
def portal(request: HttpRequest, number: int) -> HttpResponse:
    """One portal: what was seen of it, and the operator's forms, in sudo mode."""
    rows = Portal.objects.select_related("catalogue__holding__owner", "source__settings", "by", "decided_by")
    one = rows.filter(pk=number).first()
    if one is None:
        raise Http404
    owner = one.catalogue.holding.owner
    thing = Thing(Kind.PORTAL, owner.pk, one.catalogue_id)
    place = AtPortal(request, "portals", one, owner)
    seen(place.who, thing)
    if request.method == "POST":
        demand(place.who, Verb.DECIDE, thing)
    decides = one.state == Portal.State.SUBMITTED and may(place.who, Verb.DECIDE, thing)
    return answer(
        place, "submit/portals/decide.html", (Approve, Refuse) if decides else (), lambda: _facts(place)
    )


def _facts(place: AtPortal) -> dict[str, Any]:
    one, languages = place.portal, place.languages
    if place.request.method == "POST":  # somebody else may have decided
        one.refresh_from_db(fields=["state", "edition", "reason", "preview", "seen"])
    name, language = in_language(place.owner.title, *languages)
    before = one.source.portals.filter(state=Portal.State.APPROVED).exclude(pk=one.pk) if one.source else None
    others, near = _others(one)
    return {
        **shown(one, languages),
        "owner": place.owner,
        "name": name,
        "name_language": language,
        "lacking": hindrances(place.owner),
        "before": before.first() if before is not None else None,
        "others": others,
        "beside": near,
        "runs": runs_of(one),
        "owners_page": reverse("portals:portal", args=[place.owner.slug, one.catalogue.slug, one.pk]),
    }


def _others(one: Portal) -> tuple[list[SourceSettings], list[SourceSettings]]:
    """Other sources at the same address; and at another one on the same host and path."""
    same = {each.pk for each in sources_at({"url": one.url})}
    found = beside(one)
    at = [each for each in found if each.pk in same]
    return at[:_MOST_OTHERS], [each for each in found if each.pk not in same][:_MOST_OTHERS]
