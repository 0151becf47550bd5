"""Requests for tests: a body with its people, and a part of somebody's request in any state."""

from typing import Any

from django.utils import timezone

from erpd.access.models import AccessRequest, Body, Part, Submission
from tests.access.requests import desks
from tests.submit.owners import Office

QUESTIONS = [
    {"id": "plan", "kind": "attachment", "label": {"en": "Plan"}},
    {"id": "secret", "kind": "attachment", "label": {"en": "Secret"}, "private": True},
]


def desk(slug: str = "cbs") -> tuple[Office, Body]:
    """An owner, whose editor answers requests, and the body that it keeps."""
    title = {"en": f"Body {slug}"}
    made = desks.desk(slug, title=title, form=QUESTIONS, contact=f"ask@{slug}.example")
    return made.office, made.body


def part_of(body: Body, state: str = "draft", request: AccessRequest | None = None, **facts: Any) -> Part:
    """A part of a request. If it was sent, with one submission."""
    request = request or AccessRequest.objects.create(email="asker@else.example", name="Ada Asker")
    received = None if state == "draft" else timezone.now()
    reference = f"{body.slug}-{Part.objects.count()}"
    part = Part.objects.create(
        reference=reference, request=request, body=body, state=state, received=received, **facts
    )
    if received:
        Submission.objects.create(part=part, answers=part.answers, form=body.form)
    return part
