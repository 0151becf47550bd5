"""Deletions that wait: all are approved, some are, or none is; who decided is kept."""

import pytest
from django.test import Client

from erpd.accounts.deeds import deeds
from erpd.accounts.models import Deed
from erpd.harvest.models import Run
from erpd.harvest.reconcile import holding
from erpd.operate.models import Refusal
from erpd.register.models import DataSet
from tests.accounts.people import operator
from tests.harvest.national import Point, many, source
from tests.operate.conftest import at_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(point: Point) -> Run:
    """Six of ten data sets did not come again."""
    point.harvested()
    point.lists(many(4))
    run = point.harvested().run
    assert run.held == 6
    return run


def page_of(run: Run) -> str:
    return f"/desk/sources/{run.settings.source.slug}/deletions/"


def present() -> int:
    return DataSet.objects.filter(deleted=False).count()


def test_the_plan_says_what_would_go_and_why(held: Run, desk: Client) -> None:
    page = desk.get(page_of(held)).content.decode()
    assert "6 data sets of 10 have left the source. They are still shown here." in page
    assert "More than a fifth of the data sets would go at once." in page
    for number in range(4, 10):
        assert f"<code>d{number:04}</code>" in page
    assert page.count("no longer listed by the source") == 6


def test_all_are_approved(held: Run, reviewing: Client) -> None:
    answer = reviewing.post(page_of(held), {"act": "approve", "run": held.pk}, follow=True).content.decode()
    assert "Withdrawn: 6." in answer
    assert "No deletion of this source waits." in answer
    assert present() == 4
    [deed] = deeds(size=1)
    assert (deed.verb, deed.detail) == ("approve", {"run": held.pk, "number": 6})


def test_some_are_approved_and_the_others_wait_on(held: Run, desk: Client, point: Point) -> None:
    going = DataSet.objects.filter(identifier__in=["d0004", "d0005"])
    staying = DataSet.objects.get(identifier="d0001")  # came again, so it is not held
    keys = [*going.values_list("pk", flat=True), staying.pk, "nonsense"]
    answer = desk.post(page_of(held), {"act": "approve-chosen", "run": held.pk, "key": keys}, follow=True)
    assert "Withdrawn: 2." in answer.content.decode()
    assert present() == 8
    assert not DataSet.objects.get(pk=staying.pk).deleted
    still = holding(held.settings)
    assert still
    assert still.held == 4
    run = point.harvested().run  # it asks again
    assert (run.gone, run.held) == (0, 4)
    nothing = desk.post(page_of(run), {"act": "approve-chosen", "run": run.pk})
    assert nothing.status_code == 409
    assert "No data set was chosen." in nothing.content.decode()


def test_they_are_refused_until_the_next_run(held: Run, desk: Client, point: Point) -> None:
    assert "deletions that wait for you: 1" in desk.get("/desk/").content.decode()
    assert desk.post(page_of(held), {"act": "refuse", "run": held.pk, "reason": ""}).status_code == 400
    desk.post(page_of(held), {"act": "refuse", "run": held.pk, "reason": "Their server was down."})
    refused = {"run": held.pk, "number": 6, "reason": "Their server was down."}
    assert [(one.verb, one.detail) for one in deeds(size=1)] == [("refuse", refused)]
    assert present() == 10
    assert "deletions that wait for you" not in desk.get("/desk/").content.decode()
    assert (
        "Refused by operator@portal.example: Their server was down."
        in desk.get(page_of(held)).content.decode()
    )
    assert Refusal.objects.get().run == held
    point.harvested()
    assert "deletions that wait for you: 1" in desk.get("/desk/").content.decode()


def test_what_was_seen_is_what_is_decided(held: Run, desk: Client, point: Point) -> None:
    point.lists(many(2))
    assert point.harvested().run.held == 8
    answer = desk.post(page_of(held), {"act": "approve", "run": held.pk})
    assert answer.status_code == 409
    assert "no longer wait" in answer.content.decode()
    assert present() == 10
    assert not Deed.objects.filter(thing="source").exists()


def test_a_decision_needs_a_sign_in_lately(held: Run) -> None:
    late = at_desk(operator(), ago=16 * 60)
    answer = late.post(page_of(held), {"act": "approve", "run": held.pk})
    assert answer["Location"].startswith("/account/")
    assert present() == 10


def test_nothing_waits(point: Point, desk: Client) -> None:
    point.harvested()
    page = f"/desk/sources/{source(point.url).source.slug}/deletions/"
    assert "No deletion of this source waits." in desk.get(page).content.decode()
    assert desk.post(page, {"act": "approve", "run": 1}).status_code == 409
