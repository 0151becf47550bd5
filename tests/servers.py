"""Real little HTTP servers on 127.0.0.1, written as one function in the test."""

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import randbelow
from socketserver import TCPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

LOOPBACK = ("127.0.0.0/8",)

Answer = tuple[int, Mapping[str, str], bytes | Iterable[bytes]]
Handle = Callable[[str, dict[str, str], Mapping[str, str]], Answer]


@dataclass(frozen=True)
class Asked:
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    posted: bytes = b""
    method: str = "GET"


class Serving:
    """``with Serving(handle) as server``: ``handle(path, query, headers)`` gives (status, headers, body).

    A body of bytes goes out with its length; any other iterable piece by piece, until it or the client ends.
    A posted form is part of the query. ``asked`` keeps the requests in order. No header is added but
    Content-Length or Connection. An iterable that would go on for ever waits with ``server.pause(seconds)``,
    which is true when the server is closing. HEAD is answered with 501 unless ``head``.
    """

    def __init__(self, handle: Handle, *, head: bool = False) -> None:
        self.asked: list[Asked] = []
        self.head = head
        self._closing = Event()
        self.pause = self._closing.wait
        self._server = _Server(("127.0.0.1", 0), _handler(self, handle))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # clients may go whenever they like
            super().handle_error(request, client_address)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's asks the name service for the host's name
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]


def _handler(serving: Serving, handle: Handle) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            posted = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Type") == "application/x-www-form-urlencoded":
                query |= dict(parse_qsl(posted.decode(), keep_blank_values=True))
            serving.asked.append(Asked(parts.path, query, self.headers, posted, self.command))
            status, headers, body = handle(parts.path, query, self.headers)
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if isinstance(body, bytes):
                self.send_header("Content-Length", str(len(body)))
                body = [body]
            else:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            try:
                for piece in body if self.command != "HEAD" else ():
                    self.wfile.write(piece)
            except ConnectionError:  # the client has had enough
                self.close_connection = True

        def do_HEAD(self) -> None:
            if serving.head:
                self.do_GET()
            else:
                self.send_response_only(501)
                self.end_headers()
                self.close_connection = True

        do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler


def free_port() -> int:
    """A port of 127.0.0.1 at which nobody listens.

    The system does not give it to another before it is used: by default it gives those from 32768 on.
    """
    while True:
        with (
            suppress(OSError),
            TCPServer(("127.0.0.1", 10_000 + randbelow(22_000)), BaseHTTPRequestHandler) as server,
        ):
            return int(server.server_address[1])


def no_pause(seconds: float) -> None:
    """The pause of a client that does not wait; it can be sent to another process."""
