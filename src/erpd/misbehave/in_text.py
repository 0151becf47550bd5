"""Faults in the text of an answer: in one record, in the encoding, in the links between pages."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

from erpd.misbehave import ckan, oai_pmh, sparql
from erpd.misbehave.exchange import Answer, Now

_DEPTH = 20_000
_MOST_ROWS = 20
_DOCTYPE = re.compile(rb"\A<\?xml[^>]*\?>\n?")
_ROOT = re.compile(rb"<(OAI-PMH|rdf:RDF)\b")
_BOMB = b"".join(
    [
        b'<!DOCTYPE %s [<!ENTITY e0 "discharges">',
        *(b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 10)),
        b"]>\n",
    ]
)
_EXTERNAL = b'<!DOCTYPE %s [<!ENTITY passwords SYSTEM "file:///etc/passwd">]>\n'
_GHOST = b'<record><header status="deleted"><datestamp>2026-01-05</datestamp></header></record>\n'
_NEXT = re.compile(rb"<(\w+):(nextPage|next) rdf:resource=\"([^\"]*)\"\s*/>")


def _bytes(answer: Answer) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def _title(now: Now) -> tuple[bytes, bytes]:
    """The title of the victim in two halves."""
    title = now.victim.title.encode()
    return title[:12], title[12:]


def _in_title(answer: Answer, now: Now, inside: bytes) -> Answer:
    """The answer with ``inside`` in the middle of the victim's title."""
    begin, end = _title(now)
    return replace(answer, body=_bytes(answer).replace(begin + end, begin + inside + end))


def control_character(answer: Answer, now: Now) -> Answer:
    return _in_title(answer, now, rb"\u0003" if now.protocol.name == "ckan" else b"\x03")


def invalid_utf8(answer: Answer, now: Now) -> Answer:
    return _in_title(answer, now, b"\xe9")


def broken_record(answer: Answer, now: Now) -> Answer:
    """A tag that is never closed; in JSON and N-Triples, a quotation mark that ends the string."""
    return _in_title(answer, now, b'" 1"' if now.protocol.name in ("ckan", "sparql") else b"<b>")


def bad_iri(answer: Answer, now: Now) -> Answer:
    address = now.victim.access_url.encode()
    return replace(answer, body=_bytes(answer).replace(address, address[:-1] + b" k"))


def deep_nesting(answer: Answer, now: Now) -> Answer:
    if now.protocol.name != "ckan":
        return _in_title(answer, now, b"<b>" * _DEPTH + b"</b>" * _DEPTH)
    title = json.dumps(now.victim.title, ensure_ascii=False).encode()
    return replace(answer, body=_bytes(answer).replace(title, b"[" * _DEPTH + title + b"]" * _DEPTH))


def entity_bomb(answer: Answer, now: Now) -> Answer:
    return _with_doctype(_in_title(answer, now, b"&e9;"), _BOMB)


def external_entity(answer: Answer, now: Now) -> Answer:
    return _with_doctype(_in_title(answer, now, b"&passwords;"), _EXTERNAL)


def _with_doctype(answer: Answer, doctype: bytes) -> Answer:
    content = _bytes(answer)
    root = _ROOT.search(content)
    if root is None:
        return answer
    declaration = _DOCTYPE.match(content)
    start = declaration.end() if declaration else 0
    return replace(answer, body=content[:start] + doctype % root[1] + content[start:])


def unknown_charset(answer: Answer, now: Now) -> Answer:
    body = _bytes(answer).replace(b'encoding="UTF-8"', b'encoding="x-klingon"')
    return replace(answer, body=body, media_type=answer.media_type.replace("utf-8", "x-klingon"))


def other_charset_announced(answer: Answer, now: Now) -> Answer:
    """The text is UTF-8 and says so, but the header names another charset."""
    return replace(answer, media_type=f"{answer.media_type.partition(';')[0]}; charset=iso-8859-1")


def with_mark(answer: Answer, now: Now) -> Answer:
    return replace(answer, body=b"\xef\xbb\xbf" + _bytes(answer))


def with_blank_lines(answer: Answer, now: Now) -> Answer:
    return replace(answer, body=b"\r\n\r\n" + _bytes(answer))


