"""An OData list in JSON -> its entries, total and next link (OData 3 and 4, JSON format)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from erpd.formats.encoding import in_utf8, is_in_another_charset, read_utf8
from erpd.formats.html_page import is_html
from erpd.formats.json_values import decoder
from erpd.formats.repairs import has_wrong_byte, unmarked
from erpd.metadata.masking import plain
from erpd.metadata.text import LOST
from erpd.sources.errors import Reason, SourceError
from erpd.sources.pieces import refuse_too_many

_LIST = re.compile(r'"value"\s*:\s*\[')
_BETWEEN = re.compile(r"\s*,?\s*")
_NEXT_ENTRY = re.compile(r"\}\s*,\s*(?=\{)")
_COUNT = re.compile(r'"@?odata\.count"\s*:\s*"?(\d{1,11})')
_NEXT = re.compile(r'"@?odata\.nextLink"\s*:\s*"([^"\\]{1,2000})"')
_SURROGATES = re.compile("[\ud800-\udfff]")
# How much we read in vain before we give up, as a multiple of the answer.
_PATIENCE = 20
_DECODER = decoder()


@dataclass(slots=True)
class Listing:
    """One answer of OData."""

    entries: list[dict[str, object] | tuple[bytes, str]] = field(default_factory=list)
    """Objects, and (bytes, reason) for each that could not be read."""
    total: int | None = None
    next_link: str = ""
    cut: bool = False


def read(content: bytes, url: str) -> Listing:
    """Return everything in an answer. Raises SourceError if it is not an OData list."""
    if is_html(content):
        raise _error(Reason.NOT_JSON, "The server returned an HTML page instead of JSON", url)
    content = in_utf8(content)
    text = content.decode("utf-8", "replace") if is_in_another_charset(content) else read_utf8(content)
    try:
        answer = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return _damaged(text, url)
    if isinstance(answer, dict) and (error := answer.get("odata.error") or answer.get("error")):
        said = plain(json.dumps(error, ensure_ascii=True), 300)
        raise _error(Reason.PROTOCOL_ERROR, f"The server returned an OData error: {said}", url)
    entries = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        raise _error(
            Reason.PROTOCOL_ERROR, "The response is JSON but not an OData list: it has no value", url
        )
    refuse_too_many(len(entries), url)
    listing = Listing([_entry(entry) for entry in entries])
    for prefix in ("odata", "@odata"):
        count, link = answer.get(f"{prefix}.count"), answer.get(f"{prefix}.nextLink")
        if str(count).isascii() and str(count).isdigit() and len(str(count)) < 12:
            listing.total = int(str(count))
        listing.next_link = link if isinstance(link, str) else listing.next_link
    return listing


def _entry(entry: object) -> dict[str, object] | tuple[bytes, str]:
    text = json.dumps(entry, ensure_ascii=False)
    if not isinstance(entry, dict):
        return text.encode("utf-8", "surrogatepass"), "it is no object"
    # A text may lose a character, and a check reports it; an identifier without it names another table.
    identifier = str(entry.get("Identifier"))
    if _SURROGATES.search(identifier) or LOST in identifier or has_wrong_byte(identifier):
        return text.encode("utf-8", "surrogatepass"), "its identifier is not in UTF-8"
    if not _SURROGATES.search(text):
        return entry
    mended: dict[str, object] = _DECODER.decode(_SURROGATES.sub(LOST, text))
    return mended


def _damaged(text: str, url: str) -> Listing:
    """Read each entry on its own. After a broken one, continue where the next object begins."""
    start = _LIST.search(text)
    if start is None:
        raise _error(Reason.NOT_JSON, "The response is neither JSON nor an OData list", url)
    around = text[: start.start()]
    listing = Listing()
    place = start.end()
    for entry, end in _pieces(text, start.end(), url):
        listing.entries.append(entry)
        refuse_too_many(len(listing.entries), url)
        place = end
    tail = text[place:]
    listing.cut = "]" not in tail
    for part in (around, tail):
        count, link = _COUNT.search(part), _NEXT.search(part)
        listing.total = int(count[1]) if count else listing.total
        listing.next_link = link[1] if link else listing.next_link
    return listing


def _pieces(text: str, place: int, url: str) -> Iterator[tuple[dict[str, object] | tuple[bytes, str], int]]:
    """Yield each entry and where it ends, except one in which the answer is cut off.

    Raises SourceError if there is no end to its faults.
    """
    patience = _PATIENCE * len(text)
    while True:
        between = _BETWEEN.match(text, place)
        place = between.end() if between else place
        if place >= len(text) or text[place] == "]":
            return
        try:
            entry, place = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            following = _NEXT_ENTRY.search(text, place)
            end = following.end() if following else text.rfind("]", place)
            if end < 0:
                return
            # The error counts the lines before it: a hundred bytes in the time it takes to parse one.
            patience -= end - place + end // 100
            if patience < 0:
                message = "The response has too many faults to recover from"
                raise _error(Reason.NOT_JSON, message, url) from error
            broken = unmarked(text[place:end].rstrip().removesuffix(","))[0].encode("utf-8", "surrogatepass")
            deep = isinstance(error, RecursionError)
            yield (broken, "too deeply nested" if deep else getattr(error, "msg", str(error))), end
            place = end
        else:
            yield _entry(entry), place


def _error(rule: Reason, message: str, url: str) -> SourceError:
    return SourceError(rule, message, "Check that the URL is that of an OData catalogue.", url=url)
