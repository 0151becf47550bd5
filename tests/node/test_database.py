"""What an address in DATABASE_URL says, and what we choose where it says nothing."""

import re
from pathlib import Path

import pytest
from django.db import OperationalError

from erpd.node.database import database, pooled
from erpd.node.home import HomeError
from erpd.register.outage import explain_outage

HOME = Path("/home")
FAILED = 'connection failed: connection to server at "::1", port 5432 failed: '
CREATE = "createdb --encoding=UTF8 --template=template0 erpd"
EXPLAINED = {
    "failed to resolve host 'db.example': [Errno -2] Name or service not known": (
        "The host 'db.example', where DATABASE_URL says that PostgreSQL is, is not known. Correct"
    ),
    f'{FAILED}FATAL:  database "erpd" does not exist': (
        f"PostgreSQL has no database 'erpd'. Create it with `{CREATE}"
    ),
    f"{FAILED}Connection refused\n\tIs the server running?": (
        "The database does not answer: Connection refused (PostgreSQL at ::1). Check that it is"
    ),
}


def test_threads_share_few_connections_unless_the_address_says_otherwise() -> None:
    settings = database("postgresql://u:p@h/d?pool=5&sslmode=require&connect_timeout=3", HOME)
    options = settings["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"], options["application_name"]) == (
        "require",
        3,
        "erpd",
    )
    assert settings["CONN_HEALTH_CHECKS"] is True
    assert "pool" not in options  # commands have one connection
    pooled(settings)
    assert (options["pool"]["min_size"], options["pool"]["max_size"], options["pool"]["max_idle"]) == (
        0,
        5,
        60,
    )
    alone = database("postgresql://u@h/d?pool=false&conn_health_checks=false", HOME)
    pooled(alone)
    assert "pool" not in alone["OPTIONS"]
    assert (alone["CONN_MAX_AGE"], alone["CONN_HEALTH_CHECKS"]) == (60, False)
    given = database("postgresql://u@h/d?conn_max_age=5&disable_server_side_cursors=true", HOME)
    pooled(given)
    assert (given["CONN_MAX_AGE"], given["DISABLE_SERVER_SIDE_CURSORS"]) == (5, True)
    assert "pool" not in given["OPTIONS"]


def test_without_an_address_it_is_a_file_in_the_home() -> None:
    settings = database("", HOME)
    assert settings["NAME"] == "/home/erpd.sqlite3"
    assert (settings["OPTIONS"]["timeout"], settings["CONN_MAX_AGE"]) == (60, 60)
    assert database("sqlite:////tmp/x.sqlite3?timeout=5", HOME)["OPTIONS"]["timeout"] == 5


WRONG = {
    "postgresql://u@h/d?pools=3": "pools is not an option of this database. Did you mean pool?",
    "postgresql://u@h/d?sslmod=require": "Did you mean sslmode?",
    "postgresql://u@h/d?pool=many": "pool takes a number, not 'many'. Example: pool=5",
    "postgresql://u@h/d?connect_timeout=soon": "connect_timeout takes a number",
    "sqlite:////tmp/x.sqlite3?timeuot=5": "Did you mean timeout?",
}


@pytest.mark.parametrize(("address", "said"), WRONG.items(), ids=WRONG)
def test_an_option_that_is_wrong_is_said_in_one_sentence(address: str, said: str) -> None:
    with pytest.raises(HomeError, match=re.escape(said)):
        database(address, HOME)


@pytest.mark.parametrize(("message", "said"), EXPLAINED.items())
def test_what_postgresql_says_is_said_plainly(message: str, said: str) -> None:
    assert explain_outage(OperationalError(message)).startswith(said)
