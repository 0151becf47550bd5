"""What the API answers: a request as the body sees it. Notes among the body never leave it, here either."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse

from erpd.access.attachments.actions import seen
from erpd.access.law_words import in_words
from erpd.access.models import Attachment, Decision, Estimate, Event, Part
from erpd.access.outcomes.regimes import grounds_of, regimes_of
from erpd.access.requests.extending import grounds as extension_grounds
from erpd.access.requests.requester import address_of, language_of, name_of
from erpd.accounts.may import Actor
from erpd.publish.entry import address

Texts = dict[str, str]


class Struct(msgspec.Struct, rename="camel", kw_only=True):
    """Names are written as JavaScript does."""


class Summary(Struct):
    """A request in a list. ``changed`` grows with everything that happens to it."""

    reference: str
    state: str
    body: str
    received: datetime | None
    due: date | None
    changed: datetime
    handler: str | None
    url: str


class Listing(Struct):
    """Requests, those that changed first come first. Ask again with ``next`` to hear of changes since.

    ``next`` is always there. What changed in the last seconds can come again. ``more``: whether to ask
    again at once.
    """

    requests: list[Summary]
    next: str
    more: bool


class Requester(Struct):
    """Who asks."""

    name: str
    email: str
    language: str


class DataSet(Struct):
    """A data set that is asked for."""

    iri: str
    title: Texts
    page: str


class File(Struct):
    """A file that came with the answers, or with a message."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    question: str
    at: datetime
    url: str


class Happened(Struct):
    """What happened, messages included."""

    id: int
    at: datetime
    action: str
    role: str
    text: str


class Sent(Struct):
    """The answers as they were sent, and the questions as they were then."""

    at: datetime
    answers: dict[str, Any]
    questions: list[dict[str, Any]]


class CostEstimate(Struct):
    """An estimate of the cost."""

    state: str
    least: Decimal
    most: Decimal
    currency: str
    covers: str
    valid_until: date
    sent: datetime
    answered: datetime | None


class Granted(Struct):
    """What was granted."""

    since: date
    until: date | None
    purpose: str
    extract: str
    environment: str
    conditions: str
    people: list[str]
    revoked: datetime | None


class Decided(Struct):
    """The decision."""

    outcome: str
    at: datetime
    language: str
    grounds: list[str]
    explanation: str
    fee: Decimal | None
    currency: str
    summary: str
    letter: str
    grant: Granted | None


class Request(Summary):
    """A request, with all that the body sees of it. ``requester`` is null once their account is gone."""

    requester: Requester | None
    data_sets: list[DataSet]
    submissions: list[Sent]
    regimes: list[list[Any]]
    kind: str
    extended: datetime | None
    extension_reasons: str
    extension_grounds: Texts
    grounds: Texts
    estimates: list[CostEstimate]
    decision: Decided | None
    events: list[Happened]
    attachments: list[File]


def summary_of(part: Part) -> Summary:
    """A request of a list."""
    return Summary(**_summary(part))


def request_of(part: Part, who: Actor) -> Request:
    """A request with all that its body sees."""
    request = part.request
    return Request(
        **_summary(part),
        requester=Requester(name=name_of(request), email=address_of(request), language=language_of(request))
        if address_of(request)
        else None,
        data_sets=[
            DataSet(iri=one.iri, title=one.title, page=address(one.data_set))
            for one in part.wanted.select_related("data_set").order_by("pk")
        ],
        submissions=[
            Sent(at=one.at, answers=one.answers, questions=one.form)
            for one in part.submissions.order_by("pk")
        ],
        regimes=part.regimes,
        kind=part.kind,
        extended=part.extended,
        extension_reasons=part.extension_reasons,
        extension_grounds=extension_grounds(part),
        grounds={code: in_words(ground.text) for code, ground in grounds_of(regimes_of(part)).items()},
        estimates=[_estimate(one) for one in part.estimates.order_by("pk")],
        decision=_decision(part),
        events=[
            Happened(id=one.pk, at=one.at, action=one.action, role=one.role, text=one.text)
            for one in part.events.filter(audience=Event.Audience.BOTH).order_by("pk")
        ],
        attachments=[_file(part, one) for one in files(part, who)],
    )


def files(part: Part, who: Actor) -> Iterable[Attachment]:
    """The files that the API gives: not those of notes."""
    found = seen(who=who, part=part)
    return [one for one in found if not (one.event and one.event.audience == Event.Audience.BODY)]


def _summary(part: Part) -> dict[str, Any]:
    return {
        "reference": part.reference,
        "state": part.state,
        "body": part.body.slug,
        "received": part.received,
        "due": part.due,
        "changed": part.changed,
        "handler": part.handler.email if part.handler else None,
        "url": _url("one", part.reference),
    }


def _estimate(one: Estimate) -> CostEstimate:
    return CostEstimate(
        state=one.state,
        least=one.least,
        most=one.most,
        currency=one.currency,
        covers=one.covers,
        valid_until=one.valid_until,
        sent=one.sent,
        answered=one.answered,
    )


def _decision(part: Part) -> Decided | None:
    try:
        one: Decision = part.decision
    except ObjectDoesNotExist:
        return None
    grant = getattr(one, "grant", None)
    return Decided(
        outcome=one.outcome,
        at=one.at,
        language=one.language,
        grounds=one.grounds,
        explanation=one.explanation,
        fee=one.fee,
        currency=one.currency,
        summary=one.summary,
        letter=f"{settings.NODE.base_url}{reverse('letters:page', args=[part.reference])}",
        grant=Granted(
            since=grant.since,
            until=grant.until,
            purpose=grant.purpose,
            extract=grant.extract,
            environment=grant.environment,
            conditions=grant.conditions,
            people=grant.people,
            revoked=grant.revoked,
        )
        if grant
        else None,
    )


def _file(part: Part, one: Attachment) -> File:
    return File(
        id=str(one.pk),
        name=one.name,
        media_type=one.media_type,
        size=one.size,
        sha256=one.digest,
        question=one.field,
        at=one.at,
        url=_url("file", part.reference, one.pk),
    )


def _url(name: str, *arguments: object) -> str:
    return f"{settings.NODE.base_url}{reverse(f'case-systems:{name}', args=arguments)}"
