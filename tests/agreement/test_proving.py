"""`erpd prove` finds a data set that has got among open data, in the copies and in the doors."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from erpd.agreement import check
from erpd.agreement.differences import Difference, Report, What
from erpd.cli import doors, proving
from erpd.node import home
from erpd.register import catalogues, derived
from erpd.register.models import Catalogue, DataSet


@pytest.mark.django_db(transaction=True)
def test_protected_data_among_open_data_is_found(
    fill: Callable[[int], list[Catalogue]], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    protected, among, *_ = fill(10)
    monkeypatch.setattr(home, "read_node", lambda _: settings.NODE)
    monkeypatch.setattr(home, "home", lambda: settings.HOME)
    monkeypatch.setattr(check, "DOORS", {name: check.DOORS[name] for name in ("ckan", "search")})
    monkeypatch.setattr(proving, "_scopes", lambda: (("protected", "open"), ""))
    for name in ("index", "doors"):
        found = proving.PROOFS[name]()
        assert found.passed, found.said
    lost = DataSet.objects.filter(catalogue=protected).order_by("key")[0]
    DataSet.objects.filter(pk=lost.pk).update(catalogue=among)
    found = proving.PROOFS["index"]()
    assert not found.passed
    assert str(lost.key) in found.said


def test_of_the_doors_leaks_are_named_first(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    report = Report()
    for scope, what, key in (
        *(("all", What.FAILED, "") for _ in range(5)),
        ("open", What.SCOPE, "a-key"),
    ):
        report.add(Difference(scope, "CKAN API", what, key))
    monkeypatch.setattr(check.Check, "run", lambda *_: report)
    monkeypatch.setattr(proving, "_scopes", lambda: ((), ""))
    monkeypatch.setattr(doors, "refuse_another", lambda *_: None)
    monkeypatch.setattr(home, "read_node", lambda _: settings.NODE)
    found = proving.PROOFS["doors"]()
    assert not found.passed
    assert found.said.startswith("6 differences: a-key: CKAN API shows it, but it belongs to another scope; ")


@pytest.mark.django_db
def test_a_proof_that_breaks_is_kept_as_failed_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks() -> proving.Proved:
        raise ZeroDivisionError("https://me:hunter2@data.example/")

    proofs = {"index": breaks, "doors": lambda: proving.Proved(True, "fine")}
    monkeypatch.setattr(proving, "PROOFS", proofs)
    for name in ("start", "prepare"):
        monkeypatch.setattr(proving, name, lambda: None)
    ended = CliRunner().invoke(proving.prove)
    assert ended.exit_code == 1
    assert "WRONG index: failed: ZeroDivisionError: https://data.example/." in ended.output
    assert "doors: fine" in ended.output


def test_each_night_others_are_looked_at_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [uuid4() for _ in range(200)]
    seen = []
    for day in range(10):
        monkeypatch.setattr(derived.timezone, "now", lambda day=day: datetime(2026, 1, 1 + day, tzinfo=UTC))
        seen += [key for key in keys if derived.in_turn(key, 10)]
    assert sorted(seen) == sorted(keys)


@pytest.mark.django_db(transaction=True)
def test_of_a_large_register_a_part_is_compared_and_it_is_said(
    fill: Callable[[int], list[Catalogue]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(10)
    monkeypatch.setattr(proving, "MOST", 5)
    assert "one data set in 10" in proving.PROOFS["index"]().said
    scopes, said = proving._scopes()
    assert scopes
    assert scopes[0] in ("nl", "nl-open", "be")
    assert scopes[0] in said
    assert "never" not in said
    numbers = catalogues.numbers()
    large, *_ = sorted(numbers, key=lambda pk: -numbers[pk])
    monkeypatch.setattr(proving, "MOST", numbers[large] - 1)
    assert f"never compared: {Catalogue.objects.get(pk=large).slug}" in proving._scopes()[1]
    monkeypatch.setattr(proving, "MOST", 0)
    assert proving._scopes()[0] is None
    assert "nothing was compared" in proving.PROOFS["doors"]().said
    monkeypatch.setattr(proving, "LONGEST", -1.0)
    with pytest.raises(proving._TooLong):
        proving.PROOFS["index"]()
