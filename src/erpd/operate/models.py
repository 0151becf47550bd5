"""What operators decide about sources, beyond what the runs themselves keep."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erpd.harvest.models import Run, SourceSettings


class Refusal(models.Model):
    """An operator, or the supplier, said that the deletions which a run held are wrong: the data sets stay.

    It ends with the run: the next one asks again.
    """

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="refusal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=1000)
    by_supplier = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"refusal of {self.run_id}"


class Objection(models.Model):
    """The supplier said that what a run withdrew has not gone: an operator puts it back, or does not."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="objection")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=1000)
    ended = models.DateTimeField(null=True, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_upheld = models.BooleanField(null=True)  # whether the data sets were put back
    answer = models.CharField(max_length=1000, blank=True, default="")  # why they were not

    def __str__(self) -> str:
        return f"objection to {self.run_id}"

    @property
    def is_undone(self) -> bool:
        """Whether the whole run was rolled back."""
        from erpd.harvest.ending import rolled_back  # noqa: PLC0415  # every command loads the tables

        return rolled_back(self.run)


class SupplierLink(models.Model):
    """The secret link to the page of a source, for those who run it. Whoever has it needs no account."""

    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token, which is 128 random bits
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    settings = models.OneToOneField(
        SourceSettings, models.CASCADE, primary_key=True, related_name="supplier_link"
    )

    def __str__(self) -> str:
        return f"link of {self.settings_id}"


class Subscription(models.Model):
    """An address that is told what the runs of a source brought, once a link sent to it was followed."""

    class Wants(models.TextChoices):
        CHANGES = "changes", _("When something has changed or is wrong")
        TROUBLE = "trouble", _("Only when data sets leave or something is wrong")

    settings = models.ForeignKey(SourceSettings, models.CASCADE, related_name="subscriptions")
    email = models.EmailField()
    language = models.CharField(max_length=2)
    wants = models.CharField(max_length=7, choices=Wants, default=Wants.CHANGES)
    asked = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64, unique=True, null=True)  # of the link, until it was followed
    confirmed = models.DateTimeField(null=True)
    told = models.BigIntegerField(default=0)  # the last run that it was told of: of each once at most

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["settings", "email"],
                condition=models.Q(confirmed__isnull=False),
                name="one_subscription_of_an_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} of {self.settings_id}"


class PublisherNotice(models.Model):
    """When an address that a record names was last told what to put right, and of what."""

    settings = models.ForeignKey(SourceSettings, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)  # of the mailbox: see publishers.stopping
    at = models.DateTimeField()
    told = models.JSONField(default=list)  # digests of the faults it was told of, while they last

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "settings"], name="one_notice_of_a_publisher")
        ]

    def __str__(self) -> str:
        return f"notice of {self.settings_id}"


class PublisherStop(models.Model):
    """An address that wants no mails about its data sets."""

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest[:6]


class PublishersTold(models.Model):
    """How many publishers were told after a run, and how many could not be."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="publishers")
    told = models.PositiveIntegerField(null=True)  # null while it waits for the worker
    left = models.PositiveIntegerField(default=0)  # beyond the most that are told after one run
    nobody = models.PositiveIntegerField(default=0)  # data sets that name no address to which one can write
    is_cut = models.BooleanField(default=False)  # there were more data sets than are looked at

    class Meta:
        indexes = [
            models.Index(fields=["run"], name="publishers_to_tell", condition=models.Q(told__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"publishers after {self.run_id}"


class Made(models.Model):
    """A run that keeps nothing but its result. Somebody asks for it, and the worker makes it."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"

    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    asked = models.DateTimeField(default=timezone.now)
    begun = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    holder = models.CharField(max_length=200, default="")  # the worker that makes it, as of a run
    deaths = models.PositiveIntegerField(default=0)  # of workers that made it
    seen = models.JSONField(default=dict)  # ledger, findings, error: nothing else of it is kept

    class Meta:
        abstract = True


class Trial(Made):
    """The last test harvest of a source: what a run would bring now."""

    settings = models.OneToOneField(SourceSettings, models.CASCADE, primary_key=True, related_name="trial")

    def __str__(self) -> str:
        return f"The test harvest of {self.settings}"


class Replay(Made):
    """What a run would bring if what it received came today: read from its recording."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="replay")
    received = models.BigIntegerField(default=0)  # so far
    total = models.BigIntegerField(null=True)

    @property
    def settings(self) -> SourceSettings:
        return self.run.settings

    def __str__(self) -> str:
        return f"replay of {self.run_id}"


class Rehearsal(models.Model):
    """An address that somebody has tried: the worker reads its beginning, and nothing of it is kept but this.

    Who asked is not kept once it has ended. Whoever has the key sees the result.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"  # no record could be read

    key = models.CharField(max_length=64, primary_key=True)
    url = models.CharField(max_length=1000)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING, db_index=True)
    asked = models.DateTimeField(default=timezone.now, db_index=True)
    begun = models.DateTimeField(null=True)
    holder = models.CharField(max_length=200, blank=True)
    # Of the network, with a key, until it has ended: so that one does not fill the places of all.
    asker = models.CharField(max_length=64, blank=True, default="")
    deaths = models.PositiveSmallIntegerField(default=0)  # of workers, during this one
    seen = models.JSONField(default=dict)  # see erpd.harvest.probing.facts

    def __str__(self) -> str:
        return f"rehearsal {self.key[:6]}…"


class HarvestingRequest(models.Model):
    """A point asks to be harvested (G6.2). Whoever has the link of its mails sees how it goes on."""

    class State(models.TextChoices):
        ASKED = "asked", _("not confirmed yet")  # the link of the first mail was not followed
        RECEIVED = "received", _("received")
        ASSESSED = "assessed", _("assessed")
        TEST = "test", _("test harvest")
        ACCEPTED = "accepted", _("accepted")
        LIVE = "live", _("live")  # a run has brought its data sets
        REFUSED = "refused", _("refused")

    email = models.EmailField()
    language = models.CharField(max_length=2)
    answers = models.JSONField()  # of joining.checklist
    rehearsal = models.CharField(max_length=64, blank=True)  # its key, while it is kept
    state = models.CharField(max_length=8, choices=State, default=State.ASKED, db_index=True)
    steps = models.JSONField(default=list)  # state, time, and what the operator wrote
    at = models.DateTimeField(default=timezone.now)  # of the last step
    settings = models.OneToOneField(
        SourceSettings, models.SET_NULL, null=True, related_name="harvesting_request"
    )

    def __str__(self) -> str:
        return f"harvesting request {self.pk}"


class Proof(models.Model):
    """The last time that something was proved which has to hold always (``operate.proofs``)."""

    name = models.CharField(max_length=20, primary_key=True)
    asked = models.DateTimeField(null=True)  # when an operator did, until it has ended
    begun = models.DateTimeField(null=True)
    holder = models.CharField(max_length=200, default="")  # the worker that makes it, as of a run
    at = models.DateTimeField(default=timezone.now)  # when it last ended; until it has, when it was first due
    passed = models.BooleanField(null=True)  # null once it has ended: neither proved nor refuted
    said = models.CharField(max_length=1000, blank=True)
    seconds = models.FloatField(null=True)  # that it took
    ended = models.JSONField(default=list)  # the last times, newest first: at, passed, said, seconds

    def __str__(self) -> str:
        return self.name
