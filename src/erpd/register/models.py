"""What the register remembers. Identity is (source, identifier); each change of a data set is a version."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from erpd.register.identity import LONGEST_NAME

# The scopes that are no single catalogue, by the names they have in addresses (see scope.py).
WHOLE = ("all", "protected", "open")


class Catalogue(models.Model):
    """A catalogue holds protected or open data, never both (G3.1)."""

    class Kind(models.TextChoices):
        PROTECTED = "protected", _("Protected data")
        OPEN = "open", _("Open data")
        TEST = "test", _("Test catalogue")

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=9, choices=Kind)
    country = models.CharField(max_length=2, blank=True)  # as in the Union's style guide: NL, EL
    title = models.JSONField(default=dict)  # language -> text
    publisher = models.CharField(max_length=200, blank=True)
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")

    class Meta:
        constraints = [
            # G2, footnote 4: for each country only one NSIP catalogue exists.
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
    """Whoever delivers records: a harvested portal, a form, a key. Its slug is part of every identity."""

    class Policy(models.TextChoices):
        STRICT = "strict", _("Strict: a record without the mandatory metadata is rejected")
        LENIENT = "lenient", _("Lenient: accepted and reported")

    slug = models.SlugField(unique=True, max_length=80)
    catalogue = models.ForeignKey(Catalogue, models.PROTECT, related_name="sources")
    policy = models.CharField(max_length=7, choices=Policy, default=Policy.STRICT)

    def __str__(self) -> str:
        return self.slug


class DataSet(models.Model):
    """The present state of one data set; its metadata stand in the version ``change``."""

    key = models.UUIDField(primary_key=True, editable=False)  # made from the identity: the same for ever
    # Found by the indexes below, which begin with them.
    source = models.ForeignKey(Source, models.PROTECT, related_name="data_sets", db_index=False)
    catalogue = models.ForeignKey(Catalogue, models.PROTECT, related_name="data_sets", db_index=False)
    identifier = models.CharField(max_length=LONGEST_NAME)
    iri = models.CharField(max_length=LONGEST_NAME)
    change = models.BigIntegerField(unique=True)  # the number of the last change
    created = models.DateTimeField()
    modified = models.DateTimeField(db_index=True)  # the OAI-PMH datestamp; grows with ``change``
    deleted = models.BooleanField(default=False)  # a tombstone
    digest = models.CharField(max_length=64)  # of the canonical graph
    received = models.CharField(max_length=64)  # of what came: equal means nothing to do
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "identifier"], name="identity"),
            models.UniqueConstraint(
                fields=["iri"], condition=models.Q(deleted=False), name="one_owner_of_an_iri"
            ),
        ]
        indexes = [models.Index(fields=["catalogue", "change"], name="changes_of_a_catalogue")]

    def __str__(self) -> str:
        return self.iri


class Version(models.Model):
    """One change of one data set. ``content``: canonical N-Triples, deflated; empty for a deletion."""

    change = models.BigIntegerField(primary_key=True)
    data_set = models.ForeignKey(DataSet, models.CASCADE, related_name="versions")
    at = models.DateTimeField()
    origin = models.CharField(max_length=80, db_index=True)  # what made the change: "run 12"
    # As it stood on the data set, so that it can be put back.
    iri = models.CharField(max_length=LONGEST_NAME)
    digest = models.CharField(max_length=64)
    received = models.CharField(max_length=64)
    findings = models.JSONField(default=list)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.data_set_id} at change {self.change}"


class Review(models.Model):
    """Other findings in a data set whose metadata came as they were: the rules or the bytes are others."""

    data_set = models.ForeignKey(DataSet, models.CASCADE, related_name="reviews")
    change = models.BigIntegerField()  # the version that it is about
    origin = models.CharField(max_length=80, db_index=True)
    # As they stood on the data set afterwards.
    received = models.CharField(max_length=64)
    findings = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.data_set_id} at change {self.change}, seen anew"


class ChangeCounter(models.Model):
    """One row: the last change number given. Its lock puts all writers in one line (see changes.py)."""

    last = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.last)
