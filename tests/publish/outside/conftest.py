"""A register filled by hand, and the SPARQL servers of an operator: Fuseki and Virtuoso, once a session."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from erpd.publish.sparql import asking, passing
from erpd.publish.triples.outside import feeding
from tests.publish.conftest import Register
from tests.publish.outside.fake import Fake, serving
from tests.sources.sparql.servers import Fuseki, Virtuoso


@pytest.fixture
def register(db: None, settings: Any, tmp_path: Path) -> Iterator[Register]:
    settings.HOME = tmp_path
    feeding._proved.clear()
    yield Register()
    passing.end_all()
    asking.end_all()


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving() as fake:
        yield fake


@pytest.fixture(scope="session")
def fuseki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuseki]:
    server = Fuseki(tmp_path_factory.mktemp("fuseki"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def a_virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    server = Virtuoso(tmp_path_factory.mktemp("virtuoso"))
    server.start()
    yield server
    server.kill()
