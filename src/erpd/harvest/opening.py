"""From the settings of a source to the source itself, and to how its readings are understood."""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.conf import settings as django_settings
from django.utils import timezone

from erpd.harvest import lease
from erpd.harvest.children.preparer import Preparer
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.preparation import Preparation, Preparing
from erpd.harvest.refused import any_is_free
from erpd.harvest.rules import Rules, read_rules
from erpd.metadata.profile import load_profile
from erpd.register.catalogues import profile_of
from erpd.sources import SOURCES
from erpd.sources.children.child import Child
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client
from erpd.sources.page import Answering, Checkpoint, Page, Source


class _Distant:
    """A source that is read in a child."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def pages(self, checkpoint: Checkpoint | None = None) -> Iterator[Page]:
        return self._child.each("pages", checkpoint)


class _DistantAnswering(_Distant):
    def still_there(self, identifier: str) -> bool | None:
        there: bool | None = self._child.one("still_there", identifier)
        return there


@contextmanager
def _opened(source: Source, url: str) -> Iterator[Source]:
    """The source, read in a child until the end of the block."""
    with Child(source, url) as child:
        yield _DistantAnswering(child) if isinstance(source, Answering) else _Distant(child)


def open_live(run: Run, client: Client) -> AbstractContextManager[Source]:
    """The source of a run, for a block. If the run begins, this also sets from when on it asks for changes.

    Raises SourceError, RulesError, LeaseLost.
    """
    way = way_of(run.settings)
    if run.checkpoint is None:
        lease.keep(run, since=since(run.settings, rules_of(run.settings)), validators={"way": way})
    elif run.validators.get("way") != way:  # the rules have changed since it was interrupted
        lease.keep(run, validators={})
    return open_source(run, client)


def open_source(run: Run, client: Client) -> AbstractContextManager[Source]:
    """The source of that run, for a block; nothing is asked of it yet.

    Raises SourceError where a setting is no good.
    """
    settings = run.settings
    protocol = SOURCES[settings.protocol]
    given = {option.setting: getattr(settings, option.setting) for option in protocol.options}
    validators = _validators(run) if protocol.validators else None
    try:
        source = protocol.open(
            settings.url, client, given, since=run.since, validators=validators, local=settings.local
        )
    except ValueError as error:
        raise SourceError(
            Reason.BAD_SETTING, str(error), "Set up the source again.", url=settings.url
        ) from error
    return _opened(source, settings.url)


def whole_run_before(run: Run) -> Run | None:
    """The run before, where it read everything to the end: what the source says is unchanged is like it."""
    before = run.settings.runs.exclude(pk=run.pk).order_by("-pk").first()
    whole = before and before.state == Run.State.DONE and before.complete and not before.since
    return before if whole else None


def way_of(settings: SourceSettings) -> str:
    """Equal for two runs in which the same bytes mean the same."""
    return hashlib.sha256(f"{preparation_for(settings).way}\n{settings.prefix}".encode()).hexdigest()


def _validators(run: Run) -> dict[str, str]:
    """What the source said at the end of the run before, where its ledger would be the same again."""
    before = whole_run_before(run)
    said = dict(before.validators) if before else {}
    same = said.pop("way", "") == way_of(run.settings)
    return said if said and same and not any_is_free(run.settings) else {}


def preparation_for(settings: SourceSettings) -> Preparation:
    """How the readings of that source are understood."""
    source = settings.source
    profile = profile_of(source.catalogue).name
    node = django_settings.NODE.base_url
    return Preparation(
        source.slug, str(source.policy), profile, settings.url, node, settings.rules, _tables()
    )


def preparer_for(settings: SourceSettings) -> AbstractContextManager[Preparing]:
    """Prepares the readings of that source in children, for a block."""
    return Preparer(preparation_for(settings), django_settings.HOME / "vocabularies")


def _tables() -> str:
    """Which vocabularies of the operator's own are in force: newer ones let the same bytes mean more."""
    files = sorted((django_settings.HOME / "vocabularies").glob("*.json"))
    return " ".join(f"{file.name} {file.stat().st_mtime_ns}" for file in files)


def rules_of(settings: SourceSettings) -> Rules:
    """Raises RulesError where they were stored by another version of the program."""
    return _rules(settings.rules, profile_of(settings.source.catalogue).name)


@lru_cache(maxsize=256)  # lists of sources ask for those of each
def _rules(text: str, profile: str) -> Rules:
    return read_rules(text, load_profile(profile))


def since(settings: SourceSettings, rules: Rules) -> str:
    """The datestamp from which to ask for changes; "" where everything is to be read.

    Each ``rules.schedule.full``-th complete run reads everything: only then can be seen what has vanished.
    So does one after which the same bytes mean something else, or with which the register would differ.
    Clocks differ and servers write late, so the time asked for overlaps the last run's: by a day where
    datestamps are days, else by an hour (OAI-PMH 2.0, implementation guidelines 4.4). Datestamps that are
    none, or lie ahead, say nothing.
    """
    if rules.schedule.full == 1 or not SOURCES[settings.protocol].incremental:
        return ""
    way = way_of(settings)
    complete = settings.runs.filter(state=Run.State.DONE, complete=True).order_by("-pk")
    done = [run for run in complete[: rules.schedule.full - 1] if run.validators.get("way") == way]
    latest = max((run.latest for run in done), default="")
    if not latest or all(run.since for run in done) or any_is_free(settings):
        return ""
    now = timezone.now()
    try:
        if "T" not in latest:
            day = date.fromisoformat(latest) - timedelta(days=1)
            return str(day) if day <= now.date() else ""
        said = datetime.fromisoformat(latest)
        before = (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC) - timedelta(hours=1)
    except (ValueError, OverflowError):
        return ""
    return before.strftime("%Y-%m-%dT%H:%M:%SZ") if before < now else ""
