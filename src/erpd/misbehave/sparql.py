"""A correct SPARQL 1.1 endpoint. Page 1 is the first list of names; everything after it counts as page 2."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Store,
    serialize,
)

from erpd.misbehave.data_sets import DataSet, triples
from erpd.misbehave.exchange import Answer, Listing, Refused, Request

PATH = "/sparql"
_COUNT = re.compile(r"\bCOUNT\s*\(", re.IGNORECASE)
_CONSTRUCT = re.compile(r"\A\s*(?:PREFIX[^>]*>\s*)*(?:CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_BEHIND = re.compile(r"FILTER\s*\(\s*\?\w+ > \"[^\"]*\"\s*\)|OFFSET\s+[1-9]\d*", re.IGNORECASE)

Term = NamedNode | BlankNode | Literal


def place(request: Request, size: int) -> tuple[int, int]:
    """See ``Protocol.place``."""
    query = request.query.get("query", "")
    if request.path != PATH or not query:
        return -1, 0
    if _COUNT.search(query):
        return 0, 2
    return (2 if _CONSTRUCT.match(query) or _BEHIND.search(query) else 1), 2


def first(request: Request) -> Request:
    """The same query without the parts that lead to later pages."""
    query = _BEHIND.sub("", request.query.get("query", ""))
    return Request(request.path, {**request.query, "query": query}, request.base)


def listing(request: Request, data_sets: Sequence[DataSet]) -> Listing:
    """The rows or triples found. ``total`` is the result of a query that counts. Raises Refused."""
    query = request.query.get("query", "")
    try:
        found = _store(tuple(data_sets)).query(query)
        if isinstance(found, QueryBoolean):
            return Listing([bool(found)])
        if not isinstance(found, QuerySolutions):
            return Listing([Quad(*triple) for triple in found])
        names = tuple(variable.value for variable in found.variables)
        rows = [tuple(solution) for solution in found]
    except (SyntaxError, ValueError, OSError) as error:
        raise Refused(error_of(f"Malformed query: {error}")) from error
    return Listing(rows, int(rows[0][0].value) if _COUNT.search(query) else None, names=names)


def answer(request: Request, found: Listing | None, data_sets: Sequence[DataSet]) -> Answer:
    """The rows as JSON, or the triples as N-Triples."""
    if found is None:
        return error_of("No query")
    if _CONSTRUCT.match(request.query.get("query", "")):
        body = serialize(found.records, format=RdfFormat.N_TRIPLES) or b""
        return Answer(body, "application/n-triples")
    if found.total is not None:
        return _results([(Literal(found.total),)], found.names)
    if found.records and isinstance(found.records[0], bool):
        return _json({"head": {}, "boolean": found.records[0]})
    return _results(found.records, found.names)


def error_of(message: str, status: int = 400) -> Answer:
    """An error in plain text, as most endpoints send it."""
    return Answer(f"{message}\n".encode(), status=status)


@lru_cache(maxsize=4)
def _store(data_sets: tuple[DataSet, ...]) -> Store:
    store = Store()
    store.extend(statement for one in data_sets for statement in triples(one))
    return store


def _results(rows: Sequence[tuple[Term | None, ...]], names: Sequence[str]) -> Answer:
    bindings = [
        {name: _binding(term) for name, term in zip(names, row, strict=True) if term is not None}
        for row in rows
    ]
    return _json({"head": {"vars": list(names)}, "results": {"bindings": bindings}})


def _json(results: object) -> Answer:
    """An answer in the SPARQL 1.1 Query Results JSON Format."""
    body = json.dumps(results, ensure_ascii=False).encode()
    return Answer(body, "application/sparql-results+json")


def _binding(term: Term) -> dict[str, str]:
    kinds = {NamedNode: "uri", BlankNode: "bnode", Literal: "literal"}
    binding = {"type": kinds[type(term)], "value": term.value}
    if isinstance(term, Literal) and term.language:
        binding["xml:lang"] = term.language
    elif isinstance(term, Literal):
        binding["datatype"] = term.datatype.value
    return binding
