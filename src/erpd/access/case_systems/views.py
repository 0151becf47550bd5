"""The operations of the API. Each calls one verb, and answers with the request as it is then.

What they and the verbs raise, ``door`` tells as a problem.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone

from erpd.access.attachments.download import as_file
from erpd.access.case_systems import asked
from erpd.access.case_systems.answers import Listing, files, request_of, summary_of
from erpd.access.handling.asked import Asked
from erpd.access.models import Answered, Part
from erpd.access.outcomes.deciding import GrantFacts
from erpd.access.outcomes.deciding import decide as decide_it
from erpd.access.outcomes.estimating import cancel as cancel_it
from erpd.access.outcomes.estimating import estimate as estimate_it
from erpd.access.requests import moving, talking
from erpd.accounts.rest.door import Asking, as_json, public
from erpd.accounts.rest.once import once
from erpd.accounts.rest.problems import INVALID_REQUEST, RESOURCE_NOT_FOUND, FieldProblem, Problem

SETTLING = timedelta(seconds=10)
"""What changed so lately is listed again: another change may be older, and not yet be there."""
_MOST_FAULTS = 20
STATES = tuple(state.value for state in Part.State if state is not Part.State.DRAFT)


def index(asking: Asking) -> HttpResponse:
    """List the requests, those that changed longest ago first."""
    given = asking.request.GET
    size, found = asked.size_of(asking.request), _parts(asking)
    if state := given.get("state", ""):
        if state not in STATES:
            raise Problem(INVALID_REQUEST, f"state is one of {', '.join(STATES)}.")
        found = found.filter(state=state)
    rows = list(asked.behind(found, given.get("cursor", ""))[: size + 1])
    page = rows[:size]
    settled = [part for part in page if part.changed <= timezone.now() - SETTLING]
    further = asked.cursor_of(settled[-1]) if settled else given.get("cursor") or asked.START
    more = len(rows) > size and len(settled) == size
    return as_json(Listing(requests=[summary_of(part) for part in page], next=further, more=more))


def show(asking: Asking, reference: str) -> HttpResponse:
    """Read a request."""
    return as_json(request_of(_part(asking, reference), asking.who))


def message(asking: Asking, reference: str) -> HttpResponse:
    """Write to the requester."""
    sent = asked.read(asking.request, asked.Message)
    return _done(asking, reference, lambda part: talking.message(who=asking.who, part=part, text=sent.text))


def send_back(asking: Asking, reference: str) -> HttpResponse:
    """Return a request for changes."""
    sent = asked.read(asking.request, asked.Return)

    def act(part: Part) -> None:
        _know(sent.questions, part)
        moving.send_back(who=asking.who, part=part, text=sent.text, questions=sent.questions)

    return _done(asking, reference, act)


def extend(asking: Asking, reference: str) -> HttpResponse:
    """Extend the time limit."""
    sent = asked.read(asking.request, asked.Extension)
    return _done(
        asking,
        reference,
        lambda part: moving.extend(who=asking.who, part=part, ground=sent.ground, reasons=sent.reasons),
    )


def estimate(asking: Asking, reference: str) -> HttpResponse:
    """Send a cost estimate."""
    sent = asked.read(asking.request, asked.Costs)
    return _done(
        asking,
        reference,
        lambda part: estimate_it(
            who=asking.who,
            part=part,
            least=sent.least,
            most=sent.least if sent.most is None else sent.most,
            currency=sent.currency,
            covers=sent.covers,
            valid_until=sent.valid_until,
        ),
    )


def cancel(asking: Asking, reference: str) -> HttpResponse:
    """Take back the estimate that waits for an answer."""
    return _done(asking, reference, lambda part: cancel_it(who=asking.who, part=part))


def decide(asking: Asking, reference: str) -> HttpResponse:
    """Decide."""
    sent = asked.read(asking.request, asked.Decision)
    grant = (
        GrantFacts(**{name: getattr(sent.grant, name) for name in sent.grant.__struct_fields__})
        if sent.grant
        else None
    )
    return _done(
        asking,
        reference,
        lambda part: decide_it(
            who=asking.who,
            part=part,
            outcome=sent.outcome,
            grounds=sent.grounds,
            explanation=sent.explanation,
            fee=sent.fee,
            currency=sent.currency,
            grant=grant,
            summary=sent.summary,
            language=sent.language,
        ),
    )


def file(asking: Asking, reference: str, key: str) -> HttpResponse:
    """Download a file."""
    part = _part(asking, reference)
    found = next((one for one in files(part, asking.who) if one.pk == UUID(key)), None)
    if found is None:
        raise Http404
    return as_file(found)


@public
def nothing(asking: Asking) -> HttpResponse:
    """Answer for whatever is not here."""
    raise Problem(RESOURCE_NOT_FOUND, "See /api/requests/v1/openapi.json for the addresses of this API.")


def _parts(asking: Asking) -> "QuerySet[Part, Part]":
    """What the body of the key has received."""
    found = Part.objects.filter(body__keeper=asking.given.owner_id).exclude(state=Part.State.DRAFT)
    return found.select_related("request__person", "body__keeper", "handler")


def _part(asking: Asking, reference: str) -> Part:
    found = _parts(asking).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def _know(questions: Sequence[str], part: Part) -> None:
    """Raise Problem for questions that the requester was not asked."""
    known = {one.id for one in Asked(part, ("en",), with_private=True).answered() if not one.is_heading}
    faults = [
        FieldProblem("question-unknown", "questions", f"“{one[:60]}” was not asked.", f"/questions/{place}")
        for place, one in enumerate(questions)
        if one not in known
    ]
    if faults:
        detail = "Name questions of the last submission that were asked, by their id."
        raise Problem(INVALID_REQUEST, detail, faults[:_MOST_FAULTS])


def _done(asking: Asking, reference: str, act: Callable[[Part], object]) -> HttpResponse:
    """Do it, once however often it is sent with the same Idempotency-Key; answer with the request."""

    def answer() -> HttpResponse:
        act(_part(asking, reference))
        return show(asking, reference)

    return once(asking, Answered, answer)
