"""Queues: what is too much is refused, queries keep no page waiting, and clients deliver in turns."""

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from erpd.node.serving import queues as module
from erpd.node.serving import server
from tests.node.serving.served import Held, app, asked, said, served


def test_a_long_queue_is_refused_but_a_list_in_its_middle_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_MOST_QUEUED", 2)
    held = Held()
    with ExitStack() as clients, served(held, threads=1) as port:
        sent = []
        token = b"verb=ListRecords&resumptionToken=x"
        posted = b"Content-Length: %d\r\n\r\n%s" % (len(token), token)
        resumed = [b"GET /oai?%s" % token, b"POST /oai"]
        for begun in (b"GET /1", b"GET /2", b"GET /3", *resumed, b"GET /4"):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            rest = posted if begun.startswith(b"POST") else b"\r\n"
            client.sendall(b"%s HTTP/1.1\r\nConnection: close\r\n%s" % (begun, rest))
            sent.append(client)
            time.sleep(0.1)
        held.go.set()
        heads = [client.makefile("rb").read().partition(b"\r\n\r\n")[0] for client in sent]
    assert [int(head.split()[1]) for head in heads] == [200, 200, 200, 200, 200, 503]
    assert b"Retry-After: 5" in heads[-1]


def test_queries_keep_no_page_waiting() -> None:
    held = Held()
    query = b"GET /open/sparql?query=x HTTP/1.1\r\nConnection: close\r\n\r\n"

    def pages(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        return (held if "sparql" in environ["PATH_INFO"] else app)(environ, start)

    with ExitStack() as clients, served(pages, threads=1) as port:
        sent = []
        for _ in range(30):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            client.sendall(query)
            sent.append(client)
        assert asked(port) == (200, b"short")
        held.go.set()
        answers = [int(client.makefile("rb").read().split()[1]) for client in sent]
    assert answers.count(503) in (8, 9, 10)  # 2 run, 20 wait
    assert answers.count(200) == 30 - answers.count(503)


def test_what_is_delivered_is_written_in_turn_and_keeps_no_page_waiting() -> None:
    held = Held()
    posts = [
        b"POST /api/action/package_create",
        b"POST /api/3/action/resource_patch/",
        b"PUT /api/v1/datasets/1",
        b"DELETE /api/v1/datasets/2",
    ]

    def pages(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        reads = environ["REQUEST_METHOD"] == "GET" or environ["PATH_INFO"].endswith("_search")
        return (app if reads else held)(environ, start)

    with ExitStack() as clients, served(pages, threads=2, one_writer=True) as port:
        sent = []
        for post in posts:
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            client.sendall(b"%s HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" % post)
            sent.append(client)
        assert asked(port) == (200, b"short")
        assert asked(port, "/short?of=/api/v1/datasets") == (200, b"short")
        assert said(port, b"POST /api/action/package_search HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 200")
        assert held.given == ["/api/action/package_create"]
        held.go.set()
        assert all(client.makefile("rb").read().startswith(b"HTTP/1.1 200") for client in sent)
    assert len(held.given) == len(posts)


class Delivery:
    """A connection as the dispatcher knows it: it waits until it is let go."""

    turn = 0

    def __init__(self, key: str, name: str, go: Event, given: list[str]) -> None:
        self.addr = ("127.0.0.1", 1)
        self.requests = [SimpleNamespace(headers={"AUTHORIZATION": key} if key else {}, error=None)]
        self.name, self.go, self.given = name, go, given

    def service(self) -> None:
        self.given.append(self.name if self.requests[0].error is None else f"{self.name} refused")
        self.go.wait(10)


def test_clients_deliver_in_turns_and_nobody_takes_all_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_OF_ONE", 3)
    go, given, dispatcher = Event(), list[str](), module.InTurns(200)
    try:
        dispatcher.add_task(Delivery("key-a", "a0", go, given))
        while not given:  # the thread has taken it
            time.sleep(0.01)
        for key, name in (
            *(("key-a", f"a{number}") for number in (1, 2, 3, 4)),
            *(("key-b", "b0"), ("key-b", "b1"), ("", "nobody")),
        ):
            dispatcher.add_task(Delivery(key, name, go, given))
        go.set()
        while len(given) < 8:
            time.sleep(0.01)
    finally:
        dispatcher.shutdown()
    assert given == ["a0", "a4 refused", "a1", "b0", "nobody", "a2", "b1", "a3"]
