"""Credentials reach the source, and nothing else."""

import base64
import logging
from collections.abc import Mapping

import pytest
from django.db import connection

from erpd.harvest.secrets import SecretLost, seal, unseal
from erpd.harvest.worker import client_for, work
from erpd.sources.http.credentials import Basic, Header
from tests.harvest import national
from tests.harvest.national import Point, bins, many, source
from tests.servers import Answer

pytestmark = pytest.mark.django_db

ALWAYS = "[schedule]\nbegin = 00:00:00\nend = 00:00:00"
PASSWORD = "correct-horse-é-battery"
AUTHS = {
    "basic": Basic("harvester", PASSWORD),
    "header": Header("X-API-Key", "key-7-battery"),
    "bearer": Header("Authorization", "Bearer tok.en-battery"),
}


@pytest.fixture(params=AUTHS.values(), ids=AUTHS)
def auth(request: pytest.FixtureRequest) -> Basic | Header:
    return request.param


def secret_of(auth: Basic | Header) -> str:
    return auth.password if isinstance(auth, Basic) else auth.value


class Closed(Point):
    """A point that opens only to who has these credentials."""

    def __init__(self, auth: Basic | Header) -> None:
        super().__init__(many(4), size=3)
        self.wanted = auth.header()
        self.handle = self._opened

    def _opened(self, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer:
        name, value = self.wanted
        if headers.get(name) != value:
            return 401, {"WWW-Authenticate": "Basic"}, b"Who is there?"
        return self.repository(path, query, headers)


def test_what_is_sealed_comes_out_as_it_was_and_looks_different_each_time(auth):
    sealed = seal(auth)
    assert unseal(sealed) == unseal(memoryview(sealed)) == auth
    assert seal(auth) != sealed
    for form in (secret_of(auth).encode(), base64.b64encode(secret_of(auth).encode())):
        assert form not in sealed
        assert form not in base64.urlsafe_b64decode(sealed)
    assert (seal(None), unseal(b"")) == (b"", None)


def test_they_arrive_at_the_source_that_asks_for_them(auth):
    with Closed(auth) as point:
        settings = source(point.url, secret=seal(auth))
        with client_for(settings) as http:
            report = national.harvest(settings, http)
        assert bins(report) == {"new": 4}
        assert source(point.url).secret  # what is not said again stays


def test_they_stand_nowhere_in_the_clear(auth, capfd):
    secret = secret_of(auth)
    with Closed(auth) as point:
        settings = source(point.url, secret=seal(auth))
        with client_for(settings) as http:
            national.harvest(settings, http)
        point.wanted = ("Authorization", "other")
        with client_for(settings) as http:
            report = national.harvest(settings, http)
    assert report.run.error["rule"] == "unauthorised"
    told = f"{report.run.error} {settings!r} {settings} {AUTHS} {http!r}"
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            told += repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor])
    out, err = capfd.readouterr()
    for form in (secret, base64.b64encode(secret.encode()).decode(), auth.header()[1]):
        assert form not in told + out + err


def test_the_secret_of_another_home_is_told_and_stops_no_other_source(settings, caplog):
    with Closed(AUTHS["basic"]) as closed, Point(many(2)) as point:
        lost = source(closed.url, secret=seal(AUTHS["basic"]), rules=ALWAYS)
        source(point.url, country="BE", rules=ALWAYS)
        settings.SECRET_KEY = "another home's secret"
        with pytest.raises(SecretLost, match=r"another home.*Enter them again"):
            unseal(lost.secret)
        with caplog.at_level(logging.ERROR):
            reports: list[object] = []
            assert work(reports.append).harvested == len(reports) == 1
        assert "another home" in caplog.text
        assert closed.url in caplog.text
        assert closed.server.asked == []
        again = source(closed.url, secret=seal(AUTHS["basic"]))
        assert unseal(again.secret) == AUTHS["basic"]


@pytest.mark.parametrize("stored", [b"x", b"\xff\x00", b"gAAAAA" + b"A" * 100])
def test_what_is_no_secret_is_told(stored):
    with pytest.raises(SecretLost):
        unseal(stored)
