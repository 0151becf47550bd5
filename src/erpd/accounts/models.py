"""People, data owners, what they agreed to, their keys, and who did what (P: organizational conditions)."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from erpd.accounts.addresses import address, known_as
from erpd.register.models import Catalogue


class People(BaseUserManager["Person"]):
    """Finds people by their address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "Person":
        """Create a person. Without a password, they can sign in only once they have set one by mail."""
        person = self.model(email=address(email), **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=known_as(username or ""))


class Person(AbstractBaseUser):
    """Someone with an account. Their e-mail address, in lower case, is their name for signing in."""

    class Office(models.TextChoices):
        """What a person is for the node, whatever they are for its owners."""

        NONE = "", pgettext_lazy("role on the site", "none")
        READER = "reader", pgettext_lazy("role on the site", "reader")
        REVIEWER = "reviewer", pgettext_lazy("role on the site", "reviewer")
        OPERATOR = "operator", pgettext_lazy("role on the site", "operator")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, default="en")
    office = models.CharField(max_length=8, choices=Office, blank=True, default=Office.NONE)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now)

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email


class CheckedFile(models.Model):
    """The file that somebody had checked last, so that they need not choose it again (``checked``)."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    about = models.CharField(max_length=100)  # what it was checked for
    digest = models.CharField(max_length=64)  # SHA-256
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A government organisation that may become a data owner: a list that the operator imports."""

    iri = models.CharField(max_length=300, unique=True)  # in the corporate-body table, TOOI …
    title = models.JSONField(default=dict)  # language -> text
    domains = models.JSONField(default=list)  # of its mail addresses, in lower case: "cbs.nl"
    words = models.TextField(
        default="", editable=False
    )  # titles and domains, casefolded: what people look for

    def __str__(self) -> str:
        return self.iri


class Owner(models.Model):
    """A data owner: an organisation that publishes here. Only government organisations are approved (P)."""

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("data owner", "waiting for approval")
        APPROVED = "approved", pgettext_lazy("data owner", "approved")
        REFUSED = "refused", pgettext_lazy("data owner", "refused")
        CLOSED = "closed", pgettext_lazy("data owner", "closed")

    slug = models.SlugField(unique=True)
    title = models.JSONField(default=dict)  # language -> text
    about = models.JSONField(default=dict)  # language -> text, on the page that everybody sees
    # Empty while somebody asks for an organisation that is not in the list.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    contact = models.EmailField()  # for questions and requests, shown on its data sets (P, condition 2)
    confirmed = models.DateTimeField(null=True, blank=True)  # the contact address; again every year
    asked = models.DateTimeField(null=True, blank=True)  # when it was last sent a link to confirm it
    state = models.CharField(max_length=9, choices=State, default=State.REQUESTED)
    reason = models.CharField(max_length=2000, blank=True)  # why it was asked for, approved or refused
    created = models.DateTimeField(default=timezone.now)
    words = models.TextField(default="", editable=False)  # what people look for, beside its organisation's

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(state="approved"),
                name="one_owner_of_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def said(self) -> str:
        """Its words: short name, contact address and names, casefolded."""
        return "\n".join([self.slug, self.contact, *self.title.values()]).casefold()


class Holding(models.Model):
    """The catalogues of an owner. Deliveries go into these alone."""

    catalogue = models.OneToOneField(Catalogue, models.PROTECT, primary_key=True)
    owner = models.ForeignKey(Owner, models.PROTECT, related_name="holdings")

    def __str__(self) -> str:
        return self.catalogue.slug


class Membership(models.Model):
    """What a person may do for an owner."""

    class Role(models.TextChoices):
        READER = "reader", pgettext_lazy("role of a member", "reader")
        EDITOR = "editor", pgettext_lazy("role of a member", "editor")
        ADMIN = "admin", pgettext_lazy("role of a member", "administrator")

    owner = models.ForeignKey(Owner, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role)
    handles = models.BooleanField(default=False)  # whether they answer requests for access
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "person"], name="one_role_of_a_member")]

    def __str__(self) -> str:
        return f"{self.person_id} is {self.role} of {self.owner_id}"


class Invitation(models.Model):
    """An invitation to an address: used once, by the person of that address, within 14 days."""

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("invitation", "pending")
        ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
        REFUSED = "refused", pgettext_lazy("invitation", "refused")
        CANCELLED = "cancelled", pgettext_lazy("invitation", "cancelled")

    owner = models.ForeignKey(Owner, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=6, choices=Membership.Role)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token in the mail
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="invited")
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "email"],
                condition=models.Q(state="pending"),
                name="one_invitation_of_an_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role} of {self.owner_id}"


