"""The HTTP server of a node: waitress, with limits on clients that are slow, gone, too big or too many.

One loop reads every request, head and body, and sends every answer; a few threads work the requests out. So
no thread waits for a client (docs/decisions/0022-waitress.md).
"""

import resource
import socket
import time
from contextlib import suppress
from heapq import nsmallest
from operator import attrgetter
from typing import Any
from urllib.parse import unquote_plus
from weakref import WeakSet

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error, RequestEntityTooLarge
from waitress.wasyncore import loop

from erpd.node.charsets import WSGI
from erpd.node.forwarded import noting, trusting
from erpd.node.refusals import MOST_BODY, MOST_HEAD, MOST_UPLOAD, most_body
from erpd.node.refusing import refusal

_MOST_DRAINED = 100_000_000  # bytes of a body that was refused
_MOST_ANSWER = 268_435_456  # bytes that wait for the client in a file; only beyond that, a thread waits
_MOST_JOINED = 65_536  # bytes of a body that are copied to go out with the head
_MOST_CONNECTIONS = 1_000
_CLOSED_AT_ONCE = 50  # connections, if there are too many: seeking them takes as long as it does for one
_MOST_QUEUED = 200  # requests that wait for a thread; more would wait for longer than people do
_FOR_HEAD, _FOR_BODY, _FOR_ANSWER = 20, 120, 600  # seconds that a client may take for each in all
_OWN_FILES = 200  # database, index, folders of temporary files
_IDLE = 60  # seconds without a byte, to or from the client
_QUERIES, _MOST_QUERIES = 2, 20  # that run at a time, in threads of their own (``_is_query``), and that wait
_SLOW = ("/sparql", "/query", "POST /check", "POST /check/api/validate")
_MOST_OF_ONE = 20  # deliveries of one client that wait: so many cannot keep the others out
_WRITING = ("_create", "_update", "_patch", "_delete")  # actions of CKAN's API
_MOST_UPLOADS = 20  # bodies beyond MOST_BODY that are there at a time: they lie in files
_GRACE = 0.6  # seconds that a request may still take when the server is stopped


class _Full(Error):  # type: ignore[misc]
    code, reason = 507, "Insufficient Storage"


class _Busy(Error):  # type: ignore[misc]  # waitress has no types
    code, reason = 503, "Service Unavailable"


_uploads: "WeakSet[_Request]" = WeakSet()


class _Request(HTTPRequestParser):  # type: ignore[misc]
    error: Any

    def received(self, data: bytes) -> int:
        try:
            consumed = int(super().received(data))
        except OSError:  # a large body lies in a file, and the disk is full
            self.error, self.completed = _Full(""), True
            return len(data)
        size = max(self.content_length, self.body_bytes_received)
        if size > MOST_BODY and self.error is None and self not in _uploads:
            if size > most_body(self.path) or len(_uploads) >= _MOST_UPLOADS:
                self.error = RequestEntityTooLarge("") if size > most_body(self.path) else _Busy("")
                self.completed = True
            else:
                _uploads.add(self)
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except TransferEncodingNotImplemented as error:
            raise ParsingError(*error.args) from error  # nothing failed here, so no 501
        if b"\r\ntransfer-encoding:" in header_plus.lower() and (
            "CONTENT_LENGTH" in self.headers or self.version != "1.1"
        ):  # two ends of one body: somebody before us may have seen the other (RFC 9112, section 6.1)
            raise ParsingError("Transfer-Encoding with Content-Length, or in HTTP/1.0")


class _Answer(WSGITask):  # type: ignore[misc]
    """An answer of the application. Its head goes out with the first piece of its body, in one packet."""

    wrote_header = False

    def write(self, data: bytes) -> None:
        if self.complete and not self.wrote_header:
            self.channel.head = self.build_response_header()
            self.wrote_header = True
        super().write(data)
        self.channel.send_head()  # there was no body, or not here


