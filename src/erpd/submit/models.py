"""What owners deliver. A delivery is theirs; once it is published, the register has it, too."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from erpd.accounts.models import Owner, Person
from erpd.accounts.rest.once import AnsweredOnce
from erpd.register.identity import LONGEST_NAME
from erpd.register.models import Catalogue, DataSet, Source


class Delivery(models.Model):
    """One data set that an owner delivered, complete or not, published or not."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of a data set", "draft")
        PUBLISHED = "published", pgettext_lazy("state of a data set", "published")
        WITHDRAWN = "withdrawn", pgettext_lazy("state of a data set", "withdrawn")

    class Way(models.TextChoices):
        """How its metadata came."""

        PAGE = "page", _("web page")
        API = "api", _("delivery API")
        CKAN = "ckan", _("CKAN API")
        FILE = "file", _("file with many data sets")

    # The key of its data set, derived from source and identifier (``key_of``).
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Owner, models.PROTECT, related_name="deliveries")
    # Each index is written with each delivery. Those below begin with the catalogue, and with the source.
    catalogue = models.ForeignKey(Catalogue, models.PROTECT, related_name="deliveries", db_index=False)
    # A part of its identity, so it stays when the data set goes to another owner or catalogue.
    source = models.ForeignKey(Source, models.PROTECT, related_name="deliveries", db_index=False)
    identifier = models.CharField(max_length=LONGEST_NAME)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    edition = models.PositiveIntegerField(default=1)  # grows with each change: its ETag
    # As delivered: canonical N-Triples, deflated. The register holds what mending made of it.
    content = models.BinaryField(default=b"")
    # If it came through CKAN's API: its package, deflated JSON, so that clients get back what they sent.
    package = models.BinaryField(default=b"")
    iri = models.CharField(max_length=LONGEST_NAME, blank=True)  # the node of the data set in ``content``
    findings = models.JSONField(default=list)
    # What lists show, sort and search by.
    title = models.CharField(max_length=200, blank=True)
    titles = models.JSONField(default=dict)  # language, "" for none -> text
    words = models.TextField(default="", editable=False)  # identifier and titles, casefolded
    errors = models.PositiveIntegerField(default=0)  # among the findings
    warnings = models.PositiveIntegerField(default=0)
    way = models.CharField(max_length=4, choices=Way, default=Way.API)
    issued = models.DateTimeField(null=True, blank=True)
    revised = models.DateTimeField(null=True, blank=True)  # dct:modified, which the owner says
    removed = models.DateTimeField(null=True, blank=True)  # by DELETE: it is no longer theirs to see
    data_set = models.ForeignKey(DataSet, models.PROTECT, null=True, blank=True, related_name="deliveries")
    created = models.DateTimeField(default=timezone.now)
    modified = models.DateTimeField(default=timezone.now)
    published = models.DateTimeField(null=True, blank=True)  # first
    # Who changed it last: looked for only when an account is removed.
    by = models.ForeignKey(Person, models.SET_NULL, null=True, db_index=False)

    class Meta:
        constraints = [
            # P, technical condition 2: an identifier does not change and is not reused for other data.
            models.UniqueConstraint(fields=["source", "identifier"], name="identity_of_a_delivery"),
            # What came from another owner has another source, but clients name it by its identifier.
            models.UniqueConstraint(fields=["catalogue", "identifier"], name="name_in_a_catalogue"),
        ]
        indexes = [
            models.Index(fields=["iri"], name="deliveries_of_an_iri"),
            models.Index(fields=["catalogue", "created", "id"], name="deliveries_of_a_catalogue"),
            models.Index(fields=["catalogue", "modified", "id"], name="last_changed_deliveries"),
        ]

    def __str__(self) -> str:
        return f"{self.identifier} ({self.state})"

    @property
    def is_erasable(self) -> bool:
        """Whether only its owner ever saw it: never published, or in a test catalogue."""
        return not self.published or self.catalogue.kind == Catalogue.Kind.TEST


class Part(models.Model):
    """A distribution or data service with an IRI elsewhere, which a published delivery describes."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="parts")
    iri = models.CharField(max_length=LONGEST_NAME)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["iri", "delivery"], name="part_of_a_delivery")]

    def __str__(self) -> str:
        return self.iri


class Question(models.Model):
    """A question of a visitor about a data set. It is sent once they have confirmed their address."""

    owner = models.ForeignKey(Owner, models.CASCADE, related_name="questions")  # who had the data set then
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="questions")
    title = models.CharField(max_length=200)  # of the data set then
    email = models.EmailField(db_index=True)
    text = models.TextField()
    language = models.CharField(max_length=2, default="en")
    digest = models.CharField(max_length=64, unique=True, null=True)  # of the token; null once it was used
    asked = models.DateTimeField(default=timezone.now, db_index=True)
    sent = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pk} about {self.delivery_id}"


class Answered(AnsweredOnce):
    """The answer to a request with an Idempotency-Key. Whoever sends it again gets it again, for a day."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "name"], name="answered_once")]


