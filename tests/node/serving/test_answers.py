"""Answers that the server gives by itself: to people, to programs and to what is not HTTP."""

import json
from typing import Any

import pytest
from lxml import html

from erpd.node.refusals import MOST_BODY
from tests.node.serving.served import GET, app, said, served

POST_2 = b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: ?\r\n\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("status", "words", "request_"),
    [
        (
            413,
            "larger than 2,621,440 bytes",
            b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MOST_BODY + 1),
        ),
        (413, "larger", b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        (431, "larger than 32,768 bytes", b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n"),
        (400, "not valid HTTP/1.1", b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
        (400, "not valid HTTP/1.1", b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        (400, "not valid HTTP/1.1", b"GET / HTTP/1.1\r\n folded: 1\r\n\r\n"),
        (400, "not valid HTTP/1.1", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"),
        (400, "not valid HTTP/1.1", b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"),
        (400, "not valid HTTP/1.1", POST_2.replace(b"?", b"chunked") + GET),
        (400, "not valid HTTP/1.1", POST_2.replace(b"?", b"") + GET),
        (400, "not valid HTTP/1.1", POST_2.replace(b"?", b"chunked").replace(b"/1.1", b"/1.0") + GET),
    ],
)
def test_what_is_refused_is_told_in_one_sentence(status: int, words: str, request_: bytes) -> None:
    with served(app) as port:
        head, _, body = said(port, request_).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.")
    assert int(head.split()[1]) == status
    assert b"Connection: close" in head
    assert words in body.decode()
    assert body.count(b"\n") == 1


@pytest.mark.parametrize(
    ("path", "most", "language"),
    [
        (b"/requests/x/answers/", "11.0\xa0MB", "en"),
        (b"/owners/cbs/", "2.5\xa0MB", "en"),
        (b"/owners/cbs/", "2,5\xa0MB", "nl"),
    ],
)
def test_people_read_on_a_page_that_a_form_is_too_large(path: bytes, most: str, language: str) -> None:
    """The limit, and that they go back; what no browser asks for stays a sentence."""
    head = b"POST %s HTTP/1.1\r\nContent-Length: 99999999\r\n" % path
    asking = head + b"Accept: text/html,*/*\r\nAccept-Language: %s\r\n\r\n" % language.encode()
    with served(app) as port:
        answer, _, body = said(port, asking).partition(b"\r\n\r\n")
        assert b"Content-Type: text/html" not in said(port, head + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Content-Type: text/html; charset=utf-8" in answer
    page = html.fromstring(body.decode())
    assert page.get("lang") == language
    assert most in page.text_content()


@pytest.mark.parametrize(
    ("path", "media_type", "kind"),
    [
        (b"/api/v1/datasets", "application/problem+json", lambda told: told["code"]),
        (b"/api/action/package_create", "application/json", lambda told: told["error"]["__type"]),
        (b"/open/api/3/action/package_create?dry_run=1", "application/json", lambda told: told["success"]),
    ],
)
def test_clients_of_an_api_are_refused_in_its_own_form(path: bytes, media_type: str, kind: Any) -> None:
    with served(app) as port:
        request = b"POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (path, MOST_BODY + 1)
        head, _, body = said(port, request).partition(b"\r\n\r\n")
    assert f"Content-Type: {media_type}".encode() in head
    assert kind(json.loads(body)) in ("BODY_TOO_LARGE", "Request Entity Too Large", False)
    assert b"larger than 2,621,440 bytes" in body
