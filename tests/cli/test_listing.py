"""`erpd run` and `erpd source held`: the records and data sets behind the counts, one by one."""

import json
import os
import re

import pytest

from erpd.harvest.models import Run
from erpd.register.models import DataSet
from tests.cli.test_sources import OAI, add, erpd, slug
from tests.harvest.national import Point, address_of, broken, good, many

pytestmark = pytest.mark.django_db


def lines(*arguments: object) -> list[dict]:
    """What a command prints for programs: one object a line."""
    told = erpd(*arguments, "--json")
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(told):
        one, end = decoder.raw_decode(told, at)
        found.append(one)
        at = end + 1
    return found


def last() -> int:
    return Run.objects.latest("pk").pk


def test_what_was_not_accepted_is_listed_with_its_reason(tmp_path):
    (tmp_path / "rules.toml").write_text('without = ["trial*"]')
    refused = [good("bad", "Admissions [red] & <b>", valid=False), broken("cut"), good("trial", "A trial")]
    with Point([*many(3), *refused, good("d0001", "Later")]) as point:
        add(point.url, "--rules", tmp_path / "rules.toml")
        told = erpd("harvest", "--source", slug())
        assert told.endswith(f"To list the records that were not accepted: erpd run {last()}")
        assert "To list" not in erpd("harvest", "--source", slug(), "--dry-run")

    told = erpd("run", last())
    assert "7 records received" in told
    report, listed = told.split("4 records not accepted: ")
    assert "Findings (one example of each" in report
    assert "To list" not in told
    assert (
        "bad Admissions [red] & <b> [rejected] error dct:accessRights is mandatory but missing (G4.1)."
        in listed
    )
    assert "cut [unreadable] error" in listed
    assert "trial [filtered] warning" in listed
    assert "trial*" in listed
    assert "d0001 Hospital discharges [duplicate] error" in listed

    told = erpd("run", last(), "--bin", "rejected", "--bin", "new")
    assert told.startswith("4 records rejected or new: d0000 Hospital discharges [new] d0001")
    assert "received" not in told
    assert "0 records deleted." in erpd("run", last(), "--bin", "deleted")

    found = {one["identifier"]: one for one in lines("run", last())}
    assert set(found) == {"bad", "cut", "trial", "d0001"}
    assert (found["bad"]["bin"], found["bad"]["title"]) == ("rejected", "Admissions [red] & <b>")
    (fault,) = [one for one in found["bad"]["findings"] if one["severity"] == "error"]
    assert (fault["rule"], fault["section"]) == ("mandatory-missing", "G4.1")
    assert fault["message"].startswith("dct:accessRights is mandatory but missing")


def test_what_waits_for_approval_is_listed():
    with Point([*many(4), *(good(f"e{number}", f"Births {number}") for number in range(3))]) as point:
        add(point.url)
        erpd("harvest", "--source", slug())
        assert "No deletion of" in erpd("source", "held", slug())
        assert lines("source", "held", slug()) == []
        point.lists([*many(4), good("e0", "Births 0").replace("<header>", '<header status="deleted">')])
        told = erpd("harvest", "--source", slug(), code=5)
        assert f"To list them: erpd source held {slug()}" in told
        holding = last()

        told = erpd("source", "held", slug())
        assert told.startswith(f"3 data sets held since run {holding}, because more than a fifth of")
        assert "e0 Births 0 marked as deleted by the source" in told
        assert "e2 Births 2 no longer listed by the source" in told
        assert told.endswith(f"If they are really gone: erpd source approve {slug()}")
        assert f"erpd source approve {slug()}" in erpd("run", holding)
        home = os.environ["ERPD_HOME"]
        asked = erpd("--home", home, "source", "held", slug())
        assert asked.endswith(f"If they are really gone: erpd --home {home} source approve {slug()}")
        assert lines("source", "held", slug())[1] == {
            "identifier": "e1",
            "title": "Births 1",
            "iri": "https://data.example/set/e1",
            "came": "absent",
            "key": str(DataSet.objects.get(identifier="e1").key),
            "reason": "no longer listed by the source",
        }
        erpd("source", "approve", slug())
        assert "No deletion of" in erpd("source", "held", slug())
        point.lists(many(5))
        erpd("harvest", "--source", slug())
        assert "approve" not in erpd("run", holding)


def test_what_a_run_had_brought_that_was_rolled_back_is_listed():
    with Point([good(f"w{number}", f"Births {number}") for number in range(6)]) as point:
        add(point.url)
        erpd("harvest", "--source", slug())
        point.lists([good(f"x{number}", f"Births {number}") for number in range(6)])
        told = erpd("harvest", "--source", slug(), code=1)
        assert told.endswith(f"To list what it had brought: erpd run {last()} --bin new")
        told = erpd("run", last(), "--bin", "new")
        assert told.startswith("6 records new: x0 Births 0 [new]")
        first = Run.objects.earliest("pk").pk
        erpd("undo", first)
        assert "(run 1) This run was undone. 6 records received".replace("run 1", f"run {first}") in erpd(
            "run", first
        )
        assert "The run failed" not in erpd("run", first)


def test_the_source_that_holds_an_iri_is_named():
    with Point(many(1)) as point, Point([good("copy", iri=address_of("d0000"))]) as other:
        add(point.url)
        erpd("harvest", "--source", slug())
        holder = slug()
        erpd("harvest", *OAI, "--url", other.url)
    told = erpd("run", last())
    assert "copy [duplicate] error @id: the IRI" in told
    assert f"This IRI belongs to a data set of the source {holder}." in told
    (found,) = lines("run", last())
    assert (found["bin"], found["holder"]) == ("duplicate", holder)


def test_the_ledger_of_a_run_is_told_again_also_to_programs():
    with Point([*many(2), good("b", valid=False)]) as point:
        add(point.url)
        harvested = json.loads(erpd("harvest", "--source", slug(), "--json"))
    (told,) = lines("run", last(), "--ledger")
    assert told == {"source": slug(), "run": int(last()), **harvested}
    assert (told["received"], told["new"], told["rejected"]) == (3, 2, 1)
    assert "3 records received" in (text := erpd("run", last(), "--ledger"))
    assert "[rejected]" not in text
    erpd("run", last(), "--ledger", "--all", code=2)


def test_long_lists_end_with_a_count():
    with Point([good(f"b{number}", valid=False) for number in range(105)], size=200) as point:
        add(point.url)
        erpd("harvest", "--source", slug())
    told = erpd("run", last())
    assert told.count("[rejected]") == 100
    assert "… and 5 more: --all lists them" in told
    assert erpd("run", last(), "--all").count("[rejected]") == 105
    assert len(lines("run", last())) == 105


def test_unchanged_records_of_earlier_runs_are_only_counted():
    with Point(many(3)) as point:
        add(point.url)
        for _ in range(3):
            erpd("harvest", "--source", slug())
    told = erpd("run", last() - 1, "--bin", "unchanged")
    assert told == (
        "3 records unchanged: 3 unchanged records only counted here, "
        "because a later run received the same again."
    )
    assert re.search("d0002 Hospital discharges .unchanged.$", erpd("run", last(), "--bin", "unchanged"))
