"""Quality of many descriptions: pages and CSV show the sums of what is kept, nothing that is hidden."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from erpd.metadata.quality import MQA, PROTECTED
from erpd.register import quality
from erpd.register.models import Catalogue, DataSet, QualityPosition, QualityScore, QualitySum, QualityWeek
from erpd.register.quality import following
from tests.harvest.national import Point, good, many
from tests.operate.quality.test_quality import SITE
from tests.register.quality.test_quality import stop

pytestmark = pytest.mark.django_db


def rows(address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(Client().get(address)).decode())))


def test_the_pages_and_the_csv_add_up(point: Point) -> None:
    assert "No description has been scored yet." in Client().get("/quality").content.decode()
    point.harvested()
    quality.follow()
    week = QualityWeek.objects.get()
    QualityWeek.objects.create(
        catalogue=week.catalogue,
        monday=week.monday - timedelta(weeks=2),
        data_sets=4,
        mqa=4 * 81,
        protected=100,
        protected_of=400,
    )
    counts = QualitySum.objects.get().counts
    for place in ("", "/catalogues/nl", "/countries/NL"):
        said = Client().get(f"/quality{place}").content.decode()
        assert f"{counts['mqa'] / 10:.1f} of 405 points" in said
        assert SITE in said
        assert "81.0 (20.0 %)" in said  # two weeks ago
        assert "25.0 (25.0 %)" in said
        assert said.count("<polyline") == 2
        assert said.count('/quality" rel="nofollow"') == 10  # the data sets that are here
        found = {row["metric"]: row for row in rows(f"/quality{place}.csv")}
        for of, metrics in (("mqa", MQA), ("protected", PROTECTED)):
            assert counts[of] == sum(int(found[one.name][f"{of}_met"] or 0) * one.points for one in metrics)
        links = found["accessUrlStatusCode"]
        assert [links[f"mqa_{what}"] for what in ("met", "not_tried", "of")] == ["", "10", "10"]
        assert "can be reached as long as some links have not been tried" in said
        assert found["accessUrlStatusCode"]["protected_of"] == ""
        assert found["formatMediaTypeNonProprietary"]["protected_of"] == "0"  # no files are offered
    (line,) = rows("/quality/catalogues.csv")
    assert (line["catalogue"], line["data_sets"], line["mqa_points"]) == ("nl", "10", str(counts["mqa"]))
    assert int(line["mqa_not_tried"]) == 10 * 50  # no file is offered, so only access addresses
    bands = [line[f"mqa_at_least_{band}"] for band in ("excellent", "good", "sufficient")]
    better = [counts.get(f"mqa.band.{band}", 0) for band in ("excellent", "good", "sufficient")]
    assert bands == [str(sum(better[: place + 1])) for place in range(3)]


def test_a_part_is_not_shown_as_all(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_ROWS", 4)
    point.harvested()
    with pytest.raises(KeyboardInterrupt):
        quality.follow(stop)
    for place in ("", "/catalogues/nl", "/countries/NL"):
        assert "4 of 10 data sets are scored so far" in Client().get(f"/quality{place}").content.decode()
        assert {(row["data_sets"], row["scored"]) for row in rows(f"/quality{place}.csv")} == {("10", "4")}
    (line,) = rows("/quality/catalogues.csv")
    assert (line["data_sets"], line["scored"]) == ("10", "4")
    quality.follow()
    said = Client().get("/quality").content.decode()
    assert "so far" not in said
    assert "not scored yet" not in said
    QualityPosition.objects.update(change=1)  # others have changed since
    assert (
        "The latest changes of the register are not scored yet" in Client().get("/quality").content.decode()
    )


def test_what_owners_publish_counts_for_their_country(point: Point) -> None:
    """Their catalogues are parts of that of the country."""
    point.harvested()
    quality.follow()
    mine = Catalogue.objects.get(slug="nl")
    Catalogue.objects.filter(pk=mine.pk).update(country="")
    land = Catalogue.objects.create(slug="land", kind=mine.kind, country="NL")
    Catalogue.objects.filter(pk=mine.pk).update(part_of=land)
    assert "of 405 points" in Client().get("/quality/countries/NL").content.decode()
    assert "/quality/countries/NL" in Client().get("/quality").content.decode()
    assert [(row["catalogue"], row["country"]) for row in rows("/quality/catalogues.csv")] == [("nl", "NL")]


def test_the_worst_come_first(point: Point) -> None:
    point.lists([*many(30), good("last", "The worst of them")])
    point.harvested()
    quality.follow()
    QualityScore.objects.filter(data_set__identifier="last").update(share=7)
    said = Client().get("/quality/catalogues/nl").content.decode()
    listed = said[said.index('id="worst"') :]
    assert listed.count("<li>") == 20
    assert listed.index("The worst of them</a> (0.7 %)") < listed.index("Hospital discharges")


def test_many_catalogues_take_few_queries(
    point: Point, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    point.lists(many(45))
    point.harvested()
    quality.follow()
    counts = QualitySum.objects.get().counts
    others = Catalogue.objects.bulk_create(Catalogue(slug=f"c{number}", kind="open") for number in range(60))
    QualitySum.objects.bulk_create(QualitySum(catalogue=one, counts=counts) for one in others)
    shares = [17 * number % 45 for number in range(45)]
    for number, one in enumerate(DataSet.objects.order_by("pk")):
        DataSet.objects.filter(pk=one.pk).update(catalogue=others[number % 30])
        moved = QualityScore.objects.filter(pk=one.pk)
        moved.update(catalogue=others[number % 30], share=shares[number])
    with django_assert_max_num_queries(35):
        answer = Client().get("/quality")
    said = answer.content.decode()
    listed = re.findall(r"\(([0-9.]+) %\)", said[said.index('id="worst"') :])
    assert listed == [f"{share / 10:.1f}" for share in range(20)]
    assert said.count('<a class="ecl-link" href="/quality/catalogues/') == 50
    more = Client().get("/quality?page=2").content.decode()
    assert more.count('<a class="ecl-link" href="/quality/catalogues/') == 11
    headers = {"If-None-Match": answer["ETag"]}
    assert Client().get("/quality", headers=headers).status_code == 304
    quality.rebuild()  # the sums above were not true
    assert Client().get("/quality", headers=headers).status_code == 200


def test_what_nobody_may_see_has_no_page(point: Point) -> None:
    point.harvested()
    quality.follow()
    for place in ("catalogues/none", "catalogues/open", "catalogues/all", "countries/BE"):
        assert {Client().get(f"/quality/{place}{end}").status_code for end in ("", ".csv")} == {404}
    Catalogue.objects.update(kind="test")
    for place in ("catalogues/nl", "countries/NL"):
        assert {Client().get(f"/quality/{place}{end}").status_code for end in ("", ".csv")} == {404}
    assert "No description has been scored yet." in Client().get("/quality").content.decode()
    assert rows("/quality/catalogues.csv") == []
