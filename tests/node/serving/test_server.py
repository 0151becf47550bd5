"""The server: a crowd of clients, its end, and the address of a client."""

import http.client
import resource
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from threading import Timer
from typing import Any

import pytest

from erpd.node.forwarded import was_forwarded
from erpd.node.serving import server as module
from tests.node.serving.served import BIG, GET, GET_BIG, HEAD, POST, Held, app, asked, served
from tests.proofs import length


@pytest.mark.parametrize("start", [b"", HEAD, POST, GET], ids=["idle", "head", "body", "reading"])
@pytest.mark.proof
def test_more_clients_than_there_is_room_for_keep_nobody_out(
    monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8_192, hard) if hard > 0 else 8_192, hard))
    most = length(40, 100 if start == GET else 1_000)  # an answer that waits is in a file
    monkeypatch.setattr(module, "_connections", lambda: most)
    monkeypatch.setattr(module, "_CLOSED_AT_ONCE", most // 20)
    with ExitStack() as clients, served(app) as port:
        harvester = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        harvester.sendall(GET_BIG if start != GET else HEAD)
        for number in range(most * 2):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            client.sendall(start)
            if number % (most // 4) == 0:
                begun = time.monotonic()
                assert asked(port) == (200, b"short")
                assert time.monotonic() - begun < 2
        if start != GET:
            got = 0
            while got < len(BIG):  # one whose answer is on its way has it whole
                got += len(harvester.recv(2**20)) or pytest.fail("cut off")


def test_a_request_that_is_worked_out_at_the_end_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GRACE", 10.0)
    held = Held()
    with ExitStack() as clients:
        with served(held) as port:
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            client.sendall(b"GET /last HTTP/1.1\r\nConnection: close\r\n\r\n")
            while not held.given:
                time.sleep(0.01)
            Timer(0.2, held.go.set).start()
        answer = client.makefile("rb").read()
    assert answer.endswith(b"\r\n\r\nshort")


def test_the_address_of_a_client_is_believed_from_as_many_proxies_as_are_set() -> None:
    def address(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        assert was_forwarded(environ), "also where the headers of the proxy are not believed"
        return [f"{environ['REMOTE_ADDR']} {environ.get('HTTP_X_FORWARDED_PROTO')}".encode()]

    said = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7, 192.0.2.1", "X-Forwarded-Proto": "https"}
    for proxies, seen in ((0, b"127.0.0.1 None"), (1, b"192.0.2.1 None"), (2, b"198.51.100.7 None")):
        with served(address, proxies=proxies) as port:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/", headers={**said, "Forwarded": "for=203.0.113.8"})
            assert connection.getresponse().read() == seen
            connection.close()
