"""The HTTP server: clients that are slow, gone, too big or too many."""

import errno
import http.client
import json
import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread, Timer
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import html
from waitress.buffers import TempfileBasedBuffer

from erpd.node import server as module
from erpd.node.forwarded import was_forwarded
from erpd.node.refusals import MOST_BODY, MOST_UPLOAD, most_body
from erpd.node.server import Server
from tests.proofs import length

PAGE = b"x" * 4_000_000  # more than the buffers of two sockets hold
BIG = PAGE * 4  # for sure
HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n"
GET = HEAD + b"\r\n"
GET_BIG = GET.replace(b"/", b"/big", 1)
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc"
POST_2 = b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: ?\r\n\r\n0\r\n\r\n"
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


def test_a_body_is_there_before_a_thread_is_given() -> None:
    body = b"a" * 700_000  # more than is kept in memory
    head = b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    chunked = b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    with served(app) as port:
        assert said(port, head + body).endswith(b"\r\n\r\n" + body)
        assert said(port, chunked + b"3\r\nabc\r\n0\r\n\r\n").endswith(b"\r\n\r\nabc")
        expecting = b"Connection: close\r\nExpect: 100-continue\r\n\r\n"
        assert said(port, b"GET /short HTTP/1.1\r\n" + expecting).endswith(b"\r\n\r\nshort")


@pytest.mark.parametrize(
    ("status", "words", "request_"),
    [
        (
            413,
            "larger than 2,621,440 bytes",
            b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MOST_BODY + 1),
        ),
        (413, "larger", b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        (431, "larger than 32,768 bytes", b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n"),
        (400, "not valid HTTP/1.1", b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
        (400, "not valid HTTP/1.1", b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        (400, "not valid HTTP/1.1", b"GET / HTTP/1.1\r\n folded: 1\r\n\r\n"),
        (400, "not valid HTTP/1.1", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"),
        (400, "not valid HTTP/1.1", b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"),
        (400, "not valid HTTP/1.1", POST_2.replace(b"?", b"chunked") + GET),
        (400, "not valid HTTP/1.1", POST_2.replace(b"?", b"") + GET),
        (400, "not valid HTTP/1.1", POST_2.replace(b"?", b"chunked").replace(b"/1.1", b"/1.0") + GET),
    ],
)
def test_what_is_refused_is_told_in_one_sentence(status: int, words: str, request_: bytes) -> None:
    with served(app) as port:
        head, _, body = said(port, request_).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.")
    assert int(head.split()[1]) == status
    assert b"Connection: close" in head
    assert words in body.decode()
    assert body.count(b"\n") == 1


@pytest.mark.parametrize(
    ("path", "most", "language"),
    [
        (b"/requests/x/answers/", "11.0\xa0MB", "en"),
        (b"/owners/cbs/", "2.5\xa0MB", "en"),
        (b"/owners/cbs/", "2,5\xa0MB", "nl"),
    ],
)
def test_people_read_on_a_page_that_a_form_is_too_large(path: bytes, most: str, language: str) -> None:
    """The limit, and that they go back; what no browser asks for stays a sentence."""
    head = b"POST %s HTTP/1.1\r\nContent-Length: 99999999\r\n" % path
    asking = head + b"Accept: text/html,*/*\r\nAccept-Language: %s\r\n\r\n" % language.encode()
    with served(app) as port:
        answer, _, body = said(port, asking).partition(b"\r\n\r\n")
        assert b"Content-Type: text/html" not in said(port, head + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Content-Type: text/html; charset=utf-8" in answer
    page = html.fromstring(body.decode())
    assert page.get("lang") == language
    assert most in page.text_content()


@pytest.mark.parametrize(
    ("path", "media_type", "kind"),
    [
        (b"/api/v1/datasets", "application/problem+json", lambda told: told["code"]),
        (b"/api/action/package_create", "application/json", lambda told: told["error"]["__type"]),
        (b"/open/api/3/action/package_create?dry_run=1", "application/json", lambda told: told["success"]),
    ],
)
def test_clients_of_an_api_are_refused_in_its_own_form(path: bytes, media_type: str, kind: Any) -> None:
    with served(app) as port:
        request = b"POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (path, MOST_BODY + 1)
        head, _, body = said(port, request).partition(b"\r\n\r\n")
    assert f"Content-Type: {media_type}".encode() in head
    assert kind(json.loads(body)) in ("BODY_TOO_LARGE", "Request Entity Too Large", False)
    assert b"larger than 2,621,440 bytes" in body


def test_who_sends_all_of_a_body_that_is_too_large_reads_why_it_is_refused() -> None:
    length_ = 20_000_000
    with served(app) as port:
        told = said(port, b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % length_ + b"a" * length_)
        assert told.startswith(b"HTTP/1.1 413 ")
        assert b"larger than 2,621,440 bytes" in told
        assert asked(port) == (200, b"short")


def test_where_files_are_taken_a_body_may_be_as_large_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """And few such bodies at a time: they lie on the disk before anybody knows who sends them."""

    def head(size: int) -> bytes:
        begun = b"POST /requests/x/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        return begun % size

    def until(number: int) -> None:
        while len(module._uploads) != number:
            time.sleep(0.01)

    with served(app) as port:
        assert said(port, head(10_500_000) + b"a" * 10_500_000).startswith(b"HTTP/1.1 200 ")
        told = said(port, head(MOST_UPLOAD + 1))
        assert told.startswith(b"HTTP/1.1 413 ")
        assert b"larger than 11,534,336 bytes" in told
        chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert b"HTTP/1.1 413 " in said(port, chunked + b"%x\r\n" % 3_000_000 + b"a" * 3_000_000)
        monkeypatch.setattr(module, "_MOST_UPLOADS", 1)
        with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
            slow.sendall(head(10_500_000) + b"a")
            until(1)
            assert said(port, head(10_500_000)).startswith(b"HTTP/1.1 503 ")
            assert said(port, head(1) + b"a").startswith(b"HTTP/1.1 200 ")
        until(0)
        assert said(port, head(10_500_000) + b"a" * 10_500_000).startswith(b"HTTP/1.1 200 ")
    assert most_body("/bodies/cbs/desk/parts/x/") == MOST_UPLOAD
    assert most_body("/api/v1/datasets") == most_body("/bodies/cbs/") == MOST_BODY


def test_a_disk_that_is_full_is_told_and_costs_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, file: Any) -> None:
            self._file = file

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def write(self, _data: bytes) -> None:
            self._file.close()
            raise OSError(errno.ENOSPC, "No space left on device")

    opened = TempfileBasedBuffer.newfile
    monkeypatch.setattr(TempfileBasedBuffer, "newfile", lambda buffer: Full(opened(buffer)))
    size = 2_000_000
    with served(app) as port:
        told = said(port, b"POST /requests/x/ HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % size + b"a" * size)
        assert told.startswith(b"HTTP/1.1 507 ")
        assert b"no space left" in told
        assert asked(port) == (200, b"short")


def test_a_long_queue_is_refused_but_a_list_in_its_middle_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_QUEUED", 2)
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
    go, given, dispatcher = Event(), list[str](), module._InTurns(200)
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
