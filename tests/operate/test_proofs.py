"""What is proved at night: once, by one worker; what failed or is too old is named at the desk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts.deeds import deeds
from erpd.harvest import holder
from erpd.operate.models import Proof
from erpd.operate.proofs import BACKUP, DOORS, INDEX, RESTORED, keep, leave, take, wrong

pytestmark = pytest.mark.django_db
PAGE = "/desk/sources/+proofs/"


def test_they_are_due_once_a_night() -> None:
    told = [
        take(datetime(2026, 3, day, hour, 30, tzinfo=UTC), f"worker of day {day}")
        for day, hour in ((1, 0), (1, 1), (1, 2), (1, 12), (2, 1), (2, 4), (2, 5), (4, 4))
    ]
    every = [INDEX, DOORS, RESTORED]
    assert told == [[], every, [], [], every, [], [], every]


def test_a_node_may_leave_its_backups_to_another_machine(desk: Client, settings: Any) -> None:
    settings.NODE = replace(settings.NODE, restore_backups=False)
    keep(BACKUP, passed=True, said="/saved")
    keep(RESTORED, passed=None, said="not proved: the role may not create a database.")
    assert wrong() == []
    assert take(datetime(2026, 3, 1, 1, tzinfo=UTC), "worker") == [INDEX, DOORS]
    page = desk.get(PAGE).content.decode()
    assert "restore_backups in node.toml is false" in page
    assert desk.post(PAGE, {"act": "prove", "proof": RESTORED}).status_code == 302
    assert take(datetime(2026, 3, 1, 9, tzinfo=UTC), "worker") == [RESTORED]
    keep(RESTORED, passed=False, said="It is damaged.")
    assert wrong() == [RESTORED], "what failed is named"


def test_an_operator_asks_and_one_worker_makes_it_once(desk: Client, reading: Client) -> None:
    with holder.working() as mine, holder.working() as other:
        assert reading.post(PAGE, {"proof": DOORS}).status_code == 404
        assert desk.post(PAGE, {"proof": BACKUP}).status_code == 400
        assert [desk.post(PAGE, {"proof": DOORS}).status_code for _ in range(2)] == [302, 409]
        assert [(one.verb, one.name) for one in deeds()] == [("ask for a proof", DOORS)]
        assert "It waits for the worker." in desk.get(PAGE).content.decode()
        now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        assert [take(now, mine), take(now, other)] == [[DOORS], []]
        assert "It is being made." in desk.get(PAGE).content.decode()
        assert desk.post(PAGE, {"proof": DOORS}).status_code == 409
        leave(mine)
        assert take(now, other, only_asked=True) == [DOORS]
        keep(DOORS, passed=False, said="<SPARQL> lacks it.", seconds=2.5)
    page = desk.get(PAGE).content.decode()
    assert all(text in page for text in ("Failed", "&lt;SPARQL&gt; lacks it.", "2.5"))
    assert take(now, "third") == []


def test_what_killed_its_worker_is_made_once_more(desk: Client) -> None:
    desk.post(PAGE, {"proof": INDEX})
    now = timezone.now().replace(hour=12)
    for taken in ([INDEX], [INDEX], []):
        dead = holder.new()
        holder.lock(dead)
        assert take(now, dead) == taken
        holder.unlock(dead)


def test_the_last_times_are_kept(desk: Client) -> None:
    for number in range(20):
        keep(INDEX, passed=True, said=f"time {number}.")
    page = desk.get(PAGE).content.decode()
    assert [number for number in range(20) if f"time {number}." in page] == list(range(6, 20))


def test_what_failed_or_is_too_old_is_named_at_the_desk(desk: Client) -> None:
    assert wrong() == [], "nothing has ever been proved here"
    take(datetime(2026, 3, 1, 1, tzinfo=UTC), "worker")
    keep(INDEX, passed=True, said="fine")
    keep(DOORS, passed=False, said="SPARQL lacks it.")
    keep(RESTORED, passed=None, said="not proved: there is none.")
    assert wrong() == [DOORS], "nobody misses a backup where there never was one"
    keep(BACKUP, passed=True, said="/saved")
    assert wrong() == [DOORS, RESTORED]
    keep(RESTORED, passed=True, said="fine")
    Proof.objects.update(at=timezone.now() - timedelta(days=4))
    assert wrong() == [DOORS, INDEX, RESTORED]
    Proof.objects.update(passed=None, at=timezone.now() - timedelta(days=9))
    assert wrong() == [BACKUP, DOORS, INDEX, RESTORED], "begun, and never ended"
    page = desk.get("/desk/").content.decode()
    assert "Proofs that failed, could not be made, or are too old (backup, doors, index, restored): 4" in page
