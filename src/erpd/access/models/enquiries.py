"""Enquiries (Regulation (EU) 2022/868, Article 8(1)): questions to a body, without account and clock."""

from django.db import models
from django.utils import timezone

from erpd.access.models.bodies import Body
from erpd.accounts.models import Person
from erpd.register.models import DataSet


class Enquiry(models.Model):
    """A question of a visitor to a body. It is sent once they have confirmed their address."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="enquiries")
    data_set = models.ForeignKey(DataSet, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=300, blank=True)  # of the data set then
    email = models.EmailField(db_index=True)
    text = models.TextField()
    language = models.CharField(max_length=2, default="en")
    digest = models.CharField(max_length=64, unique=True, null=True)  # of the token; null once it was used
    asked = models.DateTimeField(default=timezone.now, db_index=True)
    sent = models.DateTimeField(null=True, blank=True)
    changed = models.DateTimeField(default=timezone.now)
    waits = models.BooleanField(default=False)  # for an answer of the body
    # The draft that the asker made of it.
    request = models.ForeignKey("AccessRequest", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["body", "changed"], name="enquiries_of_a_body")]

    def __str__(self) -> str:
        return f"{self.pk} to {self.body_id}"


class Answer(models.Model):
    """What the body answered, or what the asker wrote after that."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="answers")
    of_body = models.BooleanField()
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.enquiry_id}: {self.at}"
