"""Nothing is deleted on weak evidence; what is deleted leaves a tombstone and can come back."""

import pytest

from erpd.harvest.reconcile import approve
from erpd.register.models import DataSet, Version
from tests.harvest import national
from tests.harvest.national import Point, bins, good, many
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db


def gone(report) -> tuple[int, int]:
    return report.ledger["gone"], report.ledger["held"]


def test_what_left_the_source_goes_where_it_is_little_and_comes_back_as_the_same():
    with Point(many(10)) as point:
        point.harvested()
        key = DataSet.objects.get(identifier="d0009").key
        point.lists(many(8))
        assert gone(point.harvested()) == (2, 0)  # a fifth is not too much
        tombstone = DataSet.objects.get(identifier="d0009")
        assert (tombstone.key, tombstone.deleted, tombstone.versions.count()) == (key, True, 2)
        assert tombstone.versions.earliest("change").content  # what it said is kept
        assert gone(point.harvested()) == (0, 0)
        point.lists(many(10))
        assert bins(point.harvested()) == {"unchanged": 8, "changed": 2}
        back = DataSet.objects.get(identifier="d0009")
        assert (back.key, back.deleted, back.versions.count()) == (key, False, 3)


def test_what_is_much_waits_for_a_person():
    with Point(many(10)) as point:
        point.harvested()
        point.lists(many(7))
        for _ in range(2):
            assert gone(point.harvested()) == (0, 3)
            assert DataSet.objects.filter(deleted=False).count() == 10
        assert gone(point.harvested(approved=True)) == (3, 0)
        assert DataSet.objects.filter(deleted=False).count() == 7


def test_a_record_that_does_not_say_which_one_it_is_may_be_the_missing_one():
    with Point(many(10)) as point:
        point.harvested()
        point.lists([*many(9), oai.record("", national.rdf("who"))])
        assert gone(point.harvested()) == (0, 1)
        point.lists([*many(9), national.broken("d0009")])  # it says so, though it cannot be read
        assert gone(point.harvested()) == (0, 0)
        point.lists(many(9))
        assert gone(point.harvested()) == (1, 0)


def test_a_record_invalid_this_week_is_not_absent():
    with Point(many(10)) as point:
        point.harvested()
        point.lists([*many(9), good("d0009", "Spoilt", valid=False)])
        report = point.harvested()
        assert bins(report) == {"unchanged": 9, "rejected": 1}
        assert gone(report) == (0, 0)
        assert national.titles()["d0009"] == "Hospital discharges"


def test_what_the_source_says_is_deleted_goes_unless_it_is_too_much():
    with Point(many(10)) as point:
        point.harvested()
        point.lists([oai.deleted("d0000"), *many(10)[1:], oai.deleted("x")])
        for _ in range(2):
            report = point.harvested()
            assert bins(report) == {"deleted": 2, "unchanged": 9}
            assert gone(report) == (0, 0)
            assert Version.objects.count() == 11  # one for what was here, and only once
        assert DataSet.objects.count() == 10  # what was never here leaves no tombstone
        point.lists([*map(oai.deleted, NAMES[:8]), *many(10)[8:]])
        for _ in range(2):
            report = point.harvested()
            assert bins(report) == {"deleted": 8, "unchanged": 2}
            assert gone(report) == (0, 7)
            assert report.run.held_because == "too-many"
            assert len(national.titles()) == 9
        assert approve(report.run.settings).gone == 7
        assert set(national.titles()) == {"d0008", "d0009"}
        assert gone(point.harvested()) == (0, 0)
        point.lists(many(10))
        assert bins(point.harvested()) == {"changed": 8, "unchanged": 2}


NAMES = [f"d{number:04}" for number in range(10)]


def empty(path, query, headers):
    listing = query["verb"] == "ListRecords"
    return 200, oai.XML, oai.error("noRecordsMatch") if listing else oai.around(oai.FORMATS)


def test_an_empty_list_deletes_nothing_even_if_approved():
    with Point(many(4)) as point:
        point.harvested()
        point.handle = empty
        report = point.harvested(approved=True)
        assert report.run.error["rule"] == "empty-list"
        assert (report.failed, report.ledger["complete"], gone(report)) == (True, False, (0, 0))
        assert len(national.titles()) == 4


def test_a_source_that_never_had_anything_may_be_empty():
    with Point() as point:
        point.handle = empty
        report = point.harvested()
    assert (report.failed, report.ledger["complete"], report.ledger["received"]) == (False, True, 0)


def test_many_may_leave_at_once(monkeypatch):
    monkeypatch.setattr("erpd.harvest.leaving._BATCH", 10)
    with Point(many(32), size=20) as point:
        point.harvested()
        point.lists(many(1))
        assert gone(point.harvested(approved=True)) == (31, 0)
    changes = list(Version.objects.order_by("change").values_list("change", flat=True))
    assert changes == list(range(1, 32 + 31 + 1))
