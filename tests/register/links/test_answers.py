"""What links answer counts in the scores, at once and exactly."""

from typing import Any

import pytest
from django.test import Client

from erpd.register import quality
from erpd.register.links.trying import try_due
from erpd.register.models import DataSet, Link, QualityScore, QualitySum
from erpd.register.quality import following
from tests.harvest.national import Point
from tests.register.links.conftest import Site
from tests.servers import LOOPBACK

pytestmark = pytest.mark.django_db


def try_all(later: Any) -> None:
    while try_due(LOOPBACK):
        later(seconds=2)


def points() -> tuple[int, int]:
    counts = QualitySum.objects.get().counts
    return counts["mqa"], counts["protected"]


def differences() -> list[str]:
    return [one.said for one in quality.DERIVED.differences(None, 1)]


def test_answers_count_and_only_what_has_such_a_link_is_scored_anew(
    point: Point, site: Site, later: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_ROWS", 2)  # of three data sets with one link
    names = ("a", "b", "c")
    point.lists([*(site.record(name, "shared") for name in names), site.record("d")])
    point.harvested()
    assert quality.follow() == 4
    mqa, protected = points()
    try_all(later)
    assert differences() == []  # what is news already is no difference
    assert quality.follow() == 4
    assert points() == (mqa + 4 * 50, protected + 4 * 50)
    assert (differences(), quality.follow()) == ([], 0)
    site.gone = "/shared"
    for days in (14, 1):
        later(days=days, seconds=1)
        try_all(later)
    assert quality.follow() == 3
    assert points() == (mqa + 50, protected + 50)
    assert differences() == []
    assert not Link.objects.filter(is_news=True).exists()


def test_what_comes_later_with_a_known_link_has_its_answer(point: Point, site: Site, later: Any) -> None:
    point.lists([site.record("a", "shared")])
    point.harvested()
    quality.follow()
    try_all(later)
    quality.follow()
    point.lists([site.record("a", "shared"), site.record("b", "shared")])
    point.harvested()
    assert quality.follow() == 1
    assert QualityScore.objects.values("mqa_met").distinct().count() == 1
    assert differences() == []


def test_the_measurements_follow_the_answers(point: Point, site: Site, later: Any) -> None:
    point.lists([site.record("a")])
    point.harvested()
    quality.follow()
    place = f"/datasets/{DataSet.objects.get().key}/quality.ttl"
    before = Client().get(place)
    try_all(later)
    after = Client().get(place, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert b"accessUrlStatusCode" in after.content
    assert b"accessUrlStatusCode" not in before.content
    assert Client().get(place, headers={"If-None-Match": after["ETag"]}).status_code == 304


def test_the_page_says_which_links_fail(point: Point, site: Site, later: Any) -> None:
    point.lists([site.record("a")])
    point.harvested()
    quality.follow()
    place = f"/datasets/{DataSet.objects.get().key}/quality"
    said = []
    for status in (200, 404, 404, 403):
        site.status = status
        try_all(later)
        said.append(Client().get(place).content.decode())
        later(days=14, seconds=1)
    assert site.server.url("/a") in said[0]
    assert "It answers (200)" in said[0]
    assert "failed at the last try<" in said[1]
    assert "leads nowhere<" in said[2]
    assert "There is nothing at this address (404)" in said[2]
    assert "It asks for a sign-in (403)" in said[3]
