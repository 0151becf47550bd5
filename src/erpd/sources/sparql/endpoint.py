"""Queries a SPARQL endpoint (W3C SPARQL 1.1 Protocol), whatever format and status it answers with."""

import re
from urllib.parse import urlencode

from pyoxigraph import Literal, Quad, QueryResultsFormat, QuerySolutions, parse_query_results

from erpd.formats.html_page import is_html
from erpd.formats.rdf.damaged import read_damaged
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import UnknownSyntax, syntax_of
from erpd.formats.reading import Unreadable
from erpd.formats.repairs import Told
from erpd.metadata.masking import plain
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client, Response
from erpd.sources.http.failures import status_error

# Longer queries are posted, because some servers and proxies refuse longer addresses.
_LONGEST_ADDRESS = 2000
_MOST_DIGITS = 18  # of a count
_FORM = "application/x-www-form-urlencoded"
_ROWS = "application/sparql-results+json, application/sparql-results+xml;q=0.9, application/json;q=0.5"
_TRIPLES = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.8, text/plain;q=0.5"
# Virtuoso sends these headers if it stops when its time is over, or after the first rows of many.
_PARTIAL = ("X-SQL-State", "X-SQL-Message", "X-SPARQL-MaxRows")
_FINAL = frozenset({401, 402, 403, 404, 407, 410})
_TOO_SLOW = frozenset({Reason.TIMEOUT, Reason.CUT, Reason.TOO_LARGE, Reason.ENCODING, Reason.SERVER_ERROR})
_TAG = re.compile(rb"<(style|script)\b.*?(?:</\1>|\Z)|<[^<>]*+>", re.DOTALL | re.IGNORECASE)


class TooMuch(SourceError):
    """The server did not answer completely. It may answer a smaller query."""


class Broken(Unreadable):
    """The answer is RDF, but broken. ``content`` is the answer as received."""

    def __init__(self, error: Unreadable, content: bytes) -> None:
        super().__init__(error.rule, str(error))
        self.content = content


class Endpoint:
    """A SPARQL endpoint. Each query raises SourceError: TooMuch if a smaller one may succeed."""

    def __init__(self, url: str, client: Client) -> None:
        self.url = url
        self.client = client
        self.told: Told = {}
        """What was repaired in its answers, by the triples that contain it."""

    def texts(self, query: str) -> list[str]:
        """Return the values of the only variable of a SELECT, in order."""
        return [row[0] for row in self.rows(query) if row]

    def rows(self, query: str) -> list[list[str]]:
        """Return the rows of a SELECT, in order. All values must be literals."""
        response = self._ask(query, _ROWS)
        start = response.content.lstrip()[:1]
        try:
            if start not in (b"{", b"<"):
                raise ValueError("it is neither JSON nor XML")
            form = QueryResultsFormat.JSON if start == b"{" else QueryResultsFormat.XML
            solutions = parse_query_results(response.content, format=form)
            if not isinstance(solutions, QuerySolutions):
                raise ValueError("it is no table")
            return [[value.value for value in row if isinstance(value, Literal)] for row in solutions]
        except (ValueError, SyntaxError) as error:
            raise self._not_sparql(response, "SPARQL results", str(error)) from error

    def number(self, query: str) -> int:
        """Return the number in the only row of a SELECT."""
        texts = self.texts(query)
        text = texts[0] if len(texts) == 1 else ""
        if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
            raise SourceError(
                Reason.PROTOCOL_ERROR,
                f"The server gave {', '.join(texts[:5]) or 'nothing'} where a count was requested",
                "Check that the address is that of a SPARQL 1.1 endpoint.",
                url=self.url,
            )
        return int(text)

    def triples(self, query: str) -> list[Quad]:
        """Return the triples of a CONSTRUCT. May also raise Broken."""
        response = self._ask(query, _TRIPLES)
        media_type = response.headers.get("Content-Type", "")
        if not response.content.strip() and "html" not in media_type:
            return []
        try:
            syntax = syntax_of(response.content[:65536], media_type)
        except UnknownSyntax as error:
            raise self._not_sparql(response, "RDF", str(error)) from error
        try:
            return list(read(response.content, syntax))
        except Unreadable as error:
            try:
                return list(read_damaged(response.content, syntax, told=self.told))
            except Unreadable:
                raise Broken(error, response.content) from error

    def _ask(self, query: str, accept: str) -> Response:
        form = urlencode({"query": query})
        try:
            if len(self.url) + len(form) < _LONGEST_ADDRESS:
                response = self.client.get(self.url, {"query": query}, accept=accept, any_status=True)
            else:
                response = self.client.post(self.url, form.encode(), _FORM, accept=accept, any_status=True)
        except SourceError as error:
            if error.rule not in _TOO_SLOW:
                raise
            raise TooMuch(error.rule, error.message, error.advice, error.section, self.url) from error
        self._refuse(response)
        return response

    def _refuse(self, response: Response) -> None:
        """Raise SourceError if the answer is not an answer, or incomplete."""
        partial = next((name for name in _PARTIAL if name in response.headers), "")
        if response.status == 200 and not partial:
            return
        known = status_error(response.status, self.url)
        if response.status in _FINAL:
            raise known
        if partial or response.status == 206:
            said = plain(response.headers.get("X-SQL-Message", "") or f"{partial} is set", 200)
            raise TooMuch(
                Reason.PARTIAL_ANSWER,
                f"The server returned only part of the result: {said}",
                "Ask the source's operator to allow longer queries and more rows.",
                url=self.url,
            )
        text = response.content[:4000]
        if is_html(response.content) or text.lstrip().startswith(b"<?xml"):
            text = _TAG.sub(b" ", text)
        said = plain(text.decode("utf-8", "replace"), 300)
        message = f"{known.message}: {said}" if said else known.message
        raise TooMuch(known.rule, message, known.advice, url=self.url)

    def _not_sparql(self, response: Response, wanted: str, reason: str) -> SourceError:
        why = "it is an HTML page" if is_html(response.content) else plain(reason, 200)
        return SourceError(
            Reason.NOT_SPARQL,
            f"The answer is not {wanted}: {why}",
            "Check that the URL is that of the SPARQL endpoint itself, not of its query form.",
            url=self.url,
        )
