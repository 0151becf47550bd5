"""A register filled by hand, and a home of its own."""

from pathlib import Path
from typing import Any

import pytest

from tests.publish.conftest import Register


@pytest.fixture
def register(db: None, settings: Any, tmp_path: Path) -> Register:
    settings.HOME = tmp_path
    return Register()
