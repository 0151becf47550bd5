"""Faults between source and client: statuses, redirects, waits, sizes, and answers of the wrong kind."""

import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import formatdate

from erpd.misbehave.exchange import Answer, Now

Change = Callable[[Answer, Now], Answer]

_HTML = (
    b"<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><h1>Log in</h1><form><input name=user>"
    b"<input name=password type=password></form></body></html>\n"
)
_A_DAY = 86_400.0
_PIECE = 64 * 1024
_MOST_PIECES = 160_000  # 10 GiB


def instead(given: Answer, *, everywhere: bool = False) -> Change:
    """A fault: this answer replaces the middle of the list, or every page."""

    def change(answer: Answer, now: Now) -> Answer:
        return given if now.here or (everywhere and now.page >= 0) else answer

    return change


def login_page(answer: Answer, now: Now) -> Answer:
    if now.request.path == "/login":
        return Answer(_HTML, "text/html; charset=utf-8")
    return _redirect("/login") if now.here else answer


def redirect_to(address: str) -> Change:
    """A fault: the middle of the list redirects to this address."""
    return instead(_redirect(address))


def redirect_loop(answer: Answer, now: Now) -> Answer:
    """Endless redirects, each to a new address."""
    known = now.request.query.get("round", "0")
    if not now.here and known == "0":
        return answer
    return _redirect(f"{now.request.path}?round={int(known) + 1 if known.isdigit() else 1}")


def _redirect(address: str) -> Answer:
    return Answer(status=302, headers={"Location": address})


def busy(status: int, *, dated: bool = False) -> Change:
    """A fault: each request is refused once with this status, and answered when it is repeated."""

    def change(answer: Answer, now: Now) -> Answer:
        if now.times % 2 == 0:
            return answer
        moment = time.time()
        later = formatdate(moment + 2, usegmt=True) if dated else "2"
        return Answer(
            b"Busy\n", status=status, headers={"Retry-After": later, "Date": formatdate(moment, usegmt=True)}
        )

    return change


def hang(answer: Answer, now: Now) -> Answer:
    return replace(answer, wait=_A_DAY) if now.here else answer


def slow_drip(answer: Answer, now: Now) -> Answer:
    if not now.here or not isinstance(answer.body, bytes):
        return answer
    return replace(answer, body=_drip(answer.body, now), headers={"Content-Length": str(len(answer.body))})


def _drip(body: bytes, now: Now) -> Iterator[bytes]:
    for place in range(len(body)):
        yield body[place : place + 1]
        if now.pause(0.1):
            return


def cut_connection(answer: Answer, now: Now) -> Answer:
    """The header announces more bytes than are sent."""
    if not now.here or not isinstance(answer.body, bytes):
        return answer
    headers = {**answer.headers, "Content-Length": str(len(answer.body))}
    return replace(answer, body=answer.body[: len(answer.body) // 2], headers=headers)


def huge(answer: Answer, now: Now) -> Answer:
    """The right answer, followed by 10 GiB of spaces."""
    if not now.here or not isinstance(answer.body, bytes):
        return answer
    return replace(answer, body=_filled(answer.body))


def _filled(body: bytes) -> Iterator[bytes]:
    yield body
    for _ in range(_MOST_PIECES):
        yield b" " * _PIECE


def gzip_bomb(answer: Answer, now: Now) -> Answer:
    """10 MiB of gzip that unpack to 10 GiB."""
    if not now.here or not isinstance(answer.body, bytes):
        return answer
    return replace(answer, body=_packed(answer.body), headers={"Content-Encoding": "gzip"})


def _packed(body: bytes) -> Iterator[bytes]:
    packer = zlib.compressobj(1, wbits=31)
    for piece in _filled(body):
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def broken_gzip(answer: Answer, now: Now) -> Answer:
    """The header says gzip, but the body is not compressed."""
    return replace(answer, headers={"Content-Encoding": "gzip"}) if now.here else answer


def called_html(answer: Answer, now: Now) -> Answer:
    """The right answer, labelled as HTML."""
    return replace(answer, media_type="text/html; charset=utf-8")


def other_format(answer: Answer, now: Now) -> Answer:
    """XML if JSON was requested, otherwise JSON."""
    if not now.here:
        return answer
    if now.protocol.name == "ckan":
        return Answer(b"<?xml version='1.0'?>\n<packages><package/></packages>\n", "application/xml")
    return Answer(b'{"records": [], "count": 12}\n', "application/json")


HTML_PAGE = Answer(_HTML, "text/html; charset=utf-8")
NO_ANSWER = Answer(status=0)
EMPTY = Answer(b"", "text/xml")
A_YEAR = Answer(b"Busy\n", status=429, headers={"Retry-After": "31536000"})


def status(code: int) -> Answer:
    """An answer that is only an HTTP status."""
    return Answer(f"{code}\n".encode(), status=code)
