"""The register as everybody reads it: the page, the files, the figures; and what it must not tell."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import html
from pyoxigraph import Literal, NamedNode

from erpd.access.decisions import kept, pages
from erpd.access.models import Body, Line
from erpd.formats.decision_figures import DECISIONS, Measured, read_figures
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.terms import DCAT, DQV, RDF
from erpd.pages.downloads import safe_cell
from erpd.register.models import Catalogue
from tests.access.can_i_get_it.test_pages import ASKED, as_json, nl  # noqa: F401  # fixtures
from tests.portal import shelf

TODAY = date(2026, 11, 27)
A, B = "https://data.example/a", "https://data.example/b"
EVIL = '=HYPERLINK("https://evil.example","<script>alert(1)</script>")'
FILES = ("", ".csv", ".json", ".ttl", ".rdf", ".nt", ".jsonld")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)
    monkeypatch.setattr(kept, "_kept", {})


@pytest.fixture
def body() -> Body:
    return Body.objects.create(slug="committee", title={"en": EVIL}, country="NL")


def line(body: Body, ended: date | None, days: int = 41, outcome: str = "granted", **more: Any) -> Line:
    begun = ended - timedelta(days) if ended else TODAY
    facts = {"data_sets": [A], "titles": [{"en": "Admissions"}], "category": "research", **more}
    return Line.objects.create(body=body, received=begun, ended=ended, days=days, outcome=outcome, **facts)


def lately(body: Body) -> list[Line]:
    """14 decisions within the last 12 months, 9 of them granted, half within 41 days; and others."""
    days = [*range(35, 41), 41, 41, *range(42, 48)]
    outcomes = ["granted"] * 5 + ["partly"] * 4 + ["refused"] * 5
    made = [
        line(body, date(2025, 10, 1) + timedelta(26 * each), days[each], outcomes[each]) for each in range(14)
    ]
    line(body, date(2026, 10, 1), 400, "refused")  # of this quarter
    line(body, date(2025, 9, 30), 400, "refused")  # before
    line(body, None, 0, "")  # open
    return made


def texts(client: Client) -> dict[str, str]:
    """Everything that is published of the register, at once."""
    found = {}
    kept._kept.clear()
    for name in FILES:
        response = client.get(f"/decisions{name}")
        assert response.status_code == 200
        content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
        found[name] = content.decode()
    found["body"] = client.get("/bodies/committee/").content.decode()
    return found


def test_the_card_the_body_and_programs_say_what_the_last_12_months_came_to(
    client: Client,
    body: Body,
    nl: Catalogue,  # noqa: F811
    django_assert_num_queries: Callable[..., Any],
) -> None:
    data_set = shelf.put_turtle(nl, f"<{A}> a dcat:Dataset ; dct:title 'A'@en .")
    address = f"/datasets/{data_set.key}"
    silent = client.get(address)
    assert b"requests decided" not in silent.content
    assert as_json(client, id=str(data_set.key), **ASKED)["decisions"] is None
    lately(body)
    said = "Last 12 months, until 30 September 2026: 14 requests decided, 9 granted, median 41 days"
    seen = client.get(address, headers={"If-None-Match": silent.headers["ETag"]})
    for shown in (seen, client.get(f"{address}/access"), client.get("/bodies/committee/")):
        assert said in shown.content.decode()
    found = as_json(client, id=str(data_set.key), **ASKED)["decisions"]
    assert (found["from"], found["until"], found["decided"]) == ("2025-10-01", "2026-09-30", 14)
    assert (found["percentGranted"], found["medianDays"], found["percentile90Days"]) == (64, 41, 46)
    there = read_figures(texts(client)[".ttl"].encode(), TODAY)  # as the European node reads it
    assert there == {A: Measured(date(2025, 10, 1), date(2026, 10, 1), 14, 9, 5, 0, 41, 46)}
    with django_assert_num_queries(1):
        assert kept.of_data_set(data_set)


def test_lines_are_filtered_and_paged_and_hostile_words_stay_words(
    client: Client, body: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    lately(body)
    other = Body.objects.create(slug="other", title={"en": "Other"})
    line(other, date(2024, 2, 29), 5, "refused", late=True, grounds=["not-protectable"], summary=EVIL)
    monkeypatch.setattr(pages, "PAGE", 5)
    address, rows = "/decisions", list[str]()
    while address:
        page = html.fromstring(client.get(address).content)
        assert not page.xpath("//main//script")
        listed = page.xpath("//div[@aria-labelledby='lines']//tbody/tr")
        rows += [" ".join(" ".join(row.itertext()).split()) for row in listed]
        address = "".join(f"/decisions{href}" for href in page.xpath("//a[@rel='next']/@href"))
    assert len(rows) == len(client.get("/decisions.json").getvalue().splitlines()) - 2 == 17  # type: ignore[attr-defined]
    assert rows[0].startswith("2026-Q4")
    assert rows[-1].startswith("2024-Q1 Other")
    assert "No form of access protects the data well enough." in rows[-1]
    for asked, number in (
        ("body=other", 1),
        ("year=2026&body=committee", 11),
        ("outcome=partly", 4),
        ("year=2024&outcome=granted", 0),
    ):
        said = client.get(f"/decisions.csv?{asked}").getvalue().decode()  # type: ignore[attr-defined]
        assert len([*csv.reader(io.StringIO(said))]) == number + 1
    assert "Accept-Language" in client.get("/decisions.csv")["Vary"]
    [_, cells] = csv.reader(io.StringIO(client.get("/decisions.csv?body=other").getvalue().decode()))  # type: ignore[attr-defined]
    assert cells[-1] == f"'{EVIL}"
    assert safe_cell(" \t-1") == "' \t'-1"
    assert safe_cell("a; =1;=2;b\n@c -d") == "a; '=1;'=2;b\n'@c -d"
    for wrong in (
        "body=none",
        "body=%00",
        "year=20260",
        "year=9999",
        "outcome=x",
        "after=2026-Q9.1",
        "after=x",
    ):
        assert client.get(f"/decisions?{wrong}").status_code == 404
    assert client.get("/decisions?body=&year=&outcome=").status_code == 200


def test_the_register_is_a_data_set_and_measures_each_data_set(client: Client, body: Body) -> None:
    lately(body)
    for ended in range(4):
        line(body, date(2026, 1, 1 + ended), data_sets=[B])  # too few
    graphs = []
    for suffix in ("ttl", "rdf", "nt", "jsonld"):
        content = client.get(f"/decisions.{suffix}").content
        graphs.append({str(each) for each in read(content, SYNTAXES[suffix]) if "_:" not in str(each)})
    assert all(graph == graphs[0] for graph in graphs)
    found = list(read(client.get("/decisions.ttl").content, SYNTAXES["ttl"]))
    assert sum(each.object == DCAT.Dataset for each in found) == 1
    assert sum(each.predicate == RDF.type and each.object == DCAT.Distribution for each in found) == 3
    measured = {each.subject for each in found if each.object == DECISIONS.medianDays}
    assert [each.object for each in found if each.subject in measured and each.predicate == DQV.value] == [
        Literal(41)
    ]
    assert {each.object for each in found if each.predicate == DQV.computedOn} == {NamedNode(A)}


def test_nothing_that_is_left_out_can_be_computed_from_everything_that_is_published(
    client: Client, body: Body
) -> None:
    """Whoever of two requesters asked, and on whichever day of a quarter: nothing published differs."""
    before = [line(body, date(2025, 5, 5) + timedelta(each)) for each in range(6)]
    before += [line(body, date(2025, 5, 20), category="company", outcome="refused")]
    more = [line(body, date(2025, 6, 1), category="public", days=each) for each in range(20, 29)]
    few = [line(body, date(2025, 6, 2), data_sets=[B], category=kind) for kind in ("person", "sme")]
    now = [line(body, date(2026, 10, 5), category=kind) for kind in ("research",) * 5 + ("person",)]
    told = texts(client)
    said = [row["category"] for row in csv.DictReader(io.StringIO(told[".csv"]))]
    assert sorted(filter(None, said)) == ["public"] * len(more)
    for one, two in ((before[0], before[6]), tuple(few), (now[0], now[5])):
        one.category, two.category = two.category, one.category
        for each in (one, two):
            each.save()
        assert texts(client) == told
    for each in (*before, *more, *few, *now):  # another day, the same quarter, as many days
        start = date(each.ended.year, each.ended.month - (each.ended.month - 1) % 3, 1)
        moved = start + timedelta(int(each.pk) * 7 % 80)
        each.received, each.ended = moved - timedelta(each.days), moved
        each.save()
    assert texts(client) == told
    line(body, None, 0, "", category="person")  # nor that somebody has asked
    assert texts(client) == told
