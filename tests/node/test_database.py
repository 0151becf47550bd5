"""What an address in DATABASE_URL says, and what we choose where it says nothing."""

from pathlib import Path

from erpd.node.database import database, pooled

HOME = Path("/home")


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
