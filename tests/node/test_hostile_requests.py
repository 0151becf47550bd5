"""Hostile requests to a node that is served: every address, from the table of URLs itself."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from erpd.register.search import FACETS
from tests.journeys.nodes import Node, environment, program, turtle, wait_for
from tests.journeys.test_kills import descendants
from tests.node.hostile import FIELDS, addresses, requests
from tests.node.serving.served import GET, HEAD, POST, asked
from tests.proofs import AT_LENGTH, length

ENOUGH = 2.0 if AT_LENGTH else 10.0  # seconds for an answer, where nothing else is running
MEGABYTES = 30  # that the process may grow by between the first fifth of the requests and their end
LINE = re.compile(r"(\d{4}-\d\d-\d\d [\d:,]+ [A-Z]+ |http://127|    )")

# Parameter of an address -> what to put there.
KNOWN = {"catalogue": ["nl"], "name": ["nl"], "suffix": ["ttl"], "group": ["all"]}
END = b"\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@dataclass
class Served:
    node: Node
    process: "subprocess.Popen[bytes]"
    log: Path
    keys: list[str]

    @property
    def megabytes(self) -> float:
        """Of all its processes."""
        kilobytes = 0
        for process in descendants(self.process.pid):
            status = Path(f"/proc/{process}/status").read_text("ascii")
            kilobytes += int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0])
        return kilobytes / 1024

    def ask(self, request: bytes) -> bytes:
        """The answer. What the server refuses while we still send is read all the same."""
        with socket.create_connection(("127.0.0.1", self.node.port), timeout=30) as client:
            answer = b""
            try:
                client.sendall(request)
                while piece := client.recv(65536):
                    answer += piece
            except ConnectionError:
                pass
        return answer


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    node, file, log = Node(folder / "node", "national", "NL"), folder / "data.ttl", folder / "log"
    file.write_text(turtle({f"n{number}": f"Discharges {number}" for number in range(12)}), "utf-8")
    node.harvest("dump", file)
    command = program("--home", str(node.home), "serve", "--port", str(node.port))
    with log.open("wb") as errors, subprocess.Popen(command, stderr=errors, env=environment()) as process:
        try:
            wait_for(f"{node.url}/oai?verb=Identify", process)
            for scope in ("", "/protected", "/open"):  # until its store is written, SPARQL says 503
                wait_for(f"{node.url}{scope}/sparql?query=ASK%7B%7D", process)
            keys = [one.key for one in node.held().values()]
            yield Served(node, process, log, [str(UUID(key)) for key in keys])
        finally:
            process.terminate()


@pytest.mark.proof
def test_no_request_breaks_the_node_or_makes_it_slow_or_big(served: Served) -> None:
    known = {"catalogue": ["nl", "x"], "name": ["nl", "x"], "suffix": ["ttl", "exe"]}
    paths = addresses(KNOWN | known | {"key": served.keys[:2]})
    assert {"/", "/oai", "/protected/oai", f"/datasets/{served.keys[0]}", "/catalogues/nl"} <= set(paths)
    most, before = length(400, 20_000), 0.0
    fields = [*FACETS, *FIELDS, "q", "lang", "page", "sort", "é"]
    served.ask(b"GET /?q=a HTTP/1.1" + END)  # the first search brings the dictionaries into memory
    begun = time.monotonic()
    statuses: set[int] = set()
    for number, request in enumerate(islice(requests(Random(1), paths, fields), most)):
        if number == most // 5:
            before = served.megabytes
        start = time.monotonic()
        answer = served.ask(request)
        assert time.monotonic() - start < ENOUGH, request
        status = int(re.findall(rb"HTTP/1\.[01] ([2-5]\d\d) ", answer)[0]) if answer else 400
        assert status < 500, request
        assert b"\r\nSet-Cookie: a=b" not in answer.partition(b"\r\n\r\n")[0], request
        statuses.add(status)
    assert {200, 400, 404, 405} <= statuses
    assert served.megabytes - before < MEGABYTES
    lines = served.log.read_text("utf-8").splitlines()
    assert [line for line in lines if not LINE.match(line) or not line.isprintable()] == []
    assert max(map(len, lines)) < 1_000
    assert len(lines) < most
    assert time.monotonic() - begun < most


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /?" + b"a&" * 1_001 + b" HTTP/1.1\r\nHost: localhost", 400),
        (b"GET /oai?" + b"verb=Identify&" * 1_001 + b" HTTP/1.1\r\nHost: localhost", 400),
        *(
            (
                b"GET /oai?verb=Identify HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b; charset=" + codec,
                200,
            )
            for codec in (b"zlib", b"undefined", b"idna", b"rot13", b"hex", b'"punycode"', b"utf-16", b"\xe9")
        ),
        *(
            (
                b"%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain; charset%s" % (asked_, codec),
                status,
            )
            for codec in (b"=unicode_escape", b"*=utf-8''raw_unicode_escape", b"*=zlib''x", b"*=x''%ff")
            for asked_, status in (
                (rb"GET /?q=\ud800", 200),
                (rb"GET /oai?verb=\ud800", 200),
                (rb"GET /account/login/?next=\ud800", 200),
                (rb"POST /account/login/?next=\ud800", 403),
            )
        ),
        (b"GET / HTTP/1.1\r\nHost: evil.example", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example", 200),
        (b"GET /%00 HTTP/1.1\r\nHost: localhost", 404),
        (b"TRACE / HTTP/1.1\r\nHost: localhost", 405),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue", 200),
    ],
)
def test_what_is_known_to_have_broken_it(served: Served, request_: bytes, status: int) -> None:
    answer = served.ask(request_ + b"\r\nConnection: close\r\n\r\n")
    assert int(answer.split()[1]) == status
    assert b"evil.example" not in answer


def test_no_page_or_door_decodes_what_it_is_sent_with_a_codec_of_python(served: Served) -> None:
    query = "&".join(rf"{name}=\ud800" for name in (*FIELDS, "q", "next", "after", "cursor", "id", "query"))
    head = f"Host: localhost\r\nConnection: close\r\nContent-Length: {len(query)}\r\nContent-Type: "
    for path in addresses(KNOWN | {"key": served.keys[:1]}):
        for method, kind in (("GET", "a/b"), ("POST", "application/x-www-form-urlencoded")):
            sent = f"{head}{kind}; charset=unicode_escape"
            request = f"{method} {path}?{query} HTTP/1.1\r\n{sent}\r\n\r\n{query}"
            assert int(served.ask(request.encode()).split()[1]) < 500, request


def test_what_is_refused_swells_no_log_and_shows_no_link(served: Served) -> None:
    before = served.log.stat().st_size
    for _ in range(10):
        served.ask(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        served.ask(b"POST /owners/contact/qx7secret/ HTTP/1.1" + END)
        served.ask(b"POST /account/login/ HTTP/1.1\r\nOrigin: http://evil.example" + END)
    lines = served.log.read_bytes()[before:].decode().splitlines()
    assert len(lines) <= 1
    whole = served.log.read_text("utf-8")
    assert "qx7secret" not in whole
    assert "If that is your name, set base_url or hosts in node.toml." in whole


@pytest.mark.proof
def test_slow_clients_of_each_kind_beside_a_normal_one(served: Served) -> None:
    """Those that send no head, no body, or read nothing of a list."""
    lists = GET.replace(b"/", b"/oai?verb=ListRecords&metadataPrefix=dcat_ap", 1).replace(
        b": a", b": localhost"
    )
    with ExitStack() as clients:
        for start in (b"", HEAD, POST, lists):
            for _ in range(length(10, 200)):
                client = socket.create_connection(("127.0.0.1", served.node.port))
                clients.enter_context(client).sendall(start)
        asked(served.node.port, "/oai?verb=Identify")
        for path in ("/", "/oai?verb=ListRecords&metadataPrefix=dcat_ap", f"/datasets/{served.keys[0]}"):
            begun = time.monotonic()
            assert asked(served.node.port, path)[0] == 200
            assert time.monotonic() - begun < ENOUGH


NOTHING = b"HTTP/1.1 404 Not Found\r\nApi-Version: "  # of the API for case systems, whatever the method


def test_every_page_and_door_says_which_methods_it_answers(served: Served) -> None:
    """Before it asks for a token against forged requests."""
    for path in addresses(KNOWN | {"key": served.keys[:1]}):
        for method in (b"DELETE", b"PUT", b"PROPFIND"):
            answer = served.ask(b"%s %s HTTP/1.1%s" % (method, path.encode(), END))
            if path.startswith(
                ("/api/v1/", "/api/requests/v1/")
            ):  # where owners and bodies write, with a key
                assert answer.startswith((b"HTTP/1.1 405 ", b"HTTP/1.1 401 ", NOTHING)), (method, path)
                continue
            assert answer.startswith(b"HTTP/1.1 405 "), (method, path)
            allowed = b"POST" if path.endswith("/check/api/validate") else b"GET, HEAD"
            assert b"\r\nAllow: %s" % allowed in answer
    posted = served.ask(b"POST /datasets/%s HTTP/1.1%s" % (served.keys[0].encode(), END))
    assert posted.startswith(b"HTTP/1.1 405 ")
