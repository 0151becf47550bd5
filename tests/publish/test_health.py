"""What watches over a node is told whether it lives, whether it is ready, and how far it is behind."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from erpd.publish import dumps, health, triples
from erpd.register import changes, derived, search
from erpd.register.models import Version
from erpd.register.search import follow
from erpd.register.search.place import position_file

from .conftest import Register


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "_KEPT", -1.0)


def test_it_tells_how_far_what_is_derived_is_behind(register: Register, client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    position_file().unlink(missing_ok=True)
    nl = register.catalogue("nl")
    register.put(nl, "1", "First")
    told = client.get("/readyz")
    assert (told.status_code, told.json()["status"]) == (503, "preparing")
    follow()
    told = client.get("/readyz")
    assert (told.json()["status"], told.json()["derived"]["dumps"]["lacks"]) == (
        "behind",
        ["all", "protected", "open", "nl"],
    )
    dumps.follow(None, lambda: False)
    triples.follow()
    told = client.get("/readyz")
    assert (told.status_code, told.json()["status"], told.json()["change"]) == (200, "ok", changes.last())
    assert told.json()["derived"]["search"] == {
        "change": changes.last(),
        "behind": 0,
        "seconds": 0.0,
        "since": None,
        "late": False,
        "lacks": [],
    }
    assert told["Cache-Control"] == "no-store"
    register.put(nl, "2", "Second")
    waiting = client.get("/readyz").json()
    assert (waiting["status"], waiting["derived"]["search"]["behind"]) == ("ok", 1)
    assert (
        waiting["derived"]["search"]["since"] == f"{Version.objects.latest('change').at:%Y-%m-%dT%H:%M:%SZ}"
    )
    assert "not shown yet" not in client.get("/").content.decode()
    Version.objects.update(at=changes.clock() - timedelta(minutes=2))
    told = client.get("/readyz")
    assert (told.status_code, told.json()["status"]) == (200, "behind")
    assert told.json()["derived"]["search"]["seconds"] > search.DERIVED.late
    page = client.get("/")
    assert "The newest data sets are not shown yet" in page.content.decode()
    follow()
    assert client.get("/", headers={"if-none-match": page["ETag"]}).status_code == 200
    assert "not shown yet" not in client.get("/").content.decode()


def test_without_a_database_it_is_alive_but_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr(health.changes, "last", away)
    assert client.get("/healthz").status_code == 200
    told = client.get("/readyz")
    assert (told.status_code, told.json()["status"]) == (503, "unavailable")
    assert told.json()["database"].startswith("The database is busy")
