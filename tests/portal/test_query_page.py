"""The page where people write SPARQL: it works without JavaScript, and says what is wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import html

from erpd.portal.query_examples import EXAMPLES
from erpd.publish import triples
from erpd.publish.sparql import asking
from tests.publish.conftest import Register

TITLES = "SELECT ?d ?t { ?d a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> ?t }"


@pytest.fixture(autouse=True)
def register(db: None, settings: Any, tmp_path: Path) -> Iterator[Register]:
    settings.HOME = tmp_path
    register = Register()
    register.put(register.catalogue("nl"), "1", "Care")
    register.put(register.catalogue("nl-open", "open"), "2", "<b>Trees</b>")
    triples.follow()
    yield register
    asking.end_all()


def page(client: Client, address: str, query: str = "", status: int = 200) -> Any:
    response = client.get(address, {"query": query} if query else {})
    assert response.status_code == status, response.text[:500]
    return html.fromstring(response.text)


def test_it_begins_with_an_example_that_runs(client: Client) -> None:
    begun = page(client, "/query")
    assert begun.xpath("string(//textarea)").strip() == EXAMPLES[0].query.strip()
    assert not begun.xpath("//*[@id='result']")
    assert len(begun.xpath("//a[contains(@href, '?example=')]")) == len(EXAMPLES) >= 12


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_example_is_answered(client: Client, example: Any) -> None:
    shown = page(client, f"/query?example={example.name}")
    assert shown.xpath("string(//textarea)").strip() == example.query.strip()
    found = page(client, "/query", example.query)
    assert found.xpath("//*[@id='result']")


def test_results_are_a_table_with_links_and_languages(client: Client) -> None:
    found = page(client, "/open/query", TITLES)
    assert found.xpath("//tbody//a/@href") == ["http://nl-open.example/2"]
    assert found.xpath("//tbody//td[@lang='en']/text()") == ["<b>Trees</b>"]
    csv = next(link for link in found.xpath("//a/@href") if "format=csv" in link)
    assert client.get(csv)["Content-Type"] == "text/csv"


def test_long_results_yes_or_no_and_graphs(
    client: Client, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Yes" in page(client, "/query", "ASK {?s ?p ?o}").text_content()
    assert "Care" in page(client, "/catalogues/nl/query", "CONSTRUCT WHERE {?s ?p ?o}").xpath("string(//pre)")
    many = page(client, "/query", "SELECT ?x { VALUES ?x {" + " 1" * 300 + " } }")
    assert len(many.xpath("//tbody/tr")) == 200
    assert "300 rows; the first 200 are shown" in " ".join(many.text_content().split())
    huge = page(
        client, "/query", 'SELECT ?x { VALUES ?x {"' + "a" * 10_000 + '"} VALUES ?y {' + " 1" * 300 + "} }"
    )
    assert "too long for a page" in huge.text_content()


def test_what_is_wrong_is_said_beside_the_query(client: Client) -> None:
    wrong = page(client, "/query", "SELECT", 400)
    assert "not a SPARQL 1.1 query" in wrong.xpath("string(//*[@role='alert'])")
    assert wrong.xpath("string(//textarea)").strip() == "SELECT"
    page(client, "/query", "SELECT * { SERVICE <http://a> {} }", 403)
    assert client.get("/catalogues/none/query").status_code == 404
    assert client.post("/query").status_code == 405
