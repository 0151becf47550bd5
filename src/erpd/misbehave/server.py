"""The server, on 127.0.0.1 only: one protocol, with one fault."""

from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock, Thread
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from erpd.misbehave.data_sets import data_sets
from erpd.misbehave.exchange import Answer, Now, Protocol, Refused, Request
from erpd.misbehave.fault import Fault

HOST = "127.0.0.1"


class Misbehaving:
    """``with Misbehaving(protocol, fault) as server``: answers at ``server.url`` until the block ends.

    Its answers depend only on the requests since it was created or ``fault`` was set. ``told`` is called with
    a line for each request. Raises OSError if the port is in use.
    """

    def __init__(
        self,
        protocol: Protocol,
        fault: Fault,
        *,
        size: int = 12,
        port: int = 0,
        told: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.protocol = protocol
        self._all = data_sets(size)
        self._told = told
        self._lock = Lock()
        self._closing = Event()
        self._server = _Server((HOST, port), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.fault = fault

    @property
    def fault(self) -> Fault:
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        with self._lock:
            self._fault = fault
            self._asked: Counter[tuple[object, ...]] = Counter()
            self._later = False

    @property
    def base(self) -> str:
        return f"http://{HOST}:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """The address to give to a harvester."""
        return self.base + self.protocol.path

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join(5)
        self.close()

    def close(self) -> None:
        """Free the port. Only needed for a server that was never entered."""
        self._server.server_close()

    def answer(self, request: Request) -> Answer:
        """The answer to a request. Requests are answered one at a time."""
        with self._lock:
            answer = self._answer(request)
            query = "&".join(f"{name}={value}" for name, value in request.query.items())
            self._told(f"{answer.status or 'nothing'} {request.path}?{' '.join(query.split())[:200]}")
        return answer

    def pause(self, seconds: float) -> bool:
        return self._closing.wait(seconds)

    def _answer(self, request: Request) -> Answer:
        page, last = self.protocol.place(request, len(self._all))
        asked = (request.path, *sorted(request.query.items()))
        self._asked[asked] += 1
        self._later = self._later or page > 1
        now = Now(self.protocol, request, page, last, self._asked[asked], self._later, self._all, self.pause)
        there = self._fault.data(self._all, now)
        try:
            found = self.protocol.listing(request, there) if page >= 0 else None
            if found is not None:
                found = self._fault.listing(found, now)
            answer = self.protocol.answer(request, found, there)
        except Refused as refused:
            return refused.answer
        return self._fault.answer(answer, now)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's would look up the host name
        self.server_name, self.server_port = HOST, self.server_address[1]


def _handler(server: Misbehaving) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            posted = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
                query |= dict(parse_qsl(posted.decode(), keep_blank_values=True))
            try:
                self._send(server.answer(Request(parts.path, query, server.base)))
            except ConnectionError:  # the client has hung up
                self.close_connection = True

        do_POST = do_GET

        def _send(self, answer: Answer) -> None:
            if server.pause(answer.wait) or not answer.status:
                self.close_connection = True
                return
            headers = {"Content-Type": answer.media_type, **answer.headers}
            pieces = [answer.body] if isinstance(answer.body, bytes) else answer.body
            if isinstance(answer.body, bytes):
                headers = {"Content-Length": str(len(answer.body)), **headers}
                self.close_connection = int(headers["Content-Length"]) != len(answer.body)
            else:
                self.close_connection = True
            self.send_response_only(answer.status)
            for name, value in headers.items():
                self.send_header(name, value)
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            for piece in pieces:
                self.wfile.write(piece)

        def log_message(self, format: str, *args: object) -> None:
            """Do nothing: the server reports its requests itself."""

    return Handler
