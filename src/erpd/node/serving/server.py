"""The loop: it reads every request, head and body, and sends every answer; threads work the requests out."""

import resource
import socket
import time
from heapq import nsmallest
from operator import attrgetter

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.wasyncore import loop

from erpd.node.charsets import WSGI
from erpd.node.forwarded import noting, trusting
from erpd.node.refusals import MOST_HEAD, MOST_UPLOAD
from erpd.node.serving.connections import Channel
from erpd.node.serving.queues import Dispatcher, InTurns, is_delivery, is_query

_MOST_ANSWER = 268_435_456  # bytes that wait for the client in a file; only beyond that, a thread waits
_MOST_CONNECTIONS = 1_000
_CLOSED_AT_ONCE = 50  # connections, if there are too many: seeking them takes as long as it does for one
_MOST_QUEUED = 200  # requests that wait for a thread; more would wait for longer than people do
_OWN_FILES = 200  # database, index, folders of temporary files
_QUERIES, _MOST_QUERIES = 2, 20  # that run at a time, in threads of their own (``is_query``), and that wait
_GRACE = 0.6  # seconds that a request may still take when the server is stopped


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Serves ``application`` at ``listener``, a bound socket, until ``stop`` is called.

    ``one_writer``: what is delivered is written one after the other, in a thread of its own, by clients in
    turns. SQLite lets one write at a time, and a thread that waits for another sleeps for too long, and
    forgets what it had read.
    """

    channel_class = Channel

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
        self.query_dispatcher = Dispatcher(_QUERIES, _MOST_QUERIES)
        dispatcher = Dispatcher(threads, _MOST_QUEUED)
        self.write_dispatcher = InTurns(_MOST_QUEUED) if one_writer else dispatcher
        kind = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            application, _sock=listener, dispatcher=dispatcher, adj=limits, bind_socket=False, sockinfo=kind
        )
        self.application: WSGI = noting(self.application)

    def add_task(self, task: Channel) -> None:
        if is_query(task.requests[0]):
            self.query_dispatcher.add_task(task)
        elif is_delivery(task.requests[0]):
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


def _unanswered(channel: Channel) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)
