"""A source that takes long holds up its own worker, not the others."""

import os
from threading import Event

from erpd.cli import relief
from erpd.cli.relief import Relief
from tests.harvest.national import Point, good
from tests.harvest.test_worker import Slow, node, runs, worker
from tests.journeys.nodes import PATIENCE, environment


def relieved() -> Relief:
    """A worker beside one whose source takes long."""
    beside = Relief(0)
    with beside.watch():
        while not beside.worker:
            Event().wait(0.01)
    return beside


def test_while_a_source_takes_long_another_worker_gives_the_others_their_turn(tmp_path, monkeypatch):
    with Slow(6) as slow, Point([good("x")]) as other:
        made = node(tmp_path / "home", [slow, other])
        monkeypatch.setattr(relief, "AFTER", 0.01)
        for name, value in {**environment(), "ERPD_HOME": str(made.home)}.items():
            monkeypatch.setitem(os.environ, name, value)
        first = worker(made)
        try:
            assert slow.reached.wait(PATIENCE)
            relieved().wait()
            assert [state for state, _, _ in runs(made)] == ["running", "done"]
        finally:
            first.kill()
            first.communicate()
        slow.reached.clear()
        beside = relieved()  # which takes over what takes long, and ends with the one that started it
        assert slow.reached.wait(PATIENCE)
        assert beside.worker
        assert beside.worker.stdin
        beside.worker.stdin.close()
        assert beside.worker.wait(PATIENCE) == 1


def test_there_is_an_end_to_workers_beside_workers(monkeypatch):
    monkeypatch.setattr(relief, "AFTER", 0.0)
    last = Relief(relief.MOST)
    with last.watch():
        pass
    last.wait()
    assert last.worker is None
