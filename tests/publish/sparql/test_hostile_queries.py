"""No query is a fault of ours: an answer, or a sentence that says why not; and the next is answered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpd.portal.query_examples import EXAMPLES
from erpd.publish import triples
from erpd.publish.sparql import asking
from tests.portal import shelf
from tests.proofs import length

# Words of the language, one between two blanks.
LANGUAGE = """
SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER BIND VALUES SERVICE SILENT
EXISTS NOT IN DISTINCT REDUCED LIMIT OFFSET ORDER BY GROUP HAVING AS COUNT(*) REGEX REPLACE IRI BNODE CONCAT
STRDT INSERT DATA DELETE LOAD CLEAR DROP CREATE WITH USING BASE PREFIX a true * { } ( ) [ ] . ; , | / ^ ? + !
&& || = < > << >> ?s ?p ?o $x <http://a> ex:b _:b # @en ^^<http://a> 1 1.5e9 -1 1e999 é 𝔘
"""
WORDS = [*LANGUAGE.split(), '"text"', "'a'", '"""a', "'''", "<a b>", "\\u0053", "\x00", "\ud800"]
REDOS = '"' + "a" * 40 + '!", "^(a+)+$"'
HOSTILE = [
    f"ASK {{ FILTER REGEX({REDOS}) }}",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT * { ?a (<http://a>|!<http://a>)* ?b . ?c (<http://a>|!<http://a>)* ?d }",
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }",
    "ASK { " + "FILTER(" + "(" * 3_000 + "1" + ")" * 3_000 + ") }",
    "ASK { ?s " + "/".join(["<http://a>"] * 5_000) + " ?o }",
    "SELECT ?x { VALUES ?x { " + "1 " * 40_000 + "} }",
    "SELECT (CONCAT(?o, ?o, ?o, ?o, ?o, ?o) AS ?x) { ?s ?p ?o } ORDER BY ?x",
]
QUERIES = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    st.lists(st.sampled_from([*WORDS, *(one.query for one in EXAMPLES)]), max_size=4).map(" ".join),
    st.text(max_size=80),
    st.builds(
        lambda query, at, word: query[:at] + word + query[at:],
        st.sampled_from([one.query for one in EXAMPLES]),
        st.integers(0, 400),
        st.sampled_from(WORDS),
    ),
)


@pytest.fixture
def endpoint(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    settings.HOME = tmp_path
    monkeypatch.setattr(asking, "SECONDS", 0.5)
    shelf.put_demo(shelf.catalogue("nl"), "protected.ttl")
    triples.follow()
    yield "/protected/sparql"
    asking.end_all()


@pytest.mark.proof
@settings(
    max_examples=length(60, 5_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    query=QUERIES,
    accept=st.sampled_from(["", "*/*", "text/csv", "text/turtle", "a/b;q=x", "application/xml"]),
)
def test_random_and_hostile_queries(client: Client, endpoint: str, query: str, accept: str) -> None:
    sent = query.encode("utf-8", "surrogatepass")
    for response in (
        client.post(endpoint, sent, content_type="application/sparql-query", headers={"Accept": accept}),
        client.get("/protected/query", {"query": query.encode("utf-8", "replace")}),
    ):
        assert response.status_code in (200, 400, 403, 406, 413, 422), (response.status_code, query)
        response.getvalue()  # read to its end, so that its file is closed
    assert client.get(endpoint, {"query": "ASK {?s ?p ?o}"}).json()["boolean"] is True


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("address", ["/protected/sparql", "/protected/query"])
def test_what_is_known_to_be_too_much(client: Client, endpoint: str, address: str, query: str) -> None:
    response = client.get(address, {"query": query})
    assert response.status_code in (200, 400, 422)
    response.getvalue()  # read to its end, so that its file is closed
    assert client.get(endpoint, {"query": "ASK {?s ?p ?o}"}).json()["boolean"] is True
