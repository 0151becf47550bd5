"""The quality of a description on its page: both scores add up, and what does not count is named."""

import csv
import io
import re
from uuid import uuid4

import pytest
from django.test import Client
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph
from erpd.metadata.quality import MQA, PROTECTED
from erpd.metadata.terms import DQV
from erpd.operate.quality.words import METRICS
from erpd.register.models import Catalogue, DataSet
from tests.harvest.national import Point

SITE = (
    '<a class="erpd-bar__title" href="/">European Register for Protected Data held by the Public Sector</a>'
)
pytestmark = pytest.mark.django_db


def test_every_metric_has_a_name() -> None:
    assert set(METRICS) == {one.name for one in (*MQA, *PROTECTED)}


def test_the_page_and_the_csv_add_up(point: Point) -> None:
    point.harvested()
    key = DataSet.objects.filter(deleted=False)[0].key
    said = Client().get(f"/datasets/{key}/quality").content.decode()
    text = b"".join(Client().get(f"/datasets/{key}/quality.csv")).decode()
    rows = {row["metric"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(rows) == set(METRICS)
    for name, most in (("mqa", 405), ("protected", None)):
        points, of = (sum(int(row[column] or 0) for row in rows.values()) for column in (name, f"{name}_of"))
        assert most in (None, of)
        assert f"{points} of {of} points" in said
    assert (rows["downloadUrlAvailability"]["mqa_of"], rows["groundAvailability"]["mqa_of"]) == ("20", "")
    assert rows["downloadUrlAvailability"]["protected_of"] == ""
    assert rows["groundAvailability"]["protected_of"] == "20"
    for metric in ("requestAddressStatusCode", "accessUrlStatusCode"):  # nobody has tried them
        assert rows[metric]["met"] == "not tried"
        assert rows[metric]["mqa"] == rows[metric]["protected"] == ""
    of = sum(int(row["mqa_of"]) for row in rows.values() if row["mqa"])
    assert f"{of} can be reached as long as some links have not been tried" in said
    points = sum(int(row["mqa"] or 0) for row in rows.values())
    assert ("Not known to be sufficient" if points < 121 else "Sufficient or better") in said
    assert (rows["publisherAvailability"]["met"], rows["publisherAvailability"]["mqa"]) == ("yes", "10")
    assert (rows["keywordAvailability"]["met"], rows["keywordAvailability"]["mqa"]) == ("no", "0")
    assert "Some links have not been tried" in said
    assert SITE in said  # not the title of the data set
    shown = Client().get(f"/datasets/{key}").content.decode()
    assert re.search(rf'href="/datasets/{key}/quality/?"', shown)


def test_what_nobody_may_see_has_no_page(point: Point) -> None:
    point.harvested()
    key = DataSet.objects.filter(deleted=False)[0].key
    places = [f"/datasets/{{}}/quality{end}" for end in ("", ".csv", ".ttl")]
    assert {Client().get(one.format(uuid4())).status_code for one in places} == {404}
    DataSet.objects.filter(pk=key).update(deleted=True)
    assert {Client().get(one.format(key)).status_code for one in places} == {404}
    DataSet.objects.filter(pk=key).update(deleted=False)
    Catalogue.objects.update(kind="test")
    assert {Client().get(one.format(key)).status_code for one in places} == {404}


def unread(data_sets: object) -> None:
    pytest.fail("a record was read to say that it has not changed")


def test_the_measurements_are_rdf_of_its_own(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    point.harvested()
    data_set = DataSet.objects.filter(deleted=False)[0]
    place = f"/datasets/{data_set.key}/quality"
    text = b"".join(Client().get(f"{place}.csv")).decode()
    rows = {row["metric"]: row for row in csv.DictReader(io.StringIO(text))}
    syntaxes = {"ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML, "nt": RdfFormat.N_TRIPLES}
    for suffix, syntax in syntaxes.items():
        answer = Client().get(f"{place}.{suffix}")
        graph = Graph(parse(answer.content, format=syntax))
        values = {}
        about = NamedNode(data_set.iri)
        for one in graph.objects(about, DQV.hasQualityMeasurement):
            assert graph.objects(one, DQV.computedOn) == [about]
            ((metric,), (value,)) = (graph.objects(one, term) for term in (DQV.isMeasurementOf, DQV.value))
            values[metric.value] = value.value
        of_mqa = {
            name: row["met"] for name, row in rows.items() if row["mqa_of"] and row["met"] != "not tried"
        }
        said = {name: values[f"https://piveau.eu/ns/voc#{name}"] == "true" for name in of_mqa}
        assert said == {name: met == "yes" for name, met in of_mqa.items()}
        assert "https://piveau.eu/ns/voc#scoring" not in values  # a part is not the sum
        assert "https://piveau.eu/ns/voc#accessUrlStatusCode" not in values  # nobody knows
        ours = {name.rpartition("#")[2] for name in values if "piveau" not in name}
        assert ours == {"groundAvailability", "conditionsAvailability"}
        with monkeypatch.context() as patched:
            patched.setattr("erpd.operate.quality.pages.records", unread)
            again = Client().get(f"{place}.{suffix}", headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
    assert b"QualityMeasurement" not in Client().get(f"/datasets/{data_set.key}.ttl").content
