"""Work beside: again at once while there is some, and a fault that lasts is told once."""

import logging

import pytest
from django.db import OperationalError

from erpd.register import repeating

pytestmark = pytest.mark.django_db


class _Stop(BaseException):
    pass


def test_it_goes_on_and_tells_a_lasting_fault_once(monkeypatch, caplog):
    pauses: list[float] = []
    closed: list[int] = []
    monkeypatch.setattr(repeating.time, "sleep", pauses.append)
    monkeypatch.setattr(repeating.connection, "close", lambda: closed.append(1))
    locked, own = OperationalError("database is locked"), ValueError("odd")
    course = iter([3, 0, locked, locked, own, own, 1, own, _Stop()])

    def work() -> int:
        came = next(course)
        if isinstance(came, BaseException):
            raise came
        return came

    with caplog.at_level(logging.ERROR), pytest.raises(_Stop):
        repeating.repeat("Mail", work)
    told = [record.getMessage().split(":")[1].split()[0] for record in caplog.records]
    assert told == ["The", "ValueError('odd')", "ValueError('odd')"]
    assert [bool(record.exc_info) for record in caplog.records] == [False, True, True]
    assert pauses == [2.0, 30.0, 30.0, 30.0, 30.0, 30.0]
    assert len(closed) == len(pauses)
