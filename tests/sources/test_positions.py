"""A list that changes while it is read: nothing that stayed in it may be lost without a word."""

import json

from hypothesis import given
from hypothesis import strategies as st

from erpd.formats.reading import Reading
from erpd.sources.errors import SourceError
from erpd.sources.positions import PlacedAnswer, positions_from

URL = "http://data.example/csw"
SIZE = 5
NAMES = [f"{number:03}" for number in range(0, 200, 2)]
_change = st.tuples(st.sampled_from(["withdraw", "add"]), st.integers(0, 199))
_changes = st.lists(st.lists(_change, max_size=4), max_size=40)


def readings(names):
    return [Reading(name, b"x", "text/plain") for name in names]


class Server:
    """Gives at most ``cap`` names from a position; after each answer the next of ``changes`` happens."""

    def __init__(self, names, cap=SIZE, changes=(), ordered=True):
        self.names = list(names)
        self.cap = cap
        self.changes = list(changes)
        self.ordered = ordered
        self.stayed = set(names)

    def answer(self, start, most):
        end = start + min(self.cap, most)
        answer = PlacedAnswer(readings(self.names[start:end]), len(self.names), ended=end >= len(self.names))
        for kind, number in self.changes.pop(0) if self.changes else ():
            name = f"{number:03}"
            if kind == "withdraw" and name in self.names:
                self.names.remove(name)
                self.stayed.discard(name)
            elif kind == "add" and name not in self.names:
                self.names.append(name)
                self.names.sort(reverse=not self.ordered)
        return answer


def crawl(server, checkpoint=None, pages=1000, ordered=True):
    """(names, was it proved complete, checkpoint); as a run does it, with its checkpoints through JSON."""
    walk = positions_from(checkpoint, URL, SIZE)
    walk.ordered = walk.ordered and ordered
    names, asked = [], 0
    try:
        while not walk.done and pages:
            asked += 1
            assert asked < 2000
            answer = server.answer(walk.start, walk.most)
            page = walk.step(answer)
            if page is not None:
                pages -= 1
                names = [] if page.anew else names
                names += [reading.identifier for reading in page.readings]
                checkpoint = json.loads(json.dumps(page.checkpoint))
            if answer.broken is not None:
                raise answer.broken
    except SourceError:
        return names, False, checkpoint
    return names, walk.done, checkpoint


@given(st.integers(0, 60), st.integers(1, 7))
def test_a_list_that_stays_is_read_once_and_proved(length, cap):
    names, complete, _ = crawl(Server(NAMES[:length], cap))
    assert (names, complete) == (NAMES[:length], True)


@given(_changes, st.integers(2, 7))
def test_what_stayed_is_never_lost_from_a_list_that_was_proved(changes, cap):
    server = Server(NAMES, cap, changes)
    names, complete, _ = crawl(server)
    if complete:
        assert server.stayed <= set(names)
    assert len(names) == len(set(names)) or any(kind == "add" for step in changes for kind, _ in step)


@given(_changes, st.integers(2, 7), st.integers(1, 30))
def test_killed_and_resumed_it_loses_nothing_either(changes, cap, pages):
    server = Server(NAMES, cap, changes)
    first, _, checkpoint = crawl(server, pages=pages)
    second, complete, _ = crawl(server, checkpoint)
    if complete:
        assert server.stayed <= set(first + second)


@given(st.lists(st.lists(_change, max_size=2), max_size=40))
def test_a_list_without_an_order_is_proved_only_if_it_did_not_change(changes):
    server = Server(NAMES, changes=changes)
    names, complete, _ = crawl(server, ordered=False)
    if complete:
        assert server.stayed <= set(names)
        assert len(names) == len(NAMES)


class Wrong(Server):
    """Says that it has so many more records than it has."""

    def __init__(self, names, off, **options):
        super().__init__(names, **options)
        self.off = off

    def answer(self, start, most):
        answer = super().answer(start, most)
        answer.total = max(0, answer.total + self.off)
        return answer


@given(_changes, st.integers(-20, 8), st.booleans(), st.integers(0, 30))
def test_where_the_total_is_wrong_what_stayed_is_not_lost_either(changes, off, ordered, pages):
    server = Wrong(NAMES, off, changes=changes, ordered=ordered)
    first, complete, checkpoint = crawl(server, pages=pages or 1000, ordered=ordered)
    second, complete, _ = crawl(server, checkpoint, ordered=ordered) if pages else ([], complete, None)
    if complete:
        assert server.stayed <= set(first + second)
    elif not changes and (ordered or off > -4):
        assert off > 3


class LatestFirst(Server):
    """Takes no notice of the order that it is asked for: what was edited last stands first."""

    def answer(self, start, most):
        end = start + min(self.cap, most)
        answer = PlacedAnswer(readings(self.names[start:end]), len(self.names), ended=end >= len(self.names))
        for kind, number in self.changes.pop(0) if self.changes else ():
            name = f"{number:03}"
            there = name in self.names
            if there:
                self.names.remove(name)
            if kind == "withdraw":
                self.stayed.discard(name)
            elif there or kind == "add":
                self.names.insert(0, name)
        return answer


_edit = st.tuples(st.sampled_from(["edit", "add", "withdraw"]), st.sampled_from(range(0, 60, 2)))


_unsorted = st.permutations(NAMES[:30]).filter(lambda names: names[:4] != sorted(names[:4]))


@given(_unsorted, st.lists(st.lists(_edit, max_size=3), max_size=15), st.integers(0, 10))
def test_a_list_in_another_order_than_asked_for_is_proved_only_if_it_did_not_change(names, changes, pages):
    server = LatestFirst(names, 4, changes)
    first, complete, checkpoint = crawl(server, pages=pages or 1000)
    second, complete, _ = crawl(server, checkpoint) if pages else ([], complete, None)
    if complete:
        assert server.stayed <= set(first + second)


def test_small_changes_do_not_fail_a_run():
    server = Server(NAMES, changes=[[("withdraw", 0)], [], [("add", 1)], [("withdraw", 8), ("withdraw", 10)]])
    names, complete, _ = crawl(server)
    assert complete
    assert server.stayed <= set(names)


def test_records_that_are_announced_and_not_sent_prove_nothing():
    class Swallowing(Server):
        def answer(self, start, most):
            answer = super().answer(start, most)
            answer.sent = len(answer.readings)
            answer.readings = [reading for reading in answer.readings if reading.identifier != "004"]
            return answer

    names, complete, _ = crawl(Swallowing(NAMES[:20]))
    assert not complete
    assert names == [name for name in NAMES[:20] if name != "004"]


def test_nameless_records_are_given_once():
    names = ["a", "", "c", "", "", "", "", "", "", "j", ""]
    found, complete, _ = crawl(Server(names, 4))
    assert (found, complete) == (names, True)
