"""Killed, restarted, full: afterwards the server holds everything, or says that it does not."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import pytest
from django.test import Client

from erpd.node.sparql import SparqlServer
from erpd.publish.triples import outside
from erpd.publish.triples.outside import feeding
from erpd.publish.triples.outside.server import Server
from erpd.register import changes
from erpd.register.derived import DerivedFailed
from erpd.register.models import DataSet
from tests.proofs import length
from tests.publish.conftest import Register
from tests.publish.outside.fake import Fake, quick
from tests.publish.outside.test_servers import TITLES, titles
from tests.sources.sparql.servers import Fuseki, Killable

Q = {"query": TITLES}


class Killed(BaseException):
    """No handler of errors may catch it."""


@contextmanager
def killed(number: int, *, done: bool) -> Iterator[None]:
    """Our process is, at a request to write: before it is sent, or when the server has done it."""
    whole, requests = Server._ask, count(1)

    def ask(server: Server, *arguments: Any) -> None:
        here = next(requests) == number
        if here and not done:
            raise Killed
        whole(server, *arguments)
        if here:
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Server, "_ask", ask)
        yield
    feeding._proved.clear()  # the next process knows nothing


def shown(client: Client) -> list[str] | None:
    """None: it says that it is not whole."""
    response = client.get("/sparql", Q)
    return None if response.status_code == 503 else titles(response)


@pytest.mark.proof
@pytest.mark.parametrize("updates", [True, False])
@pytest.mark.parametrize("emptied", [False, True])
def test_our_process_killed_at_any_request(
    client: Client,
    register: Register,
    fake: Fake,
    settings: Any,
    monkeypatch: Any,
    updates: bool,
    emptied: bool,
) -> None:
    monkeypatch.setattr(feeding, "_ROWS", 2)
    settings.SPARQL_SERVER = fake.address(updates=updates)
    nl = register.catalogue("nl")
    steady = [f"Steady-{number}" for number in range(4)]
    for title in steady:
        register.put(nl, title, title)
    passing = register.put(nl, "passing", "Passing")
    outside.follow()
    ended = False
    for number in count(1, length(13, 1)):
        if ended:
            break
        for done in (False, True):
            edition = f"Edition {number} {done}"
            register.put(nl, "edited", edition)
            register.delete(passing) if done else register.put(nl, "passing", "Passing")
            if emptied:
                fake.stores.clear()
            try:
                with killed(number, done=done):
                    outside.follow()
                ended = True
            except Killed:
                found = shown(client)
                assert found is None or {*steady} <= {*found}, (number, done)
                assert not emptied or found is None or len(found) == 6 - done
            outside.follow()
            assert titles(client.get("/sparql", Q)) == sorted(
                [edition, *steady, *([] if done else ["Passing"])]
            )
            assert outside.reached() == changes.last()


@pytest.fixture(params=["fuseki", "virtuoso"])
def server(
    request: pytest.FixtureRequest, register: Register, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Killable:
    found: Killable = request.getfixturevalue({"virtuoso": "a_virtuoso"}.get(request.param, request.param))
    if isinstance(found, Fuseki):
        addresses = [found.address("{scope}/" + one) for one in ("query", "data", "update")]
        settings.SPARQL_SERVER = SparqlServer(*addresses)
    else:
        place = f"127.0.0.1:{found.port}"
        settings.SPARQL_SERVER = SparqlServer(
            f"http://{place}/sparql", f"http://dba:dba@{place}/sparql-graph-crud-auth"
        )
    monkeypatch.setattr("erpd.publish.triples.outside.server._WRITING", quick())
    return found


def all_titles() -> list[str]:
    return sorted(DataSet.objects.filter(deleted=False).values_list("identifier", flat=True))


@pytest.mark.proof
def test_the_server_killed_and_started_again(
    client: Client, register: Register, server: Killable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of being fed, and when it is whole."""
    monkeypatch.setattr(feeding, "_ROWS", 5)
    nl = register.catalogue("nl")

    def put(amount: int) -> None:
        for number in range(amount):
            register.put(nl, f"{changes.last():05}-{number}", f"{changes.last():05}-{number}")

    put(10)
    outside.follow()
    for kills in range(length(1, 10)):
        if kills:
            server.kill()
            assert shown(client) is None
            server.start()
            feeding._proved.clear()
            outside.follow()
            assert shown(client) == all_titles()
        put(20)
        with pytest.raises(DerivedFailed):
            outside.follow(lambda done, _, at=5 * (kills % 3): server.kill() if done > at else None)
        assert shown(client) is None
        server.start()
        found = shown(client)
        assert found is None or {*found} <= {*all_titles()}
        assert outside.reached() < changes.last()
        outside.follow()
        assert (shown(client), outside.reached()) == (all_titles(), changes.last())


def test_the_disk_of_the_server_is_full(
    client: Client, register: Register, fuseki: Fuseki, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erpd.publish.triples.outside.server._WRITING", quick())
    settings.SPARQL_SERVER = SparqlServer(
        *(fuseki.address("{scope}/" + one) for one in ("query", "data", "update"))
    )
    nl = register.catalogue("nl")
    register.put(nl, "1", "1")
    outside.follow()
    register.put(nl, "2", "2" * 100_000)
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    assert fuseki.process
    resource.prlimit(fuseki.process.pid, resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
    with suppress(DerivedFailed):  # if it still takes what is small, the record seems to be the reason
        outside.follow()
    assert shown(client) in (None, ["1"])
    resource.prlimit(fuseki.process.pid, resource.RLIMIT_FSIZE, unlimited)
    feeding._proved.clear()  # as after ten minutes
    outside.follow()
    assert shown(client) == ["1", "2" * 100_000]
