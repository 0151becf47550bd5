"""A server forgets its tokens in the middle of the list: it is read by dates, and nothing is lost."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erpd.formats.reading import Reading
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Response
from erpd.sources.oai_pmh.source import OaiPmh
from tests.sources.oai_pmh import oai

URL = "http://data.example/oai"
DAY, SECOND = 86_400, 1
START = datetime(2026, 1, 1, tzinfo=UTC)
BEGIN = 40 * DAY  # when the harvest begins, in seconds since START


@dataclass(frozen=True)
class Record:
    """``at``: when it was last edited, in seconds since START."""

    at: int
    version: int = 0
    deleted: bool = False


@dataclass
class Repository:
    """As a client: a repository whose clock goes on by ``pace`` seconds with each request.

    The list of number n gives ``lives[n]`` pages behind the first. ``changes``: number of a request -> what
    is done before it is answered. ``total`` announces; ``to_the_end`` keeps to ``until``, or leaves it out.
    ``sorted``: by datestamp, so that a record that is edited comes again.
    """

    records: dict[str, Record]
    step: int = DAY
    size: int = 3
    lives: tuple[int, ...] = (0,)
    pace: int = 60
    changes: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    total: bool = False
    to_the_end: bool = True
    sorted: bool = False

    def __post_init__(self) -> None:
        self.now = BEGIN
        self.stale: set[str] = set()  # was received before it was edited, and is the next time
        self.asked: list[dict[str, str]] = []
        self.begun: dict[str, Record] = {}  # the records when the last list began
        self.lists: list[tuple[str, str, int]] = []
        self.tokens: dict[str, tuple[int, str, int]] = {}  # number of the list, last name, how many came

    def get(self, url: str, query: Mapping[str, str], *, any_status: bool) -> Response:
        self.asked.append(dict(query))
        assert len(self.asked) < 3000, "this never ends"
        self.now += self.pace
        self.change(*self.changes.get(len(self.asked), ("", "")))
        return Response(url, 200, {}, self.answer(query))

    def change(self, what: str, name: str) -> None:
        if what == "restart":
            self.tokens.clear()
        elif what == "insert":
            self.records.setdefault(name, Record(self.now))
        elif name in self.records and not self.records[name].deleted:
            if what == "vanish" and not self.total:
                del self.records[name]
            elif what != "vanish":
                version = self.records[name].version + 1
                self.records[name] = Record(self.now, version, deleted=what == "delete")

    def stamp(self, at: int) -> str:
        text = (START + timedelta(seconds=at)).isoformat()
        return text[:10] if self.step == DAY else text[:19] + "Z"

    def answer(self, query: Mapping[str, str]) -> bytes:
        if query["verb"] == "Identify":
            granularity = "YYYY-MM-DD" if self.step == DAY else "YYYY-MM-DDThh:mm:ssZ"
            return oai.around(
                f"<Identify><granularity>{granularity}</granularity>"
                "<earliestDatestamp>2026-01-08</earliestDatestamp></Identify>"
            ).replace(b"2026-01-01T00:00:00Z", (START + timedelta(seconds=self.now)).isoformat().encode())
        if "resumptionToken" in query:
            if query["resumptionToken"] not in self.tokens:
                return oai.error("badResumptionToken", "expired")
            number, last, before = self.tokens[query["resumptionToken"]]
        else:
            number, last, before = len(self.lists), "", 0
            life = self.lives[number % len(self.lives)]
            self.lists.append((query.get("from", ""), query.get("until", ""), life))
            self.begun = dict(self.records)
        return self.page(number, last, before)

    def page(self, number: int, last: str, before: int) -> bytes:
        from_, until, life = self.lists[number]
        chosen = {name for name, one in self.records.items() if self.chosen(one, from_, until or "9999")}
        left = sorted((name for name in chosen if self.place(name) > last), key=self.place)
        total = len(chosen) if self.sorted else before + len(left)  # none twice, none that was passed by
        if not left and not before:
            return oai.error("noRecordsMatch")
        here = left[: self.size]
        token = ""
        if here != left:
            token = f"{number}-{before + len(here)}"
            if before // self.size < life:
                self.tokens[token] = (number, self.place(here[-1]), before + len(here))
        listed = [self.record(name) for name in here]
        return oai.page(listed, token, total if self.total else None)

    def place(self, name: str) -> str:
        """Where a record stands in a list."""
        return f"{self.records[name].at:09}{name}" if self.sorted else name[::-1]

    def chosen(self, record: Record, from_: str, until: str) -> bool:
        stamp = self.stamp(record.at)
        return from_ <= stamp < until or (stamp == until and self.to_the_end)

    def record(self, name: str) -> str:
        one = self.records[name]
        stamp = self.stamp(one.at)
        if one.deleted:
            return oai.deleted(name).replace("2026-01-02</date", f"{stamp}</date")
        return oai.record(name, f"<x>{one.version}</x>", stamp)

    def source(self, **selection: str) -> OaiPmh:
        return OaiPmh(URL, self, prefix="dcat_ap", **selection)

    def dates(self) -> list[tuple[str, str]]:
        """From and until of each list that was asked for."""
        return [(from_, until) for from_, until, _ in self.lists]


def harvested(repository: Repository, killed: Iterable[int] = ()) -> dict[str, Reading]:
    """What the register has in the end. Killed at those pages the harvest goes on in another process.

    Of what comes twice the first counts, unless the second is newer than all before, as in the register.
    """
    received: dict[str, Reading] = {}
    latest, number = "", 0
    checkpoint: dict[str, object] | None = None
    while True:
        resumed = checkpoint is not None
        try:
            for page in repository.source().pages(checkpoint):
                resumed, number = False, number + 1
                if number in killed:
                    break
                if page.anew:
                    received, latest = {}, ""
                here = {reading.identifier: reading for reading in page.readings}
                assert len(here) == len(page.readings)
                again = {name for name in here if name in received and here[name].datestamp <= latest}
                # On the second page of a day that cannot be cut no hour tells that it is newer.
                assert not again or (repository.step == DAY and checkpoint["token"])
                assert all(here[name].datestamp == latest for name in again)
                repository.stale |= again
                received |= {name: one for name, one in here.items() if name not in again}
                latest = max([latest, *(reading.datestamp for reading in page.readings)])
                checkpoint = json.loads(json.dumps(page.checkpoint))
                if page.last:
                    return received
        except SourceError as error:
            if not (resumed and error.rule == "bad-token"):
                raise
            received, latest, checkpoint = {}, "", None


def version(reading: Reading) -> int:
    return int(reading.content.split(b">")[1].split(b"<")[0])


def longest(repository: Repository) -> int:
    """Records in two steps that follow each other: no slice can be shorter."""
    steps = [record.at // repository.step for record in repository.records.values()]
    return max((sum(other - step in (0, 1) for other in steps) for step in steps), default=0)


NAMES = [f"{number:02}" for number in range(30)]
WHATS = ("insert", "edit", "edit", "delete", "vanish", "restart")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_was_received_equals_the_repository(data):
    step = data.draw(st.sampled_from([DAY, SECOND]))
    steps = st.integers(0, 12) | st.integers(0, (BEGIN - 1) // step)
    repository = Repository(
        data.draw(
            st.dictionaries(
                st.sampled_from(NAMES), steps.map(lambda number: Record(number * step)), min_size=1
            )
        ),
        step=step,
        size=data.draw(st.integers(1, 4)),
        lives=tuple(data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=4))),
        pace=data.draw(st.sampled_from([1, 600, 90_000])),
        changes=data.draw(
            st.dictionaries(
                st.integers(1, 40), st.tuples(st.sampled_from(WHATS), st.sampled_from(NAMES)), max_size=6
            )
        ),
        total=data.draw(st.booleans()),
        to_the_end=data.draw(st.booleans()),
        sorted=step == SECOND and data.draw(st.booleans()),
    )
    short = longest(repository) + len(repository.changes) <= (min(repository.lives) + 1) * repository.size
    killed = data.draw(st.sets(st.integers(1, 20), max_size=3))
    try:
        received = harvested(repository, killed)
    except SourceError as error:
        if short or error.rule != "bad-token":
            raise
        return
    for name, record in repository.begun.items():
        if name in repository.stale or name not in repository.records:
            continue
        reading = received[name]
        if record.deleted:
            assert reading.deleted
        else:
            assert reading.deleted or version(reading) >= record.version


def week(**facts: object) -> Repository:
    """A record a day, not in the order of the list."""
    return Repository({f"{30 - day:02}": Record(day * DAY) for day in range(8)}, **facts)


def test_each_slice_is_a_list_of_its_own_and_the_last_one_stays_open():
    repository = week()
    pages = list(repository.source(set_="s").pages())
    assert [page.anew for page in pages] == [False, True] + [False] * (len(pages) - 2)
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    assert sorted(one.identifier for page in pages[1:] for one in page.readings) == [*NAMES[23:], "30"]
    dates = repository.dates()
    assert dates[:4] == [
        ("", ""),
        ("", "1998-01-20"),
        ("1998-01-20", "2012-01-30"),
        ("2012-01-30", "2019-02-04"),
    ]
    assert dates[-3:] == [("2026-01-15", "2026-01-23"), ("2026-01-23", "2026-02-08"), ("2026-02-08", "")]
    assert len(dates) < 30
    assert {query.get("set") for query in repository.asked if "metadataPrefix" in query} == {"s"}
    assert [query["verb"] for query in repository.asked].count("Identify") == 1


def test_only_the_dates_that_are_wanted_are_asked_for():
    repository = week(step=SECOND)
    pages = list(repository.source(from_="2026-01-02", until="2026-01-06").pages())
    assert sorted(one.datestamp[8:10] for page in pages[1:] for one in page.readings) == [
        "02",
        "03",
        "04",
        "05",
        "06",
    ]
    dates = repository.dates()[1:]
    assert (dates[0][0], dates[-1][1]) == ("2026-01-02T00:00:00Z", "2026-01-06T23:59:59Z")
    assert all(
        from_ == before
        for (from_, _), (_, before) in zip(dates[1:], dates, strict=False)
        if before in dict(dates)
    )


def test_what_is_edited_again_and_again_is_received_as_it_was_last():
    repository = week(changes=dict.fromkeys(range(1, 99), ("edit", "25")))
    received = harvested(repository)
    assert version(received["25"]) == repository.begun["25"].version
    assert len(received) == 8


@pytest.mark.parametrize("number", range(1, 26))
def test_what_comes_twice_in_one_slice_counts_as_it_was_last(number):
    records = {name: Record(BEGIN - (100 if place > 5 else DAY)) for place, name in enumerate(NAMES[:9])}
    edited = {number: ("edit", NAMES[6])}
    repository = Repository(records, step=SECOND, size=2, lives=(2, 9), sorted=True, changes=edited)
    assert version(harvested(repository)[NAMES[6]]) == repository.records[NAMES[6]].version


def test_a_slice_that_gives_less_than_it_announced_is_read_again():
    """One of its records was edited, so that the others moved up (OAI-PMH 2.0, 3.5)."""
    repository = week(total=True, size=4)
    answer, spoilt = repository.answer, []

    def spoil(query: Mapping[str, str]) -> bytes:
        body = answer(query)
        if b"<identifier>28" in body and query.get("until") and not spoilt:
            spoilt.append(query)
            return body.replace(repository.record("28").encode(), b"").replace(b"</ListRecords>", TOTAL)
        return body

    TOTAL = b'<resumptionToken completeListSize="4"/></ListRecords>'
    repository.answer = spoil
    assert len(harvested(repository)) == 8
    assert spoilt


def test_a_slice_is_held_in_memory_and_so_is_cut_where_it_is_large(monkeypatch):
    monkeypatch.setattr("erpd.sources.oai_pmh.slices._MOST_BYTES", 20)
    repository = week(lives=(1, 99), size=1)
    assert len(harvested(repository)) == 8
    assert max(len(page.readings) for page in list(week(lives=(1, 99), size=1).source().pages())) < 4
    monkeypatch.undo()
    assert max(len(page.readings) for page in list(week(lives=(5, 99), size=1).source().pages())) > 3


def test_a_day_that_is_too_long_to_be_held_comes_page_by_page():
    records = {name: Record(3 * DAY) for name in NAMES}
    repository = Repository(records, size=4, lives=(1, 99))
    pages = list(repository.source().pages())
    parts = [len(page.readings) for page in pages[2:] if page.readings]
    assert parts == [12, 4, 4, 4, 4, 2]
    (place,) = [number for number, page in enumerate(pages, 1) if page.checkpoint.get("count") == 16]
    repository = Repository(records, size=4, lives=(1, 99))
    assert harvested(repository, [place]).keys() == records.keys()


def words_of(repository: Repository) -> str:
    with pytest.raises(SourceError) as caught:
        list(repository.source().pages())
    assert caught.value.rule == "bad-token"
    assert caught.value.url == URL
    return caught.value.message


def test_where_dates_do_not_help_it_is_told_why():
    day = Repository({name: Record(3 * DAY) for name in NAMES}, lives=(2, 1))
    assert words_of(day).endswith("from 2026-01-03 until 2026-01-04 is too much for one token")

    def answering(old: bytes, new: bytes) -> Repository:
        repository = week()
        answer = repository.answer
        repository.answer = lambda query: answer(query).replace(old, new)
        return repository

    for old, new, words in (
        (b"YYYY-MM-DD", b"days", "granularity of its dates is “days”"),
        (b"<responseDate>2026-02", b"<responseDate>soon", "responseDate is “soon-"),
        (b"Identify>", b"Identity>", "no element Identify"),
        (b"<datestamp>2026", b"<datestamp>yesterday", "gave a record of “yesterday-01-0"),
        (b'"noRecordsMatch"', b'"badArgument"', "OAI-PMH error badArgument"),
    ):
        assert words in words_of(answering(old, new))


def test_a_server_that_ignores_dates_is_found_out():
    deaf = week()
    deaf.chosen = lambda record, from_, until: True
    assert "asked for until 1998-01-20, the server gave a record of “2026-01-0" in words_of(deaf)
    deaf = week()
    deaf.chosen = lambda record, from_, until: deaf.stamp(record.at) <= until
    assert "the server gave a record of" in words_of(deaf)


def test_slices_that_give_less_than_the_whole_announced_prove_nothing():
    repository = week(total=True)
    answer = repository.answer
    repository.answer = lambda query: answer(query).replace(b'completeListSize="8"', b'completeListSize="9"')
    assert "ended after 8 records although 9 were announced" in words_of(repository)
