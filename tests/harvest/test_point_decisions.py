"""The decisions of a national point, read after its harvest: asked where the rules say so, and never harm."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from erpd.harvest.models import DecisionsRead, PointFigures
from erpd.harvest.point_decisions import read_decisions
from erpd.harvest.rules import RulesError, read_rules
from erpd.metadata.profile import load_profile
from tests.formats.test_decision_figures import READ, measured, register_of
from tests.harvest.national import Point, address_of, bins, good, run, source

pytestmark = pytest.mark.django_db
NAMES = ("a", "b", "c")


class Deciding(Point):
    """A national point that answers ``/decisions.ttl`` with a status and a body."""

    def __init__(self) -> None:
        super().__init__([good(name) for name in NAMES])
        self.status, self.turtle, self.asked = 200, b"", 0
        self.handle = self._handle

    def _handle(self, path: str, query: dict[str, str], headers: Any) -> Any:
        if path == "/oai":
            return self.repository(path, query, headers)
        self.asked += 1
        assert "Authorization" not in headers
        return self.status, {"Content-Type": "text/turtle"}, self.turtle

    def says(self, *parts: str) -> dict[str, int | None]:
        """The median days that the register has after a harvest, by the last letter of the IRI."""
        self.turtle = register_of(*parts)
        return self.read()

    def read(self, rules: str | None = None) -> dict[str, int | None]:
        address = self.server.url("/decisions.ttl")
        rules = f'decisions = "{address}"' if rules is None else rules
        settings = source(self.url, rules=rules)
        if settings.runs.exists():
            read_decisions(settings)
        else:
            assert bins(run(settings)) == {"new": len(NAMES)}
        found = PointFigures.objects.values_list("data_set__iri", "median_days")
        return {iri[-1]: days for iri, days in found}


@pytest.fixture
def point() -> Iterator[Deciding]:
    with Deciding() as made:
        yield made


def test_each_reading_replaces_the_one_before_and_fails_without_harm(
    point: Deciding, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    caplog.set_level(logging.WARNING)
    a, b = (measured(address_of(name)) for name in ("a", "b"))
    assert point.says(a, b, measured("https://data.example/set/of-others")) == {"a": 41, "b": 41}
    one = PointFigures.objects.get(data_set__iri=address_of("a"))
    assert [getattr(one, field) for field in READ._fields] == [*READ]
    assert (one.since, one.until) == (date(2025, 10, 1), date(2026, 10, 1))
    assert point.says(measured(address_of("b"), medianDays=7)) == {"b": 7}

    point.turtle = b"<html>"
    for _ in range(2):
        assert point.read() == {"b": 7}  # stays, as it says of which period it is
    assert len([each for each in caplog.records if "its decisions" in each.getMessage()]) == 1
    point.status = 404
    for _ in range(2):
        assert point.read() == {}  # there are none any more
    assert len([each for each in caplog.records if "its decisions" in each.getMessage()]) == 2
    point.status = 200
    assert point.says(a) == {"a": 41}
    assert DecisionsRead.objects.get().failure == ""

    # From another address that fails, nothing is known.
    assert point.read('decisions = "http://127.0.0.1:1/decisions.ttl"') == {}
    assert point.says(a) == {"a": 41}
    asked = point.asked
    assert point.read("") == {}
    assert point.says(a) == {"a": 41}
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    assert point.read() == {}
    assert not DecisionsRead.objects.exists()
    assert point.asked == asked + 1  # neither without an address, nor by a node that is not European


@pytest.mark.parametrize(
    "address",
    [
        "decisions.ttl",
        "ftp://x.example/",
        "https://u:p@x.example/",
        "https://x.example/?api_key=abc",
        "file:///a",
    ],
)
def test_the_address_is_one_of_the_web_without_secrets(address: str) -> None:
    with pytest.raises(RulesError, match="decisions"):
        read_rules(f'decisions = "{address}"', load_profile("erpd"))
