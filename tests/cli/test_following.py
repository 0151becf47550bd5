"""The process beside the server: changes that follow each other closely are taken together."""

import time
from itertools import pairwise

import pytest

from erpd.cli import following
from erpd.cli.following import _Follower
from erpd.register.derived import Derived, More


def test_changes_in_quick_succession_are_taken_together() -> None:
    passes: list[float] = []

    def follow(_progress: object, _more: More) -> int:
        passes.append(time.monotonic())
        return 1

    follower = _Follower(Derived("some", "Some", lambda: 0, follow, lambda _: 0, lambda *_: iter(())))
    follower.start()
    until = time.monotonic() + 1.5
    changes = 0
    while time.monotonic() < until:
        follower.changed.set()
        changes += 1
        time.sleep(0.01)
    last = time.monotonic()
    while passes[-1] < last and time.monotonic() < last + 10:
        time.sleep(0.01)
    assert passes[-1] >= last, "the last change was left out"
    assert len(passes) <= 4 < changes
    assert all(after - before >= 0.99 for before, after in pairwise(passes))


def test_what_is_written_is_committed_though_changes_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_SOON", 0.01)
    follower = _Follower(Derived("some", "Some", lambda: 0, lambda *_: 0, lambda _: 0, lambda *_: iter(())))
    follower._until = time.monotonic() + 60
    follower.changed.set()
    assert follower._more()
    assert not follower._more(), "nothing has changed since"
    follower.changed.set()
    follower._until = time.monotonic()
    assert not follower._more(), "it has said so for long enough"
    assert follower._more(), "then it begins anew"
