"""`erpd prove` finds a data set that has got among open data, in the copies and in the doors."""

from collections.abc import Callable
from typing import Any

import pytest

from erpd.agreement import check
from erpd.agreement.differences import Difference, Report, What
from erpd.cli import proving
from erpd.node import home
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
    for proof in proving.PROOFS.values():
        found = proof()
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
    monkeypatch.setattr(home, "read_node", lambda _: settings.NODE)
    found = proving.PROOFS["doors"]()
    assert not found.passed
    assert found.said.startswith("6 differences: a-key: CKAN API shows it, but it belongs to another scope; ")


@pytest.mark.django_db(transaction=True)
def test_of_a_large_register_a_part_is_compared_and_it_is_said(
    fill: Callable[[int], list[Catalogue]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(10)
    monkeypatch.setattr(proving, "MOST", 5)
    assert "one data set in 10" in proving.PROOFS["index"]().said
    (scope,), said = proving._scopes()
    assert scope in ("nl", "nl-open", "be")
    assert scope in said
    monkeypatch.setattr(proving, "LONGEST", -1.0)
    with pytest.raises(proving._TooLong):
        proving.PROOFS["index"]()
