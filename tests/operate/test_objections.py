"""What a run withdrew wrongly comes back: the supplier says so, an operator agrees or not."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.refusal import Refusal as Refused
from erpd.harvest.doubts import put_back as undo_whole
from erpd.harvest.models import Run
from erpd.harvest.reconcile import approve, holding
from erpd.operate.deletions import objections
from erpd.operate.models import Objection, Refusal
from erpd.operate.suppliers.actions import hold, make_link
from erpd.operate.suppliers.subscribing import NOTICE_VALID
from erpd.register.models import DataSet, Version
from tests.harvest.national import Point, good, many, source

pytestmark = pytest.mark.django_db


def shown() -> set[str]:
    return set(DataSet.objects.filter(deleted=False).values_list("identifier", flat=True))


def withdrawing(point: Point) -> Run:
    """A run that withdraws d0009 and changes d0000."""
    point.harvested()
    point.lists([good("d0000", "Edited"), *many(9)[1:]])
    return point.harvested().run


def test_what_was_withdrawn_comes_back_once_an_operator_agrees(point: Point, desk: Client) -> None:
    run = withdrawing(point)
    iri = DataSet.objects.get(identifier="d0009").iri
    page = f"/suppliers/{make_link(who=COMMAND_LINE, settings=source(point.url))}"
    assert "<code>d0009</code>" in Client().get(page).content.decode()
    assert not Objection.objects.exists()  # programs open every link
    said = {"act": "hold", "run": run.pk, "reason": "A <fault> of ours."}
    Client().post(page, said)
    assert Client().post(page, said).status_code == 409  # pressed twice
    assert Objection.objects.count() == 1
    assert not Refusal.objects.exists()  # nothing waited
    assert shown() == {f"d000{number}" for number in range(9)}
    assert "has not decided yet" in Client().get(page).content.decode()

    first = desk.get("/desk/").content.decode()
    assert "Sources whose supplier wants withdrawn data sets back: 1" in first
    [address] = re.findall(r'href="(/desk/sources/[^"]+/deletions/)"', first)
    plan = desk.get(address).content.decode()
    assert "A &lt;fault&gt; of ours." in plan
    assert "<code>d0009</code>" in plan
    answer = desk.post(address, {"act": "put_back", "run": run.pk}, follow=True)
    assert "Data sets that are back, at the same addresses: 1." in answer.content.decode()
    assert desk.post(address, {"act": "put_back", "run": run.pk}).status_code == 409
    back = DataSet.objects.get(identifier="d0009")
    assert (back.deleted, back.iri) == (False, iri)
    assert Version.objects.get(change=DataSet.objects.get(identifier="d0000").change).origin == str(run)
    run.refresh_from_db()
    assert (run.state, run.put_back) == (Run.State.DONE, 1)
    assert "supplier wants" not in desk.get("/desk/").content.decode()
    assert "The operator has put back 1 data set." in Client().get(page).content.decode()
    verbs = [(one.verb, one.detail) for one in deeds(size=3)]
    assert verbs == [
        ("put back", {"run": run.pk, "number": 1}),
        ("begin to put back", {"run": run.pk}),
        ("object", {"run": run.pk, "number": 1, "reason": "A <fault> of ours."}),
    ]

    again = point.harvested().run  # which does not list it either: it is not withdrawn again
    assert (again.gone, again.held, again.held_because) == (0, 1, Run.Held.PUT_BACK)
    assert len(shown()) == 10
    assert approve(source(point.url)).gone == 1
    point.lists(many(10))
    point.harvested()
    point.lists(many(9))
    assert point.harvested().run.gone == 1  # it had come again: nobody has put back this one


def test_it_can_be_said_after_later_runs_too(point: Point) -> None:
    first = withdrawing(point)
    point.lists([good("d0000", "Edited"), *many(8)[1:]])
    second = point.harvested().run
    point.harvested()  # withdraws nothing
    page = f"/suppliers/{make_link(who=COMMAND_LINE, settings=source(point.url))}"
    for run, gone in ((second, "d0008"), (first, "d0009")):
        shows = Client().get(page).content.decode()
        assert (f"<code>{gone}</code>" in shows, f'value="{run.pk}"' in shows) == (True, True)
        assert Client().post(page, {"act": "hold", "run": run.pk, "reason": "No."}).status_code == 302
    assert "This is wrong: keep them" not in Client().get(page).content.decode()
    Objection.objects.filter(run=first).delete()
    Run.objects.update(started=timezone.now() - NOTICE_VALID - timedelta(days=1))
    assert "<code>d0009</code>" not in Client().get(page).content.decode()


def test_what_cannot_come_back_is_said(point: Point, desk: Client) -> None:
    run = withdrawing(point)
    page = f"/suppliers/{make_link(who=COMMAND_LINE, settings=source(point.url))}"
    Client().post(page, {"act": "hold", "run": run.pk, "reason": "Ours."})
    lost = DataSet.objects.get(identifier="d0009")
    DataSet.objects.filter(identifier="d0001").update(iri=lost.iri)
    [address] = re.findall(r'href="(/desk/sources/[^"]+/deletions/)"', desk.get("/desk/").content.decode())
    answer = desk.post(address, {"act": "put_back", "run": run.pk}, follow=True).content.decode()
    assert "at the same addresses: 0. 1 stays withdrawn: another data set has its address now" in answer
    assert "1 stays withdrawn" in Client().get(page).content.decode()


def test_what_waits_is_kept_and_what_was_put_back_does_not_go_with_it(point: Point) -> None:
    run = withdrawing(point)
    Run.objects.filter(pk=run.pk).update(approved=False)
    point.lists(many(9)[:3])
    waits = point.harvested().run
    assert (waits.gone, waits.held) == (0, 6)
    hold(settings=source(point.url), run=run.pk, reason="No.")
    hold(settings=source(point.url), run=waits.pk, reason="Neither.")
    assert list(Objection.objects.values_list("run", flat=True)) == [run.pk]
    assert list(Refusal.objects.values_list("run", flat=True)) == [waits.pk]
    assert objections.put_back(who=COMMAND_LINE, run=run) == 1
    assert holding(source(point.url)) == waits
    approve(source(point.url))
    assert shown() == {"d0000", "d0001", "d0002", "d0009"}


def test_it_is_left_withdrawn_with_a_reason_or_settled_by_an_undo(
    point: Point, desk: Client, reading: Client
) -> None:
    run = withdrawing(point)
    settings = source(point.url)
    page = f"/suppliers/{make_link(who=COMMAND_LINE, settings=settings)}"
    hold(settings=settings, run=run.pk, reason="No.")
    address = f"/desk/sources/{settings.source.slug}/deletions/"
    assert reading.post(address, {"act": "put_back", "run": run.pk}).status_code == 403
    assert desk.post(address, {"act": "leave", "run": run.pk, "reason": ""}).status_code == 400
    desk.post(address, {"act": "leave", "run": run.pk, "reason": "The law says so."})
    assert "left them withdrawn: The law says so." in Client().get(page).content.decode()
    assert len(shown()) == 9
    Objection.objects.update(ended=None, is_upheld=None)
    Run.objects.create(settings=settings, state=Run.State.RUNNING, holder="", started=run.started)
    assert desk.post(address, {"act": "put_back", "run": run.pk}).status_code == 409
    settings.runs.filter(state=Run.State.RUNNING).delete()
    undo_whole(run)
    assert not objections.open_objections().exists()
    assert "has undone the whole run" in Client().get(page).content.decode()
    assert desk.post(address, {"act": "put_back", "run": run.pk}).status_code == 409


def test_two_operators_and_an_undo_at_the_same_moment(shared: None) -> None:
    with Point(many(10)) as point:
        run = withdrawing(point)
    hold(settings=source(point.url), run=run.pk, reason="No.")
    start, failures = Barrier(3), list[BaseException]()

    def at_once(work: object) -> None:
        try:
            start.wait(10)
            work()  # type: ignore[operator]
        except Refused:
            pass  # the other was first
        except BaseException as failure:  # shown below
            failures.append(failure)
        finally:
            connection.close()

    def put_back() -> None:
        objections.put_back(who=COMMAND_LINE, run=Run.objects.get(pk=run.pk))

    works = [put_back, put_back, lambda: undo_whole(Run.objects.get(pk=run.pk))]
    threads = [Thread(target=at_once, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert len(shown()) == 10
    assert Version.objects.filter(origin=f"undo of {run}", data_set__identifier="d0009").count() == 1
    assert not objections.open_objections().exists()


def test_what_was_begun_is_not_left_and_what_came_back_stays_though_the_run_is_undone(point: Point) -> None:
    run = withdrawing(point)
    hold(settings=source(point.url), run=run.pk, reason="No.")
    Run.objects.filter(pk=run.pk).update(put_back=0)  # somebody is putting them back, or was killed at it
    with pytest.raises(Refused):
        objections.leave(who=COMMAND_LINE, run=run, reason="The law says so.")
    assert objections.put_back(who=COMMAND_LINE, run=run) == 1
    undo_whole(run)
    again = point.harvested().run
    assert (again.gone, again.held, again.held_because) == (0, 1, Run.Held.PUT_BACK)
