"""The European node shows what a national point says of its decisions, and sorts by it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from erpd.access.decisions import kept
from erpd.harvest.models import DecisionsRead, PointFigures
from erpd.register.models import Catalogue, DataSet
from erpd.register.search import follow
from tests.access.can_i_get_it.test_pages import ASKED, as_json, nl  # noqa: F401  # fixtures
from tests.portal import shelf

ADDRESS = "https://point.example/decisions.ttl"
SAID = (
    "The national point (point.example) says, from 1 October 2025 to 30 September 2026: "
    "14 requests decided, 9 granted, median 41 days"
)


@pytest.fixture
def shown(nl: Catalogue) -> dict[str, DataSet]:  # noqa: F811
    facts = "a dcat:Dataset ; dct:title 'Number {0}'@en ; dct:modified '2026-01-0{0}' ."
    turtle = f"<https://data.example/{{0}}> {facts}"
    return {name: shelf.put_turtle(nl, turtle.format(name)) for name in "1234"}


def say(shown: dict[str, DataSet], **days: int | None) -> None:
    """What the point says now: the median days by name."""
    source = shown["1"].source
    facts = {"address": ADDRESS, "at": timezone.now()}
    read, _ = DecisionsRead.objects.update_or_create(source=source, defaults=facts)
    read.figures.all().delete()
    period = {"since": date(2025, 10, 1), "until": date(2026, 10, 1)}
    numbers = {"decided": 14, "granted": 9, "refused": 5, "late": 1, "most_days": 500}
    for name, median in days.items():
        data_set = shown[name.removeprefix("n")]
        PointFigures.objects.create(data_set=data_set, read=read, median_days=median, **period, **numbers)


def test_the_page_the_card_and_programs_say_it_as_the_word_of_the_point(
    client: Client, shown: dict[str, DataSet], settings: Any
) -> None:
    one = shown["1"]
    address = f"/datasets/{one.key}"
    silent = client.get(address)
    assert b"requests decided" not in silent.content
    say(shown, n1=41)
    seen = client.get(address, headers={"If-None-Match": silent.headers["ETag"]})
    for page in (seen, client.get(f"{address}/access")):
        assert SAID in page.content.decode()
        link = html.fromstring(page.content).xpath("//main//a[text()='All decisions']/@href")
        assert link == ["https://point.example/decisions"]
    found = as_json(client, id=str(one.key), **ASKED)["decisions"]
    assert (found["medianDays"], found["withdrawn"], found["saidAt"]) == (41, None, ADDRESS)
    assert as_json(client, id=str(shown["2"].key), **ASKED)["decisions"] is None
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    assert kept.of_data_set(one) is None


def test_the_search_is_sorted_by_the_time_to_decision(client: Client, shown: dict[str, DataSet]) -> None:
    def order(address: str) -> list[str]:
        page = html.fromstring(client.get(address).content)
        return ["".join(title.itertext()).split()[-1] for title in page.xpath("//main//article//h3")]

    follow()  # the index that another test has left
    newest = client.get("/?sort=days&q=number")
    assert b'value="days"' not in newest.content
    assert order("/?sort=days&q=number") == ["4", "3", "2", "1"]
    say(shown, n1=30, n3=7, n4=None)
    assert client.get("/?q=number", headers={"If-None-Match": newest.headers["ETag"]}).status_code == 200
    assert order("/?sort=days&q=number") == order("/?sort=days") == ["3", "1", "4", "2"]
    assert b'value="days" selected' in client.get("/?sort=days").content
    say(shown, n2=1)
    assert order("/?sort=days") == ["2", "4", "3", "1"]
