"""What links answer, asked of real servers."""

from collections.abc import Iterator

import pytest

from erpd.sources.errors import Reason
from erpd.sources.http.client import Client
from erpd.sources.http.trying import LIMITS, PAUSE, Answer, try_link
from tests.servers import LOOPBACK, Serving, free_port


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(pauses: list[float]) -> Iterator[Client]:
    agent = "erpd (+https://register.example)"
    with Client(LIMITS, LOOPBACK, user_agent=agent, pause=pauses.append) as made:
        yield made


def test_the_headers_are_enough(client: Client) -> None:
    def handle(path, query, headers):
        return {"/moved": (302, {"Location": "/here"}, b""), "/here": (200, {}, b"data")}[path]

    with Serving(handle, head=True) as server:
        answer = try_link(client, server.url("/moved"))
        assert (answer, answer.works) == (Answer("200", 200), True)
        assert [(one.method, one.path) for one in server.asked] == [("HEAD", "/moved"), ("HEAD", "/here")]
        assert server.asked[0].headers["User-Agent"] == "erpd (+https://register.example)"


def test_what_head_refuses_is_asked_for_as_a_browser_does_and_not_downloaded(client: Client) -> None:
    sent = 0

    def handle(path, query, headers):
        def body():
            nonlocal sent
            while sent < 2**30:
                sent += 2**16
                yield bytes(2**16)

        return 200, {}, body()

    with Serving(handle) as server:
        answer = try_link(client, server.url("/large.csv"))
        assert (answer.said, answer.works) == ("200", True)
        assert [one.method for one in server.asked] == ["GET"]
    assert sent < 2**28


@pytest.mark.parametrize(
    ("status", "works"), [(204, True), (304, True), (401, False), (403, False), (410, False)]
)
def test_by_the_mqa_a_link_works_from_200_to_399(
    client: Client, pauses: list[float], status: int, works: bool
) -> None:
    with Serving(lambda *_: (status, {}, b""), head=True) as server:
        answer = try_link(client, server.url())
        assert (answer.said, answer.works) == (str(status), works)
        assert [one.method for one in server.asked] == (["HEAD"] if works else ["HEAD", "GET"])
    assert pauses == ([] if works else [PAUSE])


def test_a_busy_server_is_asked_once_and_says_for_how_long(client: Client) -> None:
    for status, works in ((429, None), (503, False)):
        with Serving(lambda *_, status=status: (status, {"Retry-After": "90"}, b""), head=True) as server:
            answer = try_link(client, server.url())
            assert (answer, answer.works) == (Answer(str(status), status, 90.0), works)
            assert len(server.asked) == 1


def test_of_a_server_that_is_not_there_all_links_fail(client: Client) -> None:
    answer = try_link(client, f"http://127.0.0.1:{free_port()}/data")
    assert answer == Answer(Reason.UNREACHABLE, of_server=True)
    assert answer.works is False
    elsewhere = f"http://localhost:{free_port()}/"
    with Serving(lambda *_: (302, {"Location": elsewhere}, b""), head=True) as server:
        assert try_link(client, server.url()) == Answer(Reason.UNREACHABLE)


def test_no_link_leads_inside() -> None:
    with Client(LIMITS) as client, Serving(lambda *_: (200, {}, b"secret"), head=True) as server:
        answer = try_link(client, server.url())
        assert (answer.said, answer.works) == (Reason.FORBIDDEN_ADDRESS, None)
        assert not server.asked
