"""How a request is sent: to each body its part, first, and again after it was returned."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from erpd.access.bodies.deciding import takes_requests
from erpd.access.models import AccessRequest, Part, Submission
from erpd.access.questions import as_json
from erpd.access.requests.due import begin, recount, resume
from erpd.access.requests.events import note_event, record
from erpd.access.requests.form import complete, questions_of
from erpd.access.requests.limits import answers_of, may_send
from erpd.access.requests.lines import begin_line
from erpd.access.requests.locked import lock_person, parts_of, request_of
from erpd.access.requests.refusals import Code, Refused, WrongState
from erpd.access.requests.requester import is_nameless
from erpd.access.requests.roles import demand
from erpd.access.requests.table import Action, Role
from erpd.access.requests.telling import tell_body, tell_requester
from erpd.accounts.actions.profiles import kept_name
from erpd.accounts.may import Actor
from erpd.accounts.texts import in_language

State = Part.State


@transaction.atomic
def submit(
    *,
    who: Actor,
    request: AccessRequest | None = None,
    part: Part | None = None,
    opened: Collection[UUID] = (),
    accepted_licences: Mapping[int, Collection[str]] | None = None,
    name: str = "",
) -> list[Part]:
    """Send a part, or all drafts of a request; returns what was sent.

    ``accepted_licences``: by the key of a part, the ids of those of ``Body.licences`` that were accepted.
    ``name``: of somebody without an account who has not said it yet; without it, nothing is sent.
    Raises Incomplete, Refused (licence not accepted, no desk any more, too many in a day), WrongState.
    All are sent, or none.
    """
    if request is None:
        if part is None:
            raise Refused(Code.NOTHING_WANTED)
        request = part.request
    request = request_of(who, request, opened)
    lock_person(request.person_id)
    parts = parts_of(request)
    if part is None:
        sent = [one for one in parts if one.state == State.DRAFT]
        if parts and not sent:
            raise WrongState(parts[0], Action.SUBMIT)
    else:
        sent = [one for one in parts if one.pk == part.pk]
    if not sent:
        if part is not None:
            raise Http404
        raise Refused(Code.NOTHING_WANTED)
    _name(request, name, sent[0])
    may_send(request, sum(one.state == State.DRAFT for one in sent))
    for one in sent:
        roles = demand(who, Action.SUBMIT, one, opened)
        _send(who, roles, one, request, (accepted_licences or {}).get(one.pk, ()))
    return sent


def _name(request: AccessRequest, name: str, part: Part) -> None:
    if not is_nameless(request):
        return
    request.name = kept_name(name)
    if not request.name:
        body = in_language(part.body.title, request.language)[0]
        raise Refused(Code.ANSWERS_MISSING, body=body, questions=f"“{gettext('Your name')}”")
    request.save(update_fields=["name"])


def _send(
    who: Actor, roles: frozenset[Role], part: Part, request: AccessRequest, accepted: Collection[str]
) -> None:
    body = part.body
    is_first = part.state == State.DRAFT
    if is_first and not takes_requests(body):
        raise Refused(Code.NO_DESK, body=in_language(body.title, request.language)[0])
    if is_first:
        for wanted in part.wanted.select_related("data_set"):
            if wanted.data_set.deleted:
                title = in_language(wanted.title, request.language)[0] or wanted.iri
                raise Refused(Code.DATA_SET_GONE, title=title)
        part.answers = answers_of({**request.answers, **part.answers})
    questions = questions_of(part)
    complete(part, questions)
    licences = _accepted(part, request.language, accepted)
    now = timezone.now()
    Submission.objects.create(
        part=part, at=now, answers=part.answers, form=as_json(questions), licences=licences
    )
    part.state = State.RECEIVED if is_first else State.REVIEW
    if is_first:
        part.received = now
    part.save(update_fields=["answers", "state", "received"])
    if is_first:
        begin(part)
        begin_line(part)
    else:
        resume(part)
        recount(part)
    note_event(part, Action.SUBMIT, roles, who, again=not is_first)
    record(part, Action.SUBMIT, who)
    tell_requester(part, "request-sent")
    tell_body(part, "request-received" if is_first else "request-changed")


def _accepted(part: Part, language: str, accepted: Collection[str]) -> list[dict[str, Any]]:
    """The licences of the body as they were accepted now; all have to be."""
    missing = [one for one in part.body.licences if one.get("id") not in accepted]
    if missing:
        raise Refused(
            Code.LICENCE_NOT_ACCEPTED,
            body=in_language(part.body.title, language)[0],
            licences=", ".join(in_language(one.get("title", {}), language)[0] for one in missing),
        )
    return list(part.body.licences)
