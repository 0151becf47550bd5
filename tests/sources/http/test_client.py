"""The client against real servers: busy, broken, hostile."""

import gzip
import io
import logging

import pytest

from erpd.sources.errors import SourceError
from erpd.sources.http.client import Client, Limits
from erpd.sources.http.credentials import Basic, Header
from tests.servers import LOOPBACK, Serving, free_port


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def client(pauses):
    limits = Limits(connect=5, read=5, total=10, max_bytes=100_000, max_download=2_000_000, retries=3)
    with Client(limits, LOOPBACK, pause=pauses.append) as client:
        yield client


def refused(client: Client, url: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        client.get(url)
    return caught.value


def scripted(*answers):
    """One answer after the other; the last one for ever."""
    left = list(answers)
    return lambda *_: left.pop(0) if len(left) > 1 else left[0]


def test_an_answer_comes_with_its_address_status_and_headers(client):
    def handle(path, query, headers):
        return 200, {"Content-Type": "text/plain"}, f"{path} {query} {headers['User-Agent']}".encode()

    with Serving(handle) as server:
        answer = client.get(server.url("/oai?kept=1"), {"verb": "Identify", "set": "a b&c"})
    assert answer.content == b"/oai {'kept': '1', 'verb': 'Identify', 'set': 'a b&c'} erpd"
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain")
    assert answer.url.startswith(server.url("/oai?kept=1&verb=Identify"))


DATE = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize(
    ("status", "headers", "pause"),
    [
        (503, {}, 1.0),
        (429, {"Retry-After": "7"}, 7.0),
        (503, {"Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT", "Date": DATE}, 30.0),
        (503, {"Retry-After": "Wed, 21 Oct 2015 07:27:00 GMT", "Date": DATE}, 1.0),
        (502, {"Retry-After": "999999999999999999999"}, 120.0),
        (504, {"Retry-After": "soon"}, 1.0),
        (503, {"Retry-After": "Wed, 21 Oct 99999999999 07:28:30 GMT"}, 1.0),
        (503, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, 120.0),
        (503, {"Retry-After": "Sun, 06 Nov 2033 08:49:37 +99999999999999", "Date": DATE}, 1.0),
        (
            503,
            {"Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT", "Date": "Mon, 01 Jan 99999999 00:00:00 GMT"},
            1.0,
        ),
    ],
)
def test_a_busy_server_is_asked_again_when_it_says(client, pauses, status, headers, pause):
    with Serving(scripted((status, headers, b""), (200, {}, b"well"))) as server:
        assert client.get(server.url()).content == b"well"
    assert pauses == [pause]


def test_retries_back_off_and_end(client, pauses):
    with Serving(scripted((503, {}, b"busy"))) as server:
        error = refused(client, server.url())
        assert client.get(server.url(), any_status=True).content == b"busy"
    assert error.rule == "server-error"
    assert "503 Service Unavailable" in str(error)
    assert pauses == [1.0, 2.0, 4.0] * 2


@pytest.mark.parametrize(
    ("status", "rule"),
    [(400, "protocol-error"), (401, "unauthorised"), (403, "unauthorised"), (404, "not-found"),
     (410, "not-found"), (500, "server-error")],
)  # fmt: skip
def test_other_errors_are_told_at_once(client, pauses, status, rule):
    with Serving(scripted((status, {}, b"no"))) as server:
        error = refused(client, server.url("/oai"))
        assert len(server.asked) == 1
    assert (error.rule, error.url, pauses) == (rule, server.url("/oai"), [])
    assert server.url("/oai") in str(error)


def test_nobody_listening_is_told_after_retries(client, pauses):
    error = refused(client, f"http://127.0.0.1:{free_port()}/")
    assert (error.rule, len(pauses)) == ("unreachable", 3)
    assert error.message == "The server cannot be reached: Connection refused"
    error = refused(client, "http://no-such-host.invalid/")
    assert (error.rule, "Errno" in str(error)) == ("unreachable", False)
    assert "the name no-such-host.invalid is not known" in error.message


def test_a_connection_that_breaks_is_tried_again(client, pauses):
    broken = (200, {"Content-Length": "1000"}, [b"the first part"])
    with Serving(scripted(broken, (200, {}, b"whole"))) as server:
        assert client.get(server.url()).content == b"whole"
    with Serving(scripted(broken)) as server:
        assert refused(client, server.url()).rule == "cut"
    assert len(pauses) == 4


def test_a_redirect_is_checked_like_an_address():
    with Serving(lambda *_: (200, {}, b"secret")) as inner:
        target = inner.url().replace("127.0.0.1", "127.0.0.2")
        with Serving(lambda *_: (302, {"Location": target}, b"")) as outer:
            with Client(allow_networks=["127.0.0.1/32"]) as client:
                error = refused(client, outer.url())
            assert len(outer.asked) == 1
        assert inner.asked == []
    assert error.rule == "forbidden-address"
    assert "127.0.0.2" in str(error)


@pytest.mark.parametrize(
    ("location", "rule"),
    [
        ("/again", "too-many-redirects"),
        ("ftp://x.example/f", "ftp"),
        ("file:///etc/passwd", "forbidden-scheme"),
        ("gopher://127.0.0.1/", "forbidden-scheme"),
        ("http://[", "bad-address"),
        (f"http://xn--{'a' * 300}/", "bad-address"),
    ],
)
def test_redirects_that_lead_nowhere(client, location, rule):
    with Serving(lambda *_: (301, {"Location": location}, b"")) as server:
        assert refused(client, server.url()).rule == rule
        assert len(server.asked) <= client.limits.redirects + 1


def test_ftp_is_refused_by_the_guidelines(client):
    error = refused(client, "ftp://user:geheim@data.example/catalogue.rdf")
    assert error.section == "G3.3.3"
    assert "G3.3.3" in str(error)
    assert "geheim" not in str(error)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "catalogue.rdf",
            "http://",
            "http://exa mple/",
            "http://localhost:99999/",
            "http://localhost:x/",
        ),
        f"http://xn--{'a' * 300}/",
    ],
)
def test_what_is_no_web_address_is_told(client, url):
    assert refused(client, url).rule in {"bad-address", "forbidden-scheme"}


