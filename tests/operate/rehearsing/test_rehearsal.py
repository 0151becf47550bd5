"""Anybody tries an address: the worker reads it, the page and its JSON say what came of it, nothing else."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts.rates import Buckets
from erpd.harvest import heartbeat
from erpd.harvest.heartbeat import State, Worker
from erpd.harvest.models import Run
from erpd.operate.models import Rehearsal
from erpd.operate.rehearsing import actions, making
from erpd.operate.rehearsing.making import forget, rehearse_due
from erpd.register.models import Catalogue, DataSet, Source
from erpd.sources.children.child import CannotStart
from tests.harvest.national import Point, good, many
from tests.servers import LOOPBACK

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "OF_VISITORS", Buckets(5, 1 / 600))


def test_a_rehearsal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "NETWORKS", LOOPBACK)
    visitor = Client()
    odd = good("odd\u202e").replace("authority/file-type/CSV", "authority/file-type/csv")
    with Point([*many(4), odd, good("bad", "</h1><script>", valid=False)]) as point:
        sent = visitor.post("/rehearsal", {"url": point.url})
        address = sent["Location"]
        waiting = visitor.get(address)
        assert waiting["Refresh"] == "3"
        assert visitor.get(f"{address.rstrip('/')}.pdf").status_code == 404
        assert "no-store" in waiting["Cache-Control"]
        assert rehearse_due() == 1
    done = visitor.get(address)
    assert "Refresh" not in done
    text = done.content.decode()
    assert "OAI-PMH 2.0, which the guidelines prefer." in text
    assert "1 of 6 records lack something mandatory" in text
    assert "file-type/csv" in text
    assert "<script>" not in text.partition("</head>")[2].partition("<main")[2].partition("</main")[0]
    pdf = visitor.get(f"{address.rstrip('/')}.pdf")
    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    seen = visitor.get(f"{address.rstrip('/')}.json").json()
    assert "\u202e" not in f"{seen}{text.partition('<main')[2]}"
    assert (seen["state"], seen["seen"]["received"], seen["seen"]["faulty"]) == ("done", 6, 1)
    assert {one["aspect"]: one["verdict"] for one in seen["seen"]["aspects"]}["identifiers"] == "good"
    assert not any(model.objects.exists() for model in (Run, DataSet, Source, Catalogue))
    assert visitor.get("/rehearsal/" + 32 * "a").status_code == 404


@pytest.mark.parametrize(
    ("worker", "told"),
    [
        (Worker(State.NONE), "No worker has been seen yet."),
        (Worker(State.NONE, 3600.0), "last seen (UTC): "),
        (Worker(State.HANGS, 3600.0), "last seen (UTC): "),
        (Worker(State.RUNS, 5.0), ""),
        (Worker(State.ELSEWHERE), ""),
    ],
)
def test_that_no_worker_runs_is_said(monkeypatch: pytest.MonkeyPatch, worker: Worker, told: str) -> None:
    one = actions.ask(url="https://point.example/oai", client="192.0.2.1")
    monkeypatch.setattr(heartbeat, "look", lambda: worker)
    page = Client().get(f"/rehearsal/{one.key}")
    assert ("nothing happens now" in page.content.decode()) is bool(told)
    seen = f"{timezone.now() - timedelta(seconds=3600):%H:%M}</time>" if worker.seconds > 5 else ""
    assert told + seen in re.sub(r"<time[^>]*>[^,]*, ", "", page.content.decode())
    assert page["Refresh"] == "3", "it is shown as soon as there is a result"


def test_only_public_addresses_are_called() -> None:
    with Point(many(1)) as point:
        one = actions.ask(url=point.url, client="192.0.2.1")
        assert rehearse_due() == 1
        assert not point.server.asked
    one.refresh_from_db()
    assert (one.state, one.seen["received"]) == ("failed", 0)
    assert "The host has no public address" in one.seen["error"]
    assert "non-public" not in str(one.seen)  # with which address that name has in our network
    assert Client().get(f"/rehearsal/{one.key}").status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "ftp://a.example/",
        "https://u:p@a.example/",
        "https://a.example/?key=s3cret12",
    ],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused(url: str) -> None:
    assert Client().post("/rehearsal", {"url": url}).status_code == 400
    assert not Rehearsal.objects.exists()


def test_nobody_takes_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one network two wait, and five are made at once; of all together, no more than can wait."""

    def asks(visitor: Client, times: int) -> list[int]:
        return [visitor.post("/rehearsal", {"url": "https://a.example/"}).status_code for _ in range(times)]

    one, other = Client(), Client(REMOTE_ADDR="198.51.100.7")
    assert asks(one, 2) == [302, 302]
    sent = {"url": "https://a.example/"}
    assert "from your network still wait" in one.post("/rehearsal", sent).content.decode()
    monkeypatch.setattr(actions, "MOST_WAITING", 2)
    assert asks(other, 6) == [429] * 6
    assert "we take no more right now" in other.post("/rehearsal", sent).content.decode()
    monkeypatch.setattr(actions, "MOST_WAITING", 20)
    assert asks(other, 1) == [302], "who could not be served has used up nothing"
    for statuses in ([302, 302, 429], [302, 429]):
        Rehearsal.objects.update(state="done")
        assert asks(one, len(statuses)) == statuses


def test_a_fault_of_this_site_is_not_told_as_one_of_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_given: object, **_named: object) -> None:
        raise CannotStart("No process can be started.")

    monkeypatch.setattr(making, "probe", cannot)
    one = actions.ask(url="https://a.example/", client="")
    assert rehearse_due() == 1
    page = Client().get(f"/rehearsal/{one.key}").content.decode()
    assert "through a fault of this site" in page
    one.refresh_from_db()
    assert {said["verdict"] for said in one.seen["aspects"]} == {"unknown"}


def test_a_worker_that_died_twice_and_a_result_of_last_month() -> None:
    one = actions.ask(url="https://a.example/", client="")
    Rehearsal.objects.update(
        state="running", deaths=1, holder="gone 1 2 3", begun=timezone.now() - timedelta(hours=1)
    )
    assert rehearse_due() == 1
    one.refresh_from_db()
    assert (one.state, one.holder, one.asker) == ("failed", "", "")
    assert "set-aside" in one.seen["error"]
    assert {said["verdict"] for said in one.seen["aspects"]} == {"unknown"}
    forget()
    Rehearsal.objects.update(asked=timezone.now() - timedelta(days=31))
    assert Rehearsal.objects.exists()
    forget()
    assert not Rehearsal.objects.exists()
