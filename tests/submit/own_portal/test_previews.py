"""The worker makes previews: each once, whoever is killed; only of what is still wanted."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from erpd.harvest.reach import networks_for
from erpd.harvest.source_settings import Wanted, settings_for
from erpd.harvest.worker import client_for
from erpd.sources.children.child import CannotStart
from erpd.sources.errors import SourceError
from erpd.submit.models import Portal
from erpd.submit.own_portal import actions, previews
from erpd.submit.own_portal.previews import look_due
from erpd.submit.own_portal.wishes import Wish
from tests.harvest.killing import ELSEWHERE, Killed, dead_holder, living_holder
from tests.harvest.national import Point
from tests.servers import LOOPBACK
from tests.submit.own_portal.conftest import approved, now
from tests.submit.owners import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cbs: Office, point: Point) -> Portal:
    return actions.propose(
        who=cbs.actor("admin"), catalogue=cbs.catalogues["protected"], wish=Wish(point.url, "oai-pmh")
    )


def begun(portal: Portal, holder: str, ago: timedelta = timedelta(0)) -> None:
    Portal.objects.filter(pk=portal.pk).update(preview="running", holder=holder, begun=timezone.now() - ago)


def test_a_preview_is_made_once(waiting):
    assert look_due() == 1
    seen = now(waiting)
    assert (seen.preview, seen.holder, len(seen.seen["looks"])) == ("done", "", 4)
    worst = next(one for one in seen.seen["looks"] if one["identifier"] == "bad")
    assert (worst["bin"], worst["findings"][0]["severity"]) == ("rejected", "error")
    assert look_due() == 0


def test_what_another_worker_makes_is_left_to_it(waiting):
    with living_holder() as holder:
        begun(waiting, holder)
        assert look_due() == 0
    begun(waiting, ELSEWHERE)
    assert look_due() == 0
    begun(waiting, ELSEWHERE, timedelta(hours=1))
    assert look_due() == 1
    assert now(waiting).preview == "done"


def test_a_worker_that_dies_in_the_middle_is_replaced_and_one_that_always_dies_is_not(
    cbs, waiting, monkeypatch
):
    for deaths in (0, 1, 2):

        def die(*_: object) -> Any:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(previews, "preview", die)
            if deaths < previews.MOST_DEATHS:
                with pytest.raises(Killed):
                    look_due()
            else:
                assert look_due() == 1
        if deaths < previews.MOST_DEATHS:
            assert now(waiting).preview == "running"
            begun(waiting, dead_holder())
    assert (now(waiting).preview, now(waiting).seen["error"]["rule"]) == ("failed", "set-aside")
    again = now(waiting)
    actions.look_again(who=cbs.actor("admin"), portal=again, edition=again.edition)
    assert look_due() == 1
    assert (now(waiting).preview, now(waiting).deaths) == ("done", 0)


def test_what_was_changed_or_cancelled_meanwhile_is_not_written(cbs, waiting, monkeypatch):
    real = previews.preview

    def changed(*given: Any) -> Any:
        one = now(waiting)
        actions.change(
            who=cbs.actor("admin"), portal=one, edition=one.edition, wish=Wish(one.url, "oai-pmh", every=28)
        )
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(previews, "preview", changed)
        patch.setattr(previews, "_MOST", 1)
        look_due()
    assert (now(waiting).preview, now(waiting).seen, now(waiting).edition) == ("waiting", {}, 2)
    actions.cancel(who=cbs.actor("admin"), portal=now(waiting), edition=2)
    assert look_due() == 0


def test_faults_of_ours_cost_one_preview(waiting, monkeypatch):
    def fail(*_: object) -> Any:
        raise CannotStart("no memory")

    monkeypatch.setattr(previews, "preview", fail)
    assert look_due() == 1
    assert now(waiting).seen["error"]["rule"] == "program-error"


def test_an_unforeseen_fault_costs_one_preview(waiting, monkeypatch, caplog):
    def fail(*_: object) -> Any:
        raise ValueError("Invalid IPv6 URL")

    monkeypatch.setattr(previews, "preview", fail)
    assert look_due() == 1
    assert (now(waiting).preview, now(waiting).seen["error"]["rule"]) == ("failed", "program-error")
    assert "Invalid IPv6 URL" in caplog.text


def test_an_address_that_is_found_may_be_too_long(waiting, monkeypatch):
    real = previews.preview
    monkeypatch.setattr(
        previews, "preview", lambda *given: replace(real(*given), url="http://x/" + "x" * 1000)
    )
    assert look_due() == 1
    assert (now(waiting).preview, now(waiting).seen["error"]["rule"]) == ("failed", "bad-address")


def test_what_is_open_to_the_operators_sources_is_closed_to_owners(cbs, desk, waiting, settings):
    look_due()
    assert now(waiting).seen["is_inside"]
    portal = approved(cbs, desk, now(waiting))
    assert networks_for(portal.source.settings) == LOOPBACK
    settings.NODE = replace(settings.NODE, allow_networks=LOOPBACK, owner_networks=())
    with client_for(portal.source.settings) as client, pytest.raises(SourceError) as caught:
        client.get(portal.url)
    assert caught.value.rule == "forbidden-address"
    own = settings_for(Wanted("oai-pmh", "https://inside.example/oai", "NL"))
    assert networks_for(own) == LOOPBACK


def test_without_an_intranet_of_owners_only_public_addresses_are_asked(waiting, settings):
    settings.NODE = replace(settings.NODE, allow_networks=LOOPBACK, owner_networks=())
    assert look_due() == 1
    seen = now(waiting)
    assert (seen.preview, seen.seen["error"]["rule"]) == ("failed", "forbidden-address")
    assert "127.0.0.1" not in str({**seen.seen["error"], "url": ""}), "no answer of a name server is shown"


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_them(cbs, point):
    for _ in range(3):
        actions.propose(
            who=cbs.actor("admin"), catalogue=cbs.catalogues["protected"], wish=Wish(point.url, "oai-pmh")
        )
    done: list[int] = []

    def work() -> None:
        done.append(look_due())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
        if connection.vendor == "sqlite":  # in memory, where one that is locked does not wait
            one.join(30)
    for one in workers:
        one.join(30)
    assert sum(done) == 3
    assert set(Portal.objects.values_list("preview", flat=True)) == {"done"}


def test_after_an_outage_it_is_made_again_at_once(waiting, monkeypatch):
    def out(*_facts: object) -> None:
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(previews, "_write", out)
        for _ in range(3):
            with pytest.raises(OperationalError):
                look_due()
    assert look_due() == 1
    assert now(waiting).preview == "done"
