"""Packages that are written once are sent as if they were written for each answer (see test_written.py)."""

from collections.abc import Iterator

import pytest
from django.test import Client

from erpd.publish.ckan_api import packages
from erpd.publish.ckan_api.written import WRITTEN
from erpd.register.models import DataSet
from erpd.register.search import follow
from tests.portal import shelf
from tests.publish.ckan_api.conftest import Api


@pytest.fixture(autouse=True)
def no_file() -> Iterator[None]:
    yield
    WRITTEN._remove()


def test_they_are_the_same(
    api: Api, client: Client, data_sets: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    write = packages.package_in_json
    monkeypatch.setattr(packages, "package_in_json", lambda *what: counted.append("") or write(*what))
    anew = client.get("/api/3/action/package_search").content
    assert len(counted) == 3
    assert WRITTEN.follow(None, lambda: False) == 4
    assert client.get("/api/3/action/package_search").content == anew
    assert client.get("/protected/api/3/action/package_search").json()["result"]["count"] == 2
    assert len(counted) == 3

    water = shelf.put_turtle(data_sets["water"].catalogue, ':water a dcat:Dataset ; dct:title "Wells"@en .')
    follow()
    assert api.titles() == ["Wells", "Roads and bridges", "Sick leave"]
    assert len(counted) == 4
    WRITTEN.follow(None, lambda: False)
    assert api.result("package_show", id=str(water.key))["title"] == "Wells"
    assert len(counted) == 4
    shelf.take_away(water)
    assert api.titles() == ["Roads and bridges", "Sick leave"]  # before the index knows
    WRITTEN.place().write_bytes(b"damaged")
    assert api.titles() == ["Roads and bridges", "Sick leave"]
    assert WRITTEN.rebuild(None) == 4
