"""How stored records are read: those that are huge cost no more than those that are not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erpd.metadata.terms import DCT
from erpd.register import content
from erpd.register.content import listed, records, stored
from erpd.register.models import DataSet
from erpd.register.search import pending
from tests.publish.conftest import Register, register

__all__ = ["register"]  # the fixture
TITLE = str(DCT.title)
ONLY = frozenset(str(name).encode() for name in (DCT.title, DCT.description))


def put(register: Register, identifier: str, *, notes: int = 0) -> DataSet:
    """A data set with two titles, and with notes before, between and after them."""
    me = f"http://nl.example/{identifier}"
    lines = [f'<{me}> {TITLE} "{language} {identifier}"@{language} .' for language in ("en", "nl")]
    lines += [f'<{me}/x> {TITLE} "Not its own" .']
    for number in range(notes):
        lines += [f'<{me}> <http://{place}.example/note> "{number}" .' for place in ("a", "z")]
    catalogue = DataSet.objects.first()
    owner = catalogue.catalogue if catalogue else register.catalogue("nl")
    return register.store(owner, identifier, me, "\n".join([*sorted(lines), ""]).encode())


def test_of_a_huge_record_a_list_reads_what_is_about_the_data_set(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_sets = [put(register, "1"), put(register, "2", notes=1_000), put(register, "10", notes=3)]
    whole = [list(record.title) for _, record in listed(data_sets, ONLY)]
    assert all(len(titles) == 2 for titles in whole)
    monkeypatch.setattr(content, "READ_FOR_A_LIST", 0)
    assert [sorted(record.title) for _, record in listed(data_sets, ONLY)] == [sorted(one) for one in whole]
    assert all(len(list(record.graph.triples())) == 2 for _, record in listed(data_sets, ONLY))
    monkeypatch.setattr(content, "MOST_IN_A_LIST", 1)
    assert all(len(list(record.graph.triples())) == 1 for _, record in listed(data_sets, ONLY))


def test_large_contents_are_loaded_when_it_is_their_turn(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_sets = [put(register, "1"), put(register, "2", notes=2_000), put(register, "3", notes=2_000)]
    all_changes = [one.change for one in data_sets]
    with CaptureQueriesContext(connection) as queries:
        known = list(stored([*all_changes, 99]))
        assert len(queries) == 2  # the second for the one that is not there
    assert known[-1] is None
    monkeypatch.setattr(content, "LOADED", 3_000)
    monkeypatch.setattr(pending, "LOADED", 3_000)
    with CaptureQueriesContext(connection) as queries:
        contents = stored(all_changes)
        assert next(contents) == known[0]
        assert len(queries) == 1
        assert [*contents] == known[1:-1]
        assert len(queries) == 3
    assert [sorted(record.title) for _, record in records(data_sets)] == [
        sorted(record.title) for _, record in listed(data_sets, ONLY)
    ]
    batches, last = [], 0
    while batch := pending.pending(last):
        batches.append([change.content for change in batch])
        last = batch[-1].change
    assert batches == [[known[0]], [known[1]], [known[2]]]
