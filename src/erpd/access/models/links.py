"""Links that confirm the address of somebody who asks without an account."""

from django.db import models
from django.utils import timezone

from erpd.register.models import DataSet


class Link(models.Model):
    """A link that was sent. Opened by its button within a day, it opens the requests of the address, once.

    With a data set, it also starts a request for it.
    """

    email = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="en")
    data_set = models.ForeignKey(DataSet, models.CASCADE, null=True, blank=True, related_name="+")
    back = models.CharField(max_length=1000, blank=True)
    answers = models.JSONField(default=dict)  # that the request begins with
    digest = models.CharField(max_length=64, unique=True, null=True)  # None: it was opened
    asked = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.email
