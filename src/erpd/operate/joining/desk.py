"""The requests of points at the desk: read the answers, test, accept or refuse."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erpd.accounts.acts import Act, answer
from erpd.accounts.desk.pages import Desk, desk
from erpd.accounts.may import Kind, Verb, demand, may
from erpd.accounts.paging import behind, cut
from erpd.accounts.sign_in.signed_in import lately
from erpd.operate.editing.pages import NARROWED, Named
from erpd.operate.joining import actions, concepts
from erpd.operate.joining.pages import facts_of
from erpd.operate.joining.settings import narrowed, settings_of
from erpd.operate.joining.value_maps import Maps, listed
from erpd.operate.models import HarvestingRequest, Rehearsal, Trial
from erpd.operate.place import SOURCE
from erpd.publish.methods import safe

State = HarvestingRequest.State
_LONGEST = 2_000


@dataclass(frozen=True)
class RequestPlace(Desk):
    """The page of one request."""

    asked: HarvestingRequest


class _OnRequest(Act):
    place: RequestPlace

    @property
    def number(self) -> int:
        return self.place.asked.pk


def _prose(label: Any, help_text: Any, *, required: bool = True) -> forms.CharField:
    area = forms.Textarea({"rows": 3})
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=_LONGEST, widget=area
    )


class Assess(_OnRequest):
    """What the operator thinks of the answers."""

    name = "assess"

    text = _prose(
        _("What the point should know"), _("Such as what is missing. It is sent by e-mail."), required=False
    )

    def perform(self) -> str:
        actions.assess(who=self.place.who, number=self.number, text=self.cleaned_data["text"])
        return gettext("Assessed. The point was told.")


class Test(_OnRequest, Named):
    """The source that is tried, as the answers have it."""

    name = "test"

    def prepare(self) -> None:
        for name, label in NARROWED.items():
            self.fields[name] = forms.CharField(label=label, required=False, max_length=_LONGEST)
        answers = self.place.asked.answers
        told = [told for *_of, told in listed(answers.get("maps", {}), *self.place.languages)]
        if told:
            self.fields["maps"] = forms.MultipleChoiceField(
                label=_("What its values mean"),
                help_text=_("As the point says. Leave out what you doubt."),
                choices=list(enumerate(told)),
                initial=list(range(len(told))),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        if told := concepts.told(self._rows, *self.place.languages):
            self.fields["vocabulary"] = forms.MultipleChoiceField(
                label=_("What the concepts of its vocabulary mean"),
                help_text=_(
                    "What has a skos:exactMatch is ticked. Ask the point before you tick anything else."
                ),
                choices=list(enumerate(told)),
                initial=[number for number, row in enumerate(self._rows) if concepts.is_sure(row)],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        first = {name: answers[name] for name in ("url", "protocol")}
        slug = f"{answers['country'].lower()}-nsip"
        for name, value in {"slug": slug, **first, **narrowed(answers)}.items():
            self.fields[name].initial = value

    def perform(self) -> str:
        said = dict(self.cleaned_data)
        name = said.pop("slug")
        confirmed = [self._rows[int(number)] for number in said.pop("vocabulary", [])]
        maps = concepts.meant(confirmed, self._maps(said.pop("maps", [])))
        facts = {**settings_of(self.place.asked.answers, maps), **said}
        facts = {key: value for key, value in facts.items() if value != ""}
        actions.test(who=self.place.who, number=self.number, name=name, said=facts)
        if self.place.asked.answers["authentication"] == "no":
            return gettext("The test harvest begins as soon as possible. The point was told.")
        return gettext("The source was made. Enter its password or key, then try it. The point was told.")

    @property
    def _rows(self) -> list[concepts.Row]:
        """What may mean something."""
        return [row for row in self.place.asked.answers.get("vocabulary") or [] if row["property"]]

    def _maps(self, confirmed: list[str]) -> Maps:
        found: Maps = {}
        for number, (name, value, iri, _told) in enumerate(listed(self.place.asked.answers.get("maps", {}))):
            if str(number) in confirmed:
                found.setdefault(name, {})[value] = iri
        return found


class Again(_OnRequest):
    name = "again"

    def perform(self) -> str:
        actions.test_again(who=self.place.who, number=self.number)
        return gettext("The test harvest begins as soon as possible.")


class Accept(_OnRequest):
    """Harvest it from now on."""

    name = "accept"

    text = _prose(
        _("What the point should know"),
        _("It is sent by e-mail, with the link to the page of the source."),
        required=False,
    )

    def perform(self) -> str:
        actions.accept(who=self.place.who, number=self.number, text=self.cleaned_data["text"])
        return gettext("Accepted. The worker harvests it in its next night window. The point was told.")


class Refuse(_OnRequest):
    """Why it is not harvested."""

    name = "refuse"

    reason = _prose(_("Reason"), _("It is sent by e-mail."))

    def perform(self) -> str:
        actions.refuse(who=self.place.who, number=self.number, reason=self.cleaned_data["reason"])
        return gettext("Refused. The point was told.")


_OFFERED: dict[str, list[type[Act]]] = {
    State.RECEIVED: [Assess, Refuse],
    State.ASSESSED: [Test, Refuse],
    State.TEST: [Again, Accept, Refuse],
}


def _seen() -> QuerySet[HarvestingRequest]:
    """Those that were confirmed, and not erased since."""
    return HarvestingRequest.objects.exclude(state=State.ASKED).exclude(email="")


@desk(Kind.SOURCE)
@safe
def requests(request: HttpRequest) -> HttpResponse:
    """All requests, the newest first."""
    place = Desk(request, "sources")
    page = cut(request, behind(request, _seen()))
    return place.show("operate/joining_requests.html", {"page": page})


@desk(Kind.SOURCE)
@lately
def one_request(request: HttpRequest, number: int) -> HttpResponse:
    """One request: its answers, what was learnt, and what can be done."""
    asked = _seen().select_related("settings__source").filter(pk=number).first()
    if asked is None:
        raise Http404
    place = RequestPlace(request, "sources", asked)
    if request.method == "POST":
        demand(place.who, Verb.CHANGE, SOURCE)
    return answer(place, "operate/joining_desk.html", _offered(place), lambda: _facts(place))


def _offered(place: RequestPlace) -> list[type[Act]]:
    """What can be done now; and what was sent, which says why it can no longer be done."""
    request, asked = place.request, place.asked
    found = list(_OFFERED.get(asked.state, [])) if may(place.who, Verb.CHANGE, SOURCE) else []
    if not Trial.objects.filter(settings=asked.settings_id, state=Trial.State.DONE).exists():
        found = [kind for kind in found if kind is not Accept]
    sent = [kind for kind in (Assess, Test, Again, Accept, Refuse) if kind.name == request.POST.get("act")]
    return [*found, *(kind for kind in sent if kind not in found)]


def _facts(place: RequestPlace) -> dict[str, Any]:
    place.asked.refresh_from_db()
    kept = Rehearsal.objects.filter(pk=place.asked.rehearsal).exists()
    return {**facts_of(place.asked, place), "rehearsal": place.asked.rehearsal if kept else ""}
