"""What is wrong with the machine is on the first page of the desk, with the page that says what to do."""

import re
from collections.abc import Callable
from datetime import timedelta
from inspect import getsource as source_of
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts.desk import overview, waiting
from erpd.accounts.desk.waiting import WAITING, Panel, Row
from erpd.accounts.models import Mail
from erpd.cli.doctor import ROWS
from erpd.harvest import heartbeat
from erpd.harvest.heartbeat import State, Worker
from erpd.operate import duty
from erpd.operate.waiting import _said_to_stay, _wanted_back
from erpd.publish import health
from erpd.publish.health import Room
from tests.accounts.people import person, requested

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "operate-the-register.md"


@pytest.mark.django_db
def test_a_full_disk_and_a_worker_that_hangs_are_told_first(
    monkeypatch: pytest.MonkeyPatch, desk: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    monkeypatch.setattr(duty, "rooms", lambda: [Room(Path("/tmp"), 10, 100)])
    monkeypatch.setattr(duty, "readiness", lambda: health.Readiness(0, {}, {}))
    monkeypatch.setattr(heartbeat, "look", lambda: Worker(State.RESTS, 5.0))
    assert [number for _, number, *_ in duty.alarms()] == [0, 0, 0, 0, 0]
    page = desk.get("/desk/").content.decode()
    assert "Nothing needs attention." in page
    monkeypatch.setattr(duty, "rooms", lambda: [Room(Path("/tmp"), 9, 100), Room(Path("/"), 10, 100)])
    monkeypatch.setattr(heartbeat, "look", lambda: Worker(State.HANGS, 700.0))
    for minutes, state in ((0, "failed"), (61, "waiting"), (59, "waiting"), (61, "sent")):
        created = timezone.now() - timedelta(minutes=minutes)
        Mail.objects.create(to="a@else.example", state=state, created=created, message_id=f"{minutes}{state}")
    requested(person("office@else.example"))
    page = desk.get("/desk/").content.decode()
    assert re.findall(r'href="[^"]+/operate-the-register#(\w+)"', page) == [
        "disk",
        "worker",
        "mail",
        "owners",
    ]
    assert "more than an hour: 2<" in page
    assert "almost full (/tmp)" in page
    monkeypatch.undo()
    with django_assert_max_num_queries(20):
        duty.alarms()


def test_each_row_has_its_section_and_leads_there(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row for ask in WAITING for row in ask().rows]
    for kind in (_wanted_back, _said_to_stay):  # they have no row while nobody says anything
        rows += [Row(kind.__name__, 1, found) for found in re.findall('"([a-z-]+-[a-z-]+)"', source_of(kind))]
    sections = {row.section for row in rows}
    assert {"silent", "held", "disk", "values", "points", "portals", "requests", "wanted-back"} < sections
    written = set(re.findall("(?m)^###? (.+)$", GUIDE.read_text("utf-8")))
    assert written == sections | set(ROWS) | {"owners"}
    monkeypatch.setattr(waiting, "WAITING", [lambda: Panel([row._replace(number=1) for row in rows])])
    monkeypatch.setattr(overview, "WAITING", waiting.WAITING)
    page = desk.get("/desk/").content.decode()
    assert set(re.findall(r'href="[^"]+/operate-the-register#([\w-]+)"', page)) == sections
