"""A server that is down, emptied, mistaken or full: nothing is lost, nothing is shown short."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from erpd.node.home import HomeError
from erpd.node.sparql import SparqlServer, sparql_server
from erpd.publish import health
from erpd.publish.triples import outside
from erpd.publish.triples.outside import feeding
from erpd.register import changes
from erpd.register.derived import DerivedFailed, lag
from erpd.register.models import ChangeCounter
from tests.publish.conftest import Register
from tests.publish.outside.fake import Fake, quick
from tests.publish.outside.test_servers import TITLES, titles
from tests.servers import Answer, free_port

Q = {"query": TITLES}


@pytest.fixture(autouse=True)
def fed(register: Register, fake: Fake, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.setattr("erpd.publish.triples.outside.server._WRITING", quick())
    settings.SPARQL_SERVER = fake.address()
    register.put(register.catalogue("nl"), "1", "Care")
    register.put(register.catalogue("nl-open", "open"), "2", "Trees")
    outside.follow()
    return register


def test_a_server_that_is_down(client: Client, fed: Register, fake: Fake, settings: Any) -> None:
    assert titles(client.get("/sparql", Q)) == ["Care", "Trees"]
    settings.SPARQL_SERVER = SparqlServer(
        f"http://127.0.0.1:{free_port()}/{{scope}}", update="http://127.0.0.1:9/{scope}"
    )
    fed.put(fed.catalogue("be"), "3", "Care too")
    with pytest.raises(DerivedFailed, match="cannot be reached"):
        outside.follow()
    assert lag(outside.DERIVED).changes == 1
    response = client.get("/sparql", Q)
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    settings.SPARQL_SERVER = fake.address()
    outside.follow()
    assert titles(client.get("/sparql", Q)) == ["Care", "Care too", "Trees"]


def test_an_emptied_server_shows_nothing_short(client: Client, fed: Register, fake: Fake) -> None:
    fake.stores.clear()
    assert client.get("/sparql", Q).status_code == 503
    outside.follow()
    assert titles(client.get("/sparql", Q)) == ["Care", "Trees"]
    assert outside.reached() == changes.last()


def test_graphs_that_got_lost_or_should_be_gone_are_put_right(
    client: Client, fed: Register, fake: Fake
) -> None:
    first = fed.put(fed.catalogue("be"), "3", "Lost")
    outside.follow()
    store = fake.stores["all"]
    store.update(f"DROP GRAPH <http://testserver/datasets/{first.key}>")
    store.update(
        "INSERT DATA { GRAPH <http://testserver/datasets/00000000-0000-0000-0000-000000000000> {"
        " <a:a> a <http://www.w3.org/ns/dcat#Dataset>, <http://www.w3.org/ns/dcat#CatalogRecord> ;"
        " <http://purl.org/dc/terms/title> 'Ghost' } }"
    )
    store.update(f"DROP GRAPH <http://testserver/datasets/{first.key}#listed>")
    feeding._proved.clear()  # as after ten minutes
    outside.follow()
    assert titles(client.get("/sparql", Q)) == ["Care", "Lost", "Trees"]


def test_scopes_in_one_data_set_are_refused(client: Client, fed: Register, fake: Fake, settings: Any) -> None:
    settings.SPARQL_SERVER = replace(fake.address("one"), query=fake.address("one").query + "?of={scope}")
    with pytest.raises(DerivedFailed, match="Give each scope a data set of its own"):
        outside.follow()
    assert client.get("/open/sparql", Q).status_code == 503
    assert client.get("/protected/sparql", Q).status_code == 503
    assert not any("Trees" in str(quad) and "protected" in str(quad) for quad in fake.stores["one"])


def test_other_peoples_data_sets_are_refused(client: Client, fed: Register, fake: Fake) -> None:
    fake.stores["open"].update(
        "INSERT DATA { GRAPH <http://x/> { <x:x> a <http://www.w3.org/ns/dcat#Dataset> } }"
    )
    feeding._proved.clear()
    with pytest.raises(DerivedFailed, match="not of this register"):
        outside.follow()


@pytest.mark.parametrize("status", [401, 403, 404, 405, 500, 503, 507])
def test_a_server_that_takes_nothing(client: Client, fed: Register, fake: Fake, status: int) -> None:
    """A wrong password, a wrong address, a full disk."""
    fake.says = lambda what, _: (status, {}, b"no") if what == "update" else None
    fed.put(fed.catalogue("be"), "3", "New")
    with pytest.raises(DerivedFailed, match=f"{status}|SPARQL server"):
        outside.follow()
    assert titles(client.get("/sparql", Q)) == ["Care", "Trees"]
    assert lag(outside.DERIVED).changes == 1
    fake.says = lambda *_: None
    outside.follow()
    assert titles(client.get("/sparql", Q)) == ["Care", "New", "Trees"]


def test_a_record_that_it_refuses_costs_itself(client: Client, fed: Register, fake: Fake) -> None:
    def says(what: str, _: Any) -> Answer | None:
        bad = what == "update" and b"Geometry" in fake.serving.asked[-1].posted
        return (500, {}, b"GML that it takes for WKT") if bad else None

    fake.says = says
    be = fed.catalogue("be")
    fed.put(be, "3", "Geometry")
    fed.put(be, "4", "New")
    outside.follow()
    assert titles(client.get("/sparql", Q)) == ["Care", "New", "Trees"]
    assert outside.reached() == changes.last()
    fake.says = lambda *_: None  # it takes it now
    feeding._proved.clear()  # as after ten minutes
    outside.follow()
    assert titles(client.get("/sparql", Q)) == ["Care", "Geometry", "New", "Trees"]
    fed.put(be, "3", "Mended")
    outside.follow()
    assert titles(client.get("/sparql", Q)) == ["Care", "Mended", "New", "Trees"]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ((503, {}, b"Query timed out"), 422),
        ((500, {}, b"Virtuoso 42000 Error The estimated execution time 9 exceeds the limit"), 422),
        ((200, {"X-SPARQL-MaxRows": "10000"}, b'{"head":{"vars":[]},"results":{"bindings":[]}}'), 422),
        ((200, {}, b'{"head":{"vars":["t"]},"results":{"bindings":['), 503),
        ((200, {}, b"<html>"), 503),
        ((502, {}, b""), 503),
        ((401, {}, b""), 503),
    ],
)
def test_what_a_server_answers(client: Client, fake: Fake, answer: Answer, status: int) -> None:
    query = "PREFIX dct: <http://purl.org/dc/terms/> SELECT ?t { ?d dct:title ?t }"
    fake.says = lambda what, asked: answer if "ELECT\n?t" in asked.get("query", "") else None
    assert client.get("/sparql", {"query": query}).status_code == status


def test_what_reaches_further_is_not_passed_on(client: Client, fake: Fake) -> None:
    before = len(fake.serving.asked)
    for query, status in (
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403),
        ("SELECT (<bif:http_get>('http://127.0.0.1/') AS ?x) {}", 400),
        ("SELECT * FROM <http://other.example/> { ?s ?p ?o }", 403),
        ("DEFINE get:soft 'soft' SELECT * {}", 400),
        ("DROP ALL", 400),
    ):
        assert client.get("/open/sparql", {"query": query}).status_code == status, query
    assert client.get("/open/sparql", {**Q, "default-graph-uri": "http://other.example/"}).status_code == 403
    assert len(fake.serving.asked) == before


def test_another_scopes_graph_is_not_there(client: Client, fed: Register) -> None:
    nl = fed.put(fed.catalogue("be"), "3", "Secret")
    outside.follow()
    graph = f"http://testserver/datasets/{nl.key}"
    asked = {"query": f"SELECT ?t {{ GRAPH <{graph}> {{ ?d <http://purl.org/dc/terms/title> ?t }} }}"}
    assert titles(client.get("/protected/sparql", asked)) == ["Secret"]
    assert titles(client.get("/open/sparql", asked)) == []
    assert titles(client.get("/open/sparql", {**Q, "default-graph-uri": graph})) == []


def test_a_catalogue_that_changes_its_scope(client: Client, fed: Register) -> None:
    be = fed.catalogue("be")
    fed.put(be, "3", "Moves")
    outside.follow()
    be.__class__.objects.filter(pk=be.pk).update(kind="open")
    outside.follow()
    assert titles(client.get("/protected/sparql", Q)) == ["Care"]
    assert titles(client.get("/open/sparql", Q)) == ["Moves", "Trees"]


def test_a_restored_database_and_rebuilding(client: Client, fed: Register) -> None:
    second = fed.put(fed.catalogue("be"), "3", "Later")
    outside.follow()
    ChangeCounter.objects.update(last=2)
    second.versions.all().delete()
    second.__class__.objects.filter(pk=second.pk).delete()
    outside.follow()
    assert titles(client.get("/sparql", Q)) == ["Care", "Trees"]
    assert outside.rebuild() == 4
    assert titles(client.get("/sparql", Q)) == ["Care", "Trees"]


def test_a_node_that_only_asks(client: Client, fed: Register, fake: Fake, settings: Any) -> None:
    settings.SPARQL_SERVER = SparqlServer(fake.address().query)
    fed.put(fed.catalogue("be"), "3", "New")
    assert outside.follow() == 0
    assert lag(outside.DERIVED).changes == 1
    assert titles(client.get("/sparql", Q)) == ["Care", "Trees"]


def test_readyz_tells_of_it(client: Client, fed: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "DERIVED", (outside.DERIVED,))
    fed.put(fed.catalogue("be"), "3", "New")
    assert client.get("/readyz").json()["derived"]["sparql-server"]["behind"] == 1


def test_addresses_are_checked() -> None:
    query, store = "ERPD_SPARQL_QUERY_URL", "ERPD_SPARQL_STORE_URL"
    assert not sparql_server({}).query
    assert sparql_server({query: "http://a/{scope}", store: "http://a/{scope}"}).separates_scopes
    for wrong in ({store: "http://a/"}, {query: "ftp://a"}, {query: "http://a/{scope}", store: "http://a/"}):
        with pytest.raises(HomeError):
            sparql_server(wrong)