class Transfer(models.Model):
    """Something that an owner hands over, once the other side accepts it."""

    class Kind(models.TextChoices):
        # To a successor, who becomes administrator.
        OWNERSHIP = "ownership", pgettext_lazy("transfer", "ownership")
        CATALOGUE = "catalogue", pgettext_lazy("transfer", "catalogue")
        DATA_SET = "data set", pgettext_lazy("transfer", "data set")

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("transfer", "pending")
        ACCEPTED = "accepted", pgettext_lazy("transfer", "accepted")
        REFUSED = "refused", pgettext_lazy("transfer", "refused")
        CANCELLED = "cancelled", pgettext_lazy("transfer", "cancelled")

    kind = models.CharField(max_length=9, choices=Kind)
    # Address of the successor, slug of the catalogue, or id of the delivery.
    name = models.CharField(max_length=254)
    title = models.CharField(max_length=200, blank=True)  # of a data set, when it was offered
    from_owner = models.ForeignKey(Owner, models.CASCADE, related_name="transfers_out")
    to_owner = models.ForeignKey(Owner, models.CASCADE, related_name="transfers_in")  # the same for ownership
    # The catalogue of the other owner that a data set goes into.
    catalogue = models.ForeignKey(Catalogue, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    comment = models.CharField(max_length=2000, blank=True)  # of those who hand it over
    answer = models.CharField(max_length=2000, blank=True)  # of the other side
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    decided = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_owner", "kind", "name"],
                condition=models.Q(state="pending"),
                name="one_transfer_of_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} ({self.state})"


class Agreement(models.Model):
    """A version of what owners agree to before they get a key or publish (P: what you get, 3)."""

    version = models.PositiveIntegerField(unique=True)
    since = models.DateTimeField(default=timezone.now)
    text = models.JSONField(default=dict)  # language -> text
    changes = models.JSONField(default=dict)  # language -> what is new in this version

    def __str__(self) -> str:
        return f"version {self.version}"


class Acceptance(models.Model):
    """Who accepted which version of the agreement for an owner, and when."""

    owner = models.ForeignKey(Owner, models.CASCADE, related_name="acceptances")
    agreement = models.ForeignKey(Agreement, models.PROTECT)
    person = models.ForeignKey(Person, models.PROTECT)
    language = models.CharField(max_length=2)  # of the text that they read
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "agreement"], name="accepted_once")]

    def __str__(self) -> str:
        return f"{self.owner_id} accepted {self.agreement_id}"


class Key(models.Model):
    """A key for an API, "linked to the relevant account, to one catalog and to the … data owner" (P).

    One for the desk of the competent body that an owner keeps has no catalogue: it opens requests for access,
    and nothing of data sets.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="keys")
    owner = models.ForeignKey(Owner, models.CASCADE, related_name="keys")
    catalogue = models.ForeignKey(Catalogue, models.PROTECT, null=True, blank=True, related_name="keys")
    desk = models.BooleanField(default=False)
    name = models.CharField(max_length=80, blank=True)
    prefix = models.CharField(max_length=12, unique=True)  # the part that is shown
    digest = models.CharField(max_length=64)  # SHA-256 of the whole key, which is 256 random bits
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True, blank=True)
    used = models.DateTimeField(null=True, blank=True)  # to the minute
    used_from = models.GenericIPAddressField(null=True, blank=True)
    # What it replaces stays valid for 14 days.
    replaces = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(desk=True, catalogue=None) | models.Q(desk=False, catalogue__isnull=False),
                name="a_key_of_a_catalogue_or_a_desk",
            ),
        ]

    def __str__(self) -> str:
        return self.prefix

    @property
    def of_catalogue(self) -> Catalogue:
        """Its catalogue. APIs of data sets find no key without one."""
        assert self.catalogue
        return self.catalogue


class Deed(models.Model):
    """Who did what: one line of the audit log, written with what it tells. Nothing changes or removes it."""

    at = models.DateTimeField(default=timezone.now)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    by = models.CharField(
        max_length=260
    )  # address of the person, prefix of the key, or "erpd" on the command line
    # The index below begins with it.
    owner = models.ForeignKey(Owner, models.SET_NULL, null=True, related_name="deeds", db_index=False)
    verb = models.CharField(max_length=40)
    thing = models.CharField(max_length=40)  # its kind
    name = models.CharField(max_length=600)  # of the thing
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["owner", "id"], name="deeds_of_an_owner")]

    def __str__(self) -> str:
        return f"{self.by} {self.verb} {self.thing} {self.name}"


class Mail(models.Model):
    """A mail in the outbox: written with what it tells, sent by the worker, tried again if that fails."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("e-mail", "waiting")
        SENT = "sent", pgettext_lazy("e-mail", "sent")
        FAILED = "failed", pgettext_lazy("e-mail", "failed")

    to = models.EmailField()
    language = models.CharField(max_length=2)
    template = models.CharField(max_length=40)
    # Once it is sent, only what its subject says is kept: links in the rest open something.
    context = models.JSONField(default=dict)
    message_id = models.CharField(max_length=300, unique=True)  # the same at each try (RFC 5322, 3.6.4)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(default=timezone.now)  # while one worker sends it, none of the others
    holder = models.CharField(max_length=32, default="")  # that worker
    sent = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)  # of the last try
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["state", "next_try"], name="mail_that_is_due")]

    def __str__(self) -> str:
        return f"{self.template} to {self.to} ({self.state})"
