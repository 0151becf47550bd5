"""What all tests of deliveries share."""

import pytest

from erpd.accounts import rates


@pytest.fixture(autouse=True)
def rested() -> None:
    """Keys of two tests can have one id, so each begins with its whole rate."""
    for bucket in (rates.OF_KEYS, rates.OF_STRANGERS, rates.OF_TRIES, rates.OF_VISITORS):
        bucket._filled.clear()
