"""The settings of a source, its runs, and the ledger: one entry for each record received."""

from django.db import models
from django.utils.translation import pgettext_lazy

from erpd.metadata.masking import shown
from erpd.register.arrival import LONGEST_CONTACT, LONGEST_TITLE, Bin
from erpd.register.identity import LONGEST_NAME
from erpd.register.models import DataSet, Source


class SourceSettings(models.Model):
    """Where and how a source is read. The same address with the same filter is the same source."""

    source = models.OneToOneField(Source, models.CASCADE, primary_key=True, related_name="settings")
    protocol = models.CharField(max_length=40)  # a key of SOURCES
    url = models.CharField(max_length=1000)
    local = models.BooleanField(default=False)  # the url is a file of this machine; only the CLI may say so
    set = models.CharField(max_length=200, blank=True)
    prefix = models.CharField(max_length=100, blank=True)
    query = models.CharField(max_length=2000, blank=True)  # CKAN fq, SPARQL pattern, CSW constraint
    graph = models.CharField(max_length=1000, blank=True)  # SPARQL: a named graph
    rules = models.TextField(blank=True)  # TOML, see rules.py
    secret = models.BinaryField(default=b"")  # encrypted, see secrets.py
    contact = models.CharField(max_length=500, blank=True, default="")  # whom to ask when it fails
    # Whether publishers get a mail when their data sets are refused or worse (operate.publishers).
    tell_publishers = models.BooleanField(default=False)
    active = models.BooleanField(default=True)  # whether the worker harvests it
    asked = models.DateTimeField(null=True, blank=True)  # when a person last asked for a run at once
    # See removing.py. Such a source is neither harvested nor listed.
    removed = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        parts = [
            f"{name} {shown(text)}" for name in ("set", "query", "graph") if (text := getattr(self, name))
        ]
        return ", ".join((f"{self.protocol} {shown(self.url)}", *parts))

    def present(self) -> models.QuerySet[DataSet]:
        """The data sets of the source, without tombstones."""
        return DataSet.objects.filter(source=self.source_id, deleted=False)

    def forget(self) -> None:
        """Let the next run read everything: the register has no longer what the runs before brought."""
        self.runs.update(validators={})


class Run(models.Model):
    """One harvest of one source. ``holder`` is the process at work; if it dies, another takes over."""

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("run", "running")
        DONE = "done", pgettext_lazy("run", "done")
        FAILED = "failed", pgettext_lazy("run", "failed")

    class Held(models.TextChoices):
        """Why deletions wait for a person, as the commands say it."""

        TOO_MANY = "too-many", "more than a fifth of the data sets would go at once"
        SHRINKING = "shrinking", "since your last approval, more than a fifth of the data sets would be gone"
        END_OF_LIST = (
            "end-of-list",
            "they were the end of the last complete list, so this list may have been cut short",
        )
        NAMELESS = "nameless", "a record does not say which data set it describes"
        REPEATS = "repeats", "some records came twice, so others may have been skipped"
        STILL_THERE = "still-there", "the source was asked for each, and did not confirm that it is gone"
        PUT_BACK = "put-back", "a person had put them back after an earlier run withdrew them"

    settings = models.ForeignKey(SourceSettings, models.CASCADE, related_name="runs")
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    holder = models.CharField(max_length=200)  # host, process, machine, a random token of its own
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    # Grows when the run reads the source from the start again; entries of earlier attempts do not count.
    attempt = models.PositiveIntegerField(default=1)
    checkpoint = models.JSONField(null=True)  # where the source goes on after the last page that was stored
    pages = models.PositiveIntegerField(default=0)  # stored, and kept by the flight recorder
    since = models.CharField(
        max_length=30, blank=True
    )  # only what changed after this datestamp was asked for
    latest = models.CharField(max_length=30, blank=True)  # the greatest datestamp that came
    # Of the answer, for a conditional request; and the way in which it was understood: see opening.py.
    validators = models.JSONField(default=dict)
    total = models.BigIntegerField(null=True)  # what the source announced
    before = models.BigIntegerField(default=0)  # data sets of the source at the start
    after_change = models.BigIntegerField(null=True)  # the register's last change at the start
    complete = models.BooleanField(default=False)  # the end mark was seen
    gone = models.BigIntegerField(default=0)  # left the source: tombstones
    held = models.BigIntegerField(default=0)  # left the source: waiting for a person
    # Of what it withdrew, the data sets that a person has put back; None if nobody has. See restoring.py.
    put_back = models.BigIntegerField(null=True)
    held_because = models.CharField(max_length=20, choices=Held, blank=True)
    approved = models.BooleanField(default=False)  # a person said that what it brings, or held, is right
    forgotten = models.BigIntegerField(default=0)  # entries that were "unchanged", see the ledger
    error = models.JSONField(default=dict)  # rule, message, advice, section, url
    # Of a run that has ended: its bins, and an example of each kind of finding. See ledger.summarise.
    summary = models.JSONField(default=dict)
    deaths = models.PositiveIntegerField(default=0)  # times in a row that its process died at the same page
    died_at = models.PositiveIntegerField(default=0)  # the pages stored by then

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["settings"], condition=models.Q(state="running"), name="one_run_of_a_source_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"


