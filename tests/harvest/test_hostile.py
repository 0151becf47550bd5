"""Documents that crash, fill or hold up the process that reads them cost themselves only."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from erpd.harvest import lease, stopping
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.probing.probe import probe
from erpd.harvest.rehearsal import replay
from erpd.sources.errors import SourceError
from tests.harvest import national
from tests.harvest.hostile import chain
from tests.harvest.killing import dead_holder
from tests.harvest.national import Point, bins, good, interrupted_by, many, run, source
from tests.harvest.test_worker import ALWAYS, working
from tests.sources.oai_pmh import oai

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.in_children]


def test_a_file_that_crashes_its_reader_fails_its_run_and_the_next_source_comes_in(tmp_path: Path):
    file = tmp_path / "all.jsonld"
    file.write_text(chain())
    with Point(many(3)) as point:
        hostile = source(str(file), "dump", rules=ALWAYS)
        source(point.url, country="BE", rules=ALWAYS)
        first, second = sorted(working(), key=lambda report: not report.failed)
        assert first.run.error["rule"] == "crashed"
        assert first.run.error["url"] == str(file)
        assert bins(second) == {"new": 3}
        with national.client() as http:
            with pytest.raises(SourceError) as caught:
                probe(hostile, http)
            assert caught.value.rule == "crashed"
        assert run(hostile, dry_run=True).run.error["rule"] == "crashed"


def test_what_came_before_the_crash_stays_and_the_last_good_version_too(tmp_path: Path):
    with Point(many(5), size=2) as point:
        settings = source(point.url)
        assert bins(run(settings)) == {"new": 5}
        point.lists([good("new"), *many(5)])
        point.handle = lambda path, query, headers: (
            (200, oai.XML, b"<" * 100)
            if query.get("resumptionToken") == "4"
            else point.repository(path, query, headers)
        )
        report = run(settings)
        assert report.failed
        assert bins(report) == {"new": 1, "unchanged": 3}
        point.handle = point.repository
        assert bins(run(settings)) == {"unchanged": 6}


def dies(settings: SourceSettings, pages: int = 0) -> None:
    """A process that works on the source after that many pages, and dies."""
    lease.let_go(lease.begin(settings))
    Run.objects.update(pages=pages)
    interrupted_by(dead_holder())


def test_a_run_that_ended_its_process_three_times_at_one_page_is_set_aside():
    with Point(many(5), size=2) as point:
        settings = source(point.url, rules=ALWAYS)
        for _ in range(lease.MOST_DEATHS):
            dies(settings)
        (report,) = working()
        assert (report.run.state, report.run.error["rule"]) == ("failed", "set-aside")
        assert report.run.error["message"] == "The process that worked on this run died 3 times after page 0"
        assert point.server.asked == []
        assert working() == []
        (again,) = working(timezone.now() + timedelta(days=1))  # like every source that failed
        assert bins(again) == {"new": 5}


def test_deaths_at_other_pages_do_not_count_nor_do_those_of_a_person_who_tries_by_hand():
    with Point(many(9), size=2) as point:
        settings = source(point.url, rules=ALWAYS)
        for pages in range(5):
            dies(settings, pages)
        (report,) = working()
        assert (report.failed, report.run.deaths) == (False, 1)
        for _ in range(4):
            dies(settings)
        report = run(settings)
        assert (report.failed, report.run.deaths) == (False, 4)


def test_who_only_let_go_has_not_died():
    with Point(many(2)) as point:
        settings = source(point.url)
        for _ in range(5):
            held = lease.begin(settings)
            lease.let_go(held)
        assert held.deaths == 0


def test_who_is_told_to_end_while_a_run_begins_has_not_died(monkeypatch: pytest.MonkeyPatch) -> None:
    began = lease.begin

    def begin(*arguments: Any) -> Run:
        run = began(*arguments)
        stopping.ask()  # the signal comes once the run is in the database
        return run

    with Point(many(2)) as point:
        settings = source(point.url)
        with monkeypatch.context() as patch:
            patch.setattr(stopping, "_state", stopping._State())
            patch.setattr(lease, "begin", begin)
            with pytest.raises(stopping.Stopped):
                run(settings)
        (left,) = Run.objects.all()
        assert (left.state, left.holder, left.deaths) == ("running", "", 0)
        report = run(settings)
        assert (report.run.pk, report.run.deaths, bins(report)) == (left.pk, 0, {"new": 2})


def test_a_replay_prepares_in_children_as_well():
    with Point(many(3)) as point:
        first = run(source(point.url))
        assert bins(replay(first.run)) == {"unchanged": 3}