@pytest.mark.parametrize("compressed", [False, True])
def test_an_endless_answer_stops_at_the_limit(client, compressed):
    sent = []
    piece = gzip.compress(bytes(2**20)) if compressed else bytes(2**16)

    def body():
        for _ in range(5 * 2**30 // len(piece)):
            sent.append(len(piece))
            yield piece

    headers = {"Content-Encoding": "gzip"} if compressed else {}
    with Serving(lambda *_: (200, headers, body())) as server:
        error = refused(client, server.url())
    assert error.rule == "too-large"
    assert "100,000 bytes" in str(error)
    assert sum(sent) < 50 * 2**20


def test_a_small_bomb_stops_at_the_limit(client):
    bomb = gzip.compress(bytes(50 * 2**20))
    into = io.BytesIO()
    with Serving(lambda *_: (200, {"Content-Encoding": "gzip"}, bomb)) as server:
        assert refused(client, server.url()).rule == "too-large"
        with pytest.raises(SourceError, match="2,000,000"):
            client.stream(server.url(), into)
    assert into.tell() <= 2_000_000


def test_a_slow_drip_ends_with_the_time_for_the_answer(pauses):
    def handle(*_):
        def drip():
            while not server.pause(0.02):
                yield b"."

        return 200, {}, drip()

    limits = Limits(read=5, total=0.3)
    with Serving(handle) as server, Client(limits, LOOPBACK, pause=pauses.append) as client:
        error = refused(client, server.url())
    assert (error.rule, pauses) == ("timeout", [])


def test_a_silent_server_is_tried_again(pauses):
    def handle(*_):
        server.pause(5)
        return 200, {}, b""

    limits = Limits(read=0.1, retries=1)
    with Serving(handle) as server, Client(limits, LOOPBACK, pause=pauses.append) as client:
        error = refused(client, server.url())
    assert (error.rule, pauses) == ("timeout", [1.0])


def test_an_answer_that_cannot_be_unpacked_is_told(client):
    with Serving(lambda *_: (200, {"Content-Encoding": "gzip"}, b"plain")) as server:
        assert refused(client, server.url()).rule == "encoding"


def test_a_large_answer_goes_to_a_file_and_starts_anew_after_a_break(client):
    whole = bytes(range(256)) * 4000
    broken = (200, {"Content-Length": str(len(whole))}, [whole[:5000]])
    into = io.BytesIO()
    with Serving(scripted(broken, (200, {"ETag": "x"}, whole))) as server:
        answer = client.stream(server.url(), into)
    assert into.getvalue() == whole
    assert answer.headers["etag"] == "x"
    with Serving(scripted((404, {}, b"<html>gone</html>"))) as server, pytest.raises(SourceError):
        client.stream(server.url(), into)
    assert into.getvalue() == b""


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [(Basic("aladdin", "öffne"), "Authorization", "Basic YWxhZGRpbjrDtmZmbmU="),
     (Header("X-API-Key", "geheim"), "X-API-Key", "geheim")],
)  # fmt: skip
def test_credentials_go_to_their_own_host_only(auth, name, value):
    with Serving(lambda *_: (200, {}, b"")) as other:
        foreign = other.url("/elsewhere")

        def handle(path, query, headers):
            return (302, {"Location": foreign}, b"") if path == "/moved" else (200, {}, b"")

        with Serving(handle) as own, Client(allow_networks=LOOPBACK, auth=auth) as client:
            client.get(own.url("/"))
            client.get(own.url("/moved"))
            client.get(foreign)
            assert [asked.headers[name] for asked in own.asked] == [value, value]
        assert [asked.headers[name] for asked in other.asked] == [None, None]
    assert value not in repr(auth)


