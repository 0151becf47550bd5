"""Strangers at the door: who has an account, what is the password, whose session, which link."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from erpd.accounts.actions import people
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail, Person
from erpd.node.sign_in import sign_in as settings_of
from tests.accounts.people import person, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "quite-long-and-unusual"
KNOWN, UNKNOWN = "ann@office.example", "bob@office.example"


@pytest.fixture(autouse=True)
def quick(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ann() -> Person:
    return people.add(who=COMMAND_LINE, email=KNOWN, password=PASSWORD)


def log_in(client: Client, email: str, password: str = PASSWORD, **named: Any) -> Any:
    return client.post("/account/login/", {"login": email, "password": password}, **named)


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


ASKED: dict[str, Callable[[str], tuple[str, dict[str, str]]]] = {
    "sign-in": lambda email: ("/account/login/", {"login": email, "password": "another-one-entirely"}),
    "sign-up": lambda email: ("/account/signup/", {"email": email, "password1": PASSWORD}),
    "reset": lambda email: ("/account/password/reset/", {"email": email}),
}


@pytest.mark.parametrize("asked", ASKED)
def test_nobody_learns_whether_an_address_is_known(asked: str, ann: Person, monkeypatch: Any) -> None:
    """The same status, pages and mails; a password is hashed as often, which takes nearly all of the time."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def count(*given: Any) -> str:
        hashed.append("")
        return encode(*given)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    seen = []
    for email in (KNOWN, UNKNOWN):
        hashed.clear()
        before = Mail.objects.count()
        client = Client()
        address, given = ASKED[asked](email)
        answer = client.post(address, given, follow=True)
        body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        seen.append(
            (
                answer.status_code,
                answer.redirect_chain,
                body.replace(email, "EMAIL"),
                sorted(client.cookies),
                Mail.objects.count() - before,
                len(hashed),
            )
        )
    assert seen[0] == seen[1]


def test_whoever_guesses_a_password_is_stopped_also_from_many_addresses_and_under_other_hosts(
    ann: Person, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", ".example.org"]
    answers = [
        log_in(
            Client(),
            KNOWN,
            f"guess-{number}",
            REMOTE_ADDR=f"192.0.2.{number}",
            HTTP_HOST=f"a{number}.example.org:{number}",
        )
        for number in range(1, 8)
    ]
    told = ["Too many attempts" in answer.content.decode() for answer in answers]
    assert told == [False] * 5 + [True] * 2
    assert "Too many" in log_in(Client(), KNOWN.upper(), PASSWORD).content.decode(), "the right one, too"
    client = Client()
    client.post("/account/password/reset/", {"email": KNOWN})
    link = Mail.objects.get(template="password_reset_key").context["password_reset_url"]
    there = client.get(link.removeprefix("http://testserver"), follow=True).redirect_chain[-1][0]
    client.post(there, {"password1": PASSWORD + "2"})
    log_in(client, KNOWN, PASSWORD + "2")
    assert is_in(client), "its person is not locked out"


def test_whoever_tries_many_accounts_is_stopped_and_keeps_nobody_else_out(ann: Person) -> None:
    told = [
        log_in(Client(), f"{n}@office.example", "one-password", REMOTE_ADDR="192.0.2.1") for n in range(40)
    ]
    pages = [answer.content.decode() for answer in told]
    assert "Too many attempts" not in pages[9]
    assert all("Too many attempts" in page for page in pages[10:])
    assert told[-1].status_code == 429
    client = Client()
    log_in(client, KNOWN, REMOTE_ADDR="192.0.2.2")
    assert is_in(client)
    spoofed = log_in(Client(), KNOWN, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="192.0.2.77")
    assert spoofed.status_code == 429


def test_attempts_that_are_counted_are_not_forgotten_in_a_flood_of_others(ann: Person) -> None:
    for number in range(5):
        log_in(Client(), KNOWN, f"guess-{number}")
    for number in range(35_000):
        cache.set(f"flood:{number}", [time.time()], 300)
        if not number % 5_000:
            assert (
                "Too many"
                in log_in(Client(), KNOWN, REMOTE_ADDR=f"192.0.2.{number // 5000}").content.decode()
            )
    assert "Too many" in log_in(Client(), KNOWN).content.decode()


def test_a_session_is_new_after_sign_in_and_gone_after_sign_out(ann: Person) -> None:
    client = Client()
    client.get("/account/login/?next=/owners/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    log_in(client, KNOWN)
    key = client.cookies["sessionid"].value
    assert is_in(client)
    assert key != planted
    other = Client()
    other.cookies["sessionid"] = planted
    assert not is_in(other)
    assert client.get("/account/logout/").status_code == 200, "asks first"
    assert is_in(client)
    client.post("/account/logout/")
    other.cookies["sessionid"] = key
    assert not is_in(other)


def test_who_is_ended_or_no_longer_operator_is_out_at_once(ann: Person) -> None:
    client = Client()
    sign_in(client, person("op@portal.example", office="operator"), second_factor="totp")
    assert client.get("/desk/").status_code == 200
    Person.objects.filter(email="op@portal.example").update(office="")
    assert client.get("/desk/").status_code == 404
    assert is_in(client)
    Person.objects.filter(email="op@portal.example").update(is_active=False)
    assert not is_in(client)
    Person.objects.filter(pk=ann.pk).update(is_active=False)
    assert log_in(Client(), KNOWN)["Location"] == "/account/inactive/"
    assert "inactive" not in str(log_in(Client(), KNOWN, "wrong-password-here").get("Location"))


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "http://localhost/",  # of ALLOWED_HOSTS, but not where they were
        "\thttps://evil.example",
        "https:evil.example",
    ],
)
def test_nobody_is_sent_elsewhere(there: str, ann: Person) -> None:
    for address, given in (
        ("/account/login/", {"login": KNOWN, "password": PASSWORD}),
        ("/account/logout/", {}),
    ):
        client = Client()
        if "logout" in address:
            log_in(client, KNOWN)
        answer = client.post(address, {**given, "next": there})
        assert answer.status_code == 302
        assert answer["Location"] in ("/owners/apply/", "/")


