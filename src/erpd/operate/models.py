"""What operators decide about sources, beyond what the runs themselves keep."""

from django.conf import settings
from django.db import models

from erpd.harvest.models import Run


class Refusal(models.Model):
    """An operator said that the deletions which a run held are wrong: the data sets stay.

    It ends with the run: the next one asks again.
    """

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="refusal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=1000)

    def __str__(self) -> str:
        return f"refusal of {self.run_id}"
