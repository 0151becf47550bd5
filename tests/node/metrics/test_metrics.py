"""Prometheus reads ``/metrics``: who may, what it says, and that several processes add up."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families as parsed

from erpd.accounts.models import Mail
from erpd.node.metrics import figures
from erpd.register.models import Link, LinkHost
from tests.harvest.national import Point, many

TOKEN = "a token of Prometheus"


@pytest.fixture(autouse=True)
def here(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, base_url="http://localhost:8000")


def read(client: Client | None = None) -> dict[tuple[str, ...], float]:
    """Name of a sample and its labels -> value."""
    answer = (client or Client()).get("/metrics")
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (one.name, *one.labels.values()): one.value
        for family in parsed(answer.content.decode())
        for one in family.samples
    }


@pytest.mark.django_db
def test_only_this_machine_or_whoever_has_the_token_reads_it(settings: Any) -> None:
    def status(address: str = "127.0.0.1", **headers: str) -> int:
        return Client(REMOTE_ADDR=address).get("/metrics", headers=headers).status_code

    assert [status(one) for one in ("127.0.0.1", "::1", "10.0.0.1", "")] == [200, 200, 404, 404]
    settings.NODE = replace(settings.NODE, base_url="https://data.example.org")
    assert status() == 404, "a proxy that nobody named would let in everybody"
    settings.NODE = replace(settings.NODE, proxies=1)
    assert [status(), status("10.0.0.1")] == [200, 404]
    for proxies in (0, 1):
        settings.NODE = replace(settings.NODE, base_url="http://localhost:8000", proxies=proxies)
        for name in ("X-Forwarded-For", "Forwarded"):
            assert status(**{name: "for=127.0.0.1"}) == 404
    settings.METRICS_TOKEN = TOKEN
    for said in ("", TOKEN, "Bearer ", f"Bearer {TOKEN}s", f"bearer {TOKEN}", "Bearer ü"):
        assert status(Authorization=said) == 404
    assert status("10.0.0.1", Authorization=f"Bearer {TOKEN}") == 200


@pytest.mark.django_db
def test_it_says_what_is_there(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    monkeypatch.setattr(figures, "_counted", None)
    with Point(many(10)) as point:
        point.harvested()
        point.lists(many(4))
        run = point.harvested().run
    Mail.objects.create(to="a@else.example", state=Mail.State.FAILED)
    host = LinkHost.objects.create(name="a.example", free=run.finished, due=run.finished)
    for place, answer in enumerate(("404", "403", "200")):
        facts = {"key": UUID(int=place), "due": run.finished, "works": answer == "200"}
        Link.objects.create(host=host, address=f"https://a.example/{place}", answer=answer, **facts)
    client = Client()
    client.get("/no such page/")
    client.get("/status")
    before = read(client)
    slug = run.settings.source.slug
    assert before["erpd_runs", slug, "done"] == 2
    assert before["erpd_last_good_run", slug] == run.finished.timestamp()
    assert (before["erpd_links_nowhere",], before["erpd_link_hosts_due",]) == (1, 1)
    assert before["erpd_held", slug] == 6
    assert before["erpd_data_sets", "protected"] == 10
    assert before["erpd_mails_failed",] == before["erpd_database_up",] == 1
    assert before["erpd_derived_changes", "search"] >= 0
    with django_assert_max_num_queries(40):
        after = read(client)
    assert (
        after["erpd_request_seconds_count", "metrics"] == before["erpd_request_seconds_count", "metrics"] + 1
    )
    assert not [key for key in after if "no such page" in str(key)]
    assert before["erpd_answers_total", "4xx"] >= 1


@pytest.mark.django_db
def test_it_answers_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> figures.Metrics:
        raise OperationalError("database is locked")
        yield

    monkeypatch.setattr(figures, "_OF_THE_DATABASE", (away,))
    found = read()
    assert found["erpd_database_up",] == 0
    assert min(found[one] for one in found if one[0] == "erpd_disk_free_bytes") > 0


_PROCESS = """
import os, sys
from types import SimpleNamespace
from erpd.node.metrics.times import measured, times
from prometheus_client import generate_latest
asked = SimpleNamespace(resolver_match=SimpleNamespace(view_name="a view"))
measured(lambda _: SimpleNamespace(status_code=200))(asked)
print(generate_latest(times()).decode())
"""


def test_processes_add_up_and_a_full_disk_ends_none(tmp_path: Path) -> None:
    def run(folder: Path) -> str:
        variables = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
        said = subprocess.run(
            [sys.executable, "-c", _PROCESS], env=variables, stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        return next(one for one in said.splitlines() if one.startswith("erpd_request_seconds_count"))

    counts = [run(tmp_path / "shared") for _ in range(2)]
    assert [line.split()[-1] for line in counts] == ["1.0", "2.0"]
    no_folder = tmp_path / "file"
    no_folder.write_text("")
    assert run(no_folder).endswith(" 1.0")
