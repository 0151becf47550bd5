"""A worker is missed if it should run and does not: not between two rounds of one that cron starts."""

import os
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from erpd.harvest.heartbeat import State, Worker, alive, look
from erpd.harvest.models import Run, SourceSettings
from tests.harvest.national import source

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


def looked(*, once: bool, ago: timedelta) -> None:
    with alive(once=once) as beat:
        beat()
    at = time.time() - ago.total_seconds()
    os.utime(django_settings.HOME / "running" / "worker", (at, at))


def harvested(ago: timedelta, state: str = "done") -> SourceSettings:
    settings = source(f"http://{state}.example/oai")
    Run.objects.create(settings=settings, state=state, started=timezone.now() - ago, holder="x 1 y z")
    return settings


@pytest.mark.django_db
def test_one_that_stays_is_missed_at_once_and_one_that_hangs_soon():
    assert look().state is (State.NONE if connection.vendor == "sqlite" else State.ELSEWHERE)
    with alive(once=False):
        assert look().state is State.RUNS
        looked(once=True, ago=timedelta(minutes=11))  # another beside it
        assert look().state is State.HANGS
        looked(once=False, ago=timedelta(minutes=11))
    assert look().state is State.NONE


@pytest.mark.django_db
def test_one_that_looks_once_is_missed_when_something_is_overdue(django_assert_num_queries):
    looked(once=True, ago=6 * DAY)
    assert look() == Worker(State.RESTS, pytest.approx(6 * 86400, abs=60))
    settings = harvested(6.5 * DAY)  # due this night
    assert (look().state, look().is_well) == (State.RESTS, True)
    Run.objects.update(started=timezone.now() - 11 * DAY)  # since four days ago
    assert (look().state, look().waits, look().is_well) == (State.OVERDUE, settings.source.slug, False)
    looked(once=True, ago=timedelta(hours=3))  # whatever kept it from the source, it ran
    with django_assert_num_queries(0):
        assert look().state is State.RESTS
    looked(once=True, ago=6 * DAY)
    SourceSettings.objects.update(active=False)
    assert look().state is State.RESTS


@pytest.mark.django_db
@pytest.mark.parametrize("waits", ["asked", "running", "new"])
def test_a_source_that_is_due_at_once_is_overdue_after_two_days(waits):
    if waits == "new":
        source("http://new.example/oai")
    else:
        settings = harvested(5 * DAY, "running" if waits == "running" else "done")
    for days, state in ((1, State.RESTS), (4, State.OVERDUE)):
        if waits == "asked":
            SourceSettings.objects.filter(pk=settings.pk).update(asked=timezone.now() - days * DAY)
        looked(once=True, ago=(days + 0.1) * DAY)
        assert look().state is state
