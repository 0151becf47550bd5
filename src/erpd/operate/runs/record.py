"""One record of a run: what became of it, what changed in its data set, and the record as it came."""

import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from erpd.accounts.desk.pages import desk
from erpd.accounts.may import Kind
from erpd.harvest.difference import Changed, changed_in, difference
from erpd.harvest.keeping import recording_of
from erpd.harvest.ledger import entries_of
from erpd.harvest.models import Entry, Run
from erpd.metadata.masking import masked, shown
from erpd.metadata.terms import shorten
from erpd.operate.runs.pages import query_of, run_place
from erpd.operate.words import BINS
from erpd.pages.findings import remarks
from erpd.pages.values import LONGEST_IRI, shortened, value_of
from erpd.publish.methods import safe
from erpd.register.arrival import Bin
from erpd.register.identity import LONGEST_NAME

_PART = 2**16  # bytes of a record that are sent at a time
_SHOWN = 20_000  # bytes of a record that a page shows
_MOST_ENTRIES = 20  # that one identifier has in a run
_LONGEST_VALUE = 500
# What is not seen, or turns the text around it (Unicode Bidirectional Algorithm, 2), but line ends and tabs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)


class AsItCame(NamedTuple):
    """A record as it came."""

    content: bytes
    """Its beginning."""
    size: int
    """Of all of it; 0 if that is not known."""
    media_type: str
    all: Callable[[], Iterator[bytes]]
    """All of it, in parts."""


def as_it_came(run: Run, identifier: str) -> AsItCame | None:
    """From the recording of the run, or from its ledger, which keeps what was not accepted; else None."""
    found = recording_of(run).find(identifier, _SHOWN)
    if found:
        return AsItCame(found.content, found.size, found.media_type, found.parts)
    entries = entries_of(run).filter(identifier=identifier).exclude(content=b"").order_by("pk")
    entry = entries.first()
    if entry is None:
        return None
    beginning = zlib.decompressobj().decompress(bytes(entry.content), _SHOWN)
    return AsItCame(beginning, 0, "", partial(parts_of, entry))


def parts_of(entry: Entry) -> Iterator[bytes]:
    """All that the ledger keeps of a record, in parts."""
    inflating, left = zlib.decompressobj(), bytes(entry.content)
    while left and (part := inflating.decompress(left, _PART)):
        yield part
        left = inflating.unconsumed_tail
    yield inflating.flush()


@desk(Kind.SOURCE)
@safe
def record(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The record that is named in ``?of=``."""
    place = run_place(request, slug, number)
    run, identifier = place.run, _asked(request, place.run)
    entries = list(
        entries_of(run).filter(identifier=identifier).defer("content").order_by("pk")[:_MOST_ENTRIES]
    )
    changed = changed_in(run, identifier)
    came = as_it_came(run, identifier)
    if not entries and changed is None and came is None:
        raise Http404
    facts = {
        "run": run,
        "query": query_of(identifier, entries[0] if entries else None),
        "shown": shown(identifier, LONGEST_NAME),
        "entries": [(BINS[Bin(one.bin)], remarks(one.findings, 0, 50)) for one in entries],
        "came": came,
        "text": shown_text(came.content) if came else "",
        "is_cut": came is not None and len(came.content) >= _SHOWN,
        **_change(changed),
    }
    return place.show("operate/record.html", facts)


@desk(Kind.SOURCE)
@safe
def raw(request: HttpRequest, slug: str, number: int) -> Any:
    """The record of ``?of=`` as it came: to be downloaded."""
    run = run_place(request, slug, number).run
    found = as_it_came(run, _asked(request, run))
    if found is None:
        raise Http404
    return _download(f"{slug}-{run.pk}-record.txt", found.all(), found.size)


@desk(Kind.SOURCE)
@safe
def content(request: HttpRequest, slug: str, number: int, entry: int) -> Any:
    """A record that was not accepted, as it came: also one whose identifier could not be read."""
    run = run_place(request, slug, number).run
    found = entries_of(run).filter(pk=entry).exclude(content=b"").first()
    if found is None:
        raise Http404
    return _download(f"{slug}-{run.pk}-{found.pk}.txt", parts_of(found))


def _download(name: str, parts: Iterator[bytes], size: int = 0) -> StreamingHttpResponse:
    """Foreign bytes, which no browser may take for a page. With a size, one sees if they break off."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    if size:
        headers["Content-Length"] = str(size)
    return StreamingHttpResponse(parts, content_type="application/octet-stream", headers=headers)


def shown_text(content: bytes) -> str:
    """Bytes as text for a page: what could not be seen is named, and secrets in addresses are masked."""
    text = masked(content.decode("utf-8", "replace").replace("\r\n", "\n"))
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def _asked(request: HttpRequest, run: Run) -> str:
    identifier = request.GET.get("of", "").replace("\0", "")
    if not identifier and (number := request.GET.get("entry", "")).isdecimal() and len(number) < 19:
        identifier = entries_of(run).filter(pk=int(number)).values_list("identifier", flat=True).first() or ""
    if not identifier or len(identifier) > LONGEST_NAME:
        raise Http404
    return identifier


def _change(changed: Changed | None) -> dict[str, Any]:
    if changed is None:
        return {}
    data_set, before, now = changed
    told = difference(before, now)
    rows = [
        {
            "thing": shown(one.thing, LONGEST_IRI) if one.thing != data_set.iri else "",
            "is_unnamed": not one.thing,
            "name": shortened(shorten(one.name), 200),
            "before": [_said(value) for value in one.before],
            "now": [_said(value) for value in one.now],
        }
        for one in told.statements
    ]
    return {"data_set": data_set, "before": before, "now": now, "rows": rows, "more": told.more}


def _said(term: Any) -> dict[str, str]:
    value = value_of(term, ("en",), _LONGEST_VALUE)
    return {"text": masked(value.text), "language": value.language, "machine": masked(value.machine)}
