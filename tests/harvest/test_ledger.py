"""The ledger adds up, and the register equals the source: random lists through a real OAI-PMH server."""

import re
from dataclasses import dataclass, field
from itertools import permutations

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from erpd.harvest.models import Run
from erpd.register.models import ChangeCounter, DataSet, Source
from tests.harvest import national
from tests.harvest.national import Point, good, run, source
from tests.proofs import length
from tests.sources.oai_pmh import oai

# What a server may send under a name: its kind, and the title or the address that it has this time.
KINDS = ["good", "good", "good", "bad", "deleted", "broken", "no-rdf", "no-metadata", "nameless"]
RECORDS = st.tuples(
    st.sampled_from("abcdefghij"), st.sampled_from(KINDS), st.sampled_from("12"), st.booleans()
)
LISTS = st.lists(st.lists(RECORDS, max_size=9), min_size=1, max_size=3)
SHARED = "https://data.example/shared"


def sent(name: str, kind: str, title: str, shared: bool) -> str:
    match kind:
        case "good":
            return good(name, title, iri=SHARED if shared else None)
        case "bad":
            return good(name, title, valid=False)
        case "deleted":
            return oai.deleted(name)
        case "broken":
            return national.broken(name)
        case "no-rdf":
            return oai.record(name, '<dc xmlns="http://purl.org/dc/elements/1.1/"><title>x</title></dc>')
        case "no-metadata":
            return oai.record(name, "")
    return oai.record("", national.rdf(name))


def dated(record: str, day: int) -> str:
    """Two pages with the same identifiers and dates, or with the same nameless bytes, would be a loop."""
    if "<identifier></identifier>" in record:
        record = record.replace("Hospital", f"Hospital {day}")
    return re.sub(r"(?<=<datestamp>)[^<]*", f"2026-01-{day + 1:02}", record)


DATED = ("no-rdf", "no-metadata")
UNREADABLE = ("broken", *DATED, "nameless")


@dataclass
class Expected:
    """The rules of the ledger written out once more, record by record."""

    titles: dict[str, str] = field(default_factory=dict)  # what is shown
    addresses: dict[str, str] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)  # what the list says is deleted
    most: int = 0  # data sets that were there at the start of a run

    def harvest(self, records: list[tuple[str, str, str, bool]], size: int) -> dict[str, int]:
        """``size``: records on a page. Of one identifier the later dated counts, also on a later page."""
        bins: dict[str, int] = {}
        self.told.clear()
        for start in range(0, len(records), size):
            page = records[start : start + size]
            latest = {name: place for place, (name, kind, *_) in enumerate(page) if kind not in UNREADABLE}
            for number, (name, kind, title, shared) in enumerate(page):
                if kind in UNREADABLE:
                    place = "unreadable"
                    if kind in DATED:  # later than what says that it is deleted: it is there, unreadable
                        self.told.discard(name)
                else:
                    place = self._place(name, kind, title, shared) if latest[name] == number else "duplicate"
                bins[place] = bins.get(place, 0) + 1
        return bins

    def _place(self, name: str, kind: str, title: str, shared: bool) -> str:
        self.told.discard(name)
        if kind == "deleted":
            self.told.add(name)
            return "deleted"
        if kind == "bad":
            return "rejected"
        address = SHARED if shared else name
        if address in {held for other, held in self.addresses.items() if other != name}:
            return "duplicate"
        before = (self.titles.get(name), self.addresses.get(name))
        self.titles[name], self.addresses[name] = title, address
        if name not in self.ever:
            self.ever.add(name)
            return "new"
        return "unchanged" if before == (title, address) else "changed"

    def absent(self, before: int, records: list[tuple[str, str, str, bool]]) -> tuple[int, int]:
        """How many are gone unsaid, how many are held; those that are gone are taken away."""
        came = {name for name, kind, *_ in records if kind != "nameless"}
        missing = self.titles.keys() - came
        told = self.told & self.titles.keys()
        leaving = len(missing) + len(told)
        self.most = max(self.most, before)
        if leaving and (leaving > 0.2 * before or self.most - len(self.titles) + leaving > 0.2 * self.most):
            return 0, leaving
        held = missing if any(kind == "nameless" for _, kind, *_ in records) else set()
        for name in (missing | told) - held:
            del self.titles[name], self.addresses[name]
        return len(missing - held), len(held)


@example(lists=[[("a", "good", "1", False), ("a", "broken", "1", False), ("a", "good", "2", False)]], size=3)
@example(lists=[[("a", "good", "1", False), ("a", "deleted", "1", False), ("a", "good", "1", False)]], size=1)
@example(
    lists=[[("d", "good", "1", False)], [("d", "deleted", "1", False), ("d", "no-rdf", "1", False)]], size=1
)
@pytest.mark.proof
@settings(max_examples=length(10, 200), deadline=None, suppress_health_check=list(HealthCheck))
@given(LISTS, st.integers(1, 4))
@pytest.mark.django_db(transaction=True)
def test_every_record_ends_in_one_bin_and_the_register_equals_the_source(lists, size):
    for model in (Run, DataSet, Source, ChangeCounter):
        model.objects.all().delete()
    for records in lists:  # broken ones have no date: twice the same would look like a loop
        broken = [name for name, kind, *_ in records if kind == "broken"]
        assume(len(broken) == len(set(broken)))
    expected = Expected()
    with Point(size=size) as point:
        for records in lists:
            before = len(expected.titles)
            point.lists([dated(sent(*record), place) for place, record in enumerate(records)])
            report = run(source(point.url))
            if not records:
                # A server that lists nothing, without saying noRecordsMatch, is not believed.
                assert report.failed
                assert report.run.error["rule"] == "empty-list"
                assert report.ledger["gone"] == report.ledger["held"] == report.ledger["received"] == 0
                continue
            assert not report.failed, report.run.error
            assert report.ledger["complete"]
            assert report.ledger["received"] == len(records)
            assert national.bins(report) == expected.harvest(records, size)
            assert (report.ledger["gone"], report.ledger["held"]) == expected.absent(before, records)
            assert national.titles() == expected.titles
            for name, place, rules in national.entries(report):
                assert place not in ("rejected", "duplicate", "unreadable") or rules, name


@pytest.mark.parametrize("order", [*permutations([4, 8, 6])], ids=str)
@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_of_one_identifier_the_later_datestamp_counts_wherever_in_the_list_it_stands(order, size):
    """G3.4.3. Other records may be newer than all of them."""
    copies = [dated(good("a", f"Day {day}"), day) for day in order]
    others = [dated(good(name), 20) for name in "xyz"]
    with Point([others[0], copies[0], others[1], copies[1], others[2], copies[2]], size=size) as point:
        report = point.harvested()
        assert national.titles()["a"] == "Day 8"
        assert report.ledger["received"] == sum(national.bins(report).values()) == 6
        assert report.ledger["duplicate"] == (2 if order[0] == 8 else 1 if order != (4, 6, 8) else 0)
        assert point.harvested().ledger["gone"] == 0
        assert national.titles()["a"] == "Day 8"
