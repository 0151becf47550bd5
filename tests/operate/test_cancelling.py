"""A run is cancelled and goes on later: nothing is lost or counted twice; whatever it says breaks no page."""

import random

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts.deeds import deeds
from erpd.harvest.lease import begin, let_go
from erpd.harvest.models import Cancellation, Run
from erpd.harvest.run import harvest
from erpd.harvest.worker import due
from erpd.operate.status.words import end_of
from tests.harvest import national
from tests.harvest.national import Point, bins, source
from tests.operate.test_runs import page_of

pytestmark = pytest.mark.django_db


def test_a_cancelled_run_ends_at_its_next_page_and_goes_on_later(point: Point, desk: Client) -> None:
    settings = source(point.url)

    def cancel(done: int, total: int | None) -> None:
        going_on = Run.objects.get(state=Run.State.RUNNING)
        if done >= 3 and not Cancellation.objects.exists():
            page = desk.post(page_of(going_on), {"act": "cancel"}, follow=True).content.decode()
            assert "The run ends at its next page." in page
            assert "It was cancelled, and ends at its next page." in page

    with national.client() as http:
        ended = harvest(settings, http, progress=cancel).run
    assert (ended.state, ended.error["rule"]) == (Run.State.FAILED, "cancelled")
    assert end_of(ended) == "cancelled", "everybody reads that it was no fault of the source"
    assert settings.present().count() == 3
    assert not Cancellation.objects.exists()
    page = desk.post(page_of(ended), {"act": "cancel"})
    assert page.status_code == 409
    assert "The run has ended already." in page.content.decode()
    assert due(timezone.now()) == []
    assert desk.post(page_of(ended), {"act": "resume"}).status_code == 302
    assert [one.settings for one in due(timezone.now())] == [settings]
    asked = len(point.server.asked)
    again = point.harvested()
    assert again.run.pk == ended.pk
    assert again.run.state == Run.State.DONE
    assert bins(again) == {"new": 10, "rejected": 2}
    assert len(point.server.asked) - asked <= 4, "it went on where it was"
    assert desk.post(page_of(ended), {"act": "resume"}).status_code == 409
    assert [deed.verb for deed in deeds(size=2)] == ["resume", "cancel"]


def test_a_run_that_nobody_works_on_is_ended_at_once(point: Point, desk: Client) -> None:
    run = begin(source(point.url))
    assert "no sign of life" not in desk.get(page_of(run)).content.decode()
    let_go(run)
    assert "no sign of life" in desk.get(page_of(run)).content.decode()
    answer = desk.post(page_of(run), {"act": "cancel"}, follow=True).content.decode()
    assert "Nobody was working on it." in answer
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    point.harvested()
    assert desk.post(page_of(run), {"act": "resume"}).status_code == 409


def test_any_bytes_as_an_error_break_no_page(point: Point, desk: Client) -> None:
    run = point.harvested().run
    chance = random.Random(7)
    for _ in range(20):
        said = chance.randbytes(chance.randrange(9_000)).decode("latin-1").replace("\0", "")
        Run.objects.filter(pk=run.pk).update(
            state="failed", error={"rule": "x", "message": said + "x" * 2_500}
        )
        page = desk.get(page_of(run))
        assert page.status_code == 200
        assert not {chr(code) for code in (*range(9), *range(14, 32), *range(127, 160))} & set(
            page.content.decode()
        )
        assert "x" * 2_001 not in page.content.decode()
