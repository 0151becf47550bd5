"""Checks of strangers."""

import pytest

from erpd.accounts.rates import Buckets
from erpd.operate.checking import running


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test asks for is not missing to the next."""
    monkeypatch.setattr(running, "OF_NETWORKS", Buckets(50, 1))
