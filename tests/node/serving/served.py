"""A server with an application of a few lines, and clients that say exactly what a test wants."""

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from erpd.node.serving.server import Server

PAGE = b"x" * 4_000_000  # more than the buffers of two sockets hold
BIG = PAGE * 4  # for sure
HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n"
GET = HEAD + b"\r\n"
GET_BIG = GET.replace(b"/", b"/big", 1)
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc"
APP = Callable[[dict[str, Any], Callable[..., Any]], list[bytes]]


def app(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [
        {"/": PAGE, "/big": BIG, "/short": b"short"}.get(environ["PATH_INFO"]) or environ["wsgi.input"].read()
    ]


class Held:
    """An application whose answers wait until they are let go; it counts the requests that it was given."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.go = Event()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        self.given.append(environ["PATH_INFO"])
        self.go.wait(10)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"short"]


@contextmanager
def served(application: APP, threads: int = 2, **options: Any) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]
    server = Server(listener, application, threads, **options)
    thread = Thread(target=server.run)
    thread.start()
    try:
        yield port
    finally:
        server.stop()
        thread.join(10)
        for channel in list(server.active_channels.values()):
            channel.handle_close()
        server.task_dispatcher.shutdown()
        server.query_dispatcher.shutdown()
        server.write_dispatcher.shutdown()
        server.close()


def said(port: int, sent: bytes, until: bytes = b"") -> bytes:
    """What the server answers, to its end or to ``until``."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(sent)
        got = b""
        while (piece := client.recv(65536)) and not (until and until in got + piece):
            got += piece
        return got + piece


def asked(port: int, path: str = "/short") -> tuple[int, bytes]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        client.request("GET", path)
        answer = client.getresponse()
        return answer.status, answer.read()
    finally:
        client.close()
