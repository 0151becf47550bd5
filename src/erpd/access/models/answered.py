"""What case systems were answered, so that a request that is sent again is done once."""

from django.db import models

from erpd.accounts.rest.once import AnsweredOnce


class Answered(AnsweredOnce):
    """The answer to a request of a case system with an Idempotency-Key. It is kept for a day."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "name"], name="case_system_answered_once")]