class Typed(models.Model):
    """What somebody typed into a page of the form and could not store, kept for some days."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="typed")
    path = models.CharField(max_length=500)  # of the page
    content = models.JSONField(default=dict)  # name -> text, as posted
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "path"], name="typed_at_a_page")]

    def __str__(self) -> str:
        return self.path


class Upload(models.Model):
    """A file with many data sets: what shall be done with it, how far that is, and what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("state of a file", "waiting")
        RUNNING = "running", pgettext_lazy("state of a file", "running")
        DONE = "done", pgettext_lazy("state of a file", "done")
        FAILED = "failed", pgettext_lazy("state of a file", "failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Owner, models.CASCADE, related_name="uploads")
    catalogue = models.ForeignKey(Catalogue, models.CASCADE, related_name="uploads")
    person = models.ForeignKey(Person, models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)  # of the file
    syntax = models.CharField(max_length=8)  # in SYNTAXES, or that of a spreadsheet
    content = models.BinaryField()
    language = models.CharField(max_length=8)  # in which its findings are told
    stores = models.BooleanField(default=False)  # otherwise it is only checked
    whole = models.BooleanField(default=False)  # all or nothing, otherwise row by row
    publishes = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    holder = models.CharField(max_length=32, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    beat = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)  # outcome -> data sets
    notes = models.JSONField(default=list)  # the first faults and findings, as its page shows them
    report = models.BinaryField(default=b"")  # the file with a column of findings
    created = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["catalogue", "-created"], name="uploads_of_a_catalogue"),
            models.Index(fields=["state", "created"], name="uploads_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class Portal(models.Model):
    """An owner's own portal: a proposal to harvest it into a catalogue, and what was decided.

    An approved one has become a source. Whoever wants to change that source makes a new proposal.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("portal", "being prepared")
        SUBMITTED = "submitted", pgettext_lazy("portal", "waiting for approval")
        APPROVED = "approved", pgettext_lazy("portal", "approved")
        REFUSED = "refused", pgettext_lazy("portal", "refused")
        CANCELLED = "cancelled", pgettext_lazy("portal", "cancelled")
        REPLACED = "replaced", pgettext_lazy("portal", "replaced by a later one")

    class Preview(models.TextChoices):
        """How far the preview is."""

        WAITING = "waiting", pgettext_lazy("look at a portal", "waiting")
        RUNNING = "running", pgettext_lazy("look at a portal", "running")
        DONE = "done", pgettext_lazy("look at a portal", "done")
        FAILED = "failed", pgettext_lazy("look at a portal", "failed")

    OPEN = (State.DRAFT, State.SUBMITTED)

    catalogue = models.ForeignKey(Catalogue, models.PROTECT, related_name="portals")
    # The source that it has become or wants to change; empty before, and after a source that brought nothing.
    source = models.ForeignKey(Source, models.SET_NULL, null=True, blank=True, related_name="portals")
    url = models.CharField(max_length=1000)
    protocol = models.CharField(max_length=40, blank=True)  # a key of SOURCES; "" is to be found
    set = models.CharField(max_length=200, blank=True)
    prefix = models.CharField(max_length=100, blank=True)
    query = models.CharField(max_length=2000, blank=True)
    graph = models.CharField(max_length=1000, blank=True)
    where = models.JSONField(default=dict)  # identifier, publisher, theme, keyword -> values, see rules.Where
    every = models.PositiveSmallIntegerField(default=7)  # days
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    edition = models.PositiveIntegerField(default=1)  # grows with each change
    message = models.CharField(max_length=2000, blank=True)  # to the operator
    reason = models.CharField(max_length=2000, blank=True)  # of the operator
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    submitted = models.DateTimeField(null=True, blank=True)
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    # The preview of this edition. Only the worker that holds it writes what it saw.
    preview = models.CharField(max_length=7, choices=Preview, default=Preview.WAITING)
    asked = models.DateTimeField(default=timezone.now)
    begun = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=200, blank=True)
    deaths = models.PositiveSmallIntegerField(default=0)  # of workers during it
    seen = models.JSONField(default=dict)  # see own_portal/previews.py

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=models.Q(state__in=("draft", "submitted")),
                name="one_change_of_a_portal_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(state="approved"), name="one_portal_of_a_source"
            ),
        ]
        indexes = [models.Index(fields=["preview", "asked"], name="previews_that_wait")]

    def __str__(self) -> str:
        return f"{self.url} for {self.catalogue_id} ({self.state})"
