"""What may go to a server outside: nothing that reaches further than the data of the endpoint."""

import time
from contextlib import suppress

import pytest

from erpd.portal.query_examples import EXAMPLES
from erpd.publish.sparql.child import kind_of
from erpd.publish.sparql.standard import NotStandard, restated

GRAPHS = "http://n.example/"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://a> { ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE <http://a> { ?s ?p ?o } }",  # Fuseki reads two words
        "SELECT * { ?s ?p 1SERVICE <http://a> { ?s ?p ?o } }",
        r"SELECT * { \u0053ERVICE <http://a> { ?s ?p ?o } }",
        "SELECT (<bif:http_get>('http://a') AS ?x) {}",  # Virtuoso fetches it
        "PREFIX bif: <bif:> SELECT (bif:http_get('http://a') AS ?x) {}",
        "PREFIX x: <JAVA:org.apache.> SELECT (x:now() AS ?x) {}",
        "SELECT * { ?s <java:org.example.Magic> ?o }",
        "PREFIX f: <http://f.example/> SELECT (f:g(1) AS ?x) {}",
        "BASE <http://www.w3.org/2001/XMLSchema#> SELECT (<integer>('1') AS ?x) {}",
        "DEFINE get:soft 'soft' SELECT * {}",
        "SELECT * FROM <http://other.example/g> { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://other.example/g> { GRAPH ?g { ?s ?p ?o } }",
        "BASE <http://n.example/> SELECT * FROM <g> { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o } OPTION (score ?x)",
        "INSERT DATA { <a> <b> <c> }",
        "LOAD <http://a>",
        "SELECT * { ?s ?p `1` }",
    ],
)
def test_what_reaches_further_is_refused(query: str) -> None:
    with pytest.raises(NotStandard):
        restated(query, GRAPHS)


def test_what_hides_behind_another_reading_begins_no_line() -> None:
    hidden = 'SELECT * { FILTER(1<5)#>"""\n SERVICE <http://127.0.0.1:8080/> { ?s ?p ?o } #"""\n}'
    try:
        said = restated(hidden, GRAPHS)
    except NotStandard:
        return
    assert kind_of(said).refused == "syntax"  # so it is not passed on


@pytest.mark.parametrize("query", [one.query for one in EXAMPLES], ids=[one.name for one in EXAMPLES])
def test_examples_stay_what_they_are(query: str) -> None:
    said = restated(query, GRAPHS)
    assert kind_of(said) == kind_of(query)
    assert not kind_of(said).refused
    assert restated(said, GRAPHS) == said


def test_words_and_names_that_only_look_alike() -> None:
    said = restated(
        f"""PREFIX x: <{XSD}> PREFIX service: <http://s.example/#service> # SERVICE <http://a> {{}}
        SELECT ?service FROM <http://n.example/g> {{ ?service service:of.service "SERVICE <a>"@en, '''a
        SERVICE <b>''' , _:service , -1.5e3 . FILTER(x:integer("1")>1&&?a<5) }}""",
        GRAPHS,
    )
    assert "# SERVICE" not in said
    assert "-1.5e3" in said.split("\n")
    assert kind_of(said).media_type == "rows"


@pytest.mark.parametrize("part", ["a.", "a.a-", "'", '"""\\', "<", "a:%", "_:a.", "1", "@a-a", ".", "''a"])
def test_reading_is_linear(part: str) -> None:
    begun = time.process_time()
    with suppress(NotStandard):
        restated(part * (100_000 // len(part)), GRAPHS)
    assert time.process_time() - begun < 5
