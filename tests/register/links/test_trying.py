"""Links of harvested data sets, tried at real servers as days go by."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from erpd.register import quality
from erpd.register.links import trying
from erpd.register.links.trying import try_due
from erpd.register.models import DataSet, Link, LinkHost, LinkOf, QualityPosition
from tests.harvest.national import Point, rdf
from tests.register.links.conftest import ASK, Site
from tests.servers import LOOPBACK, free_port
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db


def kept() -> set[tuple[str, str, int]]:
    return set(LinkOf.objects.values_list("data_set__identifier", "link__address", "kinds"))


def test_links_follow_the_records(point: Point, site: Site) -> None:
    others = [site.record(name, "x") for name in ("b", "c", "d", "e")]
    point.lists([site.record("a", "x"), *others, site.record("f", "y")])
    point.harvested()
    assert quality.follow() == 6
    x, y = site.server.url("/x"), site.server.url("/y")
    theirs = {(name, x, 5) for name in ("b", "c", "d", "e")}
    assert kept() == {("a", x, 5), *theirs, ("f", y, 5)}
    assert Link.objects.count() == 2
    point.lists([site.record("a", "y"), *others])
    point.harvested()
    quality.follow()
    assert kept() == {("a", y, 5), *theirs}
    quality.rebuild()
    assert kept() == {("a", y, 5), *theirs}


def test_a_link_without_data_sets_goes_untried(point: Point, site: Site, later: Any) -> None:
    point.lists([site.record("one", "x"), site.record("two", "y")])
    point.harvested()
    quality.follow()
    point.lists([site.record("one", "y"), site.record("two", "y")])
    point.harvested()
    quality.follow()
    for _ in range(3):
        later(seconds=2)
        try_due(LOOPBACK)
    assert site.asked == ["/y"]
    assert [one.address for one in Link.objects.all()] == [site.server.url("/y")]


def test_a_host_is_asked_once_a_second_and_each_link_again_after_some_days(
    point: Point, site: Site, later: Any
) -> None:
    point.lists([site.record("one"), site.record("two")])
    point.harvested()
    quality.follow()
    assert try_due(LOOPBACK) == 1
    assert try_due(LOOPBACK) == 0
    later(seconds=1.1)
    assert try_due(LOOPBACK) == 1
    assert sorted(site.asked) == ["/one", "/two"]
    assert set(Link.objects.values_list("answer", "works", "is_news")) == {("200", True, True)}
    later(days=13, hours=23)
    assert try_due(LOOPBACK) == 0
    later(hours=2)
    assert try_due(LOOPBACK) == 1


def test_a_link_is_broken_once_it_has_failed_twice_a_day_apart(point: Point, site: Site, later: Any) -> None:
    point.lists([site.record("one")])
    point.harvested()
    quality.follow()
    try_due(LOOPBACK)
    site.status = 404
    verdicts = []
    for days in (14, 1, 2, 4):
        later(days=days, seconds=1)
        assert try_due(LOOPBACK) == 1
        verdicts.append(Link.objects.get().works)
    assert verdicts == [True, False, False, False]
    site.status = 200
    later(days=8, seconds=1)
    try_due(LOOPBACK)
    link = Link.objects.get()
    assert (link.works, link.failed, link.failures) == (True, None, 0)
    assert [answer for _, answer in link.history] == ["200", "404", "200"]


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(point: Point, site: Site, later: Any) -> None:
    point.lists([site.record("one"), site.record("two")])
    point.harvested()
    quality.follow()
    site.status, site.headers = 429, {"Retry-After": "3600"}
    assert try_due(LOOPBACK) == 1
    later(minutes=59)
    assert try_due(LOOPBACK) == 0
    later(minutes=2)
    assert try_due(LOOPBACK) == 1
    assert set(Link.objects.values_list("tried", "works")) == {(None, None)}


def test_a_dead_server_is_asked_once_for_all_its_links(point: Point, site: Site, later: Any) -> None:
    dead = f"http://127.0.0.1:{free_port()}/"
    records = [oai.record(name, rdf(name).replace(ASK, f"{dead}{name}")) for name in ("a", "b", "c")]
    point.lists([*records, site.record("one")])
    point.harvested()
    quality.follow()
    LinkHost.objects.update(due=timezone.now())
    for _ in range(2):
        later(days=1, seconds=1)
        while try_due(LOOPBACK):
            later(minutes=6)
    answers = set(Link.objects.filter(address__startswith=dead).values_list("answer", "works"))
    assert answers == {("unreachable", False)}
    assert Link.objects.get(address=site.server.url("/one")).works


def test_a_node_that_reaches_nothing_blames_no_link(
    point: Point, site: Site, later: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = [f"http://host{number}.invalid/" for number in range(6)]
    records = [oai.record(f"d{n}", rdf(f"d{n}").replace(ASK, host)) for n, host in enumerate(hosts)]
    point.lists(records)
    point.harvested()
    quality.follow()
    for _ in range(4):
        try_due(LOOPBACK)
        later(minutes=6)
    failed = Link.objects.exclude(failures=0)
    assert failed.count() == trying._OFFLINE
    point.lists([*records, site.record("one")])
    point.harvested()
    quality.follow()
    try_due(LOOPBACK)
    later(minutes=6)
    try_due(LOOPBACK)
    assert failed.count() == len(hosts)
    site.asked.clear()
    later(days=1)
    try_due(LOOPBACK)  # nothing answered for a day: one that did is asked
    assert not Link.objects.filter(works=False).exists()
    later(minutes=6)
    try_due(LOOPBACK)
    later(minutes=6)
    try_due(LOOPBACK)
    assert site.asked == ["/one"]
    assert Link.objects.filter(works=False).count() == len(hosts)


def test_what_a_dead_worker_had_another_takes(point: Point, site: Site, later: Any) -> None:
    point.lists([site.record("one")])
    point.harvested()
    quality.follow()
    assert trying._take() == "127.0.0.1"
    assert trying._take() == ""
    later(minutes=6)
    assert try_due(LOOPBACK) == 1


def test_without_the_setting_nothing_is_kept_or_tried(point: Point, site: Site, settings: Any) -> None:
    settings.NODE = replace(settings.NODE, link_days=0)
    point.lists([site.record("one")])
    point.harvested()
    quality.follow()
    assert not LinkOf.objects.exists()
    settings.NODE = replace(settings.NODE, link_days=14)
    QualityPosition.objects.update(seen=None)
    assert quality.follow() == 1  # anew, by another method
    assert LinkOf.objects.count() == 1
    settings.NODE = replace(settings.NODE, link_days=0)
    QualityPosition.objects.update(seen=None)
    assert try_due(LOOPBACK) == 0
    quality.follow()
    assert not LinkOf.objects.exists()
    assert DataSet.objects.count() == 1
