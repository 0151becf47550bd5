"""What all tests of deliveries share."""

import pytest

from erpd.accounts import rates


@pytest.fixture(autouse=True)
def rested() -> None:
    """Keys of two tests can have one id, so each begins with its whole rate."""
    rates.OF_KEYS._filled.clear()
    rates.OF_STRANGERS._filled.clear()
