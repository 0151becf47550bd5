"""The page of a run adds up with the database, and everything from outside is shown safely."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Deed
from erpd.harvest import doubts
from erpd.harvest.ledger import entries_of, examples_of, found_in, ledger_of
from erpd.harvest.models import Run
from erpd.operate.suppliers.actions import hold, make_link
from erpd.register.models import DataSet
from erpd.register.undoing import undo
from tests.harvest.national import Point, broken, good, many
from tests.harvest.test_doubts import shown
from tests.plans import plans_of
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db


def page_of(run: Run) -> str:
    return f"/desk/sources/{run.settings.source.slug}/runs/{run.pk}/"


def test_what_is_kept_with_a_run_is_what_would_be_counted(point: Point) -> None:
    odd = [good(code).replace("file-type/CSV", f"file-type/{code}") for code in ("csv", "Csv")]
    for records in (
        [*many(10), broken("x"), good("bad", valid=False)],
        [*many(9), *odd],
        [*many(10), oai.deleted("d0001")],
    ):
        point.lists(records)
        run = point.harvested().run
        run.refresh_from_db()
        assert run.summary
        kept, examples = ledger_of(run), examples_of(run)
        assert found_in(run) == examples
        others = {str(one.finding.rule) for one in examples if one.others}
        assert others == ({"authority"} if records[9:] == odd else set())
        run.summary = {}
        assert ledger_of(run) == kept
    first = Run.objects.order_by("pk").first()
    assert first
    assert ledger_of(first)["received"] == 12, "also once its entries are only counted"


def test_the_page_shows_the_ledger_and_each_record_with_the_reason(point: Point, desk: Client) -> None:
    run = point.harvested().run
    page = desk.get(page_of(run)).content.decode()
    for bin_, number in (("new", 10), ("rejected", 2)):
        assert f'href="?bin={bin_}#records"' in page
        assert f"<dd>{number}</dd>" in page
    assert "<code>bad</code>" in page
    assert "d0001" not in page
    assert "is mandatory but missing" in page
    listed = desk.get(page_of(run) + "?bin=new").content.decode()
    assert "<code>d0001</code>" in listed
    assert "<code>bad</code>" not in listed


def test_records_of_a_bin_are_listed_without_reading_those_of_others(point: Point, desk: Client) -> None:
    """A run of a great portal has a million entries, and the list is in the order in which they came."""
    run = point.harvested().run
    for address in ("?bin=new", "?bin=new&after=1", "", "records.csv?bin=new"):
        with CaptureQueriesContext(connection) as queries:
            answer = desk.get(page_of(run) + address)
            if answer.streaming:
                whole(answer)
        listed = [one for one in queries if "harvest_entry" in one["sql"] and "findings" in one["sql"]]
        assert listed
        for plan in plans_of(listed):
            said = " | ".join(plan)
            assert "SCAN harvest_entry" not in said
            assert "entries_of_a_bin" in said
            if address:  # of several bins, the keys are merged
                assert "TEMP B-TREE" not in said


def test_all_records_come_as_csv_that_no_spreadsheet_runs(point: Point, desk: Client) -> None:
    run = point.harvested().run
    answer = desk.get(page_of(run) + "records.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["identifier"] for row in rows} == {"bad", "worse"}
    assert {row["title"] for row in rows if row["identifier"] == "worse"} == {"'=cmd()"}
    assert any(row["rule"] == "mandatory-missing" and row["section"] and row["message"] for row in rows)
    [entry] = entries_of(run).filter(identifier="worse")
    entry.findings = [{**entry.findings[0], "value": "v" * 9_000}]
    entry.save()
    assert b"v" * 9_000 in whole(desk.get(page_of(run) + "records.csv"))
    answer = desk.get(page_of(run) + "records.csv?bin=new")
    assert b"".join(answer.streaming_content).count(b"\n") >= 11  # type: ignore[attr-defined]


def test_a_record_can_be_had_as_it_came_and_is_never_shown(point: Point, desk: Client) -> None:
    point.lists([*many(3), broken("<script>alert(1)</script>")])
    run = point.harvested().run
    entry = entries_of(run).exclude(content=b"").get()
    answer = desk.get(f"{page_of(run)}records/{entry.pk}")
    assert b"<dct:title>" in whole(answer)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    page = desk.get(page_of(run)).content.decode()
    assert "<script>alert" not in page
    assert desk.get(f"{page_of(run)}records/{entry.pk + 1}").status_code == 404


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_large_record_comes_whole(point: Point, desk: Client) -> None:
    long = "".join(chr(ord("a") + number % 7 * number % 26) for number in range(1_200_000))
    point.lists([good("large", long), good("refused", long, valid=False)])
    run = point.harvested().run
    answer = desk.get(f"{page_of(run)}record/raw?of=large")
    content = whole(answer)
    assert (long.encode() in content, answer["Content-Length"]) == (True, str(len(content)))
    entry = entries_of(run).get(identifier="refused")
    assert long.encode() in whole(desk.get(f"{page_of(run)}records/{entry.pk}"))


def test_whatever_a_source_says_breaks_no_page(point: Point, desk: Client) -> None:
    run = point.harvested().run
    said = (
        "".join(map(chr, [*range(0x20), 0x7F, 0x85, 0x2028, 0x202E, 0xFFFE])) + "</p><script>" + "x" * 9_999
    )
    said = said.replace("\0", "")
    Run.objects.filter(pk=run.pk).update(state="failed", error={"rule": "x", "message": said, "advice": said})
    for page in (page_of(run), f"/desk/sources/{run.settings.source.slug}/", "/desk/sources/", "/desk/"):
        text = desk.get(page).content.decode()
        assert "<script>x" not in text
        assert "\x1b" not in text
        assert "x" * 2_001 not in text


def test_a_run_is_undone_and_says_so(point: Point, desk: Client) -> None:
    point.harvested()
    before = shown()
    point.lists([*many(10, "Other words"), good("more")])
    run = point.harvested(approved=True).run
    assert shown() != before
    answer = desk.post(page_of(run), {"act": "undo"}, follow=True).content.decode()
    assert "Undone. Data sets put back as they were before: 11." in answer
    assert shown() == before
    assert 'value="undo"' not in answer
    assert "Undone" in desk.get(page_of(run)).content.decode()
    assert DataSet.objects.filter(deleted=True).count() == 1
    end, begin = Deed.objects.order_by("-pk")[:2]
    assert (end.verb, begin.verb, begin.detail) == ("undone", "undo", {"run": run.pk})
    assert end.detail == {"run": run.pk, "data_sets": 11, "withdraw": 1, "unchanged": 0}
    log = desk.get("/desk/audit/").content.decode()
    assert "Undid a run of a source" in log


def test_an_undo_is_done_though_its_values_cannot_be_counted(
    point: Point, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = point.harvested().run

    def fails(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("erpd.harvest.uncovered.counted", fails)
    answer = desk.post(page_of(run), {"act": "undo"}, follow=True)
    assert "Undone. Data sets put back as they were before: 10." in answer.content.decode()
    said = desk.get("/desk/audit/").content.decode()
    assert f"Undid a run of a source: run {run.pk} of the source {run.settings.source.slug}" in said


def test_no_secret_of_a_name_or_title_is_shown(desk: Client) -> None:
    name, title = "https://me:pw-1@data.example/x?api_key=key-1", "At https://data.example/?token=key-2"
    with Point([*many(6), good(name, title), good(name + "&amp;b=1", title, valid=False)]) as point:
        run = point.harvested().run
        pages = [
            page_of(run) + query for query in ("", "?bin=new", "difference/", "records.csv?bin=rejected")
        ]
        for entry in run.entries.filter(identifier__startswith="https"):
            pages += [page_of(run) + f"record/?entry={entry.pk}"]
        assert len(pages) == 6
        point.lists(many(6))
        run = point.harvested().run
        pages += [page_of(run) + "difference/?what=gone"]
        page = f"/suppliers/{make_link(who=COMMAND_LINE, settings=run.settings)}"
        pages += [page, f"{page}/failures.csv"]
        hold(settings=run.settings, run=run.pk, reason="No.")
        pages += [f"/desk/sources/{run.settings.source.slug}/deletions/"]
        for address in pages:
            answer = desk.get(address)
            assert answer.status_code == 200, address
            body = b"".join(answer) if answer.streaming else answer.content
            for secret in (b"pw-1", b"key-1", b"key-2"):
                assert secret not in body, address
        assert b"data.example" in body


def test_an_undo_that_breaks_off_is_in_the_audit_log(
    point: Point, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = point.harvested().run

    def breaks(origin: str, around: Callable[[], AbstractContextManager[object]]) -> None:
        undo(origin, around)
        raise MemoryError

    monkeypatch.setattr(doubts, "undo", breaks)
    with pytest.raises(MemoryError):
        desk.post(page_of(run), {"act": "undo"})
    assert DataSet.objects.filter(deleted=True).count() == 10
    assert Deed.objects.get(verb="undo").detail == {"run": run.pk}
    assert not Deed.objects.filter(verb="undone").exists()
