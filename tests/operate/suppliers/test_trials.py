"""Test harvests from the supplier's page: the result of a run is shown, and nothing of it is kept."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail
from erpd.harvest import holder
from erpd.harvest import worker as harvest_worker
from erpd.harvest.models import Entry, Run, SourceSettings
from erpd.operate import made
from erpd.operate.models import Rehearsal, Subscription, Trial
from erpd.operate.rehearsing import making
from erpd.operate.rehearsing.making import rehearse_due
from erpd.operate.suppliers.actions import make_link
from erpd.operate.trials import working
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


def test_an_outage_leaves_nothing_that_goes_on_for_ever(
    point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    point.harvested()
    Client().post(page_of(point), {"act": "try"})
    Rehearsal.objects.create(key="one", url="http://127.0.0.1:9/oai")

    def out(*_facts: object) -> None:
        raise OperationalError

    for room, work in ((made, try_due), (making, rehearse_due)):
        with monkeypatch.context() as broken:
            broken.setattr(room, "_write", out)
            for _ in range(3):
                with pytest.raises(OperationalError):
                    work()
        assert work() == 1  # at once
    assert Trial.objects.get().seen["ledger"]["received"] == 12
    assert {one.deaths for model in (Trial, Rehearsal) for one in model.objects.all()} == {0}
    Trial.objects.update(state=Trial.State.WAITING, asked=timezone.now() - timedelta(days=2))
    with monkeypatch.context() as broken:
        broken.setattr(working, "_made", out)  # for ever
        for _ in range(3):
            with pytest.raises(OperationalError):
                try_due()
    assert try_due() == 1
    assert Trial.objects.get().seen == {"error": {"rule": "set-aside"}}
    assert Rehearsal.objects.get().state == Rehearsal.State.FAILED


def test_strangers_read_no_inner_address_whenever_it_was_stored(point: Point) -> None:
    run = point.harvested().run
    page = page_of(point)
    inner = {"rule": "forbidden-address", "message": "The host has a non-public address: 10.1.2.3"}
    Trial.objects.create(settings=run.settings, state="done", ended=timezone.now(), seen={"error": inner})
    Run.objects.update(state=Run.State.FAILED, error=inner)
    said = Client().get(page).content.decode()
    assert said.count("The host has no public address") == 2
    assert "10.1.2.3" not in said
    Trial.objects.update(state=Trial.State.WAITING)
    SourceSettings.objects.update(url="http://10.1.2.3/oai")
    assert try_due() == 1
    assert "10.1.2.3" not in str(Trial.objects.get().seen)


def test_nothing_is_offered_where_nothing_would_be_harvested(
    point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = point.harvested().run.settings
    page = page_of(point)
    begin = {'value="try"', 'value="ask"'}
    assert all(one in Client().get(page).content.decode() for one in begin)
    Client().post(page, {"act": "try"})
    with monkeypatch.context() as barring:
        barring.setattr(harvest_worker, "BARS", [lambda: {settings.pk}])
        assert not any(one in Client().get(page).content.decode() for one in begin)
        assert Client().post(page, {"act": "try"}).status_code == 409
        assert Client().post(page, {"act": "ask"}).status_code == 409
        assert try_due() == 0
    assert try_due() == 1
    SourceSettings.objects.update(active=False)
    assert not any(one in Client().get(page).content.decode() for one in begin)


def test_so_many_data_sets_are_not_compared_on_sqlite(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere a test harvest makes nobody wait."""
    refused = connection.vendor == "sqlite"
    page = page_of(point)
    monkeypatch.setattr(made, "MOST_ON_SQLITE", 5)
    for _ in "first as it is read", "then as the register knows":
        Client().post(page, {"act": "try"})
        assert try_due() == 1
        said = Client().get(page).content.decode()
        assert ("The source has more than 5 data sets." in said) == refused
        assert ("<code>erpd harvest --dry-run</code>" in said) == refused
        Trial.objects.update(asked=timezone.now() - timedelta(minutes=61))
        point.harvested()
