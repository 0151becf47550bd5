"""SPARQL endpoints: what servers do wrong, over a real store behind a real server."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, parse, serialize

from erpd.formats import format_for
from erpd.metadata.canonical import canonical
from erpd.metadata.terms import DCAT, DCT, RDF
from erpd.sources.dump.source import Dump
from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.sparql.source import Sparql
from tests.servers import LOOPBACK, Serving
from tests.sources.sparql.endpoint import JSON_ROWS, NT, PREFIXES, TTL, XML, XML_ROWS, Endpoint

DATA = "http://data.example/"


@pytest.fixture
def client():
    limits = Limits(connect=5, read=5, total=20, retries=0)
    with Client(limits, LOOPBACK, pause=lambda seconds: None) as client:
        yield client


def many(number: int) -> str:
    """Data sets with all that can hang on one: shared, nested, named and not, and pointing at it."""
    return (
        f"<{DATA}catalogue> a dcat:Catalog ; dct:title 'All' .\n"
        + "".join(
            f"""
        <{DATA}{n:03}> a dcat:Dataset ; dct:title "Zorg é {n}"@nl ; dct:publisher <{DATA}agent/{n % 3}> ;
            dct:isPartOf <{DATA}catalogue> ; dct:relation <{DATA}{(n + 1) % number:03}> ;
            dct:spatial [ dct:title "{n}" ; dct:creator [ dct:creator [ dct:creator [ dct:title "deep" ]]]] ;
            dcat:theme <http://publications.europa.eu/resource/authority/data-theme/GOVE> ;
            dcat:distribution <{DATA}{n:03}/csv>, [ a dcat:Distribution ; dct:license <{DATA}licence> ] .
        <{DATA}{n:03}/csv> dct:license <{DATA}licence> ; dcat:accessURL <{DATA}{n}.csv> .
        <{DATA}catalogue> dcat:dataset <{DATA}{n:03}> .
        <{DATA}service> dcat:servesDataset <{DATA}{n:03}> .
        [] a dcat:CatalogRecord ; foaf:primaryTopic <{DATA}{n:03}> ; dct:creator [ dct:title "record {n}" ] .
        """
            for n in range(number)
        )
        + "".join(f"<{DATA}agent/{n}> a foaf:Agent ; dct:relation <{DATA}service> .\n" for n in range(3))
        + f"""
        <{DATA}licence> dct:title "free" ; dct:relation <{DATA}agent/0> .
        <{DATA}service> a dcat:DataService ; dct:title "API" .
        <http://publications.europa.eu/resource/authority/data-theme/GOVE> a skos:Concept ;
            skos:inScheme <{DATA}scheme> . <{DATA}scheme> dct:title "not wanted" .
        """
    )


def digests(pages) -> dict[str, str]:
    return {reading.identifier: digest(reading) for page in pages for reading in page.readings}


def digest(reading) -> str:
    assert reading.fault is None, reading.fault
    record = format_for(reading.media_type).read(reading.content, reading.identifier, DATA)
    return canonical(record.graph)[1]


def as_a_dump(triples, client, tmp_path) -> dict[str, str]:
    """What the same triples give as a file."""
    file = tmp_path / "all.nt"
    file.write_bytes(serialize(triples, format=NT))
    return digests(Dump(str(file), client, local=True).pages())


def run(endpoint, client, checkpoint=None, **options):
    with Serving(endpoint) as server:
        return list(Sparql(server.url("/sparql"), client, **options).pages(checkpoint))


def refused(endpoint, client, **options) -> SourceError:
    with pytest.raises(SourceError) as caught:
        run(endpoint, client, **options)
    return caught.value


@pytest.mark.parametrize(("syntax", "table"), [(NT, JSON_ROWS), (TTL, XML_ROWS), (XML, XML_ROWS)])
def test_each_data_set_comes_as_it_would_out_of_a_dump(client, tmp_path, syntax, table):
    endpoint = Endpoint(many(7), syntax=syntax, table=table)
    pages = run(endpoint, client, page_size=3)
    triples = endpoint.triples()
    assert digests(pages) == as_a_dump(triples, client, tmp_path)
    assert [len(page.readings) for page in pages] == [3, 3, 1, 0]
    assert [page.total for page in pages] == [7] * 4


def test_the_same_triples_give_the_same_bytes_in_whatever_company(client):
    alone = run(Endpoint(many(7)), client, page_size=1)
    together = run(Endpoint(many(7)), client)
    contents = [{r.identifier: r.content for p in pages for r in p.readings} for pages in (alone, together)]
    assert contents[0] == contents[1]


@pytest.mark.parametrize("rows", [1, 2, 5, 29, 100])
def test_rows_that_a_server_leaves_out_are_missed(client, tmp_path, rows):
    """A cap below what one node has cannot be got round; above that, nothing is lost."""
    endpoint = Endpoint(many(12), rows=rows)
    pages = run(endpoint, client)
    whole = as_a_dump(endpoint.triples(), client, tmp_path)
    readings = [reading for page in pages for reading in page.readings]
    assert {reading.identifier for reading in readings} == set(whole)
    assert pages[-1].last
    for reading in readings:
        if rows >= 29:
            assert digest(reading) == whole[reading.identifier]
        else:
            assert reading.fault
            assert reading.fault.rule == "too-large"


def test_a_named_graph_and_a_pattern_choose_the_data_sets(client):
    graph = NamedNode(DATA + "graph")
    quads = [
        Quad(NamedNode(f"{DATA}{n}"), *rest, graph)
        for n in range(6)
        for rest in ((RDF.type, DCAT.Dataset), (DCT.identifier, Literal(str(n % 2))))
    ]
    assert refused(Endpoint(quads), client).rule == "empty-list"
    assert DATA + "graph" in str(refused(Endpoint(quads), client))
    assert len(digests(run(Endpoint(quads), client, graph=graph.value))) == 6
    chosen = run(Endpoint(quads), client, graph=graph.value, pattern=f'?dataset {DCT.identifier} "1" .')
    assert set(digests(chosen)) == {f"{DATA}{n}" for n in (1, 3, 5)}
    assert refused(Endpoint(quads), client, pattern="{ ?dataset").rule == "protocol-error"
    with pytest.raises(ValueError, match="no graph"):
        Sparql(DATA, client, graph="no graph")


def test_data_sets_without_iri_go_by_their_identifiers_and_without_these_by_their_titles(client, tmp_path):
    endpoint = Endpoint(
        many(2)
        + "".join(
            f'[] a dcat:Dataset ; dct:identifier "é \\"{n}\\"" ; dct:creator [ dct:title "{n}" ] .\n'
            for n in range(5)
        )
        + '[] a dcat:Dataset ; dct:title "Same" ; dct:creator [ dct:title "Same" ] .\n'
        + '[] a dcat:Dataset ; dct:title "Same", "Other"@en, "é"@fr ; dcat:distribution [ dct:title "x" ] .\n'
        + '[] a dcat:Dataset ; dct:description "without a title" . [] a dcat:Dataset .\n'
        + '[] dct:title "no data set", "Same" .'
    )
    pages = run(endpoint, client, page_size=2)
    readings = [reading for page in pages for reading in page.readings]
    names = {r.identifier for r in readings}
    assert names >= {*(f"{DATA}{n:03}" for n in range(2)), *(f'é "{n}"' for n in range(5))}
    assert len(readings) == len(names) == 11
    assert digests(pages) == as_a_dump(endpoint.triples(), client, tmp_path)
    assert pages[-1].last
    for done in range(1, len(pages)):
        rest = run(endpoint, client, json.loads(json.dumps(pages[done - 1].checkpoint)), page_size=2)
        assert [r.identifier for p in pages[:done] + rest for r in p.readings] == [
            r.identifier for r in readings
        ]


def test_an_iri_that_is_none_is_followed_all_the_same(client, tmp_path):
    """Virtuoso stores what SPARQL cannot write."""
    text = f"""{PREFIXES}
        <{DATA}1> a dcat:Dataset ; dcat:distribution <{DATA}a csv> .
        <{DATA}a csv> dct:license <{DATA}licence> ; dct:title "csv" . <{DATA}licence> dct:title "free" .
        <{DATA}no iri> a dcat:Dataset ; dct:title "odd" ; dct:creator <{DATA}licence> .
    """
    triples = list(parse(text, format=TTL, lenient=True))
    assert digests(run(Endpoint(triples), client)) == as_a_dump(triples, client, tmp_path)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(st.sampled_from([1, 3, 5, 7, 9, 11, None, None]), max_size=20),
    rows=st.sampled_from([None, 2, 3, 6, 12]),
)
def test_edits_during_the_crawl_lose_nothing_that_stays(client, edits, rows):
    """Whatever is there from start to end is given once; a run that says it is complete has missed none."""
    names = [f"{DATA}{n}" for n in range(12)]
    always, there = set(names[::2]), set(names)

    def edit(query, store):
        which = edits.pop() if edits else None
        if which is not None:
            quad = Quad(NamedNode(names[which]), RDF.type, DCAT.Dataset)
            (store.remove if names[which] in there else store.add)(quad)
            there.symmetric_difference_update([names[which]])

    quads = [Quad(NamedNode(name), RDF.type, DCAT.Dataset) for name in names]
    endpoint = Endpoint(quads, before=edit, rows=rows)
    try:
        pages = run(endpoint, client, page_size=2)
    except SourceError as error:
        if error.rule != "count-mismatch":
            raise
        return
    got = [reading.identifier for page in pages for reading in page.readings]
    assert always <= set(got) <= set(names)
    assert len(got) == len(set(got))
    faults = {reading.identifier for page in pages for reading in page.readings if reading.fault}
    assert not faults & always


def answering(status, headers, body, *, word="", above=0):
    """This answer to questions with that word about more nodes than ``above``."""

    def wrong(query):
        nodes = re.search(r"VALUES \?\w \{ (.*?) \}", query)
        asked = len(nodes[1].split()) if nodes else 1
        return (status, headers, body) if word in query and asked > above else None

    return wrong


TEXT, HTML = {"Content-Type": "text/plain"}, {"Content-Type": "text/html"}
PARTIAL = {"X-SQL-State": "S1TAT", "X-SQL-Message": "RC...: Returning incomplete results, timed out"}


@pytest.mark.parametrize(
    "wrong",
    [
        answering(
            500,
            TEXT,
            b"Virtuoso 42000 Error The estimated execution time exceeds the limit",
            word="CONSTRUCT",
            above=2,
        ),
        answering(503, HTML, b"<html><body>too long</body></html>", word="CONSTRUCT", above=2),
        answering(414, TEXT, b"", word="CONSTRUCT", above=2),
        answering(206, {"Content-Type": "application/n-triples"}, b"", word="CONSTRUCT", above=2),
        answering(200, {"Content-Type": "application/n-triples", **PARTIAL}, b"", word="CONSTRUCT", above=2),
        answering(
            200, {"Content-Length": "10", "Connection": "close"}, [b"<http:"], word="CONSTRUCT", above=2
        ),
        lambda query: (500, TEXT, b"Sorted TOP clause") if "LIMIT 5000" in query else None,
    ],
)
def test_a_server_that_cannot_bear_much_is_asked_for_less(client, wrong):
    pages = run(Endpoint(many(9), wrong=wrong), client)
    assert len(digests(pages)) == 9
    assert pages[-1].last


ROWS = {"Content-Type": "application/sparql-results+json"}


@pytest.mark.parametrize(
    ("wrong", "rule", "words"),
    [
        (answering(200, HTML, b"<!DOCTYPE html><html>Query editor</html>"), "not-sparql", "HTML page"),
        (answering(200, {}, b"<?xml version='1.0'?><html/>"), "not-sparql", "HTML page"),
        (answering(200, {}, b"<?xml version='1.0'?><error/>"), "not-sparql", "found <error>"),
        (answering(400, {}, b"<?xml version='1.0'?><e>Bad query</e>"), "protocol-error", ": Bad query"),
        (answering(200, {}, b"hello"), "not-sparql", "neither JSON nor XML"),
        (
            answering(200, ROWS, b'{"head":{"vars":["count"]},"results":{"bindings":[]}}'),
            "protocol-error",
            "count",
        ),
        (answering(200, ROWS, b'{"head":{},"boolean":true}'), "not-sparql", "no table"),
        (answering(200, ROWS, b'{"head":'), "not-sparql", ""),
        (answering(401, HTML, b"<html>Log in</html>"), "unauthorised", "401"),
        (answering(400, TEXT, b"Parse error\x1b[2J at 'SELECT'"), "protocol-error", "Parse error"),
        (answering(500, TEXT, b"Timeout", word="CONSTRUCT"), "server-error", "Timeout"),
        (answering(200, PARTIAL, b"", word="CONSTRUCT"), "partial-answer", "timed out"),
        (answering(200, HTML, b"<html>busy</html>", word="CONSTRUCT"), "not-sparql", "HTML page"),
        (answering(200, {"Content-Type": "text/plain"}, b"a b c", word="CONSTRUCT"), "not-sparql", "RDF"),
        (
            answering(
                200, ROWS, b'{"head":{"vars":["key","place"]},"results":{"bindings":[]}}', word="ORDER BY"
            ),
            "count-mismatch",
            "counts 9",
        ),
        (
            answering(
                200,
                ROWS,
                b'{"head":{"vars":["key","place"]},"results":{"bindings":[{"key":{"type":"literal","value":"a"}}]}}',
                word="ORDER BY",
            ),
            "protocol-error",
            "MD5",
        ),
    ],
)
def test_what_is_wrong_is_said(client, wrong, rule, words):
    error = refused(Endpoint(many(9), wrong=wrong), client)
    assert (error.rule, words in str(error)) == (rule, True), str(error)
    assert "\x1b" not in str(error)


def test_a_server_that_lists_the_same_again_is_left(client):
    """It ignores the filter, as a cache in front of it might."""
    listed = Endpoint(many(5))

    class Stubborn(Endpoint):
        def __call__(self, path, query, headers):
            text = query["query"]
            if "FILTER(?place >" in text:
                text = text[: text.index("FILTER(?place >")] + text[text.index("} ORDER") :]
            return super().__call__(path, {"query": text}, headers)

    assert refused(Stubborn(listed.store), client).rule == "token-loop"


def test_a_data_set_that_is_listed_but_not_described_is_reported_and_a_deleted_one_is_not(client):
    deleted = NamedNode(f"{DATA}001")

    def before(query, store):
        if "CONSTRUCT" in query:
            store.remove(Quad(deleted, RDF.type, DCAT.Dataset))

    hidden = f"<{DATA}002>"
    endpoint = Endpoint(
        "".join(f"<{DATA}{n:03}> a dcat:Dataset .\n" for n in range(4)),
        before=before,
        wrong=lambda query: (
            (200, {"Content-Type": "application/n-triples"}, b"") if hidden in query else None
        ),
    )
    pages = run(endpoint, client, page_size=1)
    readings = {reading.identifier: reading.fault for page in pages for reading in page.readings}
    assert readings.pop(f"{DATA}002").rule == "no-description"
    assert readings == {f"{DATA}000": None, f"{DATA}003": None}


def test_one_data_set_can_be_asked_for(client):
    """In the graph, and with the pattern."""
    quads = [Quad(NamedNode(DATA + name), RDF.type, DCAT.Dataset, NamedNode(DATA)) for name in "ab"]
    quads.append(Quad(NamedNode(DATA + "a"), DCT.type, Literal("protected"), NamedNode(DATA)))
    with Serving(Endpoint(quads)) as server:
        everything = Sparql(server.url(), client, graph=DATA)
        protected = Sparql(server.url(), client, graph=DATA, pattern=f'?dataset {DCT.type} "protected" .')
        elsewhere = Sparql(server.url(), client)
        assert [everything.still_there(DATA + name) for name in "abc"] == [True, True, False]
        assert [protected.still_there(DATA + name) for name in "abc"] == [True, False, False]
        assert elsewhere.still_there(DATA + "a") is False
        assert everything.still_there("an identifier") is None


def test_nothing_is_asked_again_that_many_data_sets_share(client):
    endpoint = Endpoint(many(9))
    with Serving(endpoint) as server:
        list(Sparql(server.url("/sparql"), client, page_size=1).pages())
        asked = [asked.query["query"] for asked in server.asked if "CONSTRUCT" in asked.query["query"]]
    assert sum(f"<{DATA}licence>" in query for query in asked) == 1


def test_what_is_repaired_in_an_answer_is_told_on_the_data_set_concerned(client):
    class Latin(Endpoint):
        def __call__(self, path, query, headers):
            status, said, body = super().__call__(path, query, headers)
            return status, said, body.replace("ü".encode(), b"\xfc")

    endpoint = Latin(
        '<http://d.example/1> a dcat:Dataset ; dct:title "Water" ; dct:publisher <http://d.example/z> .'
        '<http://d.example/2> a dcat:Dataset ; dct:title "Zürich" .'
        '<http://d.example/z> foaf:name "Bürgeramt" .'
    )
    told = {
        reading.identifier[-1]: [(found.rule, found.path, found.value) for found in reading.repairs]
        for page in run(endpoint, client, page_size=1)
        for reading in page.readings
    }
    assert told == {
        "1": [("byte", "foaf:name", "B[0xFC]rgeramt")],
        "2": [("byte", "dct:title", "Z[0xFC]rich")],
    }
