"""The list of links that lead nowhere: of all sources, of one, as CSV."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts import paging
from erpd.operate.links.listing import nowhere
from erpd.register.models import DataSet, Link, LinkHost, LinkOf
from tests.harvest.national import Point, many

pytestmark = pytest.mark.django_db


def link(place: int, answer: str, **facts: Any) -> Link:
    now = timezone.now()
    host = LinkHost.objects.get_or_create(name="a.example", defaults={"free": now})[0]
    history = [[now.isoformat(), answer], [(now - timedelta(days=30)).isoformat(), "200"]]
    past = {"due": now, "tried": now, "failed": now - timedelta(days=3), "works": False, "failures": 2}
    address = f"https://a.example/{place}?password=sesame{place}"
    made = {"address": address, "host": host, "answer": answer, "history": history, **past, **facts}
    found = Link.objects.create(key=UUID(int=place), **made)
    for one in DataSet.objects.all():
        LinkOf.objects.create(data_set=one, link=found, kinds=1)
    return found


def test_what_leads_nowhere_is_listed_with_what_it_answered(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No link leads nowhere" in desk.get("/desk/sources/+links/").content.decode()
    with Point(many(2)) as point:
        point.harvested()
    for place, answer in enumerate(("404", "timeout", "403")):
        link(place, answer)
    link(9, "200", works=True, failed=None)
    assert nowhere().count() == 2
    assert "Links that lead nowhere: 2<" in desk.get("/desk/").content.decode()
    monkeypatch.setattr(paging, "SIZE", 2)
    first = desk.get("/desk/sources/+links/").content.decode()
    second = desk.get(f"/desk/sources/+links/?after={UUID(int=1)}").content.decode()
    assert "There is nothing at this address (404)" in first
    assert "It answers (200)" in first  # before
    assert "asks for a sign-in<" in second
    assert "(404)" not in second
    assert "sesame" not in first + second
    source = DataSet.objects.all()[0].source.slug
    assert f"?source={source}" in first
    for slug, lines in ((source, 6), ("other", 0)):
        page = desk.get(f"/desk/sources/+links/?source={slug}")
        assert page.content.decode().count('rel="nofollow noopener"') == (2 if lines else 0)
        text = b"".join(desk.get(f"/desk/sources/+links.csv?source={slug}")).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == lines
    rows = list(
        csv.DictReader(io.StringIO(b"".join(desk.get("/desk/sources/+links.csv")).decode("utf-8-sig")))
    )
    assert {(row["state"], row["answer"]) for row in rows} == {
        ("broken", "404"),
        ("broken", "timeout"),
        ("sign-in", "403"),
    }
    assert {row["identifier"] for row in rows} == {"d0000", "d0001"}
    assert desk.get("/desk/sources/+links/?after=x&source=a%20b").status_code == 200
    assert Client().get("/desk/sources/+links/").status_code != 200
