"""Competent bodies: who decides about requests for protected data (Regulation (EU) 2022/868, Article 7)."""

from django.db import models
from django.utils import timezone

from erpd.accounts.models import Owner
from erpd.register.models import Catalogue


class Body(models.Model):
    """A competent body, with what Articles 6 and 9 want to be published about fees and redress."""

    slug = models.SlugField(unique=True)
    title = models.JSONField(default=dict)  # language -> text
    country = models.CharField(max_length=2, blank=True)
    # Its administrators keep it; None: the operator does.
    keeper = models.ForeignKey(Owner, models.PROTECT, null=True, blank=True, related_name="bodies")
    owners = models.ManyToManyField(Owner, blank=True, related_name="decided_by")
    catalogues = models.ManyToManyField(Catalogue, blank=True, related_name="decided_by")
    contact = models.EmailField(blank=True)
    ask = models.CharField(max_length=1000, blank=True)  # the address of the page where one asks
    aim = models.PositiveSmallIntegerField(null=True, blank=True)  # days to a decision that it aims at
    redress = models.CharField(max_length=300, blank=True)  # who reviews its decisions
    redress_address = models.TextField(max_length=1000, blank=True)
    redress_within = models.CharField(max_length=300, blank=True)  # the time limit, in words
    redress_language = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=2, default="en")  # of all its texts but the title
    tariff = models.JSONField(default=list)  # pairs: for what, how much
    discounts = models.JSONField(default=list)  # pairs: for whom, on which criteria (Article 6(4))
    costs = models.JSONField(default=list)  # codes of COSTS (Article 6(5))
    method = models.TextField(max_length=4000, blank=True)  # how fees are calculated (Article 6(6))
    online = models.BooleanField(null=True, blank=True)  # whether one can pay online (Article 6(2))
    desk = models.BooleanField(default=False)  # whether it takes requests here; its keeper's handlers answer
    form = models.JSONField(default=list)  # what it asks besides what every body asks (``questions``)
    licences = models.JSONField(default=list)  # what has to be accepted before a request is sent
    nudge = models.PositiveSmallIntegerField(default=7)  # days before the due date from which one can nudge
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["keeper"], name="one_body_of_a_keeper"),
        ]

    def __str__(self) -> str:
        return self.slug


class DecidedFor(models.Model):
    """A publisher for whose data sets a body decides, wherever they are."""

    iri = models.CharField(max_length=500, unique=True)
    body = models.ForeignKey(Body, models.CASCADE, related_name="publishers")

    def __str__(self) -> str:
        return self.iri
