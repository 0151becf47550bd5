"""Two nodes that have met, made once for all journeys that only look at them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.journeys.nodes import DEMO, Node


@dataclass(frozen=True)
class Meeting:
    """A national node, and the European one that has harvested its protected data; both are served."""

    national: Node
    european: Node
    ledger: dict[str, Any]


@pytest.fixture(scope="session")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    folder = tmp_path_factory.mktemp("nodes")
    national = Node(folder / "national", "national", "NL")
    national.harvest("dump", DEMO / "protected.ttl", "--policy", "lenient")
    national.harvest("dump", DEMO / "open.ttl", "--policy", "lenient", "--open")
    european = Node(folder / "european", "european")
    with national.serving() as address:
        ledger = european.harvest("oai-pmh", f"{address}/oai", "--set", "protected", "--policy", "strict")
        with european.serving():
            yield Meeting(national, european, ledger)
