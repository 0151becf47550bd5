"""How requests end: estimates, decisions, grants, and the public register of decisions."""

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from erpd.access.models.bodies import Body
from erpd.access.models.requests import Part
from erpd.accounts.models import Person


class Estimate(models.Model):
    """What a part may cost. A fee needs one that was accepted (Article 6)."""

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("cost estimate", "sent")
        ACCEPTED = "accepted", pgettext_lazy("cost estimate", "accepted")
        DECLINED = "declined", pgettext_lazy("cost estimate", "declined")
        EXPIRED = "expired", pgettext_lazy("cost estimate", "ended without an answer")
        CANCELLED = "cancelled", pgettext_lazy("cost estimate", "cancelled")

    part = models.ForeignKey(Part, models.CASCADE, related_name="estimates")
    state = models.CharField(max_length=9, choices=State, default=State.SENT)
    least = models.DecimalField(max_digits=12, decimal_places=2)
    most = models.DecimalField(max_digits=12, decimal_places=2)  # the same as ``least`` if it is exact
    currency = models.CharField(max_length=3, default="EUR")
    covers = models.TextField(max_length=4000)
    valid_until = models.DateField()
    sent = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    answered = models.DateTimeField(null=True, blank=True)
    accepted_text = models.TextField(blank=True)  # exactly what the requester read and accepted

    def __str__(self) -> str:
        return f"{self.part_id}: {self.most} {self.currency} ({self.state})"


class Decision(models.Model):
    """The decision about a part, with all that its letter says: the letter never changes."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", pgettext_lazy("decision", "granted")
        PARTLY = "partly", pgettext_lazy("decision", "granted in part")
        REFUSED = "refused", pgettext_lazy("decision", "refused")

    part = models.OneToOneField(Part, models.CASCADE, related_name="decision")
    outcome = models.CharField(max_length=7, choices=Outcome)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=2)  # of its texts
    grounds = models.JSONField(default=list)  # codes of the regime's grounds of refusal
    explanation = models.TextField(max_length=10_000, blank=True)
    fee = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    estimate = models.ForeignKey(Estimate, models.SET_NULL, null=True, blank=True, related_name="+")
    redress = models.JSONField(default=dict)  # body, address, within, language, as its page said then
    letter = models.JSONField(default=dict)  # everything that the letter says
    summary = models.TextField(max_length=2000, blank=True)  # public, if the body wrote one

    def __str__(self) -> str:
        return f"{self.part_id}: {self.outcome}"


class Grant(models.Model):
    """What was granted: active until its last day, unless it is revoked."""

    decision = models.OneToOneField(Decision, models.CASCADE, related_name="grant")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # the last day
    purpose = models.TextField(max_length=4000)
    extract = models.TextField(max_length=4000)  # which data exactly
    environment = models.CharField(max_length=300, blank=True)  # where one works with them
    conditions = models.TextField(max_length=4000, blank=True)
    people = models.JSONField(default=list)  # names of those who may
    revoked = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=4000, blank=True)  # why it was revoked
    reminded = models.PositiveSmallIntegerField(null=True, blank=True)  # days before the end, last

    def __str__(self) -> str:
        return f"{self.decision_id} until {self.until}"


class Line(models.Model):
    """A line of the public register of decisions. It says nothing of the person, and stays when they go."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="lines")
    part = models.OneToOneField(Part, models.SET_NULL, null=True, blank=True, related_name="line")
    data_sets = models.JSONField(default=list)  # IRIs
    titles = models.JSONField(default=list)  # of the data sets, each: language -> text
    category = models.CharField(max_length=40, blank=True)  # of the requester: a code
    received = models.DateField()
    ended = models.DateField(null=True, blank=True)  # decided or withdrawn
    due = models.DateField(null=True, blank=True)
    days = models.PositiveIntegerField(null=True, blank=True)  # from receipt to decision
    # Of Decision, "withdrawn", "lapsed" (it was returned and nobody answered), or "" while it is open.
    outcome = models.CharField(max_length=9, blank=True)
    grounds = models.JSONField(default=list)
    late = models.BooleanField(default=False)
    summary = models.TextField(max_length=2000, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["body", "received"], name="lines_of_a_body"),
            models.Index(fields=["ended", "id"], name="lines_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.received} {self.outcome}"