class _Refusal(ErrorTask):  # type: ignore[misc]
    """What the server answers by itself, without asking the application."""

    def execute(self) -> None:
        error = self.request.error
        self.channel.lingers = error.code in (413, 507) or self.request.content_length > MOST_BODY
        media_type, body = refusal(self.request, error.code, error.reason)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", media_type))
        if error.code == 503:
            self.response_headers.append(("Retry-After", "5"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when the client has been sending a request or reading an answer."""

    task_class = _Answer
    error_task_class = _Refusal
    parser_class = _Request
    head = b""  # of an answer, while it waits for the body
    began = reading = lingering = 0.0
    lingers = False
    drained = turn = 0

    def received(self, data: bytes) -> bool:
        if self.lingering:
            self.drained += len(data)
            if self.drained > _MOST_DRAINED:
                self.handle_close()
            return False
        if self.request is None:
            self.began = time.time()
        return bool(super().received(data))

    def handle_close(self) -> None:
        """Close. A client that still sends a body we refused would be told of that instead of our answer: so
        what it sends is read for a while and thrown away (RFC 9112, section 9.6)."""
        if self.lingers and not self.lingering:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                self.will_close = self.close_when_flushed = False
                self.lingering = time.time()
                return
        super().handle_close()

    def writable(self) -> bool:
        """Not while a thread is sending: the loop could only spin and keep the processor from that thread."""
        if self.total_outbufs_len and self.requests:
            if not self.outbuf_lock.acquire(blocking=False):
                return False
            self.outbuf_lock.release()
        return bool(super().writable())

    def write_soon(self, data: Any) -> int:
        """Send at once what the socket takes: waitress would copy a large answer several times, to files."""
        if not isinstance(data, bytes):
            return int(super().write_soon(data))
        if len(data) > _MOST_JOINED:
            self.send_head()
        head, self.head = self.head, b""
        rest = memoryview(head + data if head else data)
        with self.outbuf_lock, suppress(OSError):  # if that is its end, waitress notices next
            while rest and self.connected and not self.total_outbufs_len:
                sent = self.send(rest, do_close=False)
                if not sent:
                    break
                rest = rest[sent:]
                self.last_activity = time.time()
        if rest or not data:
            super().write_soon(rest)
        return len(data)

    def send_head(self) -> None:
        """Send a head that still waits."""
        head, self.head = self.head, b""
        if head:
            self.write_soon(head)

    def readable(self) -> bool:
        return self.connected and bool(self.lingering or super().readable())

    def send_continue(self) -> None:
        """Without a body to come, or if it is refused, there is nothing to continue: waitress would wait."""
        if self.request.error or self.request.body_rcv is None:
            self.request.expect_continue = False
        else:
            super().send_continue()

    @property
    def is_idle(self) -> bool:
        """Whether it has sent no whole request since the last answer."""
        return not (self.requests or self.total_outbufs_len or self.lingering)

    @property
    def is_slow(self) -> bool:
        """Whether it still reads its answer, or sends what was refused."""
        return bool(self.total_outbufs_len or self.lingering)

    @property
    def since(self) -> float:
        """Since when it has been idle or slow. What comes byte by byte does not make it younger."""
        if self.is_slow:
            return self.lingering or self.reading or time.time()
        return self.began if self.request is not None else float(self.last_activity)

    def overdue(self, now: float) -> bool:
        """Whether the client took too long. What the threads take is not its fault."""
        if self.lingering:
            return now - self.lingering > _FOR_HEAD
        if not self.total_outbufs_len:
            self.reading = 0.0
        elif not self.reading:
            self.reading = now
        if self.reading:
            return now - self.reading > _FOR_ANSWER or now - self.last_activity > _IDLE
        if self.requests:
            return False
        if self.request is not None:
            return now - self.began > (_FOR_BODY if self.request.headers_finished else _FOR_HEAD)
        return bool(now - self.last_activity > _IDLE)


class _Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """A queue that is bounded: what is too much is refused, and refused first."""

    def __init__(self, threads: int, most: int) -> None:
        super().__init__()
        self._most = most
        self.set_thread_count(threads)

    def add_task(self, task: _Channel) -> None:
        with self.lock:
            place = self._place(task)
            if place is None:
                task.requests[0].error = _Busy("")
            self.queue.insert(place or 0, task)
            self.queue_cv.notify()

    def _place(self, task: _Channel) -> int | None:
        """Where in the queue it waits; None if it is too much."""
        waiting = len(self.queue)
        return waiting if waiting < self._most or _in_mid_list(task.requests[0]) else None


class _InTurns(_Dispatcher):
    """One thread, and clients in turns: whoever sends much waits behind those who send little."""

    def __init__(self, most: int) -> None:
        super().__init__(1, most)

    def _place(self, task: _Channel) -> int | None:
        client = _client(task)
        before = sum(_client(one) == client for one in self.queue)
        if before >= _MOST_OF_ONE or len(self.queue) >= self._most:
            return None
        task.turn = before
        place: int = sum(one.turn <= before for one in self.queue)
        return place


def _client(channel: _Channel) -> str:
    """Who delivers: the key as it was sent, else the address."""
    headers = channel.requests[0].headers
    key = headers.get("AUTHORIZATION") or headers.get("X_CKAN_API_KEY")
    return str(key or channel.addr[0])


def _unanswered(channel: _Channel) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)


def _in_mid_list(request: Any) -> bool:
    """Whether this continues a list of OAI-PMH: some harvesters give up on 503, so they wait instead."""
    if request.error is not None:
        return False
    said = request.query or ""
    if request.command == "POST":
        body = request.get_body_stream()
        said += body.read(MOST_HEAD).decode("latin-1")
        body.seek(0)
    return "resumptionToken=" in unquote_plus(said)


def _is_query(request: Any) -> bool:
    """Whether another process works on it, for seconds: SPARQL, a check of metadata. Pages must not wait."""
    return request.error is None and f"{request.command} {request.path}".rstrip("/").endswith(_SLOW)


def _is_delivery(request: Any) -> bool:
    """Whether it writes through an API. One that comes in another way only waits with the others."""
    if request.error is not None or request.command in ("GET", "HEAD"):
        return False
    path = (request.path or "").rstrip("/")
    return "/api/v1/" in path or path.endswith(_WRITING)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Serves ``application`` at ``listener``, a bound socket, until ``stop`` is called.

    ``one_writer``: what is delivered is written one after the other, in a thread of its own, by clients in
    turns. SQLite lets one write at a time, and a thread that waits for another sleeps for too long, and
    forgets what it had read.
    """

    channel_class = _Channel

    def __init__(
        self,
        listener: socket.socket,
        application: WSGI,
        threads: int,
        *,
        proxies: int = 0,
        one_writer: bool = False,
    ) -> None:
        self.open = True
        limits = Adjustments(
            sockets=[listener],
            connection_limit=_connections(),
            max_request_header_size=MOST_HEAD,
            max_request_body_size=MOST_UPLOAD + 1,  # it refuses what is as large as that
            cleanup_interval=1,
            channel_request_lookahead=1,  # reads on, to notice that a client has gone
            outbuf_high_watermark=_MOST_ANSWER,
            asyncore_use_poll=True,
            log_socket_errors=False,
            ident=None,
            **trusting(proxies),
        )
        self.query_dispatcher = _Dispatcher(_QUERIES, _MOST_QUERIES)
        dispatcher = _Dispatcher(threads, _MOST_QUEUED)
        self.write_dispatcher = _InTurns(_MOST_QUEUED) if one_writer else dispatcher
        kind = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            application, _sock=listener, dispatcher=dispatcher, adj=limits, bind_socket=False, sockinfo=kind
        )
        self.application: WSGI = noting(self.application)

    def add_task(self, task: _Channel) -> None:
        if _is_query(task.requests[0]):
            self.query_dispatcher.add_task(task)
        elif _is_delivery(task.requests[0]):
            self.write_dispatcher.add_task(task)
        else:
            super().add_task(task)

    def maintenance(self, now: float) -> None:
        for channel in list(self.active_channels.values()):
            if channel.overdue(now):
                channel.handle_close()

    def make_room(self) -> None:
        """At the limit of connections, close some: of the idle or of the slow, whichever are more, those that
        have been so for longest. The many are an attacker's, so other clients keep their places.
        """
        if len(self._map) < self.adj.connection_limit:
            return
        channels = list(self.active_channels.values())
        idle = [channel for channel in channels if channel.is_idle]
        slow = [channel for channel in channels if channel.is_slow]
        more = idle if len(idle) > len(slow) else slow
        for channel in nsmallest(_CLOSED_AT_ONCE, more, key=attrgetter("since")):
            channel.lingers = False
            channel.handle_close()

    def handle_accept(self) -> None:
        """Accept all who wait, as far as there is room: one at a time would keep them waiting in a crowd."""
        before = 0
        while before < len(self._map) < self.adj.connection_limit:
            before = len(self._map)
            super().handle_accept()

    def run(self) -> None:
        """Serve until ``stop``. Requests that are being worked out then have a moment to be answered."""
        while self.open:
            self.make_room()  # not while ``loop`` waits: the number of a closed file may be a new client's
            loop(timeout=1, use_poll=True, map=self._map, count=1)
        until = time.monotonic() + _GRACE
        while any(map(_unanswered, self.active_channels.values())) and time.monotonic() < until:
            loop(timeout=0.05, use_poll=True, map=self._map, count=1)

    def stop(self, *_: object) -> None:
        """End ``run``; for a signal handler too."""
        self.open = False
        self.pull_trigger()


def _connections() -> int:
    """As many as we want, or as the limit of open files allows beside those of the node itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OWN_FILES
    if 0 <= soft < wanted:
        soft = wanted if hard < 0 else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return _MOST_CONNECTIONS if soft < 0 else max(_OWN_FILES, min(wanted, soft) - _OWN_FILES)
