"""Harvest the sources that are due, one after the other. Leases let several workers share them."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from erpd.harvest import stopping
from erpd.harvest.lease import LeaseLost, SourceBusy
from erpd.harvest.ledger import Report
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.opening import rules_of
from erpd.harvest.reach import networks_for
from erpd.harvest.rules import RulesError
from erpd.harvest.run import harvest
from erpd.harvest.schedule import BARS, GRACE
from erpd.harvest.secrets import SecretLost, unseal
from erpd.register.outage import explain_outage, is_outage
from erpd.sources.children.child import CannotStart
from erpd.sources.http.client import Client

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """A source that is due."""

    settings: SourceSettings
    last: tuple[int, str]
    """Number and state of its last run."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of looking once at all sources."""

    harvested: int = 0
    """Runs that ended well."""
    failed: int = 0
    """Runs that failed, and sources that could not be harvested at all."""
    held: int = 0
    """Runs that ended well, of which deletions wait for a person."""

    @property
    def seen(self) -> int:
        """How many were due."""
        return self.harvested + self.failed


def due(now: datetime) -> list[Due]:
    """The sources to harvest now: interrupted runs first, then those that have waited longest.

    Those that have waited equally long, such as new ones, are in the order of their registration.
    """
    waiting: list[tuple[bool, datetime, Due]] = []
    for settings in harvestable().order_by("pk"):
        last = settings.runs.order_by("-pk").first()
        try:
            schedule = rules_of(settings).schedule
        except RulesError as error:
            logger.error("%s: %s", settings, error)
            continue
        interrupted = last is not None and last.state == Run.State.RUNNING
        failed = last is not None and last.state == Run.State.FAILED
        started = last.started if last else None
        if _is_asked(settings, last) or (
            schedule.allows(now) if interrupted else schedule.due(started, now, failed=failed)
        ):
            since = last.started if last else datetime.min.replace(tzinfo=UTC)
            waiting.append(
                (not interrupted, since, Due(settings, (last.pk, last.state) if last else (0, "")))
            )
    return [entry[2] for entry in sorted(waiting, key=lambda entry: entry[:2])]


def _is_asked(settings: SourceSettings, last: Run | None) -> bool:
    """Whether a person has asked for a run since the last one began, at whatever hour."""
    return settings.asked is not None and (last is None or last.started < settings.asked)


def next_due(now: datetime | None = None) -> tuple[str, datetime] | None:
    """The name of the source that is due next, and when, to the hour; None if there is none within a year."""
    found: list[tuple[datetime, str]] = []
    for settings in harvestable():
        at = next_run(settings, settings.runs.order_by("-pk").first(), now or timezone.now())
        if at:
            found.append((at, settings.source.slug))
    return min(found)[::-1] if found else None


def next_run(settings: SourceSettings, last: Run | None, now: datetime) -> datetime | None:
    """When a source is due next, to the hour; None if not within a year, or if its rules are broken."""
    hour = timedelta(hours=1)
    start, end = _hour(now) + hour, _hour(now) + timedelta(days=366)
    failed = last is not None and last.state == Run.State.FAILED
    with suppress(RulesError):
        schedule = rules_of(settings).schedule
        if last:
            start = max(start, _hour(schedule.earliest(last.started, failed=failed)))
        while start < end and not schedule.due(last.started if last else None, start, failed=failed):
            start += hour
        return start if start < end else None
    return None


def _hour(at: datetime) -> datetime:
    """The hour that it is in."""
    return at.replace(minute=0, second=0, microsecond=0)


def overdue(since: datetime) -> str:
    """The name of a source that has been due for long, of which no worker has looked since then; or ""."""
    limit = timezone.now() - GRACE
    if since >= limit:  # nearly always: pages and figures ask this all the time
        return ""
    for settings in harvestable():
        last = settings.runs.order_by("-pk").first()
        if _is_asked(settings, last):
            at = settings.asked
        elif last and last.state == Run.State.RUNNING:
            at = since
        else:
            at = next_run(settings, last, since)
        if at and at < limit:
            return settings.source.slug
    return ""


def harvestable() -> QuerySet[SourceSettings]:
    """The sources that are switched on, and that nothing bars."""
    barred = set[int]().union(*(bar() for bar in BARS))
    found = SourceSettings.objects.filter(active=True, removed=None).select_related("source__catalogue")
    return found.exclude(pk__in=barred) if barred else found


def client_for(settings: SourceSettings) -> Client:
    """The HTTP client of a source, with its credentials and pause. Raises SecretLost and RulesError."""
    return Client(
        allow_networks=networks_for(settings),
        auth=unseal(settings.secret),
        interval=rules_of(settings).schedule.pause,
    )


def work(
    report: Callable[[Report], None],
    now: Callable[[], datetime] = timezone.now,
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Round:
    """Harvest each source that is due and that no other worker has, each in a block of ``around``.

    If one source fails, the others are still harvested. Raises a database error if the database does not
    answer at all.
    """
    harvested = failed = held = 0
    for one in due(now()):
        stopping.check()
        try:
            with around(), client_for(one.settings) as client:
                ended = harvest(one.settings, client, following=one.last)
                report(ended)
            harvested, failed = harvested + (not ended.failed), failed + ended.failed
            held += bool(ended.ledger["held"]) and not ended.failed
        except (SourceBusy, LeaseLost) as busy:
            logger.info("%s", busy)
        except Exception as error:
            failed += 1
            _log(one.settings, error)
    return Round(harvested, failed, held)


def _log(settings: SourceSettings, error: Exception) -> None:
    if isinstance(error, (SecretLost, RulesError, CannotStart)):
        logger.error("%s: %s", settings, error)
    elif is_outage(error):
        logger.error("%s: %s", settings, explain_outage(error))
        connection.close()  # it may be broken; the run goes on in the next round
        connection.ensure_connection()
    else:
        logger.error("%s", settings, exc_info=error)
