"""What a server keeps is frozen once, after its first answers."""

import gc
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from erpd.node import collecting
from erpd.node.collecting import sparing_what_stays


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_stays_is_frozen_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return [b"answer"]

    monkeypatch.setattr(collecting, "SETTLED", 3)
    server = sparing_what_stays(application)
    frozen = []
    for _ in range(5):
        assert server({}, None) == [b"answer"]
        frozen.append(gc.get_freeze_count() > 0)
    assert frozen == [False, False, True, True, True]
