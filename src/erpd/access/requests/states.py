"""The states of a part of a request."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a part is between its first draft and its end. The request has no state of its own."""

    DRAFT = "draft", _("draft")
    RECEIVED = "received", _("received")
    RETURNED = "returned", _("returned for changes")
    REVIEW = "review", _("under review")
    ESTIMATE = "estimate", _("waiting for an answer to the estimate")
    DECIDED = "decided", _("decided")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CLOSED = "closed", _("closed")


OPEN = (State.RECEIVED, State.RETURNED, State.REVIEW, State.ESTIMATE)
"""Those in which the requester waits for a decision."""

ENDED = (State.DECIDED, State.WITHDRAWN, State.CLOSED)
"""Those in which nobody waits any more."""
