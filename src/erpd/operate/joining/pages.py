"""``/harvesting-request``: the checklist of a point, and for whoever has its link how the request goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt

from erpd.accounts.acts import Act, Place, answer
from erpd.accounts.visitors import Address, NoSuchLink, TooMany, kept_by_nobody, takes
from erpd.metadata.storable import storable
from erpd.operate.joining import actions
from erpd.operate.joining.checklist import Checklist, answered, learnt
from erpd.operate.models import HarvestingRequest, Rehearsal
from erpd.operate.refusals import Code, refusal
from erpd.operate.trials.asking import trial_of

State = HarvestingRequest.State


@dataclass(frozen=True)
class _Asking(Place):
    """The checklist; ``rehearsal``: one that has ended, and whose result fills in some of it."""

    rehearsal: Rehearsal | None


@dataclass(frozen=True)
class _Request(Place):
    """The page of one request, for whoever has its link."""

    token: str


class Send(Act, Checklist, Address):
    """The checklist, and whom to write to."""

    name = "send"
    place: _Asking

    def prepare(self) -> None:
        self.offer(*self.place.languages)
        self.fields["email"] = self.fields.pop("email")  # last
        if self.place.rehearsal:
            for name, value in learnt(self.place.rehearsal.seen).items():
                self.fields[name].initial = value

    def perform(self) -> HttpResponse:
        if not takes(self.place.request):
            raise refusal(Code.TOO_MANY_ADDRESSES)
        said = dict(self.cleaned_data)
        email, rehearsal = said.pop("email"), self.place.rehearsal
        try:
            actions.ask(
                answers=said,
                rehearsal=rehearsal.key if rehearsal else "",
                email=email,
                language=get_language() or "en",
            )
        except TooMany:
            raise refusal(Code.TOO_MANY_REQUESTS) from None
        return self.place.show("operate/joining_sent.html", {"email": email})


class Confirm(Act):
    name = "confirm"
    place: _Request

    def perform(self) -> HttpResponse:
        try:
            actions.confirm(token=self.place.token)
        except NoSuchLink:
            raise Http404 from None
        return redirect("joining:request", self.place.token)


@csrf_exempt  # nobody is known: a form of another site could do no more than its owner
@kept_by_nobody
def asking(request: HttpRequest) -> HttpResponse:
    """Fill in the checklist; ``?rehearsal=`` is the key of one whose result is filled in."""
    ended = (Rehearsal.State.DONE, Rehearsal.State.FAILED)
    key = storable(request.GET.get("rehearsal", ""))[:64]
    place = _Asking(request, Rehearsal.objects.filter(pk=key, state__in=ended).first())
    return answer(place, "operate/joining.html", (Send,), lambda: {"rehearsal": place.rehearsal})


@kept_by_nobody
def harvesting_request(request: HttpRequest, token: str) -> HttpResponse:
    """How a request goes on. Until it was confirmed, its page has the button that does."""
    try:
        found = actions.request_of(token)
    except NoSuchLink:
        raise Http404 from None
    place = _Request(request, token)
    return answer(place, "operate/joining_request.html", (Confirm,), lambda: facts_of(found, place))


def facts_of(found: HarvestingRequest, place: Place) -> dict[str, Any]:
    """What the pages of a request show, to its sender and at the desk."""
    return {
        "asked": found,
        "is_confirmed": found.state != State.ASKED,
        "answers": list(answered(found.answers, *place.languages)),
        "steps": [_step(one) for one in found.steps],
        **(trial_of(found.settings) if found.settings and found.state == State.TEST else {}),
    }


def _step(kept: dict[str, str]) -> dict[str, Any]:
    label = State(kept["state"]).label if kept["state"] in State.values else gettext("unknown")
    return {"label": label, "at": datetime.fromisoformat(kept["at"]), "text": kept["text"]}
