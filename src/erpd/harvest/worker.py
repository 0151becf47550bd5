"""Harvest what is due, one source after the other; several workers share the sources by their leases."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings as django_settings
from django.utils import timezone

from erpd.harvest.lease import LeaseLost, SourceBusy
from erpd.harvest.ledger import Report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.opening import rules_of
from erpd.harvest.recording import prune
from erpd.harvest.rules import RulesError
from erpd.harvest.run import harvest, recordings
from erpd.harvest.secrets import SecretLost, unseal
from erpd.sources.http import Client

logger = logging.getLogger(__name__)


def due(now: datetime) -> list[SourceSettings]:
    """The sources to be harvested now, those that waited longest first; interrupted runs before all."""
    waiting = []
    for settings in SourceSettings.objects.filter(active=True).select_related("source__catalogue"):
        last = settings.runs.order_by("-pk").first()
        if last and last.state == Run.State.RUNNING:
            waiting.append((0, last.started, settings))
            continue
        try:
            schedule = rules_of(settings).schedule
        except RulesError as error:
            logger.error("%s: %s", settings, error)
            continue
        if schedule.due(last.started if last else None, now):
            waiting.append((1, last.started if last else datetime.min.replace(tzinfo=now.tzinfo), settings))
    return [settings for _, _, settings in sorted(waiting, key=lambda entry: entry[:2])]


def client_for(settings: SourceSettings) -> Client:
    """The HTTP client of that source: its credentials, its pace. Raises SecretLost and RulesError."""
    return Client(
        allow_networks=django_settings.NODE.allow_networks,
        auth=unseal(settings.secret),
        interval=rules_of(settings).schedule.pause,
    )


def work(report: Callable[[Report], None], now: Callable[[], datetime] = timezone.now) -> int:
    """Harvest each source that is due and that no other worker has; how many were harvested."""
    done = 0
    for settings in due(now()):
        try:
            with client_for(settings) as client:
                report(harvest(settings, client))
            done += 1
        except (SourceBusy, LeaseLost) as busy:
            logger.info("%s", busy)
        except SecretLost as lost:
            logger.error("%s: %s", settings, lost)
    prune(recordings(), _runs())
    return done


def _runs() -> dict[int, list[int]]:
    runs: dict[int, list[int]] = {}
    for pk, settings in Run.objects.order_by("-pk").values_list("pk", "settings"):
        runs.setdefault(settings, []).append(pk)
    return runs
