"""What the register stores. Identity is (source, identifier); each change of a data set is a version."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from erpd.register.identity import LONGEST_NAME

# The scopes that are not one catalogue, by their names in URLs (see scope.py).
WHOLE = ("all", "protected", "open")


class Catalogue(models.Model):
    """A catalogue holds protected or open data, never both (G3.1)."""

    class Kind(models.TextChoices):
        PROTECTED = "protected", _("Protected data")
        OPEN = "open", _("Open data")
        TEST = "test", _("Test catalogue")

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=9, choices=Kind)
    country = models.CharField(max_length=2, blank=True)  # as the Union's style guide writes it: NL, EL
    title = models.JSONField(default=dict)  # language -> text
    publisher = models.CharField(max_length=200, blank=True)
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    # Those that hold beside its own (``profile_of``), with "+" between them.
    profiles = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            # G2, footnote 4: each country has only one NSIP catalogue.
            models.UniqueConstraint(
                fields=["country"],
                condition=models.Q(kind="protected") & ~models.Q(country=""),
                name="one_protected_catalogue_per_country",
            ),
            models.CheckConstraint(condition=~models.Q(slug__in=WHOLE), name="a_slug_names_no_scope"),
        ]

    def __str__(self) -> str:
        return self.slug


class Source(models.Model):
    """Where records come from: a harvested portal, a form, an API key. Its slug is part of their identity."""

    class Policy(models.TextChoices):
        STRICT = "strict", _("Strict: a record without the mandatory metadata is rejected")
        LENIENT = "lenient", _("Lenient: accepted and reported")

    slug = models.SlugField(unique=True, max_length=80)
    catalogue = models.ForeignKey(Catalogue, models.PROTECT, related_name="sources")
    policy = models.CharField(max_length=7, choices=Policy, default=Policy.STRICT)

    def __str__(self) -> str:
        return self.slug


class DataSet(models.Model):
    """The current state of one data set. Its metadata are in the version ``change``."""

    key = models.UUIDField(primary_key=True, editable=False)  # derived from the identity, so it never changes
    # These need no index of their own: the indexes below begin with them.
    source = models.ForeignKey(Source, models.PROTECT, related_name="data_sets", db_index=False)
    catalogue = models.ForeignKey(Catalogue, models.PROTECT, related_name="data_sets", db_index=False)
    identifier = models.CharField(max_length=LONGEST_NAME)
    iri = models.CharField(max_length=LONGEST_NAME)
    change = models.BigIntegerField(unique=True)  # the number of the last change
    created = models.DateTimeField()
    modified = models.DateTimeField(db_index=True)  # the OAI-PMH datestamp; grows with ``change``
    deleted = models.BooleanField(default=False)  # a tombstone
    digest = models.CharField(max_length=64)  # of the canonical graph
    received = models.CharField(max_length=64)  # digest of what was received and how it was interpreted
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "identifier"], name="identity"),
            models.UniqueConstraint(
                fields=["iri"], condition=models.Q(deleted=False), name="one_owner_of_an_iri"
            ),
        ]
        indexes = [
            models.Index(fields=["catalogue", "change"], name="changes_of_a_catalogue"),
            # Counted without the rows themselves: those of a source, and of all catalogues.
            models.Index(
                fields=["source", "catalogue", "deleted"],
                condition=models.Q(deleted=False),
                name="present_of_a_source",
            ),
        ]

    def __str__(self) -> str:
        return self.iri


class Version(models.Model):
    """One change of one data set."""

    change = models.BigIntegerField(primary_key=True)
    data_set = models.ForeignKey(DataSet, models.CASCADE, related_name="versions", db_index=False)
    at = models.DateTimeField()
    origin = models.CharField(max_length=80)  # what made the change: "run 12"
    # The state of the data set after this change, so that it can be restored.
    iri = models.CharField(max_length=LONGEST_NAME)
    digest = models.CharField(max_length=64)
    received = models.CharField(max_length=64)
    findings = models.JSONField(default=list)
    content = models.BinaryField()  # canonical N-Triples, deflated; empty for a deletion

    class Meta:
        indexes = [
            models.Index(fields=["origin", "change"], name="versions_of_an_origin"),
            # With ``change``: looking for the last version of a data set before some change, PostgreSQL
            # would otherwise walk through all versions if it has no statistics.
            models.Index(fields=["data_set", "change"], name="versions_of_a_data_set"),
        ]

    def __str__(self) -> str:
        return f"{self.data_set_id} at change {self.change}"


class Review(models.Model):
    """New findings in a data set with unchanged metadata: the rules or the bytes received have changed."""

    data_set = models.ForeignKey(DataSet, models.CASCADE, related_name="reviews")
    change = models.BigIntegerField()  # the version it is about
    origin = models.CharField(max_length=80)
    # Their values on the data set after this review.
    received = models.CharField(max_length=64)
    findings = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["origin", "id"], name="reviews_of_an_origin")]

    def __str__(self) -> str:
        return f"{self.data_set_id} at change {self.change}, seen anew"


class ChangeCounter(models.Model):
    """A single row: the last change number assigned. Writers queue for its lock (see changes.py)."""

    last = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.last)


class QualityScore(models.Model):
    """How good the description of a data set is, in bits (see quality/marks.py). Derived."""

    data_set = models.OneToOneField(DataSet, models.CASCADE, primary_key=True, related_name="quality")
    change = models.BigIntegerField()  # the version that it is of
    catalogue = models.ForeignKey(Catalogue, models.CASCADE, related_name="+", db_index=False)
    share = models.PositiveSmallIntegerField()  # per mille of the score that fits the kind of the catalogue
    mqa_met = models.IntegerField()
    mqa_untried = models.IntegerField()
    protected_met = models.IntegerField()
    protected_untried = models.IntegerField()
    files = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["catalogue", "share", "data_set"], name="worst_of_a_catalogue")]

    def __str__(self) -> str:
        return f"quality of {self.data_set_id}"


class QualitySum(models.Model):
    """The sums of the scores of a catalogue (see quality/marks.py), so that no page has to count."""

    catalogue = models.OneToOneField(Catalogue, models.CASCADE, primary_key=True, related_name="+")
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"quality of catalogue {self.catalogue_id}"


class QualityWeek(models.Model):
    """What the sums of a catalogue were at the end of a week in which they changed."""

    catalogue = models.ForeignKey(Catalogue, models.CASCADE, related_name="+", db_index=False)
    monday = models.DateField()
    data_sets = models.PositiveIntegerField()
    mqa = models.BigIntegerField()
    protected = models.BigIntegerField()
    protected_of = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["catalogue", "monday"], name="one_quality_of_a_week")]

    def __str__(self) -> str:
        return f"quality of catalogue {self.catalogue_id} in the week of {self.monday}"


class QualityPosition(models.Model):
    """A single row: the last change whose score is kept, and by which method all were made."""

    change = models.BigIntegerField(default=0)
    method = models.CharField(max_length=20, default="")
    seen = models.DateTimeField(null=True)  # when a program that has this method was last known to run
    written = models.BigIntegerField(default=0)  # how often anything was written

    def __str__(self) -> str:
        return str(self.change)


class LinkHost(models.Model):
    """A host that links lead to. It is asked by one worker at a time, with a pause after each request."""

    name = models.CharField(primary_key=True, max_length=255)
    due = models.DateTimeField(null=True, db_index=True)  # when its first link is; null if it has none
    free = models.DateTimeField()  # before which it is left alone
    tried = models.DateTimeField(null=True)
    answered = models.DateTimeField(null=True)  # when a link of it last had a status

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """An address in the records of data sets, and what it answers (see links/). Derived."""

    key = models.UUIDField(primary_key=True, editable=False)  # the digest of the address
    address = models.CharField(max_length=LONGEST_NAME)
    host = models.ForeignKey(LinkHost, models.PROTECT, related_name="links", db_index=False)
    due = models.DateTimeField()
    tried = models.DateTimeField(null=True)
    answer = models.CharField(max_length=30, default="")  # the status, or the reason why there is none
    works = models.BooleanField(null=True)  # null until that is known
    failed = models.DateTimeField(null=True)  # since when it has failed at each try
    failures = models.PositiveIntegerField(default=0)  # in a row
    history = models.JSONField(default=list)  # [when, answer] of each change of the answer, the last first
    is_news = models.BooleanField(default=False)  # whether ``works`` has changed since scores were made by it

    class Meta:
        indexes = [
            models.Index(fields=["host", "due"], name="links_due_of_a_host"),
            models.Index(fields=["key"], condition=models.Q(is_news=True), name="links_with_news"),
            models.Index(
                fields=["host", "key", "answer"], condition=models.Q(works=False), name="broken_links"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class LinkOf(models.Model):
    """That a data set has a link, and as what."""

    pk = models.CompositePrimaryKey("data_set_id", "link_id")
    data_set = models.ForeignKey(DataSet, models.CASCADE, related_name="links", db_index=False)
    link = models.ForeignKey(Link, models.CASCADE, related_name="data_sets")
    kinds = models.PositiveSmallIntegerField()  # in bits (see links/addresses.py)

    def __str__(self) -> str:
        return f"{self.link_id} of {self.data_set_id}"
