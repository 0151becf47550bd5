"""Who objected to deletions reads in a mail what was decided, and why."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail
from erpd.accounts.outbox.carriers import message
from erpd.harvest.models import Run
from erpd.operate.deletions import objections
from erpd.operate.models import HarvestingRequest, Subscription
from erpd.operate.runs import actions as runs
from erpd.operate.suppliers.actions import hold
from tests.harvest.national import Point, source
from tests.operate.test_objections import withdrawing

pytestmark = pytest.mark.django_db


def objected(point: Point) -> Run:
    run = withdrawing(point)
    hold(settings=run.settings, run=run.pk, reason="A fault\nof ours.")
    return run


def subscribed(run: Run, email: str, language: str, *, confirmed: bool = True) -> None:
    Subscription.objects.create(
        settings=run.settings,
        email=email,
        language=language,
        digest=None if confirmed else email,
        confirmed=timezone.now() if confirmed else None,
    )


def told() -> dict[str, str]:
    found = {one.to: str(message(one).body) for one in Mail.objects.filter(template__startswith="objection")}
    Mail.objects.all().delete()
    return found


def test_whoever_gets_notices_is_told_in_their_language_with_the_reason(point: Point, desk: Client) -> None:
    run = objected(point)
    subscribed(run, "an@point.example", "nl")
    subscribed(run, "bo@point.example", "en")
    subscribed(run, "nobody@point.example", "en", confirmed=False)
    page = f"/desk/sources/{run.settings.source.slug}/deletions/"
    said = {"act": "leave", "run": run.pk, "reason": "You have deleted them."}
    assert desk.post(page, {**said, "reason": ""}).status_code == 400
    assert not told()
    assert desk.post(page, said).status_code == 302
    mails = told()
    assert set(mails) == {"an@point.example", "bo@point.example"}
    assert "De beheerder heeft ze ingetrokken gelaten: You have deleted them." in mails["an@point.example"]
    assert "left them withdrawn: You have deleted them." in mails["bo@point.example"]
    assert re.search(r"A fault\n\s*of ours\.", mails["bo@point.example"])
    [link] = re.findall(r"https?://[^/\s]+(/suppliers/notices/\S+)", mails["bo@point.example"])
    assert Client().get(link).status_code == 200
    assert desk.post(page, said).status_code == 409  # pressed twice
    assert not told()


def test_without_notices_it_goes_to_who_asked_for_the_harvesting(point: Point) -> None:
    run = objected(point)
    HarvestingRequest.objects.create(
        settings=run.settings, email="who@point.example", language="en", answers={}, state="live"
    )
    objections.put_back(who=COMMAND_LINE, run=run)
    [(to, text)] = told().items()
    assert to == "who@point.example"
    assert "The operator has put back 1 data set." in text


def test_an_undone_run_is_told_too_and_one_without_an_objection_is_not(point: Point) -> None:
    run = objected(point)
    subscribed(run, "bo@point.example", "en")
    runs.undo(who=COMMAND_LINE, run=run)
    assert "The operator has undone the whole run." in told()["bo@point.example"]
    runs.undo(who=COMMAND_LINE, run=point.harvested().run)
    assert not told()
    assert source(point.url).runs.count() == 3
