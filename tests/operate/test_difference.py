"""What a run changed adds up with what was done at the source; a record is shown as it came, and safely."""

import re

import pytest
from django.test import Client

from erpd.harvest.difference import Kind, amounts, changed_in, difference, entries_that, gone_in, run_before
from erpd.harvest.keeping import recording_of
from erpd.harvest.models import Run
from erpd.metadata.terms import shorten
from tests.harvest.national import Point, good, many
from tests.operate.test_runs import page_of

pytestmark = pytest.mark.django_db


def names(run: Run, kind: Kind) -> set[str]:
    if kind is Kind.GONE:
        return set(gone_in(run).values_list("data_set__identifier", flat=True))
    return set(entries_that(run, run_before(run), kind).values_list("identifier", flat=True))


def test_the_difference_is_what_was_done_at_the_source(point: Point, desk: Client) -> None:
    first = point.harvested().run
    assert {kind: len(names(first, kind)) for kind in Kind} == {
        Kind.NEW: 10,
        Kind.CHANGED: 0,
        Kind.GONE: 0,
        Kind.REFUSED: 2,
        Kind.ACCEPTED: 0,
    }
    changed, dropped = good("d0000", "Other words"), many(9)[1:]
    point.lists([changed, *dropped, good("bad"), good("worse", valid=False), good("x", valid=False)])
    run = point.harvested().run
    point.harvested()  # then entries that say "unchanged" are only counted
    run.refresh_from_db()
    assert run.forgotten
    assert {kind: names(run, kind) for kind in Kind} == {
        Kind.NEW: {"bad"},
        Kind.CHANGED: {"d0000"},
        Kind.GONE: {"d0009"},
        Kind.REFUSED: {"x"},
        Kind.ACCEPTED: {"bad"},
    }
    assert amounts(run, run_before(run)) == {kind: len(names(run, kind)) for kind in Kind}
    page = desk.get(page_of(run) + "difference/").content.decode()
    assert re.search(r"Unchanged</th><td[^>]*>0</td><td[^>]*>8</td><td[^>]*>\+8<", page)
    for kind in Kind:
        listed = desk.get(f"{page_of(run)}difference/?what={kind}").content.decode()
        assert set(re.findall(r"<code>([^<]+)</code></a>", listed)) == names(run, kind)
        assert ("are missing from this list" in listed) is (kind is Kind.ACCEPTED)


def test_a_record_says_what_changed_in_it(point: Point, desk: Client) -> None:
    point.harvested()
    point.lists([good("d0000", "Other words"), *many(9)[1:]])
    run = point.harvested().run
    changed = changed_in(run, "d0000")
    assert changed
    told = difference(changed.before, changed.now)
    assert [(shorten(one.name), len(one.before), len(one.now)) for one in told.statements] == [
        ("dct:title", 1, 1)
    ]
    address = f"{page_of(run)}record/?of="
    page = desk.get(address + "d0000").content.decode()
    [row] = [one for one in page.split("<tr") if "dct:title</code>" in one]
    assert row.index("Hospital discharges") < row.index("Other words")
    gone = desk.get(address + "d0009").content.decode()
    assert "It did not come in this run, and was withdrawn." in gone
    assert "Hospital discharges" in gone
    same = desk.get(address + "d0001").content.decode()
    assert "This run changed nothing in its data set." in same
    assert desk.get(address + "nobody").status_code == 404
    assert desk.get(address).status_code == 404


def test_an_accepted_record_is_shown_as_it_came_and_can_do_nothing(point: Point, desk: Client) -> None:
    said = "Dis\u202echarges <script>alert(1)</script> https://a.example/?api_key=geheim77"
    point.lists([*many(8), good("new/one&more", said)])
    run = point.harvested().run
    address = f"{page_of(run)}record/?of=new/one%26more"
    page = desk.get(address).content.decode()
    assert "&lt;dct:title&gt;Dis[U+202E]charges" in page
    assert "<script>alert" not in page
    assert "geheim77" not in page
    assert "\u202e" not in page.partition('id="came"')[2]
    answer = desk.get(address.replace("record/", "record/raw"))
    came = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert said.partition(" ")[0].encode() in came
    assert answer["Content-Disposition"].startswith("attachment")
    recording_of(run).forget()
    assert "It was not kept." in desk.get(address).content.decode()


def test_of_several_records_the_one_that_counts_is_shown(point: Point) -> None:
    point.lists([good("a", "First"), good("a", "Second"), *many(5)])
    run = point.harvested().run
    found = recording_of(run).find("a", 10_000)
    assert found
    assert b"First" in found.content
    assert len(found.content) == found.size
    assert recording_of(run).find("nobody", 10) is None
