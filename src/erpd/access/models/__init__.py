"""Competent bodies, and what people ask of them."""

from erpd.access.models.answered import Answered
from erpd.access.models.bodies import Body, DecidedFor
from erpd.access.models.enquiries import Answer, Enquiry
from erpd.access.models.links import Link
from erpd.access.models.outcomes import Decision, Estimate, Grant, Line
from erpd.access.models.requests import (
    AccessRequest,
    Attachment,
    Event,
    Part,
    Pause,
    Review,
    Submission,
    Wanted,
)

__all__ = [
    "AccessRequest",
    "Answer",
    "Answered",
    "Attachment",
    "Body",
    "DecidedFor",
    "Decision",
    "Enquiry",
    "Estimate",
    "Event",
    "Grant",
    "Line",
    "Link",
    "Part",
    "Pause",
    "Review",
    "Submission",
    "Wanted",
]
