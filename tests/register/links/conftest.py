"""A national point whose links lead to a server of ours, and time that passes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from erpd.sources.http import trying as http
from tests.harvest.national import Point, rdf
from tests.servers import Answer, Serving
from tests.sources.oai_pmh import oai

ASK = "https://data.example/ask"


@pytest.fixture(autouse=True)
def links(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PAUSE", 0.0)  # before GET; that between two links is in the database
    settings.NODE = replace(settings.NODE, link_days=14)


@pytest.fixture
def point() -> Iterator[Point]:
    with Point() as made:
        yield made


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let so much time pass."""
    passed = timedelta()
    real = timezone.now

    def wait(**time: float) -> None:
        nonlocal passed
        passed += timedelta(**time)

    def now() -> datetime:
        return real() + passed

    monkeypatch.setattr(timezone, "now", now)
    return wait


class Site:
    """A server whose answers can be changed."""

    def __init__(self) -> None:
        self.status, self.headers = 200, dict[str, str]()
        self.gone = ""
        self.server = Serving(self._answer, head=True)

    def _answer(self, path: str, *_: object) -> Answer:
        return 404 if path == self.gone else self.status, self.headers, b""

    def record(self, name: str, path: str = "") -> str:
        return oai.record(name, rdf(name).replace(ASK, self.server.url(f"/{path or name}")))

    @property
    def asked(self) -> list[str]:
        found = [one.path for one in self.server.asked]
        self.server.asked.clear()
        return found


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    with made.server:
        yield made
