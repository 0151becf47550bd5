"""What pages say while something waits for the worker."""

from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone

from erpd.harvest import heartbeat

register = template.Library()


@register.inclusion_tag("accounts/no_worker.html")
def no_worker() -> dict[str, Any]:
    """Say that what waits for the worker waits in vain, if none runs, and when one was last seen."""
    try:
        worker = heartbeat.look()
    except OSError:  # nobody knows
        return {"is_well": True}
    seen = timezone.now() - timedelta(seconds=worker.seconds) if worker.seconds else None
    return {"is_well": worker.is_well, "seen": seen}
