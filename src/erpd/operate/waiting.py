"""What waits for an operator, for the first page of the desk."""

from collections import Counter

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.harvest.models import SourceSettings
from erpd.operate.sources.standing import State, standings

_WORDS: dict[State, Promise] = {
    State.SILENT: _("Runs without a sign of life"),
    State.FAILED: _("Sources whose last run failed"),
    State.BROKEN: _("Sources whose rules have mistakes"),
    State.HELD: _("Sources with deletions that wait for you"),
    State.OVERDUE: _("Sources that are overdue"),
}


def waiting() -> list[tuple[str, int, str]]:
    """What is wrong with sources, the most urgent first: in words, how many, and where they are listed."""
    found = SourceSettings.objects.filter(removed=None).select_related("source")
    counted = Counter(one.state for one in standings(found, timezone.now()))
    address = reverse("operate:sources")
    return [(str(words), counted[state], f"{address}?state={state}") for state, words in _WORDS.items()]
