"""Change numbers are committed in order: who reads after the last one he has never misses one."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from threading import Barrier, Event, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from erpd.register import changes
from erpd.register.models import ChangeCounter, DataSet, Source, Version
from tests.register import arrivals
from tests.register.arrivals import coming, leaving, one, take

WRITERS, BATCHES, SIZE = 4, 6, 3


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is a second later each time somebody looks at it."""
    ticks, start = count(), changes.BEGINNING
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(seconds=next(ticks)))


class Follower:
    """Has what it saw when it asked, each time, for what changed since it was told so the last time."""

    def __init__(self) -> None:
        self.since = changes.BEGINNING
        self.has: dict[str, int] = {}

    def asks(self) -> None:
        told = changes.settled()
        newer = DataSet.objects.filter(modified__gte=self.since)
        self.has.update(newer.values_list("identifier", "change"))
        self.since = told


def running(work: Callable[[], None]) -> Thread:
    """A thread with a database connection of its own."""

    def closing() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=closing)
    thread.start()
    return thread


@contextmanager
def writing(source: Source, identifier: str) -> Iterator[None]:
    """Another writes this record; it becomes visible at the end."""
    written, go = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            take(source, coming(source, identifier))
            written.set()
            go.wait()

    writer = running(write)
    written.wait()
    try:
        yield
    finally:
        go.set()
        writer.join()


@pytest.mark.django_db
def test_an_empty_register_is_at_zero():
    assert changes.last() == 0
    with changes.turn():
        pass
    assert changes.last() == 0


@pytest.mark.django_db
def test_a_turn_that_fails_gives_its_numbers_back():
    source = arrivals.source()
    take(source, coming(source, "a"))
    with pytest.raises(IntegrityError):  # the second writes a version that is there already
        take(source, coming(source, "b"), coming(source, "b"))
    take(source, coming(source, "b"))
    assert list(Version.objects.order_by("change").values_list("change", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_never_make_a_reader_miss_a_change(shared):
    sources = [arrivals.source(f"s{number}-source") for number in range(WRITERS)]
    assert not ChangeCounter.objects.exists()  # they also race for the first number
    start, done = Barrier(WRITERS), Event()
    read: list[int] = []
    failed: list[BaseException] = []

    def write(source):
        start.wait()
        for batch in range(BATCHES):
            names = [f"{source.slug}-{batch}-{number}" for number in range(SIZE)]
            take(source, *(coming(source, name) for name in names))
            take(source, leaving(source, names[0]))

    def follow():
        while True:
            last_round = done.is_set()
            newer = Version.objects.filter(change__gt=read[-1] if read else 0).order_by("change")
            read.extend(newer.values_list("change", flat=True))
            if last_round:
                return

    def guarded(work, *arguments):
        try:
            work(*arguments)
        except BaseException as error:
            failed.append(error)
            start.abort()
        finally:
            connection.close()

    reader = Thread(target=guarded, args=(follow,))
    writers = [Thread(target=guarded, args=(write, source)) for source in sources]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in (reader, *writers):
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        reader.join()
    finally:
        sys.setswitchinterval(interval)
    assert failed == []
    assert read == list(range(1, WRITERS * BATCHES * (SIZE + 1) + 1))
    dates = list(Version.objects.order_by("change").values_list("at", flat=True))
    assert dates == sorted(dates)
    assert set(DataSet.objects.values_list("change", flat=True)) <= set(read)


@pytest.mark.django_db(transaction=True)
def test_what_becomes_visible_late_is_not_missed(shared, seconds):
    source, follower = arrivals.source(), Follower()
    take(source, coming(source, "a"))
    with writing(source, "b"):
        for _ in range(3):
            follower.asks()
        assert follower.has == {"a": 1}
        assert follower.since == one("a").modified
    follower.asks()
    assert follower.has == {"a": 1, "b": 2}
    later = timezone.now()
    follower.asks()
    assert follower.since > later  # nobody writes: it is now


@pytest.mark.django_db(transaction=True)
def test_a_first_change_that_becomes_visible_late_is_not_missed(shared, seconds):
    source, follower = arrivals.source(), Follower()
    with writing(source, "a"):
        follower.asks()
    follower.asks()
    assert follower.has == {"a": 1}


@pytest.mark.django_db(transaction=True)
def test_who_asks_for_what_is_newer_never_misses_what_several_write(shared, seconds):
    sources = [arrivals.source(f"s{number}-source") for number in range(WRITERS)]
    follower = Follower()

    def writes(source: Source) -> Callable[[], None]:
        def write() -> None:
            for batch in range(BATCHES):
                with transaction.atomic():
                    names = [f"{source.slug}-{number}" for number in range(SIZE)]
                    take(source, *(coming(source, name, f"Title {batch}") for name in names))
                    ChangeCounter.objects.get()  # a while passes before it is visible
                take(source, leaving(source, names[0]))

        return write

    writers = [running(writes(source)) for source in sources]
    while any(writer.is_alive() for writer in writers):
        follower.asks()
    follower.asks()
    assert follower.has == dict(DataSet.objects.values_list("identifier", "change"))


@pytest.mark.django_db(transaction=True)
def test_who_asks_does_not_make_a_writer_wait_nor_lose_his_own_patience(shared):
    take(source := arrivals.source(), coming(source, "a"))

    def patience() -> int:
        return connection.cursor().execute("PRAGMA busy_timeout").fetchone()[0]

    before = patience() if connection.vendor == "sqlite" else 0
    told = changes.settled()
    assert timezone.now() - told < timedelta(minutes=1)
    assert before == (patience() if connection.vendor == "sqlite" else 0)
    with transaction.atomic():  # who writes himself sees what he wrote
        take(source, coming(source, "b"))
        assert changes.settled() >= told
    writer = running(lambda: take(source, coming(source, "c")))
    writer.join()
    assert one("c").change == 3


@pytest.mark.django_db(transaction=True)
def test_two_at_once_that_bring_the_same_record_make_one_data_set(shared):
    source, start = arrivals.source(), Barrier(2)
    bins: list[str] = []

    def write(title):
        try:
            start.wait()
            bins.extend(take(source, coming(source, "a", title)))
        finally:
            connection.close()

    writers = [Thread(target=write, args=(title,)) for title in ("One", "Another")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(bins) == ["changed", "new"]
    assert Version.objects.count() == 2
