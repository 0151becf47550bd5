"""The flight recorder: what came is kept, bounded and private; a run can be harvested again from it."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.formats.reading import Reading
from erpd.harvest import recording
from erpd.harvest.keeping import recordings
from erpd.harvest.lease import SourceBusy, begin
from erpd.harvest.models import Entry, Run
from erpd.harvest.recording import RUNS, Recording, prune
from erpd.harvest.rehearsal import replay
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.storable import storable
from erpd.register.models import ChangeCounter, DataSet
from erpd.sources.errors import SourceError
from erpd.sources.page import Page
from tests.harvest import national
from tests.harvest.killing import Killed, dead_holder
from tests.harvest.national import Point, bins, client, good, interrupted_by, many, run, source
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db

TEXTS = st.text(st.characters(), max_size=20)
FINDINGS = st.builds(Finding, st.just("r"), st.sampled_from(Severity), TEXTS, TEXTS, TEXTS, TEXTS)
READINGS = st.builds(
    Reading, TEXTS, st.binary(max_size=50), TEXTS, TEXTS, st.booleans(), st.none() | FINDINGS
)
CHECKPOINTS = st.dictionaries(TEXTS, st.none() | st.booleans() | st.integers() | TEXTS, max_size=3)
PAGES = st.builds(Page, st.lists(READINGS, max_size=4), CHECKPOINTS, st.none() | st.integers(), st.booleans())


@pytest.fixture
def dead() -> str:
    return dead_holder()


@settings(max_examples=40)
@given(st.lists(PAGES, min_size=1, max_size=4))
def test_it_gives_what_it_was_given(tmp_path_factory, pages):
    kept = Recording(tmp_path_factory.mktemp("run") / "recordings" / "1")
    for number, page in enumerate(pages, start=1):
        kept.keep(number, page)
    kept.keep(1, pages[0])  # again, as after a kill
    assert list(kept.pages()) == list(kept.pages({"any": "checkpoint"})) == pages
    names = {storable(one.identifier) for page in pages for one in page.readings}
    assert all(kept.find(name, 50) for name in names)
    kept.forget()
    with pytest.raises(SourceError, match="There is no recording"):
        list(kept.pages())


def pages_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.gz"))


@pytest.fixture
def three(tmp_path: Path) -> Recording:
    kept = Recording(tmp_path / "recordings" / "7")
    for number in (1, 2, 3):
        kept.keep(number, Page([Reading(f"r{number}", b"x", "text/turtle")], {}, 3, number == 3))
    return kept


def test_nobody_else_may_look_into_it(three):
    for folder in (three.folder, three.folder.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in three.folder.iterdir() if path.suffix != ".gz"] == []


def edit(path: Path, old: bytes, new: bytes) -> None:
    page = gzip.decompress(path.read_bytes())
    assert old in page
    path.write_bytes(gzip.compress(page.replace(old, new)))


DAMAGE = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:20]),
    "flipped": lambda path: path.write_bytes(path.read_bytes()[:-9] + bytes(9)),
    "no gzip": lambda path: path.write_bytes(b"{}"),
    "no JSON": lambda path: path.write_bytes(gzip.compress(b"{")),
    "no page": lambda path: path.write_bytes(gzip.compress(b"[]")),
    "less": lambda path: path.write_bytes(gzip.compress(b'{"readings": []}')),
    "no size": lambda path: edit(path, b'"size": 1, ', b""),
    "too little": lambda path: edit(path, b"\nx", b"\n"),
    "too much": lambda path: edit(path, b"\nx", b"\nxx"),
    "folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_what_cannot_be_read_is_told(three, damage):
    damage(pages_of(three.folder)[1])
    with pytest.raises(SourceError, match=r"Page 2 .* run 7 is missing or damaged") as told:
        list(three.pages())
    assert told.value.rule == "no-recording"


def test_the_last_runs_of_each_source_are_kept_and_no_more_than_there_is_room_for(tmp_path, monkeypatch):
    def kept() -> set[str]:
        return {path.name for path in tmp_path.iterdir()}

    runs = {1: list(range(20, 10, -1)), 2: [7], 3: [8, 9]}
    prune(tmp_path / "none", runs)
    for number in [*range(1, 21), "stray"]:
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "0000001.gz").write_bytes(bytes(1000))
        os.utime(folder / "0000001.gz", (0, int(number) if number != "stray" else 0))
    (tmp_path / "file").write_text("x")
    prune(tmp_path, runs)
    latest = {str(number) for number in range(20, 20 - RUNS, -1)}
    assert kept() - {"file"} == {*latest, "7", "8", "9"}
    monkeypatch.setattr(recording, "MOST", 2500)
    prune(tmp_path, runs)
    assert kept() - {"file"} == {"19", "20"}  # the oldest go first
    monkeypatch.setattr(recording, "MOST", 10)
    prune(tmp_path, runs)
    assert kept() - {"file"} == {"20"}  # that of today stays


def test_each_harvest_forgets_the_oldest(monkeypatch):
    monkeypatch.setattr(recording, "RUNS", 2)
    with Point(many(2)) as point:
        numbers = [str(point.harvested().run.pk) for _ in range(3)]
        assert sorted(path.name for path in recordings().iterdir()) == sorted(numbers[1:])
        point.harvested(dry_run=True)
        assert sorted(path.name for path in recordings().iterdir()) == sorted(numbers[1:])


MIXED = [
    good("a"),
    good("bad", valid=False),
    oai.deleted("gone"),
    national.broken("broken"),
    good("a"),
    good("no", "Filtered"),
    good("é", "Ünï"),
]


def forgotten() -> None:
    """The register as it was before it was filled."""
    Entry.objects.all().delete()
    DataSet.objects.all().delete()
    ChangeCounter.objects.all().delete()


def test_replayed_against_the_register_of_before_the_ledger_is_the_same():
    with Point(MIXED, size=2) as point:
        settings = source(point.url, rules='without = ["no"]')
        first = run(settings)
        ledger, reasons = national.ledger(first), national.entries(first)
    assert len(pages_of(recordings() / str(first.run.pk))) == 4
    kept = Recording(recordings() / str(first.run.pk))
    assert [reading.identifier for page in kept.pages() for reading in page.readings] == [
        *("a", "bad", "gone", "broken", "a", "no", "é")
    ]
    forgotten()
    again = replay(first.run)  # the server is no more
    assert national.ledger(again) == ledger
    assert [(one.identifier, one.times, one.finding) for one in again.findings] == [
        (one.identifier, one.times, one.finding) for one in first.findings
    ]
    assert {place for _, place, _ in reasons} == {
        *("new", "rejected", "deleted", "unreadable", "duplicate", "filtered")
    }
    assert (DataSet.objects.count(), Run.objects.count(), Entry.objects.count()) == (0, 1, 0)


def test_replayed_with_other_rules_it_shows_what_they_would_do():
    with Point([good("a"), good("b").replace("file-type/CSV", "x/table"), good("c")]) as point:
        first = run(source(point.url))
        settings = source(
            point.url,
            rules='[values."dct:format"]\n'
            '"http://publications.europa.eu/resource/authority/x/table" = "CSV"\n[expect]\nat_most = 3',
        )
    before = national.register()
    assert bins(first) == {"new": 2, "rejected": 1}
    assert bins(replay(Run.objects.get(pk=first.run.pk))) == {"unchanged": 2, "new": 1}
    settings.rules = "[expect]\nat_least = 4"
    settings.save()
    tried = replay(Run.objects.get(pk=first.run.pk))
    assert (tried.failed, tried.run.error["rule"]) == (True, "expectation")
    assert national.register() == before
    assert Run.objects.count() == 1


def test_what_was_held_is_held_in_the_replay():
    with Point(many(10)) as point:
        point.harvested()
        point.lists(many(6))
        report = point.harvested()
        assert national.ledger(replay(report.run)) == national.ledger(report)
        assert DataSet.objects.filter(deleted=False).count() == 10


def test_a_run_of_which_nothing_is_kept_cannot_be_replayed():
    with Point(many(2)) as point:
        report = point.harvested()
    Recording(recordings() / str(report.run.pk)).forget()
    tried = replay(report.run)
    assert (tried.failed, tried.run.error["rule"]) == (True, "no-recording")
    assert tried.ledger["gone"] == tried.ledger["held"] == 0
    assert len(national.titles()) == 2


def test_a_replay_waits_until_a_run_has_ended():
    with Point(many(2)) as point:
        report = point.harvested()
    begin(report.run.settings)
    with pytest.raises(SourceBusy):
        replay(report.run)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", [1, 2, 3, 4])
@pytest.mark.parametrize("after", [False, True])
def test_killed_beside_the_storing_of_a_page_no_page_is_there_twice_and_none_is_missing(
    dead, monkeypatch, page, after
):
    import erpd.harvest.run as harvesting

    store = harvesting.store
    stored = iter(range(1, 100))

    def dying(*arguments):
        number = next(stored)
        if number == page and not after:
            raise Killed
        store(*arguments)
        if number == page:
            raise Killed

    monkeypatch.setattr(harvesting, "store", dying)
    with Point(many(10), size=3) as point:
        with pytest.raises(Killed):
            point.harvested()
        interrupted_by(dead)
        monkeypatch.setattr(harvesting, "store", store)
        report = point.harvested()
    assert bins(report) == {"new": 10}
    kept = Recording(recordings() / str(report.run.pk))
    names = [reading.identifier for one in kept.pages() for reading in one.readings]
    assert names == [f"d{number:04}" for number in range(10)]
    forgotten()
    assert national.ledger(replay(report.run)) == national.ledger(report)


@pytest.mark.django_db(transaction=True)
def test_what_an_earlier_attempt_received_is_not_in_it(dead):
    """The server forgot its token: the run began anew, from a list that had changed."""

    def stops(done: int, total: int | None) -> None:
        if done >= 6:
            raise Killed

    def forgetful(path, query, headers):
        if "resumptionToken" in query and not again:
            again.append(query)
            return 200, oai.XML, oai.error("badResumptionToken")
        return point.repository(path, query, headers)

    again: list[dict[str, str]] = []
    with Point(many(8), size=2) as point:
        with pytest.raises(Killed):
            point.harvested(progress=stops)
        interrupted_by(dead)
        point.lists(many(3))
        point.handle = forgetful
        report = point.harvested()
        assert (report.run.attempt, report.ledger["received"], report.failed) == (2, 3, False)
    kept = Recording(recordings() / str(report.run.pk))
    assert [reading.identifier for page in kept.pages() for reading in page.readings] == [
        *("d0000", "d0001", "d0002")
    ]


def test_the_recording_of_an_older_register_is_not_taken_for_this_one():
    with Point(many(7), size=2) as point:
        known = source(point.url)
        number = (Run.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        for guess in range(number, number + 200):  # whichever number the next run gets
            Recording(recordings() / str(guess)).keep(9, Page([], {}, None, True))
        with client() as http:
            report = national.harvest(known, http)
        assert len(pages_of(recordings() / str(report.run.pk))) == 4
