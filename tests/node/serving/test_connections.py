"""Connections: clients that are slow, gone or send too much."""

import socket
import time
from contextlib import ExitStack

import pytest

from erpd.node.serving import connections as module
from tests.node.serving.served import BIG, GET, GET_BIG, HEAD, PAGE, POST, Held, app, asked, said, served
from tests.proofs import length


@pytest.mark.parametrize("start", [b"", HEAD, POST, GET], ids=["idle", "head", "body", "reading"])
@pytest.mark.proof
def test_slow_clients_hold_no_thread(start: bytes) -> None:
    with ExitStack() as clients, served(app) as port:
        for _ in range(length(20, 200)):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(start)
        asked(port)  # when this has been answered, so have they
        for _ in range(5):
            begun = time.monotonic()
            assert asked(port) == (200, b"short")
            assert time.monotonic() - begun < 2
    with served(app) as port:  # and whoever reads slowly reads all of it
        assert said(port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")).endswith(PAGE)


@pytest.mark.parametrize(
    ("limit", "start"),
    [("_IDLE", b""), ("_FOR_HEAD", HEAD), ("_FOR_BODY", POST), ("_IDLE", GET_BIG), ("_FOR_ANSWER", GET_BIG)],
)
def test_slow_clients_are_cut_off(monkeypatch: pytest.MonkeyPatch, limit: str, start: bytes) -> None:
    monkeypatch.setattr(module, limit, 0.5)
    with served(app) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(start)
        if start == GET_BIG:
            time.sleep(2.5)
        got, ended = 0, False
        while not ended:
            try:
                piece = client.recv(65536)
            except ConnectionResetError:
                piece = b""
            got, ended = got + len(piece), not piece
        assert got < len(BIG)


def test_who_sends_all_of_a_body_that_is_too_large_reads_why_it_is_refused() -> None:
    length_ = 20_000_000
    with served(app) as port:
        told = said(port, b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % length_ + b"a" * length_)
        assert told.startswith(b"HTTP/1.1 413 ")
        assert b"larger than 2,621,440 bytes" in told
        assert asked(port) == (200, b"short")


def test_a_request_whose_client_has_gone_is_not_worked_out() -> None:
    held = Held()
    with served(held, threads=1) as port, socket.create_connection(("127.0.0.1", port)) as first:
        first.sendall(b"GET /first HTTP/1.1\r\n\r\n")
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", port)) as gone:
                gone.sendall(b"GET /gone HTTP/1.1\r\n\r\n")
        time.sleep(0.3)
        held.go.set()
        assert asked(port, "/last")[0] == 200
    assert held.given == ["/first", "/last"]
