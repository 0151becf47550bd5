"""Requests for access (Regulation (EU) 2022/868, Articles 8 and 9): a part of each for each body."""

import uuid
from typing import TypeAlias

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erpd.access.models.bodies import Body
from erpd.access.requests import states
from erpd.accounts.models import Person
from erpd.register.models import DataSet


class AccessRequest(models.Model):
    """What one person asks for, perhaps of several bodies. What it is a request for stands in its parts.

    Without an account, ``email`` was confirmed by a link, and another link opens it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="access_requests")
    email = models.EmailField(blank=True)  # "" with an account
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="en")
    answers = models.JSONField(default=dict)  # to what every body asks, until it is sent
    # From where they came, such as the European node: the address to go back to.
    back = models.CharField(max_length=1000, blank=True)
    renews = models.ForeignKey("Grant", models.SET_NULL, null=True, blank=True, related_name="renewals")
    created = models.DateTimeField(default=timezone.now)
    modified = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["email"], name="requests_of_an_address")]

    def __str__(self) -> str:
        return str(self.id)


class Part(models.Model):
    """What of a request one body answers: its own handler, clock, decision and letter."""

    State: TypeAlias = states.State

    reference = models.CharField(max_length=20, unique=True)  # random: shown, and in addresses
    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="parts")
    body = models.ForeignKey(Body, models.PROTECT, related_name="parts")
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    # As they are being written: to what this body asks; from the first submission on, to everything.
    answers = models.JSONField(default=dict)
    handler = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="handled_parts")
    received = models.DateTimeField(null=True, blank=True)  # first
    # The law with which it began: it keeps it. Both empty: no regime applies, only the body's own aim.
    regimes = models.JSONField(default=list)  # pairs of id and version
    law = models.JSONField(default=list)  # their whole text, with the overrides (``requests.due``)
    kind = models.CharField(max_length=9, default="protected")  # ``law.regime.Kind``
    due = models.DateField(null=True, blank=True)  # None: no limit, or its clock stands still
    why_due = models.JSONField(default=dict)  # regime, section, length, extension: what the date follows from
    extended = models.DateTimeField(null=True, blank=True)
    extension_reasons = models.TextField(max_length=4000, blank=True)
    nudged = models.DateTimeField(null=True, blank=True)
    told = models.JSONField(default=dict)  # which reminder was sent when
    # Whether the requester has done something that nobody of the body has answered (``requests.events``).
    waits = models.BooleanField(default=False)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "body"], name="one_part_of_a_body")]
        indexes = [
            models.Index(fields=["body", "state", "due"], name="parts_of_a_body"),
            models.Index(fields=["state", "due"], name="parts_that_are_due"),
        ]

    def __str__(self) -> str:
        return self.reference


class Wanted(models.Model):
    """A data set that a request asks for."""

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="wanted")
    # None: its body takes no requests here, ``ask`` says where to turn instead.
    part = models.ForeignKey(Part, models.CASCADE, null=True, blank=True, related_name="wanted")
    data_set = models.ForeignKey(DataSet, models.PROTECT, related_name="+")
    iri = models.CharField(max_length=1000)
    title = models.JSONField(default=dict)  # language -> text, when it was asked for
    ask = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "data_set"], name="wanted_once")]

    def __str__(self) -> str:
        return self.iri


class Submission(models.Model):
    """The answers of a part as they were sent: first, and after each return."""

    part = models.ForeignKey(Part, models.CASCADE, related_name="submissions")
    at = models.DateTimeField(default=timezone.now)
    answers = models.JSONField(default=dict)
    form = models.JSONField(default=list)  # the questions as they were then
    licences = models.JSONField(default=list)  # those that were accepted

    def __str__(self) -> str:
        return f"{self.part_id} at {self.at}"


class Pause(models.Model):
    """A time in which a part waits for the requester; the regime says if that stops its clock."""

    part = models.ForeignKey(Part, models.CASCADE, related_name="pauses")
    why = models.CharField(max_length=8)  # ``law.regime.Cause``
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.part_id}: {self.why} since {self.since}"


class Event(models.Model):
    """What happened to a part, messages and notes included. Nothing changes a line, or removes one alone."""

    class Audience(models.TextChoices):
        BOTH = "both", _("the requester and the body")
        BODY = "body", _("the body only")

    part = models.ForeignKey(Part, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=20)  # ``requests.table.Action``
    role = models.CharField(max_length=9)  # ``requests.table.Role``: as what they did it
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    audience = models.CharField(max_length=4, choices=Audience, default=Audience.BOTH)
    text = models.TextField(max_length=10_000, blank=True)
    detail = models.JSONField(default=dict)
    mailed = models.DateTimeField(null=True, blank=True)  # when the other side was told

    class Meta:
        indexes = [models.Index(fields=["part", "id"], name="events_of_a_part")]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.action}"


class Attachments(models.Manager["Attachment"]):
    """Content is read only where it is asked for, one file at a time."""

    def get_queryset(self) -> models.QuerySet["Attachment"]:
        return super().get_queryset().defer("content")


class Attachment(models.Model):
    """A file that came with the answers of a part or with a message."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    part = models.ForeignKey(Part, models.CASCADE, related_name="attachments")
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="attachments")
    field = models.CharField(max_length=60, blank=True)  # of the form
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)  # by its content
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256
    at = models.DateTimeField(default=timezone.now)
    # When its requester took it out of the answers, if the body had it already; else it goes at once.
    removed = models.DateTimeField(null=True, blank=True)
    content = models.BinaryField()  # the last column: SQLite reads all that stands before one

    objects = Attachments()

    class Meta:
        indexes = [models.Index(fields=["at", "size"], name="attachments_of_a_day")]

    def __str__(self) -> str:
        return self.name


class Review(models.Model):
    """The opinion for which a handler asked a member of the body. Who is taken off sees nothing more."""

    part = models.ForeignKey(Part, models.CASCADE, related_name="reviews")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    asked = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "person"], condition=models.Q(ended=None), name="asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.part_id}"
