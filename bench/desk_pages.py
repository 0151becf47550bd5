"""Which addresses of the desk, and of what else is said of sources, are asked for: from the table of URLs.

Each name there has its addresses here, or the reason why it has none, so that no new page is forgotten.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import urlencode

PARTS = ("desk", "operate", "status", "suppliers", "rehearsing", "joining", "quality", "checking")
LEFT_OUT = {
    "checking:validate": "it only takes what is posted; the row check measures the checks",
    "rehearsing:pdf": "typst sets its page, whatever the register holds",
}

_DIGEST = sha256(b"value 5").hexdigest()[:32]  # as erpd.operate.mapping.values.digest_of makes it


class Known(NamedTuple):
    """What the addresses need to name: the greatest source, its last run, and one of each other thing."""

    run: int
    renamed: int
    """The run that failed because identifiers have changed."""
    before: dict[str, int]
    """Table -> a number near the end of its list."""
    refused: int
    """An entry whose record was kept."""
    key: str
    """Of a data set."""
    link: str
    notice: str
    stop: str
    confirm: str
    request: tuple[int, str]


def names() -> list[str]:
    """The pages in the table of URLs."""

    def within(found: URLResolver, part: str) -> Iterator[str]:
        for one in found.url_patterns:
            if isinstance(one, URLResolver):
                yield from within(one, one.namespace or part)
            elif isinstance(one, URLPattern) and part in PARTS:
                yield f"{part}:{one.name}"

    return sorted(set(within(get_resolver(), "")))


def addresses(known: Known) -> dict[str, list[str]]:
    """Name -> addresses: the page as it is, with its filters, the last page of its list."""
    last, of = known.before, ["source-0"]
    run, csv = ["source-0", known.run], {"bin": "unchanged"}
    number, token = known.request
    return {
        "desk:overview": _of("desk:overview"),
        "desk:owners": _of("desk:owners", {}, {"q": "office"}, {"state": "requested"}),
        "desk:owner": _of("desk:owner", args=["office-3"]),
        "desk:mails": _of("desk:mails", {}, {"state": "failed"}, {"after": last["mail"]}),
        "desk:mail": _of("desk:mail", args=[last["mail"]]),
        "desk:organisations": _of("desk:organisations", {}, {"q": "4999"}, {"after": last["organisation"]}),
        "desk:people": _of(
            "desk:people", {}, {"q": "person99"}, {"office": "operator"}, {"after": "person98"}
        ),
        "desk:person": _of("desk:person", args=[last["person"]]),
        "desk:agreement": _of("desk:agreement"),
        "desk:new-agreement": _of("desk:new-agreement"),
        "desk:audit": _of("desk:audit", {}, {"owner": "office-3"}, {"by": "nobody"}, {"after": last["deed"]}),
        "operate:sources": _of("operate:sources", {}, {"state": "fine"}, {"state": "failed"}),
        "operate:new": _of("operate:new"),
        "operate:file": _of("operate:file"),
        "operate:values": _of("operate:values", {}, {"after": "1 dct:format value"}),
        "operate:links": _of("operate:links", {}, {"source": "source-0"}),
        "operate:links-csv": _of("operate:links-csv"),
        "operate:value": _of("operate:value", {"property": "dct:format", "digest": _DIGEST}),
        "operate:proofs": _of("operate:proofs"),
        "operate:requests": _of("operate:requests", {}, {"after": last["request"]}),
        "operate:request": _of("operate:request", args=[number]),
        "operate:download": _of("operate:download"),
        "operate:settings": _of("operate:settings", args=of),
        "operate:source": _of("operate:source", args=of),
        "operate:supplier": _of("operate:supplier", args=of),
        "operate:deletions": [
            *_of("operate:deletions", args=["source-3"]),
            *_of("operate:deletions", args=of),
        ],
        "operate:run": _of(
            *("operate:run", {}, {"bin": "rejected"}, csv, {**csv, "after": last["entry"]}),
            *({"bin": "changed"}, {"bin": "unreadable"}),
            args=run,
        ),
        "operate:difference": _of(
            "operate:difference",
            *({"what": what} for what in ("new", "changed", "gone", "refused", "accepted")),
            args=run,
        ),
        "operate:identifiers": [
            *_of("operate:identifiers", args=["source-7", known.renamed]),
            *_of("operate:identifiers", args=run),
        ],
        "operate:record": _of("operate:record", {"of": "d40"}, args=run),
        "operate:raw": _of("operate:raw", {"of": "d40"}, args=run),
        "operate:records": _of("operate:records", {}, csv, args=run),
        "operate:content": _of("operate:content", args=[*run, known.refused]),
        "status:all": _of("status:all"),
        "status:json": _of("status:json"),
        "status:source": _of("status:source", args=of),
        "status:source-json": _of("status:source-json", args=of),
        "suppliers:page": _of("suppliers:page", args=[known.link]),
        "suppliers:failures": _of("suppliers:failures", args=[known.link]),
        "suppliers:links": _of("suppliers:links", args=[known.link]),
        "suppliers:notice": _of("suppliers:notice", args=[known.notice]),
        "suppliers:notice-failures": _of("suppliers:notice-failures", args=[known.notice]),
        "suppliers:confirm": _of("suppliers:confirm", args=[known.confirm]),
        "suppliers:stop": _of("suppliers:stop", args=[known.stop]),
        "rehearsing:ask": _of("rehearsing:ask"),
        "rehearsing:json": _of("rehearsing:json", args=["bench-1"]),
        "rehearsing:result": _of("rehearsing:result", args=["bench-1"]),
        "joining:ask": _of("joining:ask", {}, {"rehearsal": "bench-1"}),
        "joining:request": _of("joining:request", args=[token]),
        "quality:all": _of("quality:all", {}, {"page": 99}),
        "quality:all-csv": _of("quality:all-csv"),
        "quality:catalogues-csv": _of("quality:catalogues-csv"),
        "quality:catalogue": _of("quality:catalogue", args=["nl"]),
        "quality:catalogue-csv": _of("quality:catalogue-csv", args=["nl"]),
        "quality:country": _of("quality:country", args=["NL"]),
        "quality:country-csv": _of("quality:country-csv", args=["NL"]),
        "quality:data-set": _of("quality:data-set", args=[known.key]),
        "quality:data-set-csv": _of("quality:data-set-csv", args=[known.key]),
        "quality:data-set-rdf": _of("quality:data-set-rdf", args=[known.key, "ttl"]),
        "checking:check": _of("checking:check"),
        "checking:info": _of("checking:info"),
        "checking:openapi": _of("checking:openapi"),
    }


def _of(name: str, *queries: dict[str, Any], args: list[Any] | None = None) -> list[str]:
    address = reverse(name, args=args or [])
    return [f"{address}?{urlencode(query)}" if query else address for query in queries or ({},)]
