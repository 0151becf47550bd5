"""The states of a part of a request."""

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a part is between its first draft and its end. The request has no state of its own."""

    DRAFT = "draft", pgettext_lazy("state of a request", "draft")
    RECEIVED = "received", pgettext_lazy("state of a request", "received")
    RETURNED = "returned", pgettext_lazy("state of a request", "returned for changes")
    REVIEW = "review", pgettext_lazy("state of a request", "under review")
    ESTIMATE = "estimate", pgettext_lazy("state of a request", "waiting for an answer to the estimate")
    DECIDED = "decided", pgettext_lazy("state of a request", "decided")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a request", "withdrawn")
    CLOSED = "closed", pgettext_lazy("state of a request", "closed")


OPEN = (State.RECEIVED, State.RETURNED, State.REVIEW, State.ESTIMATE)
"""Those in which the requester waits for a decision."""

ENDED = (State.DECIDED, State.WITHDRAWN, State.CLOSED)
"""Those in which nobody waits any more."""
