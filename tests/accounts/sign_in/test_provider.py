"""Signing in through a real OpenID Connect provider, which runs in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from erpd.accounts.actions import people
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail, Person
from erpd.node.home import HomeError
from erpd.node.oidc import name_of, providers
from tests.accounts.sign_in.issuer import CLIENT, SECRET
from tests.servers import free_port

pytestmark = pytest.mark.django_db
PASSWORD = "quite-long-and-unusual"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/o"
    callback = f"http://testserver/account/oidc/{name_of(url)}/login/callback/"
    command = [sys.executable, "-m", "tests.accounts.sign_in.issuer", str(port), callback]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        yield url
        process.kill()


@pytest.fixture(autouse=True)
def set_up(issuer: str, settings: Any) -> None:
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SOCIALACCOUNT_PROVIDERS = providers(
        {
            "ERPD_OIDC_URL": issuer,
            "ERPD_OIDC_CLIENT_ID": CLIENT,
            "ERPD_OIDC_SECRET": SECRET,
            "ERPD_OIDC_NAME": "Office <login>",
        }
    )


def leave(client: Client, issuer: str, **given: str) -> str:
    """The address of the provider to which our page leads."""
    answer = client.post(f"/account/oidc/{name_of(issuer)}/login/", given)
    assert answer.status_code == 200, "no redirect from a form, which the browser would not follow"
    there: str = answer.context["there"]
    assert there.startswith(issuer)
    return there


def agree(there: str, who: str) -> str:
    """What the provider sends the browser back to."""
    parts = urlsplit(there)
    connection = HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"X-Who": who})
    answer = connection.getresponse()
    connection.close()
    return (answer.headers["Location"] or "").removeprefix("http://testserver")


def come(client: Client, issuer: str, who: str, **given: str) -> Any:
    return client.get(agree(leave(client, issuer, **given), who))


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_somebody_new_signs_in_and_again(client: Client, issuer: str) -> None:
    page = client.get("/account/login/?next=/owners/apply/").content.decode()
    assert "Sign in with Office &lt;login&gt;" in page
    assert client.get(f"/account/oidc/{name_of(issuer)}/login/").status_code == 200, "asks first"
    assert come(client, issuer, "ann verified", next="/owners/apply/")["Location"] == "/owners/apply/"
    assert is_in(client)
    who = Person.objects.get()
    assert (who.email, who.name, who.has_usable_password()) == ("ann@office.example", "Ann", False)
    other = Client()
    come(other, issuer, "ann verified")
    assert is_in(other)
    assert Person.objects.count() == 1
    assert "token" not in str(SocialAccount.objects.get().extra_data)
    # Without a password, a code by mail shows that it is still they.
    answer = other.get("/account/2fa/totp/activate/")
    assert answer["Location"].startswith("/account/reauthenticate/code/")
    assert "Send the code" in other.get(answer["Location"]).content.decode()
    other.post("/account/reauthenticate/code/", {"recipient": "ann@office.example"})
    sent = other.get("/account/reauthenticate/code/confirm/").content.decode()
    assert "We have sent a code to ann@office.example" in sent
    code = Mail.objects.get(template="login_code").context["code"]
    other.post("/account/reauthenticate/code/confirm/", {"code": code})
    assert other.get("/account/2fa/totp/activate/").status_code == 200


def test_an_address_that_the_provider_has_not_checked_is_confirmed_by_mail(
    client: Client, issuer: str
) -> None:
    assert come(client, issuer, "eve unverified")["Location"] == "/account/confirm-email/"
    assert not is_in(client)
    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize("state", ["verified", "unverified"])
def test_an_account_that_exists_is_entered_only_once_its_person_has_connected_it(
    client: Client, issuer: str, state: str
) -> None:
    people.add(who=COMMAND_LINE, email="ann@office.example", password=PASSWORD)
    answer = come(client, issuer, f"ann {state}")
    assert answer["Location"] == "/account/confirm-email/"
    assert not is_in(client)
    assert Mail.objects.get().template == "account_already_exists"
    client.post("/account/login/", {"login": "ann@office.example", "password": PASSWORD})
    come(client, issuer, f"ann {state}", process="connect")
    assert SocialAccount.objects.get().user.email == "ann@office.example"
    assert "Connect Office &lt;login&gt;" in client.get("/account/3rdparty/").content.decode()
    assert Mail.objects.filter(template="account_connected").count() == 1
    other = Client()
    come(other, issuer, f"ann {state}")
    assert is_in(other)


def test_our_second_factor_is_asked_after_that_of_the_provider(client: Client, issuer: str) -> None:
    come(client, issuer, "ann verified")
    TOTP.activate(Person.objects.get(), generate_totp_secret())
    other = Client()
    assert come(other, issuer, "ann verified")["Location"] == "/account/2fa/authenticate/"
    assert not is_in(other)


def test_what_others_bring_back_signs_nobody_in(client: Client, issuer: str) -> None:
    back = agree(leave(client, issuer), "ann verified")
    victim = Client()
    assert "could not be signed in" in victim.get(back).content.decode(), "the state is of another browser"
    for wrong in (back.replace("code=", "code=x"), back.split("state=")[0] + "state=x", back.split("?")[0]):
        other = Client()
        leave(other, issuer)
        other.get(wrong)
        assert not is_in(other)
    client.get(back)
    assert is_in(client)
    again = Client()
    again.get(back)
    assert not is_in(again)
    assert client.get("/account/oidc/another/login/").status_code == 404


def test_a_provider_that_is_away_is_told(client: Client, settings: Any, caplog: Any) -> None:
    url = f"http://127.0.0.1:{free_port()}/o"
    named = {"ERPD_OIDC_URL": url, "ERPD_OIDC_CLIENT_ID": "x", "ERPD_OIDC_SECRET": "geheim-4711"}
    settings.SOCIALACCOUNT_PROVIDERS = providers(named)
    answer = client.post(f"/account/oidc/{name_of(url)}/login/")
    assert (answer.status_code, "did not answer correctly" in answer.content.decode()) == (502, True)
    assert "OpenID Connect" in caplog.text
    assert "geheim" not in caplog.text


@pytest.mark.parametrize(
    "named",
    [
        {"ERPD_OIDC_SECRET": "geheim-4711"},
        {"ERPD_OIDC_URL": "login.example.org"},
        {
            "ERPD_OIDC_URL": "http://login.example.org",
            "ERPD_OIDC_CLIENT_ID": "x",
            "ERPD_OIDC_SECRET": "geheim-4711",
        },
        {"ERPD_OIDC_URL": "https://me:geheim-4711@login.example.org"},
        {"ERPD_OIDC_URL": "https://login.example.org", "ERPD_OIDC_CLIENT_ID": "x"},
        {"ERPD_OIDC_URL": "https://login.example.org", "ERPD_OIDC_SECRET": "geheim-4711"},
        {"ERPD_OIDC_URL": "https://login.example.org:x"},
    ],
)
def test_a_provider_that_is_named_wrongly_is_told_without_its_secret(named: dict[str, str]) -> None:
    with pytest.raises(HomeError, match="ERPD_OIDC") as told:
        providers(named)
    assert "geheim" not in str(told.value)


def test_without_a_name_there_is_none() -> None:
    assert providers({}) == {}
    assert name_of("https://Login.example.org/realms/office/") == "login.example.org-realms-office"