def cut(answer: Answer, now: Now) -> Answer:
    """The first two thirds, never ending at the end of a line."""
    content = _bytes(answer)
    return replace(answer, body=content[: len(content) * 2 // 3].rstrip()[:-1]) if now.here else answer


def deleted_without_identifier(answer: Answer, now: Now) -> Answer:
    if not now.here:
        return answer
    return replace(answer, body=_bytes(answer).replace(b"<record>", _GHOST + b"<record>", 1))


# --- Hydra links


def links_as_text(answer: Answer, now: Now) -> Answer:
    body = _NEXT.sub(rb"<\1:\2>\3</\1:\2>", _bytes(answer))
    return replace(answer, body=body)


def partial_view(answer: Answer, now: Now) -> Answer:
    body = _bytes(answer)
    for old, new in (
        (b"PagedCollection", b"PartialCollectionView"),
        (b"nextPage", b"next"),
        (b"firstPage", b"first"),
    ):
        body = body.replace(b"hydra:" + old, b"hydra:" + new).replace(
            b"hydra/core#" + old, b"hydra/core#" + new
        )
    return replace(answer, body=body)


def other_host(answer: Answer, now: Now) -> Answer:
    """As behind a misconfigured proxy: the links name a server that only the proxy can reach."""
    body = _bytes(answer).replace(now.request.base.encode(), b"http://catalogue.internal:8080")
    return replace(answer, body=body)


# --- Errors of the protocol


def expired_token(answer: Answer, now: Now) -> Answer:
    return oai_pmh.error("badResumptionToken") if "resumptionToken" in now.request.query else answer


def expired_on_page_3(answer: Answer, now: Now) -> Answer:
    return oai_pmh.error("badResumptionToken") if now.page > 2 else answer


def token_needs_prefix(answer: Answer, now: Now) -> Answer:
    query = now.request.query
    bare = "resumptionToken" in query and "metadataPrefix" not in query
    return oai_pmh.error("badArgument") if bare else answer


def token_refuses_prefix(answer: Answer, now: Now) -> Answer:
    both = {"resumptionToken", "metadataPrefix"} <= now.request.query.keys()
    return oai_pmh.error("badArgument") if both else answer


def rows_refused(answer: Answer, now: Now) -> Answer:
    rows = now.request.query.get("rows", "")
    many = rows.isascii() and rows.isdigit() and int(rows) > _MOST_ROWS
    return _invalid(f"rows must be at most {_MOST_ROWS}") if many else answer


def sort_refused(answer: Answer, now: Now) -> Answer:
    return _invalid("Cannot sort by this field") if "sort" in now.request.query else answer


def _invalid(message: str) -> Answer:
    return ckan.error("Validation Error", message, 409)


def all_private(answer: Answer, now: Now) -> Answer:
    """As DKAN does (GetDKAN/dkan#950): what it lists without a key is public all the same."""
    active = b'"state": "active"'
    return replace(answer, body=_bytes(answer).replace(active, active + b', "private": true'))


def error_under(status: int) -> Callable[[Answer, Now], Answer]:
    """A fault: in the middle of the list, an error of the protocol, with this HTTP status."""

    def fail(answer: Answer, now: Now) -> Answer:
        if not now.here:
            return answer
        if now.protocol.name == "oai-pmh":
            return oai_pmh.error("badResumptionToken", status)
        if now.protocol.name == "ckan":
            return ckan.error("Internal Server Error", "The search index is being rebuilt", status)
        return sparql.error_of("Virtuoso 42000 Error SQ200: The memory pool size is reached", status)

    return fail


def partial_answer(answer: Answer, now: Now) -> Answer:
    """How Virtuoso reports a timeout: it sends what it has found so far, and headers that say so."""
    lines = _bytes(answer).splitlines(keepends=True)
    if now.page != 2 or len(lines) < 2:
        return answer
    headers = {"X-SQL-State": "S1TAT", "X-SQL-Message": "RC...: Returning incomplete results"}
    return replace(answer, body=b"".join(lines[: len(lines) // 2]), headers=headers)
