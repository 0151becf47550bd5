"""Sandbox runs from the supplier's page: the result of a run is shown, and nothing of it is kept."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail
from erpd.harvest import holder
from erpd.harvest.models import Entry, Run
from erpd.operate.models import Subscription, Trial
from erpd.operate.suppliers.actions import make_link
from erpd.operate.trials.working import try_due
from erpd.register.models import DataSet, Version
from tests.harvest.national import Point, good, many, source

pytestmark = pytest.mark.django_db


def page_of(point: Point) -> str:
    return f"/suppliers/{make_link(who=COMMAND_LINE, settings=source(point.url))}"


def kept() -> list[int]:
    return [kind.objects.count() for kind in (Run, Entry, DataSet, Version, Mail)]


def test_it_shows_what_a_run_would_bring_and_keeps_nothing(point: Point) -> None:
    point.harvested()
    page = page_of(point)
    Subscription.objects.create(
        settings=source(point.url), email="a@point.example", language="en", confirmed=timezone.now()
    )
    point.lists([*many(9), good("new", "A new one"), good("bad", valid=False)])
    before = kept()
    assert try_due() == 0
    assert Client().post(page, {"act": "try"}).status_code == 302
    assert Client().post(page, {"act": "try"}).status_code == 409
    assert "It begins as soon as possible." in Client().get(page).content.decode()
    assert try_due() == 1
    assert try_due() == 0
    assert kept() == before  # no mail either
    seen = Trial.objects.get().seen
    assert {name: seen["ledger"][name] for name in ("received", "new", "unchanged", "rejected", "gone")} == {
        "received": 11,
        "new": 1,
        "unchanged": 9,
        "rejected": 1,
        "gone": 1,
    }
    said = Client().get(page).content.decode()
    assert "Would be withdrawn</dt><dd>1<" in said
    assert "What would be found" in said
    assert Client().post(page, {"act": "try"}).status_code == 409
    Trial.objects.update(asked=timezone.now() - timedelta(minutes=61))
    assert Client().post(page, {"act": "try"}).status_code == 302
    slug = source(point.url).source.slug
    assert (deeds(size=1)[0].by, deeds(size=1)[0].verb) == (f"supplier of {slug}", "ask for a trial")
    point.harvested()
    assert "new" in DataSet.objects.values_list("identifier", flat=True)


def test_it_waits_for_a_run_and_a_source_that_fails_says_why(point: Point) -> None:
    run = point.harvested().run
    page = page_of(point)
    Client().post(page, {"act": "try"})
    Run.objects.update(state=Run.State.RUNNING)
    assert try_due() == 0
    assert Trial.objects.get().state == Trial.State.WAITING
    Run.objects.update(state=Run.State.DONE)
    type(run.settings).objects.update(url="http://127.0.0.1:9/oai?api_key=secret-of-ours")
    assert try_due() == 1
    said = Client().get(page).content.decode()
    assert "The source could not be reached." in said
    assert "secret-of-ours" not in said
    assert "secret-of-ours" not in str(Trial.objects.get().seen)


def test_another_worker_makes_it_anew_and_gives_up_after_two_deaths(point: Point) -> None:
    point.harvested()
    Client().post(page_of(point), {"act": "try"})
    dead = holder.new()  # which nobody has locked
    Trial.objects.update(state=Trial.State.RUNNING, holder=dead, begun=timezone.now() - timedelta(days=1))
    assert try_due() == 1
    assert Trial.objects.get().seen["ledger"]["received"] == 12
    Trial.objects.update(state=Trial.State.RUNNING, holder=dead, begun=timezone.now() - timedelta(days=1))
    assert try_due() == 1
    assert Trial.objects.get().seen == {"error": {"rule": "set-aside"}}
