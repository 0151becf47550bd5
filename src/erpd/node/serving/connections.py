"""Connections: how long a client may take for each step, and what is sent at once."""

import socket
import time
from contextlib import suppress
from typing import Any

from waitress.channel import HTTPChannel

from erpd.node.serving.answers import Answer, Refusal
from erpd.node.serving.requests import Request

_MOST_DRAINED = 100_000_000  # bytes of a body that was refused
_MOST_JOINED = 65_536  # bytes of a body that are copied to go out with the head
_FOR_HEAD, _FOR_BODY, _FOR_ANSWER = 20, 120, 600  # seconds that a client may take for each in all
_IDLE = 60  # seconds without a byte, to or from the client


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when the client has been sending a request or reading an answer."""

    task_class = Answer
    error_task_class = Refusal
    parser_class = Request
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
