"""Queues: which requests wait for which threads, in which order, and how many."""

from typing import Any
from urllib.parse import unquote_plus

from waitress.task import ThreadedTaskDispatcher

from erpd.node.refusals import MOST_HEAD
from erpd.node.serving.connections import Channel
from erpd.node.serving.requests import Busy

_SLOW = ("/sparql", "/query", "POST /check", "POST /check/api/validate")
_MOST_OF_ONE = 20  # deliveries of one client that wait: so many cannot keep the others out
_WRITING = ("_create", "_update", "_patch", "_delete")  # actions of CKAN's API


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """A queue that is bounded: what is too much is refused, and refused first."""

    def __init__(self, threads: int, most: int) -> None:
        super().__init__()
        self._most = most
        self.set_thread_count(threads)

    def add_task(self, task: Channel) -> None:
        with self.lock:
            place = self._place(task)
            if place is None:
                task.requests[0].error = Busy("")
            self.queue.insert(place or 0, task)
            self.queue_cv.notify()

    def _place(self, task: Channel) -> int | None:
        """Where in the queue it waits; None if it is too much."""
        waiting = len(self.queue)
        return waiting if waiting < self._most or _in_mid_list(task.requests[0]) else None


class InTurns(Dispatcher):
    """One thread, and clients in turns: whoever sends much waits behind those who send little."""

    def __init__(self, most: int) -> None:
        super().__init__(1, most)

    def _place(self, task: Channel) -> int | None:
        client = _client(task)
        before = sum(_client(one) == client for one in self.queue)
        if before >= _MOST_OF_ONE or len(self.queue) >= self._most:
            return None
        task.turn = before
        place: int = sum(one.turn <= before for one in self.queue)
        return place


def _client(channel: Channel) -> str:
    """Who delivers: the key as it was sent, else the address."""
    headers = channel.requests[0].headers
    key = headers.get("AUTHORIZATION") or headers.get("X_CKAN_API_KEY")
    return str(key or channel.addr[0])


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


def is_query(request: Any) -> bool:
    """Whether another process works on it, for seconds: SPARQL, a check of metadata. Pages must not wait."""
    return request.error is None and f"{request.command} {request.path}".rstrip("/").endswith(_SLOW)


def is_delivery(request: Any) -> bool:
    """Whether it writes through an API. One that comes in another way only waits with the others."""
    if request.error is not None or request.command in ("GET", "HEAD"):
        return False
    path = (request.path or "").rstrip("/")
    return "/api/v1/" in path or path.endswith(_WRITING)
