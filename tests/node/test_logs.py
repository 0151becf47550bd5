"""The log: nobody outside can forge a line, swell it, or learn a secret from it."""

import json
import logging
from io import StringIO
from urllib.parse import quote

import pytest
from django.core.exceptions import SuspiciousOperation

from erpd.harvest.models import Run
from erpd.metadata import logged
from erpd.node.home import HomeError
from erpd.node.logs import LINE, LONGEST, JsonFormatter, LineFormatter, SeldomForeign, logging_of
from erpd.node.requests import identified
from tests.harvest.national import Point, many
from tests.node.hostile import addresses


def line(message: object, *arguments: object, error: Exception | None = None) -> str:
    record = logging.LogRecord(
        "a", logging.ERROR, "a.py", 1, message, arguments, error and (type(error), error, None)
    )
    return LineFormatter("%(levelname)s %(message)s").format(record)


def test_a_message_is_one_line_without_control_characters() -> None:
    forged = "a\r\n2026-01-01 ERROR forged\x1b[2J\0\u2028\u202e\ud800b"
    assert line("Not found: %s", forged) == (
        r"ERROR Not found: a\r\n2026-01-01 ERROR forged\x1b[2J\x00\u2028\u202e\ud800b"
    )
    assert len(line("%s", "a" * 100_000)) < LONGEST + 100


def test_a_traceback_is_indented_and_what_a_client_did_wrong_has_none() -> None:
    told = line("Failed", error=ValueError("a\n2026-01-01 ERROR forged\n" * 1_000))
    assert [text[:4] for text in told.splitlines()[1:]] == ["    "] * (len(told.splitlines()) - 1)
    assert len(told.splitlines()) < 100
    name = "data.example.org"
    refused = f"Invalid HTTP_HOST header: '{name}'. You may need to add '{name}' to ALLOWED_HOSTS."
    advice = "If that is your name, set base_url or hosts in node.toml."
    assert line(refused) == f"ERROR A visitor asked for {name}. {advice}"
    assert line("Bad host", error=SuspiciousOperation("evil")) == "ERROR Bad host"


def test_the_links_of_mails_are_not_shown() -> None:
    secret = "qx7secret"
    tokens = [path for path in addresses({"token": [secret]}) if secret in path]
    keys = [path for path in addresses({"key": [secret]}) if secret in path and path.startswith("/account/")]
    paths = [*tokens, *keys]
    assert {path.partition(secret)[0] for path in paths} >= {
        *(
            "/owners/contact/",
            "/owners/invitations/",
            "/questions/",
            "/enquiries/",
            "/requests/enquiries/",
            "/suppliers/",
            "/harvesting-request/",
        ),
        "/account/confirm-email/",
    }
    for path in paths:
        again = quote(quote(path, safe=""), safe="")
        for text in (path, f"/account/login/?next={path}", f"/x?next={quote(path, safe='')}&a=b", again):
            told = line("Forbidden (CSRF cookie not set.): %s and more", text, error=ValueError(text))
            assert secret not in told, path
            assert told.count("and more") == 1


def test_a_foreign_host_is_told_once_a_minute() -> None:
    seldom = SeldomForeign()
    names = ["django.security.DisallowedHost", "erpd"] * 3
    told = [seldom.filter(logging.LogRecord(name, logging.ERROR, "", 1, "", (), None)) for name in names]
    assert told == [True, True, False, True, False, True]


def test_a_line_in_json_is_an_object_and_shows_no_more() -> None:
    forged = "a\nb https://me:pw@data.example/?api_key=123"
    record = logging.LogRecord("a", logging.ERROR, "a.py", 1, "Failed: %s", (forged,), None)
    record.exc_info = (ValueError, ValueError("https://me:pw@data.example/"), None)
    with logged.also(request="abc"), logged.also(run="7"):
        text = JsonFormatter(LINE).format(record)
        plain = LineFormatter(LINE).format(record)
    assert "\n" not in text
    told = json.loads(text)
    assert told["message"] == r"Failed: a\nb https://data.example/?api_key=…"
    assert (told["level"], told["logger"], told["request"], told["run"]) == ("error", "a", "abc", "7")
    assert "pw" not in text
    assert "ValueError" in told["exception"]
    assert " ERROR a [request abc] [run 7] Failed: " in plain
    assert logged.about() == {}


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("4bf92f3577b34da6", True),
        ("a-b_c.d:1", True),
        ("", False),
        ("x", False),
        ("a b c d e f", False),
        ("a" * 101, False),
        ("abcdef\r\nSet-Cookie: x", False),
        ("<script>alert(1)", False),
    ],
)
def test_a_request_has_the_identifier_of_the_proxy_if_it_is_sane(given: str, taken: bool) -> None:
    seen: list[str] = []
    headers: dict[str, str] = {}

    def application(environ, start):  # type: ignore[no-untyped-def]
        seen.append(logged.about()["request"])
        start("200 OK", [])
        return [b""]

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_X_REQUEST_ID": given}
    identified(application)(environ, lambda _, sent, *__: headers.update(sent))
    assert [headers["X-Request-ID"]] == seen
    assert (seen == [given]) is taken
    logged.begin()


def test_the_access_log_names_no_client_and_no_parameter() -> None:
    out = StringIO()
    access = logging.getLogger("erpd.access")
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter(LINE))
    access.addHandler(handler)
    before = access.level
    access.setLevel(logging.INFO)
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/owners/contact/qx7secret/",
        "QUERY_STRING": "q=my+illness",
        "REMOTE_ADDR": "203.0.113.7",
    }
    try:
        identified(lambda _, start: [start("404 Not Found", [])])(environ, lambda *_: b"")
    finally:
        access.removeHandler(handler)
        access.setLevel(before)
        logged.begin()
    told = json.loads(out.getvalue())
    assert told["message"].startswith("GET /owners/contact/…/ 404 ")
    assert len(told["request"]) == 32
    assert not [word for word in ("qx7secret", "illness", "203.0.113.7") if word in out.getvalue()]


@pytest.mark.django_db(transaction=True)
def test_every_line_of_a_run_names_it() -> None:
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter(LINE))
    ours = logging.getLogger("erpd.harvest")
    before = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    try:
        with Point(many(2)) as point:
            point.harvested()
    finally:
        ours.removeHandler(handler)
        ours.setLevel(before)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(lines) >= 2
    assert {line["run"] for line in lines} == {str(Run.objects.get().pk)}


def test_the_format_and_level_are_chosen_by_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    made = logging_of("json", "info")
    assert made["formatters"]["line"]["()"] is JsonFormatter
    assert made["root"]["level"] == "INFO"
    assert made["loggers"]["django"]["level"] == "WARNING"  # which else logs what is in statements
    assert made["loggers"]["erpd.access"]["level"] == "CRITICAL"
    monkeypatch.setenv("ERPD_ACCESS_LOG", "yes")
    assert logging_of("text", "error")["loggers"]["erpd.access"]["level"] == "INFO"
    monkeypatch.setenv("ERPD_ACCESS_LOG", "perhaps")
    with pytest.raises(HomeError, match=r"^ERPD_ACCESS_LOG is one of yes, no, not 'perhaps'\."):
        logging_of("text", "error")
