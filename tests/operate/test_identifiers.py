"""Data sets keep their addresses when their source changes its identifiers, whatever it does next."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from erpd.accounts.models import Deed
from erpd.harvest import identifiers
from erpd.harvest.identifiers import pairs
from erpd.harvest.models import Run
from erpd.operate.identifiers import actions, pages
from erpd.register.models import DataSet
from tests.harvest.national import Point, good
from tests.operate.test_runs import page_of
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db


def records(letter: str, iri: str | None) -> list[str]:
    """Ten data sets that are told apart by their titles."""
    said = [None if iri is None else iri and f"{iri}{number}" for number in range(10)]
    return [good(f"{letter}{number}", f"Title {number}", iri=one) for number, one in enumerate(said)]


def shown() -> dict[str, tuple[object, str]]:
    """Title number -> key and IRI."""
    rows = DataSet.objects.filter(deleted=False).values_list("identifier", "key", "iri")
    return {name[1:]: (key, iri) for name, key, iri in rows}


@pytest.mark.parametrize("iri", [None, "", "https://data.example/fixed/"])
def test_addresses_stay(
    point: Point, desk: Client, reviewing: Client, reading: Client, iri: str | None
) -> None:
    point.lists(records("a", iri))
    point.harvested()
    before = shown()
    point.lists(records("b", iri))
    run = point.harvested().run
    assert run.error["rule"] == "changed-ids"
    assert "identifiers/" in desk.get(page_of(run)).content.decode()
    page = f"{page_of(run)}identifiers/"
    assert reading.post(page, {"act": "keep"}).status_code == 403
    assert desk.post(page, {"act": "keep", "key": ["nonsense"]}).status_code == 409
    listed = desk.get(page).content.decode()
    assert all(f"<code>b{number}</code>" in listed for number in range(10))
    keys = [str(key) for key, _ in before.values()]
    answer = reviewing.post(page, {"act": "keep", "key": keys}, follow=True).content.decode()
    assert "10 data sets keep their addresses." in answer
    report = point.harvested()
    assert (report.failed, report.run.gone, report.run.held, report.ledger["new"]) == (False, 0, 0, 0)
    after = shown()
    assert {name: key for name, (key, _) in after.items()} == {name: key for name, (key, _) in before.items()}
    if iri is not None:
        assert after == before, "minted addresses stay, too"
    assert set(DataSet.objects.filter(deleted=False).values_list("identifier", flat=True)) == {
        f"b{number}" for number in range(10)
    }
    assert point.harvested().ledger["unchanged"] == 10
    assert Deed.objects.get(verb="keep addresses").detail == {"run": run.pk, "number": 10}
    assert desk.post(page, {"act": "keep", "key": keys}).status_code == 409
    point.lists([*records("b", iri), good("a0", "Another data set", iri="https://data.example/other")])
    again = point.harvested()  # an old identifier may come back for something else
    assert (again.failed, again.ledger["unchanged"]) == (False, 10)
    assert DataSet.objects.filter(deleted=False).count() == 11
    assert len(set(DataSet.objects.values_list("key", flat=True))) == DataSet.objects.count()


def paired(run: Run) -> dict[str, str]:
    """Identifier before -> now."""
    return {one.before: one.identifier for one in pairs(run)}


def test_what_is_still_there_is_no_record_under_another_identifier(point: Point) -> None:
    twins = [good("a0", "Title 0"), good("twin", "Title 0")]
    point.lists([*records("a", None)[1:], *twins])
    point.harvested()
    point.lists([*records("b", None), good("twin", "Title 0")])
    run = point.harvested().run
    assert run.error["rule"] == "changed-ids"
    assert paired(run) == {f"a{number}": f"b{number}" for number in range(1, 10)}, "b0 may be the twin"
    Run.objects.filter(pk=run.pk).update(since="2026-01-01")
    run.refresh_from_db()
    assert paired(run) == {}, "only what changed was asked for"


@pytest.mark.parametrize("iri", [None, "https://data.example/fixed/"])
def test_what_the_source_calls_deleted_may_have_another_identifier(point: Point, iri: str | None) -> None:
    point.lists(records("a", iri))
    point.harvested()
    point.lists([*records("b", iri), *(oai.deleted(f"a{number}") for number in range(10))])
    run = point.harvested().run
    assert run.error["rule"] == "changed-ids"
    assert paired(run) == {f"a{number}": f"b{number}" for number in range(10)}
    Run.objects.filter(pk=run.pk).update(since="2026-01-01")
    run.refresh_from_db()
    assert len(paired(run)) == 10


def test_two_records_with_the_iri_of_a_data_set_are_not_it(point: Point) -> None:
    iri = "https://data.example/fixed/"
    point.lists(records("a", iri))
    point.harvested()
    point.lists([*records("b", iri), good("c0", "Title 0", iri=f"{iri}0")])
    run = point.harvested().run
    assert paired(run) == {f"a{number}": f"b{number}" for number in range(1, 10)}


def test_titles_of_too_many_are_not_compared(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifiers, "_COMPARED", 9)
    point.lists(records("a", None))
    point.harvested()
    point.lists(records("b", None))
    assert paired(point.harvested().run) == {}


def test_more_than_a_page_are_kept_at_once_and_no_record_is_opened_that_is_not_listed(
    point: Point, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_MOST", 3)
    iri = "https://data.example/fixed/"
    point.lists(records("a", iri))
    point.harvested()
    point.lists(records("b", iri))
    run = point.harvested().run
    with CaptureQueriesContext(connection) as queries:
        found = pairs(run)
    assert len(found) == 10
    assert not [one for one in queries if "content" in one["sql"] and "register_version" in one["sql"]]
    page = f"{page_of(run)}identifiers/"
    listed = desk.get(page).content.decode()
    assert "There are 10 of them; the first 3 are listed." in listed
    assert listed.count('name="key"') == 3
    monkeypatch.setattr(identifiers, "MOST", 6)
    answer = desk.post(page, {"act": "keep-all"}, follow=True).content.decode()
    assert "6 data sets keep their addresses." in answer
    assert "There are 4 of them; the first 3 are listed." in answer, "the others are still to be decided"
    answer = desk.post(page, {"act": "keep-all"}, follow=True).content.decode()
    assert "4 data sets keep their addresses." in answer
    assert point.harvested().ledger["unchanged"] == 10


def test_addresses_are_not_kept_without_a_line_in_the_audit_log(
    point: Point, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    point.lists(records("a", None))
    point.harvested()
    point.lists(records("b", None))
    run = point.harvested().run
    keys = [str(one.key) for one in pairs(run)]
    monkeypatch.delattr(actions, "record")
    with pytest.raises(NameError):
        desk.post(f"{page_of(run)}identifiers/", {"act": "keep", "key": keys})
    assert len(paired(run)) == 10, "none was renamed"
