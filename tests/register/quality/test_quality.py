"""The scores that are kept: always those of the records as they are, and sums that add up."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import F

from erpd.metadata.profile import load_profile
from erpd.metadata.quality import Measured
from erpd.metadata.record import Record
from erpd.metadata.vocabularies import use_directory, vocabulary
from erpd.register import changes, quality
from erpd.register.content import records
from erpd.register.models import Catalogue, DataSet, QualityPosition, QualityScore, QualitySum, QualityWeek
from erpd.register.quality import following, marks, scores, sums
from erpd.register.quality.marks import Marks
from erpd.register.quality.method import _method, in_order, method
from erpd.register.quality.scoring import PROFILE, measured, quality_of
from tests.harvest.national import Point, good, many, rdf
from tests.sources.oai_pmh import oai

pytestmark = pytest.mark.django_db

OPEN = rdf("open").replace(
    "<dct:format", '<dcat:downloadURL rdf:resource="https://data.example/f"/><dct:format'
)


@pytest.fixture
def point() -> Iterator[Point]:
    with Point(many(10)) as made:
        yield made


def differences() -> list[str]:
    return [one.said for one in quality.DERIVED.differences(None, 1)]


def test_they_follow_what_comes_changes_and_goes(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_ROWS", 4)
    point.lists([*many(9), oai.record("open", OPEN)])
    point.harvested()
    assert quality.follow() == 10
    assert quality.follow() == 0
    assert differences() == []
    (week,) = QualityWeek.objects.all()
    assert (week.monday.weekday(), week.data_sets) == (0, 10)
    point.lists([*many(8), good("d0008", "Now with another title"), oai.record("open", OPEN)])
    point.harvested()
    assert quality.follow() == 1
    counts = QualitySum.objects.get().counts
    assert (counts["dataSets"], counts["files"]) == (10, 1)
    rows = {one.data_set_id: one for one in QualityScore.objects.all()}
    found = [(kept, quality_of(record, kept.catalogue)) for kept, record in records(DataSet.objects.all())]
    assert counts["mqa"] == sum(one.mqa.points for _, one in found)
    assert counts["protected"] == sum(one.protected.points for _, one in found)
    assert counts["protectedOf"] == sum(one.protected.most for _, one in found)
    for name in ("mqa", "protected"):
        bands = Counter(getattr(one, name).band for _, one in found)
        assert {band: counts.get(f"{name}.band.{band}", 0) for band in bands} == dict(bands)
        for metric in marks.METRICS:
            met = sum(getattr(one, name).facts.get(metric.name) is True for _, one in found)
            assert counts.get(f"{name}.met.{metric.name}", 0) == met, metric
    for data_set, one in found:
        points = Marks(*(getattr(rows[data_set.key], name) for name in Marks._fields))
        assert points.mqa == one.mqa.points
        assert points.protected == (one.protected.points, one.protected.most)
        assert rows[data_set.key].share == round(1000 * one.protected.points / one.protected.most)
    point.lists(many(9))
    point.harvested()
    quality.follow()
    assert QualityScore.objects.count() == 9 == QualitySum.objects.get().counts["dataSets"]
    assert "files" not in QualitySum.objects.get().counts
    assert differences() == []


def stop(done: int, most: int) -> None:
    raise KeyboardInterrupt


def test_a_part_is_never_the_figure_of_a_week(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_ROWS", 5)
    point.harvested()
    empty = Catalogue.objects.create(slug="empty", kind="open")
    QualitySum.objects.create(catalogue=empty)
    assert quality.is_behind()
    with pytest.raises(KeyboardInterrupt):
        quality.follow(stop)
    assert quality.DERIVED.reached() > 0
    assert not quality.is_behind()  # five are a normal delay
    assert QualityScore.objects.count() == 5
    assert not QualityWeek.objects.exists()
    assert quality.follow() == 5
    weeks = dict(QualityWeek.objects.values_list("catalogue__slug", "data_sets"))
    assert weeks == {"nl": 10, "empty": 0}


def test_what_differs_is_found_and_made_again(point: Point) -> None:
    point.harvested()
    assert differences() == ["it does not exist"]
    quality.follow()
    first, second, third = QualityScore.objects.order_by("pk")[:3]
    QualityScore.objects.filter(pk=first.pk).update(mqa_met=first.mqa_met ^ 1)
    QualityScore.objects.filter(pk=second.pk).update(change=0)
    third.delete()
    DataSet.objects.filter(pk=QualityScore.objects.order_by("pk")[4].pk).update(deleted=True)
    said = differences()
    assert sorted(said[:3]) == ["it is another score", "it is missing", "it is that of another version"]
    assert said[3] == "it is there, but should not be"
    assert "sums of the catalogue nl are wrong" in said[4]
    quality.rebuild()
    assert differences() == []


def test_another_method_scores_everything_anew_once_nobody_uses_the_one_before(point: Point) -> None:
    point.harvested()
    quality.follow()
    now = changes.clock()
    QualityPosition.objects.update(method="of before", seen=now)
    QualitySum.objects.update(counts={"dataSets": 3})
    assert quality.DERIVED.reached() == 0
    assert quality.follow() == 0  # another version runs beside this one
    assert QualitySum.objects.get().counts == {"dataSets": 3}
    QualityPosition.objects.update(seen=now - timedelta(minutes=6))
    assert quality.follow() == 10
    assert differences() == []
    QualityPosition.objects.update(seen=now - timedelta(minutes=2))
    assert quality.follow() == 0  # but it is said that this one runs
    assert QualityPosition.objects.get().seen >= now


def test_other_vocabularies_are_another_method(tmp_path: Path) -> None:
    before = method()
    table = vocabulary("access-right")
    try:
        replace(table, concepts={**table.concepts, "NEW": {"en": "New"}}).write(tmp_path)
        use_directory(tmp_path)
        _method.cache_clear()
        assert method() != before
    finally:
        use_directory(Path(settings.HOME) / "vocabularies")
        _method.cache_clear()
    assert method() == before


def test_the_method_is_the_same_in_each_process() -> None:
    said = repr(in_order(load_profile(PROFILE)))
    assert not re.search(r"frozenset|mappingproxy|\{|0x", said)  # what has another order, or another place


def test_what_nobody_sees_is_not_scored(point: Point) -> None:
    point.harvested()
    Catalogue.objects.update(kind="test")
    quality.follow()
    assert not QualityScore.objects.exists()
    assert differences() == []
    assert (quality.DERIVED.reached(), quality.is_behind()) == (changes.last(), False)
    data_set = DataSet.objects.first()
    assert data_set is not None
    no_bits = dict.fromkeys(Marks._fields, 0)
    of_it = {"data_set": data_set, "change": data_set.change, "catalogue": data_set.catalogue}
    QualityScore.objects.create(**of_it, share=1, **no_bits)
    assert "it is there, but should not be" in differences()


def test_sums_are_compared_as_they_were_at_one_time(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    point.harvested()
    quality.follow()
    kept, came = sums.kept, []

    def something_comes_first() -> sums.Sums:
        if not came:
            came.append(QualityScore.objects.first().delete())  # type: ignore[union-attr]
            sums.write(sums.counted())
            QualityPosition.objects.update(written=F("written") + 1)
        return kept()

    monkeypatch.setattr(sums, "kept", something_comes_first)
    assert not [said for said in differences() if "sums" in said]
    assert came


def test_one_bad_record_costs_one_record(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    point.harvested()

    def fails(record: Record) -> Measured:
        if record.identifier == "d0003":
            raise ValueError
        return measured(record)

    monkeypatch.setattr(scores, "measured", fails)
    assert quality.follow() == 10
    assert QualityScore.objects.count() == 9
    assert quality.DERIVED.reached() == DataSet.objects.latest("change").change
