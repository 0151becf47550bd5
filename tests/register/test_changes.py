"""Change numbers are committed in order: who reads after the last one he has never misses one."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier, Event, Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
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

    def now() -> datetime:
        return start + timedelta(seconds=next(ticks))

    def turn() -> datetime:
        waits()
        return now()

    waits = changes._wait_for_turn
    monkeypatch.setattr(changes, "clock", now)
    monkeypatch.setattr(changes, "_wait_for_turn", turn)


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
    later = changes.clock()
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
def test_readers_do_not_take_each_other_for_writers(shared):
    take(source := arrivals.source(), coming(source, "a"))
    ChangeCounter.objects.update(at=changes.BEGINNING)
    start = Barrier(8)
    told: list[datetime] = []

    def asks() -> None:
        start.wait()
        told.extend(changes.settled() for _ in range(25))

    readers = [running(asks) for _ in range(8)]
    for reader in readers:
        reader.join()
    assert len(told) == 200
    assert min(told) > timezone.now() - timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_where_nobody_can_write_readers_are_answered(shared):
    take(source := arrivals.source(), coming(source, "a"))
    on, off = {
        "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    }[connection.vendor]
    connection.cursor().execute(on)
    try:
        with pytest.raises(DatabaseError, match=r"read-?only"):
            ChangeCounter.objects.update(last=5)
        assert changes.settled() >= one("a").modified
    finally:
        connection.cursor().execute(off)


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_makes_no_writer_wait(shared):
    tried, other = arrivals.source("s1-source"), arrivals.source("s2-source")
    take(tried, coming(tried, "a"))
    if connection.vendor == "sqlite":  # it has one writer, whatever he does
        return
    with transaction.atomic(), changes.rehearsed():
        assert take(tried, coming(tried, "a", "Changed"), coming(tried, "b")) == ["changed", "new"]
        writer = running(lambda: take(other, coming(other, "c")))
        writer.join(20)
        assert not writer.is_alive()
        assert abs(timezone.now() - changes.settled()) < timedelta(minutes=1)
        transaction.set_rollback(True)
    assert dict(DataSet.objects.values_list("identifier", "change")) == {"a": 1, "c": 2}


@pytest.mark.django_db(transaction=True)
def test_clocks_that_differ_do_not_matter_and_one_that_is_ahead_is_noticed(monkeypatch):
    source = arrivals.source()
    if connection.vendor == "postgresql":
        monkeypatch.setattr(timezone, "now", lambda: datetime(2031, 1, 1, tzinfo=UTC))  # on this machine
    take(source, coming(source, "a"))
    assert changes.ahead() is None
    assert one("a").modified.year < 2031
    ChangeCounter.objects.update(at=changes.clock() + timedelta(days=30))
    assert changes.ahead() == ChangeCounter.objects.get().at
    take(source, coming(source, "b"))
    assert one("b").modified == ChangeCounter.objects.get().at  # no datestamp goes back


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
