"""The page where people write SPARQL. It asks the same endpoint as programs do."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from erpd.portal.facet_page import within
from erpd.portal.query_examples import EXAMPLES
from erpd.publish.methods import safe
from erpd.publish.sparql.arguments import Refusal
from erpd.publish.sparql.asking import IN_MEMORY
from erpd.publish.sparql.endpoint import asked_here

MOST_ROWS = 200
_LONGEST = 30_000  # letters of a query in an address
DOWNLOADS = {"CSV": "csv", "JSON": "json", "XML": "xml"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a result."""

    name: str
    """Of its variable: on narrow screens it stands beside the value."""
    text: str
    language: str
    is_link: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What a query found: the names of its variables, the first rows, and how many rows there are."""

    names: list[str]
    rows: list[list[Cell]]
    total: int


@safe
def query_page(request: HttpRequest, name: str | None = None, catalogue: str | None = None) -> HttpResponse:
    """A query in ``query``, and what it finds; without one, an example to begin with."""
    place = within(name, catalogue)
    chosen = next((one for one in EXAMPLES if one.name == request.GET.get("example")), EXAMPLES[0])
    query = request.GET.get("query", "").replace("\0", "")[:_LONGEST]
    facts: dict[str, object] = {
        "query": query or chosen.query,
        "endpoint": f"{place.prefix}/sparql",
        "examples": [(one.title, one.name) for one in EXAMPLES],
        "most_rows": MOST_ROWS,
    }
    status = 200
    if query:
        try:
            facts |= _found(asked_here(query, place))
        except Refusal as refusal:
            status = refusal.status
            facts["refused"] = str(refusal)
        facts["downloads"] = {
            title: f"{place.prefix}/sparql?{urlencode({'query': query, 'format': form})}"
            for title, form in DOWNLOADS.items()
        }
    return render(request, "portal/query.html", facts, status=status)


def _found(answered: tuple[str, bytes]) -> dict[str, object]:
    media_type, content = answered
    if len(content) > IN_MEMORY:
        return {"too_long": True}
    if media_type != "application/sparql-results+json":
        return {"graph": content.decode("utf-8", "replace")}
    found = json.loads(content)
    if "boolean" in found:
        return {"said": found["boolean"]}
    names, rows = found["head"]["vars"], found["results"]["bindings"]
    shown = [[_cell(name, row.get(name, {})) for name in names] for row in rows[:MOST_ROWS]]
    return {"table": Table(names, shown, len(rows))}


def _cell(name: str, value: dict[str, str]) -> Cell:
    text = value.get("value", "")
    is_link = value.get("type") == "uri" and text.startswith(("http://", "https://"))
    return Cell(name, text, value.get("xml:lang", ""), is_link)
