"""The child that reads a source is killed at any request: the run fails, says so, and the next is whole."""

import multiprocessing
import os
import signal
import threading
from random import Random

import pytest

from erpd.misbehave.exchange import Answer, Now
from erpd.misbehave.fault import Fault
from erpd.misbehave.faults import FAULTS
from erpd.misbehave.server import Misbehaving
from tests.harvest.national import bins, run, source
from tests.harvest.served import SERVED, harvested_as
from tests.harvest.test_doubts import shown, tombstones
from tests.proofs import AT_LENGTH, length

SIZE = 12


def reader() -> int:
    """The process that reads the source."""
    (pid,) = [child.pid for child in multiprocessing.active_children() if child.name == "parser"]
    assert pid
    return pid


class Killing:
    """The fault of a server: at its request of that number, whoever asks is killed, at once or soon after."""

    def __init__(self, number: int, later: float) -> None:
        self.number, self.asked, self._later = number, 0, later

    def __call__(self, answer: Answer, now: Now) -> Answer:
        self.asked += 1
        if self.asked == self.number:
            timer = threading.Timer(self._later, os.kill, (reader(), signal.SIGKILL))
            timer.start()
            if not self._later:
                timer.join()
        return answer


@pytest.mark.proof
@pytest.mark.in_children
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("protocol", SERVED if AT_LENGTH else ["oai-pmh", "csw"])
def test_killed_at_any_request(protocol: str) -> None:
    with Misbehaving(SERVED[protocol], FAULTS["none"], size=SIZE) as server:
        settings = source(server.url, harvested_as(protocol), policy="lenient")
        server.fault = Fault("counted", "", {}, answer=(counting := Killing(0, 0)))
        assert bins(run(settings)) == {"new": SIZE}
        before, failures = shown(), 0
        numbers = range(1, counting.asked + 1)
        for number in numbers if AT_LENGTH else Random(protocol).sample(numbers, 2):
            for later in (0, *[0.01, 0.03][: length(0, 2)]):
                server.fault = Fault("killed", "", {}, answer=Killing(number, later))
                report = run(settings)
                if report.failed:  # otherwise it had read everything by then
                    failures += 1
                    assert report.run.error["rule"] == "killed"
                    assert "SIGKILL" in report.run.error["message"]
                assert (report.ledger["gone"], report.ledger["held"]) == (0, 0)
                assert (shown(), tombstones()) == (before, set())
        assert failures >= len(numbers) - 1 if AT_LENGTH else failures
        server.fault = FAULTS["none"]
        assert bins(run(settings)) == {"unchanged": SIZE}


@pytest.mark.proof
@pytest.mark.in_children
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("protocol", SERVED if AT_LENGTH else ["cbs"])
def test_killed_in_the_first_harvest(protocol: str) -> None:
    """What was stored before stays, and the next run brings the rest."""
    with Misbehaving(SERVED[protocol], FAULTS["none"], size=SIZE) as server:
        settings = source(server.url, harvested_as(protocol), policy="lenient")
        number = 1
        while True:
            server.fault = Fault("killed", "", {}, answer=Killing(number, 0))
            report = run(settings)
            if not report.failed:
                break
            assert report.ledger["unreadable"] == 0
            number += 1 if AT_LENGTH else 3
        assert number > 1
        assert len(shown()) == SIZE
