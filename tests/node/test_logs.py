"""The log: nobody outside can forge a line, swell it, or learn a secret from it."""

import logging
from urllib.parse import quote

from django.core.exceptions import SuspiciousOperation

from erpd.node.logs import LONGEST, LineFormatter, SeldomForeign
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
        *("/owners/contact/", "/owners/invitations/", "/questions/", "/enquiries/", "/requests/enquiries/"),
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
