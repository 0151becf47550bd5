"""Work beside: again at once while there is some, and a fault that lasts is told once."""

import logging
from threading import Event

import pytest
from django.db import OperationalError

from erpd.register import repeating

pytestmark = pytest.mark.django_db


class _Ending(Event):
    """It never comes; notes how long it was waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0)
        return False


class _Stop(BaseException):
    pass


def test_it_goes_on_and_tells_a_lasting_fault_once(monkeypatch, caplog):
    closed: list[int] = []
    ending = _Ending()
    monkeypatch.setattr(repeating.connection, "close", lambda: closed.append(1))
    locked, own = OperationalError("database is locked"), ValueError("odd")
    course = iter([3, 0, locked, locked, own, own, 1, own, _Stop()])

    def work() -> int:
        came = next(course)
        if isinstance(came, BaseException):
            raise came
        return came

    with caplog.at_level(logging.ERROR), pytest.raises(_Stop):
        repeating.repeat("Mail", work, ending)
    told = [record.getMessage().split(":")[1].split()[0] for record in caplog.records]
    assert told == ["The", "ValueError('odd')", "ValueError('odd')"]
    assert [bool(record.exc_info) for record in caplog.records] == [False, True, True]
    assert ending.pauses == [2.0, 30.0, 30.0, 30.0, 30.0, 30.0]
    assert len(closed) == len(ending.pauses)


def test_what_has_begun_is_done_before_it_ends():
    ending, done = Event(), []

    def work() -> int:
        ending.set()
        done.append(1)
        return 1

    repeating.repeat("Mail", work, ending)
    assert done == [1]
