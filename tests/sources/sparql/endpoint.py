"""A SPARQL endpoint for tests, over a real store: as a handler of Serving."""

import re
from collections.abc import Callable, Iterable, Mapping

from pyoxigraph import Quad, QueryResultsFormat, QueryTriples, RdfFormat, Store, parse, serialize

from tests.servers import Answer

PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> ."
    " @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
)
NT, TTL, XML = RdfFormat.N_TRIPLES, RdfFormat.TURTLE, RdfFormat.RDF_XML
JSON_ROWS, XML_ROWS = QueryResultsFormat.JSON, QueryResultsFormat.XML


class Endpoint:
    """``rows`` caps each answer without a word, as servers do. ``before`` sees each query, and may edit.

    ``wrong(query)`` may give the answer instead of the store.
    """

    def __init__(
        self,
        triples: str | Iterable[Quad],
        *,
        rows: int | None = None,
        syntax: RdfFormat = NT,
        table: QueryResultsFormat = JSON_ROWS,
        before: Callable[[str, Store], None] = lambda query, store: None,
        wrong: Callable[[str], Answer | None] = lambda query: None,
    ) -> None:
        self.store = Store()
        if isinstance(triples, str):
            triples = parse(PREFIXES + triples, format=TTL)
        self.store.extend(triples)
        self.rows, self.syntax, self.table, self.before, self.wrong = rows, syntax, table, before, wrong

    def triples(self) -> list[Quad]:
        return [Quad(quad.subject, quad.predicate, quad.object) for quad in self.store]

    def __call__(self, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer:
        text = query.get("query", "")
        self.before(text, self.store)
        if answer := self.wrong(text):
            return answer
        try:
            found = self.store.query(self._capped(text))
        except SyntaxError as error:
            return 400, {"Content-Type": "text/plain"}, str(error).encode()
        if isinstance(found, QueryTriples):
            return 200, {"Content-Type": self.syntax.media_type}, serialize(found, format=self.syntax) or b""
        return 200, {"Content-Type": self.table.media_type}, found.serialize(format=self.table) or b""

    def _capped(self, text: str) -> str:
        if self.rows is None:
            return text
        asked = re.search(r" LIMIT (\d+)$", text)
        least = min(self.rows, int(asked[1]) if asked else self.rows)
        return f"{text[: asked.start()] if asked else text} LIMIT {least}"
