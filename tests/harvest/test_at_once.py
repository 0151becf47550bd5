"""Two people, or a person and a run, act on one source at once: each decides about what is there by then."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

import pytest
from django.db import connections

from erpd.harvest import lease
from erpd.harvest.doubts import put_back
from erpd.harvest.lease import SourceBusy
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.reconcile import NothingHeld, approve, holding
from erpd.register.models import DataSet, Version
from tests.harvest.national import Point, run, source
from tests.harvest.test_doubts import TEN, held, named, shown

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def before_the_lock(monkeypatch: pytest.MonkeyPatch, which: int, work: Callable[[], Any]) -> Iterator[None]:
    """``work`` is done just before a source is locked for that time, counted from 1."""
    times = iter(range(1, 100))
    idle = lease.idle

    def waiting(settings: SourceSettings, then: str) -> Any:
        if next(times) == which:
            work()
        return idle(settings, then)

    with monkeypatch.context() as patch:
        patch.setattr("erpd.harvest.lease.idle", waiting)
        patch.setattr("erpd.harvest.doubts.idle", waiting)
        yield


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each returns or raises, in threads that start together."""
    start, results = threading.Barrier(len(works)), Queue[Any]()

    def do(work: Callable[[], Any]) -> None:
        start.wait()
        try:
            results.put(work())
        except Exception as error:
            results.put(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [results.get_nowait() for _ in works]


def withdrawn() -> int:
    """Tombstones written; two of one data set would be two changes."""
    return Version.objects.filter(content=b"").count()


def test_two_approve_at_once(shared, monkeypatch):
    monkeypatch.setattr("erpd.harvest.leaving._BATCH", 1)
    with Point() as point:
        report = held(point)
        settings = report.run.settings
        for outcome in at_once(lambda: approve(settings), lambda: approve(settings)):
            assert isinstance(outcome, (Run, NothingHeld)), outcome
        approved = Run.objects.get(pk=report.run.pk)
        assert (approved.gone, approved.held, approved.approved) == (4, 0, True)
        assert set(shown()) == set(TEN[:6])
        assert withdrawn() == 4


@pytest.mark.parametrize("batch", [1, 2])
def test_what_comes_again_before_it_is_approved_stays(monkeypatch, batch):
    monkeypatch.setattr("erpd.harvest.leaving._BATCH", 1)
    with Point() as point:
        report = held(point)
        point.lists(named(*TEN))
        with before_the_lock(monkeypatch, batch, point.harvested):
            if batch == 1:
                with pytest.raises(NothingHeld):
                    approve(report.run.settings)
            else:
                assert approve(report.run.settings).gone == 1
        assert set(shown()) == set(TEN)
        assert DataSet.objects.count() == 10


def test_an_approval_and_an_undo_at_once(monkeypatch):
    monkeypatch.setattr("erpd.harvest.leaving._BATCH", 1)
    with Point() as point:
        report = held(point)
        with before_the_lock(monkeypatch, 3, lambda: put_back(report.run)):
            approve(report.run.settings)
        assert Run.objects.get(pk=report.run.pk).state == Run.State.FAILED
        assert set(shown()) == set(TEN)
        assert holding(report.run.settings) is None


def test_a_harvest_beside_an_approval_and_an_undo(shared):
    """Whoever comes second waits or is told to; what is there at the end is what the source lists."""
    with Point() as point:
        report = held(point)
        settings = report.run.settings
        point.lists(named(*TEN[3:], "n"))
        works = (lambda: run(source(point.url)), lambda: approve(settings), lambda: put_back(report.run))
        for outcome in at_once(*works):
            assert not isinstance(outcome, Exception) or isinstance(outcome, (SourceBusy, NothingHeld)), (
                outcome
            )
        assert not run(source(point.url), approved=True).failed
        assert set(shown()) == {*TEN[3:], "n"}
        assert not Run.objects.filter(state=Run.State.RUNNING).exists()
