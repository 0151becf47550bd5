"""The page of a part: where it stands, what happens next, what was written, and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext

from erpd.access.asking import part_acts as acts
from erpd.access.asking.places import PartPlace, part_place, private
from erpd.access.asking.sending import changes
from erpd.access.asking.words import STATES, history
from erpd.access.attachments.actions import seen
from erpd.access.clock_words import clock_of
from erpd.access.models import Attachment, Decision, Estimate, Part
from erpd.access.outcomes import estimating, granting
from erpd.access.questions import as_sent, asked
from erpd.access.questions.difference import in_words, text_in
from erpd.access.requests.states import OPEN
from erpd.access.requests.table import Action, Role, allowed
from erpd.access.requests.talking import can_nudge
from erpd.accounts.acts import Act, answer
from erpd.accounts.texts import in_language

_ACTS: tuple[tuple[Action, type[Act]], ...] = (
    (Action.MESSAGE, acts.Message),
    (Action.NUDGE, acts.Nudge),
    (Action.WITHDRAW, acts.Withdraw),
    (Action.ACCEPT, acts.Accept),
    (Action.DECLINE, acts.Decline),
    (Action.RENEW, acts.Renew),
)


@dataclass(frozen=True)
class OfPart(PartPlace):
    """A part at its page."""

    @cached_property
    def estimate(self) -> Estimate | None:
        """The one that waits for an answer."""
        return estimating.sent_of(self.part)


@private
def part_page(request: HttpRequest, reference: str) -> HttpResponse:
    """A part, for the one who asks."""
    found = part_place(request, reference)
    place = OfPart(request, found.asked, found.part)
    if place.part.state == Part.State.DRAFT:
        return redirect("asking:request", place.asked.pk)
    return answer(place, "access/asking/part.html", _offered(place, request), lambda: _facts(place))


def _offered(place: OfPart, request: HttpRequest) -> list[type[Act]]:
    """What the state lets them do. What is sent is offered anyway: if it is too late, the verb says why."""
    return [
        act
        for action, act in _ACTS
        if (Role.REQUESTER in allowed(place.part.state, action) and _is_apt(place.part, action))
        or request.POST.get("act") == act.name
    ]


def _is_apt(part: Part, action: Action) -> bool:
    if action is Action.NUDGE:
        return can_nudge(part)
    if action is Action.RENEW:
        return granting.can_renew(part)
    return True


def _facts(place: OfPart) -> dict[str, Any]:
    part, languages = (
        Part.objects.select_related("body__keeper", "request__person").get(pk=place.part.pk),
        place.languages,
    )
    files = seen(who=place.who, part=part, opened=place.opened)
    waiting = estimating.sent_of(part)
    accepted = None if waiting else estimating.accepted_of(part)
    decision = Decision.objects.filter(part=part).first()
    grant = granting.grant_of(part)
    returned = part.events.filter(action=Action.RETURN).order_by("-pk").first()
    answers = _answers(part, languages, files)
    labels = {key: label for key, label, _answer in answers}
    is_returned = part.state == Part.State.RETURNED and returned is not None
    return {
        "part": part,
        "state": STATES[part.state],
        "clock": clock_of(part),
        "is_open": part.state in OPEN,
        "titles": [
            (one, *in_language(one.title, *languages))
            for one in part.wanted.select_related("data_set").order_by("pk")
        ],
        "returned": returned if is_returned else None,
        "named": [labels[key] for key in returned.detail.get("questions", ()) if key in labels]
        if is_returned and returned
        else [],
        "estimate": waiting,
        "estimate_text": estimating.wording(waiting, get_language() or "en") if waiting else "",
        "accepted": accepted,
        "decision": decision,
        "decided": _decided(decision.letter) if decision and decision.letter else [],
        "grant": grant,
        "grant_state": granting.state_in_words(grant),
        "history": history(part, files),
        "files": [one for one in files if one.event_id is None],
        "answers": answers,
        "changes": changes(part, languages),
    }


def _decided(letter: dict[str, Any]) -> list[dict[str, Any]]:
    """What the letter says from the outcome on, which has no label: grounds, grant, fee, redress."""
    return list(dropwhile(lambda one: all(row["label"] for row in one["rows"]), letter["sections"]))


def _answers(
    part: Part, languages: tuple[str, ...], files: Sequence[Attachment]
) -> list[tuple[str, str, str]]:
    """What was sent last: id, question and answer in words."""
    last = part.submissions.order_by("-pk").first()
    if last is None:
        return []
    questions = as_sent(last.form, *languages)
    return [
        (
            one.id,
            text_in(one.label, *languages),
            in_words(one, last.answers.get(one.id), *languages)
            or ", ".join(file.name for file in files if file.field == one.id and not file.removed)
            or gettext("no answer"),
        )
        for one in asked(questions, last.answers)
        if not one.is_silent
    ]
