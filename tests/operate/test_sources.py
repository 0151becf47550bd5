"""The list of sources tells the truth about each; what a person must do comes first."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from erpd.accounts.deeds import deeds
from erpd.harvest.models import Heartbeat, Run, SourceSettings
from erpd.harvest.worker import due
from erpd.operate.sources.standing import State, last_runs, standings
from erpd.operate.sources.trend import HEIGHT, trends
from erpd.register import quality
from tests.accounts.people import person
from tests.harvest.killing import dead_holder
from tests.harvest.national import Point, many, source
from tests.operate.conftest import at_desk
from tests.plans import plans_of

pytestmark = pytest.mark.django_db


def state_of(settings: SourceSettings, later: timedelta = timedelta()) -> State:
    [standing] = standings([SourceSettings.objects.get(pk=settings.pk)], timezone.now() + later)
    return standing.state


def test_a_source_passes_through_its_states(point: Point) -> None:
    settings = source(point.url)
    assert state_of(settings) == State.NEVER
    point.harvested()
    assert state_of(settings) == State.FINE
    assert state_of(settings, timedelta(days=10)) == State.OVERDUE
    point.lists(many(5))
    point.harvested()
    assert state_of(settings) == State.HELD
    point.lists([])
    assert point.harvested().failed
    assert state_of(settings) == State.FAILED
    run = Run.objects.create(settings=settings, holder=dead_holder(), started=timezone.now())
    Heartbeat.objects.create(run=run, holder=run.holder, at=timezone.now() - timedelta(days=1))
    assert state_of(settings) == State.SILENT
    run.delete()
    SourceSettings.objects.filter(pk=settings.pk).update(rules="[values")
    assert state_of(settings) == State.BROKEN


def test_what_needs_a_person_comes_first_and_stands_on_the_first_page(point: Point, desk: Client) -> None:
    point.harvested()
    with Point([]) as other:
        failing = source(other.url).source.slug
        other.harvested()
        page = desk.get("/desk/sources/").content.decode()
    fine = source(point.url).source.slug
    assert page.index(f">{failing}</a>") < page.index(f">{fine}</a>")
    first = desk.get("/desk/").content.decode()
    assert "Sources whose last run failed: 1" in first
    [address] = re.findall(r'href="(/desk/sources/\?state=failed)"', first)
    listed = desk.get(address).content.decode()
    assert f">{failing}</a>" in listed
    assert f">{fine}</a>" not in listed
    [table] = re.findall("(?s)<table.*?</table>", page)
    assert table in first, "the same rows, in the same words"


def test_an_operator_asks_for_a_run_and_switches_a_source_off(point: Point, desk: Client) -> None:
    point.harvested()
    settings = source(point.url)
    page = f"/desk/sources/{settings.source.slug}/"
    assert [one.settings for one in due(timezone.now())] == []
    assert "(MQA)" not in desk.get(page).content.decode()
    quality.follow()
    assert 'href="/quality/catalogues/nl">' in desk.get(page).content.decode()
    assert desk.post(page, {"act": "ask"}).status_code == 302
    assert [one.settings for one in due(timezone.now())] == [settings]
    assert "as soon as the worker can" in desk.get(page).content.decode()
    point.harvested()
    assert due(timezone.now()) == []
    desk.post(page, {"act": "off"})
    settings.refresh_from_db()
    assert not settings.active
    assert state_of(settings) == State.OFF
    desk.post(page, {"act": "on"})
    assert [deed.verb for deed in deeds(size=3)] == ["switch on", "switch off", "ask for a run"]


def test_readers_look_and_others_see_nothing(point: Point, reading: Client) -> None:
    run = point.harvested().run
    slug = run.settings.source.slug
    pages = [
        "",
        f"{slug}/",
        f"{slug}/runs/{run.pk}/",
        f"{slug}/runs/{run.pk}/records.csv",
        f"{slug}/deletions/",
    ]
    other = at_desk(person("else@x.example"))
    for page in pages:
        assert reading.get(f"/desk/sources/{page}").status_code == 200, page
        assert other.get(f"/desk/sources/{page}").status_code == 404, page
    for page, act in ((pages[1], "ask"), (pages[2], "undo"), (pages[4], "approve")):
        assert 'name="act"' not in reading.get(f"/desk/sources/{page}").content.decode()
        assert reading.post(f"/desk/sources/{page}", {"act": act}).status_code == 403, page
        assert other.post(f"/desk/sources/{page}", {"act": act}).status_code == 404, page
    assert reading.get(f"/desk/sources/{slug}/runs/{run.pk + 1}/").status_code == 404
    assert reading.get("/desk/sources/none/").status_code == 404


def test_the_last_runs_are_found_in_an_index_however_many_there_are(point: Point) -> None:
    first, second = point.harvested().run, point.harvested().run
    with CaptureQueriesContext(connection) as queries:
        assert last_runs(Run.objects.all()) == {first.settings_id: second}
    for plan in plans_of(queries):
        read = [step for step in plan if "harvest_run" in step]
        assert any("COVERING INDEX" in step for step in read)
        assert all("SEARCH" in step or "COVERING INDEX" in step for step in read)


def test_the_trend_is_what_came_in_each_run_whether_it_is_known_or_counted(point: Point) -> None:
    runs = []
    for number in (2, 8, 4):
        point.lists(many(number))
        runs.append(point.harvested().run)
    [settings] = SourceSettings.objects.all()
    drawn = trends([settings.pk])[settings.pk]
    assert [bar.height for bar in drawn] == [HEIGHT // 4, HEIGHT, HEIGHT // 2]
    Run.objects.filter(pk=runs[1].pk).update(summary={})  # of an older version
    assert trends([settings.pk])[settings.pk] == drawn


def test_many_sources_are_asked_about_in_a_few_queries(
    point: Point, desk: Client, django_assert_max_num_queries: object
) -> None:
    summary = point.harvested().run.summary
    desk.get("/desk/")
    with CaptureQueriesContext(connection) as queries:
        desk.get("/desk/")
    of_one = len(queries)
    for number in range(30):
        settings = source(f"{point.url}/{number}")
        facts = {"state": Run.State.DONE, "complete": True, "summary": summary}
        Run.objects.create(settings=settings, holder="x", started=timezone.now(), **facts)
    desk.get("/desk/sources/")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        desk.get("/desk/sources/")
    with django_assert_max_num_queries(of_one):  # type: ignore[operator]
        first = desk.get("/desk/").content.decode()
    assert len(re.findall("<th[^>]* scope=.row.", first)) == 20
    assert "All sources (31)" in first