def test_links_in_mails_lead_to_this_node_whatever_the_request_says(ann: Person, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", ".example.org"]
    client = Client(HTTP_HOST="evil.example.org", HTTP_X_FORWARDED_HOST="evil.example")
    client.post("/account/password/reset/", {"email": KNOWN})
    client.post(
        "/account/signup/", {"email": UNKNOWN, "password1": PASSWORD, "next": "https://evil.example/"}
    )
    client.post("/account/password/reset/", {"email": "nobody@office.example"})
    said = [str(mail.context) for mail in Mail.objects.all()]
    assert len(said) == 3
    assert not any("evil" in text for text in said)
    assert sum("http://testserver/" in text for text in said) == 2
    assert Client(HTTP_HOST="evil.example").get("/account/login/").status_code == 400


def test_a_link_that_sets_a_password_works_once(ann: Person) -> None:
    client = Client()
    client.post("/account/password/reset/", {"email": KNOWN})
    link = Mail.objects.get().context["password_reset_url"].removeprefix("http://testserver")
    kept = Client()
    there = kept.get(link, follow=True).redirect_chain[-1][0]
    first = client.get(link, follow=True).redirect_chain[-1][0]
    assert link != first, "the address that a page would tell others does not hold the secret"
    client.post(first, {"password1": PASSWORD + "2"})
    kept.post(there, {"password1": PASSWORD + "3"})
    assert Person.objects.get().check_password(PASSWORD + "2")


def test_no_form_is_taken_from_another_site(ann: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, person(KNOWN), second_factor="totp")
    posts = [address for address in ACCOUNT_PAGES if "login/cancelled" not in address]
    assert len(posts) > 20
    for address in posts:
        assert client.post(address, {"x": "y"}).status_code in (403, 405), address
    assert is_in(client)


def test_behind_a_proxy_that_speaks_tls_forms_of_our_own_pages_are_taken(settings: Any, ann: Person) -> None:
    for name, value in settings_of("https://data.example.org", (".gov.example",)).items():
        if name.startswith(("CSRF", "SESSION")):
            setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["data.example.org", ".gov.example"]
    for host in ("data.example.org", "www.gov.example"):
        client = Client(enforce_csrf_checks=True, HTTP_HOST=host)
        client.get("/account/login/")
        token = client.cookies["csrftoken"]
        given = {"login": KNOWN, "password": PASSWORD, "csrfmiddlewaretoken": token.value}
        assert client.post("/account/login/", given, HTTP_ORIGIN="https://evil.example").status_code == 403
        assert client.post("/account/login/", given, HTTP_ORIGIN=f"https://{host}").status_code == 302
        session = client.cookies["sessionid"]
        assert [session[name] for name in ("httponly", "secure", "samesite")] == [True, True, "Lax"]
        assert [token[name] for name in ("httponly", "secure", "samesite")] == [True, True, "Lax"]


def test_pages_of_accounts_are_kept_by_nobody(ann: Person) -> None:
    client = Client()
    sign_in(client, person(KNOWN))
    for address in ACCOUNT_PAGES:
        answer = client.get(address)
        assert answer.status_code < 500, address
        assert "no-store" in answer["Cache-Control"], address
        assert answer["X-Robots-Tag"] == "noindex"


def test_public_pages_read_no_session_and_set_no_cookie(monkeypatch: Any) -> None:
    """Otherwise nobody could keep and share them, and a page of one reader might reach another."""
    client = Client()
    sign_in(client, person(KNOWN))

    def read(*_: object) -> None:
        raise AssertionError("A public page reads the session.")

    monkeypatch.setattr("django.contrib.sessions.backends.base.SessionBase._get_session", read)
    looked_at = 0
    for address in addresses():
        of_a_body = address.startswith("/bodies/") and "/desk/" in address
        if of_a_body or address.startswith(("/account/", "/owners/", "/desk/", "/requests/", "/letters/")):
            continue
        answer = client.get(address)
        looked_at += answer.status_code == 200
        assert "Cookie" not in answer.get("Vary", ""), address
        assert not answer.cookies, address
    assert looked_at > 25


def test_what_was_done_lately_is_known_to_its_session_alone(ann: Person) -> None:
    one, other = Client(), Client()
    log_in(one, KNOWN)
    sign_in(other, person(KNOWN), ago=3600)
    assert other.get("/account/2fa/totp/activate/")["Location"].startswith("/account/reauthenticate/")
    assert one.get("/account/2fa/totp/activate/").status_code == 200
    assert AUTHENTICATION_METHODS_SESSION_KEY not in Client().session


SAMPLES = {"slug": "x", "pk": "1", "number": "1", "id": "1", "key": "x", "uidb36": "1", "provider_id": "x"}


def addresses() -> list[str]:
    """One address of each pattern."""

    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern):
                yield route

    found = []
    for route in walk(get_resolver().url_patterns, "/"):
        named = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: SAMPLES.get(match[1], "1"), route)
        plain = re.sub(r"\(\?P<?(\w+)>?[^()]*\)", "1", named)
        found.append(re.sub(r"[\^$\\]|\\Z", "", plain))
    return list(dict.fromkeys(found))


ACCOUNT_PAGES = [
    f"/account/{place}"
    for place in (
        "",
        "email/",
        "login/",
        "logout/",
        "signup/",
        "inactive/",
        "confirm-email/",
        "confirm-email/x/",
        "password/change/",
        "password/set/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-x/",
        "password/reset/key/done/",
        "reauthenticate/",
        "reauthenticate/code/",
        "2fa/",
        "2fa/authenticate/",
        "2fa/reauthenticate/",
        "2fa/totp/activate/",
        "2fa/totp/deactivate/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "2fa/webauthn/login/",
        "2fa/webauthn/keys/1/remove/",
        "3rdparty/",
        "3rdparty/signup/",
        "3rdparty/login/error/",
        "3rdparty/login/cancelled/",
        "sessions/",
    )
]
