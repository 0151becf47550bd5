"""A body with a desk, and somebody who asks."""

from dataclasses import replace
from typing import Any

import pytest

from erpd.accounts.may import Actor
from tests.access.requests import desks
from tests.access.requests.desks import Desk


@pytest.fixture(autouse=True)
def national(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")


@pytest.fixture
def cbs(db: None) -> Desk:
    return desks.desk("cbs")


@pytest.fixture
def ada(db: None) -> Actor:
    return desks.requester("ada")