def test_credentials_in_the_address_are_used_and_never_shown(caplog):
    caplog.set_level(logging.DEBUG)
    handle = scripted((200, {}, b""), (404, {}, b""))
    with Serving(handle) as server, Client(allow_networks=LOOPBACK) as client:
        url = server.url("/x?api_key=s3cret").replace("//", "//aladdin:sesam@")
        client.get(url)
        assert server.asked[0].headers["Authorization"] == "Basic YWxhZGRpbjpzZXNhbQ=="
        error = refused(client, url)
    assert "/x?api_key=…" in str(error)
    shown = str(error) + repr(error.url) + caplog.text
    assert "sesam" not in shown
    assert "YWxhZGRpbjpzZXNhbQ" not in shown


def test_the_environment_is_not_trusted(client, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with Serving(lambda *_: (200, {}, b"direct")) as server:
        assert client.get(server.url()).content == b"direct"


def test_a_header_cannot_smuggle_another():
    with pytest.raises(ValueError, match="line breaks"):
        Header("X-Key", "a\r\nHost: b")


def test_a_question_too_long_for_an_address_is_posted_also_after_a_redirect(client):
    def handle(path, query, headers):
        if path == "/":
            return 307, {"Location": "/moved"}, b""
        return 200, {}, f"{query} {headers['Accept']}".encode()

    with Serving(handle) as server:
        answer = client.post(
            server.url(), b"query=a%20b", "application/x-www-form-urlencoded", accept="application/json"
        )
        assert [asked.posted for asked in server.asked] == [b"query=a%20b"] * 2
    assert answer.content == b"{'query': 'a b'} application/json"


def test_what_has_not_changed_is_not_written_and_only_who_asks_so_hears_it(client):
    with Serving(lambda *_: (304, {"ETag": "x"}, b"")) as server:
        into = io.BytesIO()
        answer = client.stream(server.url(), into, {"If-None-Match": '"x"'})
        assert server.asked[0].headers["If-None-Match"] == '"x"'
        assert (answer.status, into.getvalue()) == (304, b"")
        with pytest.raises(SourceError):
            client.stream(server.url(), into)