class DecisionsRead(models.Model):
    """The last time that the register of decisions of a source was read; see point_decisions.py."""

    source = models.OneToOneField(Source, models.CASCADE, primary_key=True, related_name="decisions_read")
    address = models.CharField(max_length=1000)
    at = models.DateTimeField()
    failure = models.CharField(max_length=40, blank=True)  # a Reason; "" if it could be read

    def __str__(self) -> str:
        return shown(self.address)


class PointFigures(models.Model):
    """How requests for a data set ended, as its national point says."""

    data_set = models.OneToOneField(DataSet, models.CASCADE, primary_key=True, related_name="point_figures")
    read = models.ForeignKey(DecisionsRead, models.CASCADE, related_name="figures")
    since = models.DateField()
    until = models.DateField()  # the day after the last
    decided = models.PositiveIntegerField()
    granted = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    median_days = models.PositiveIntegerField(null=True)
    most_days = models.PositiveIntegerField(null=True)  # of nine of ten decisions

    def __str__(self) -> str:
        return f"{self.data_set_id} until {self.until}"


class Heartbeat(models.Model):
    """When the holder of a run was last alive. A row of its own: pages lock that of the run for long."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="heartbeat")
    holder = models.CharField(max_length=200)
    at = models.DateTimeField()  # by the clock of the database

    def __str__(self) -> str:
        return f"{self.run_id} at {self.at}"


class Cancellation(models.Model):
    """Somebody wants a run to end at its next page. A row of its own: pages lock that of the run for long."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="cancellation")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.run_id} at {self.at}"


class Entry(models.Model):
    """The bin in which a received record ended, the reason, and the bytes if it was not accepted."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="entries", db_index=False)
    attempt = models.PositiveIntegerField()
    identifier = models.CharField(max_length=LONGEST_NAME)
    datestamp = models.CharField(max_length=30, blank=True, default="")  # as the source gave it
    bin = models.CharField(max_length=10, choices=[(place.value, place.value) for place in Bin])
    # Of rejected records: what they are called, and the mail address at which one asks about them.
    title = models.CharField(max_length=LONGEST_TITLE, blank=True, default="")
    contact = models.CharField(max_length=LONGEST_CONTACT, null=True)  # null: it came before we kept them
    findings = models.JSONField(default=list)
    content = models.BinaryField(default=b"")  # deflated; of rejected, duplicate and unreadable records

    class Meta:
        indexes = [
            models.Index(fields=["run", "identifier"], name="entries_of_a_run"),
            # Counts and lists of one bin, however many records there are in the others. PostgreSQL, whose
            # statistics are older than a run, must neither look for one identifier among all of the run, so
            # the bin comes first; nor walk through all runs for the first few of a bin, so ``id`` is last.
            models.Index(fields=["bin", "run", "attempt", "id"], name="entries_of_a_bin"),
        ]

    def __str__(self) -> str:
        return f"{self.identifier}: {self.bin}"


class Uncovered(models.Model):
    """A value that no authority table covers, as of the last run of its source. See uncovered.py."""

    settings = models.ForeignKey(SourceSettings, models.CASCADE, related_name="uncovered")
    property = models.CharField(max_length=200)  # as rules name it: dct:format
    folded = models.CharField(max_length=1000)  # the value, as rules compare it
    value = models.CharField(max_length=300)  # as one of the records has it, perhaps shortened
    rule = models.CharField(max_length=40)
    records = models.PositiveIntegerField()
    covered = models.BooleanField(default=False)  # by a rule of the source, which its next run applies
    examples = models.JSONField(default=list)  # identifiers of some of them

    class Meta:
        indexes = [models.Index(fields=["folded"], name="uncovered_by_value")]

    def __str__(self) -> str:
        return f"{self.property} {self.value}"
