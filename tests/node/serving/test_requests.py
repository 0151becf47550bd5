"""Requests: bodies that are large, and a disk that is full."""

import errno
import socket
import time
from typing import Any

import pytest
from waitress.buffers import TempfileBasedBuffer

from erpd.node.refusals import MOST_BODY, MOST_UPLOAD, most_body
from erpd.node.serving import requests as module
from tests.node.serving.served import app, asked, said, served


def test_a_body_is_there_before_a_thread_is_given() -> None:
    body = b"a" * 700_000  # more than is kept in memory
    head = b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    chunked = b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    with served(app) as port:
        assert said(port, head + body).endswith(b"\r\n\r\n" + body)
        assert said(port, chunked + b"3\r\nabc\r\n0\r\n\r\n").endswith(b"\r\n\r\nabc")
        expecting = b"Connection: close\r\nExpect: 100-continue\r\n\r\n"
        assert said(port, b"GET /short HTTP/1.1\r\n" + expecting).endswith(b"\r\n\r\nshort")


def test_where_files_are_taken_a_body_may_be_as_large_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """And few such bodies at a time: they lie on the disk before anybody knows who sends them."""

    def head(size: int) -> bytes:
        begun = b"POST /requests/x/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        return begun % size

    def until(number: int) -> None:
        while len(module.uploads) != number:
            time.sleep(0.01)

    with served(app) as port:
        assert said(port, head(10_500_000) + b"a" * 10_500_000).startswith(b"HTTP/1.1 200 ")
        told = said(port, head(MOST_UPLOAD + 1))
        assert told.startswith(b"HTTP/1.1 413 ")
        assert b"larger than 11,534,336 bytes" in told
        chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert b"HTTP/1.1 413 " in said(port, chunked + b"%x\r\n" % 3_000_000 + b"a" * 3_000_000)
        monkeypatch.setattr(module, "_MOST_UPLOADS", 1)
        with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
            slow.sendall(head(10_500_000) + b"a")
            until(1)
            assert said(port, head(10_500_000)).startswith(b"HTTP/1.1 503 ")
            assert said(port, head(1) + b"a").startswith(b"HTTP/1.1 200 ")
        until(0)
        assert said(port, head(10_500_000) + b"a" * 10_500_000).startswith(b"HTTP/1.1 200 ")
    assert most_body("/bodies/cbs/desk/parts/x/") == MOST_UPLOAD
    assert most_body("/api/v1/datasets") == most_body("/bodies/cbs/") == MOST_BODY


def test_a_disk_that_is_full_is_told_and_costs_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, file: Any) -> None:
            self._file = file

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def write(self, _data: bytes) -> None:
            self._file.close()
            raise OSError(errno.ENOSPC, "No space left on device")

    opened = TempfileBasedBuffer.newfile
    monkeypatch.setattr(TempfileBasedBuffer, "newfile", lambda buffer: Full(opened(buffer)))
    size = 2_000_000
    with served(app) as port:
        told = said(port, b"POST /requests/x/ HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % size + b"a" * size)
        assert told.startswith(b"HTTP/1.1 507 ")
        assert b"no space left" in told
        assert asked(port) == (200, b"short")
