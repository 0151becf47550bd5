"""From the first visit to a signed-in person: sign-up, confirmation, invitation, password, second factor."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from erpd.accounts.actions import invitations, people, profiles
from erpd.accounts.deed_words import WHAT, what
from erpd.accounts.mails import tell
from erpd.accounts.may import COMMAND_LINE, Kind
from erpd.accounts.models import Deed, Mail, Person
from erpd.accounts.outbox.letters import LETTERS
from erpd.accounts.sign_in.adapter import CHANGES
from erpd.accounts.templatetags import sign_in as tags
from tests.accounts.people import ADMIN, EDITOR, approved, member, person, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "quite-long-and-unusual"


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False


def last(template: str) -> Mail:
    return Mail.objects.filter(template=template).order_by("-pk")[0]


def noted(verb: str) -> tuple[str, dict[str, str]]:
    """Whose account a line of the audit log is about, and its details."""
    line = Deed.objects.get(verb=verb)
    assert "own" in what(line) or "factor" in what(line) or "passkey" in what(line)
    assert line.by == line.name
    return line.name, line.detail


def path(mail: Mail) -> str:
    link = mail.context.get("activate_url") or mail.context["password_reset_url"]
    assert link.startswith("http://testserver/account/")
    return str(link.removeprefix("http://testserver"))


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def code(secret: str) -> str:
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06}"


def test_every_mail_of_allauth_is_a_letter() -> None:
    folder = Path(allauth.__file__).parent / "templates"
    unused = {"password_reset_code"}  # links reset passwords here
    names = {file.name.removesuffix("_subject.txt") for file in folder.glob("*/email/*_subject.txt")}
    assert len(names) > 15
    assert CHANGES.keys() <= names
    assert {(verb, Kind.NODE) for verb in CHANGES.values()} <= WHAT.keys()
    assert names - unused <= set(LETTERS)


def test_somebody_signs_up_in_their_language_and_comes_where_they_wanted_to_go(client: Client) -> None:
    given = {"email": "Ann@Office.Example", "name": "Ann", "password1": PASSWORD, "next": "/owners/apply/"}
    answer = client.post("/account/signup/?lang=nl", given, HTTP_HOST="localhost:99")
    assert answer["Location"] == "/account/confirm-email/"
    assert not is_in(client)
    mail = last("email_confirmation_signup")
    assert (mail.to, mail.language) == ("ann@office.example", "nl")
    who = Person.objects.get()
    assert (who.email, who.name, who.language) == ("ann@office.example", "Ann", "nl")
    page = client.get(path(mail))
    assert "ann@office.example" in page.content.decode()
    assert not EmailAddress.objects.get().verified, "programs that look through mail open links, too"
    assert client.post(path(mail))["Location"] == "/owners/apply/"
    assert is_in(client)
    assert client.post(path(mail)).status_code == 404, "it works once"
    other = Client()
    assert "not valid" in other.get(path(mail)).content.decode()
    assert not is_in(other)


def test_a_link_in_another_browser_confirms_and_keeps_the_way(client: Client) -> None:
    given = {"email": "ann@office.example", "password1": PASSWORD, "next": "/owners/apply/"}
    client.post("/account/signup/", given)
    other = Client()
    link = path(last("email_confirmation_signup"))
    assert 'name="next" value="/owners/apply/"' in other.get(link).content.decode()
    assert other.post(link, {"next": "/owners/apply/"})["Location"] == "/owners/apply/"
    assert not is_in(other), "only who knows the password signs in"
    assert EmailAddress.objects.get().verified


def test_an_invitation_survives_sign_up_and_confirms_its_own_address(national: None, client: Client) -> None:
    admin = person("admin@office.example")
    owner = approved(admin)
    for email in ("ann@office.example", "ben@office.example"):
        invitations.invite(who=admin, owner=owner, email=email, role=EDITOR)
    tokens = [mail.context["token"] for mail in Mail.objects.filter(template="invited").order_by("pk")]
    there = f"/owners/invitations/{tokens[0]}/"
    signup = f"/account/signup/?next={quote(there, safe='')}"
    login = client.get(f"/account/login/?next={quote(there)}").content.decode()
    assert f'href="{signup}&amp;email=ann%40office.example"' in login
    for url in (f"/account/login/?next={quote(there)}", signup):
        page = client.get(url).content.decode()
        assert "You are invited" in page
        assert "Statistics Office" in page
        assert "ann@office.example" in page
    given = {"email": "ann@office.example", "password1": PASSWORD, "next": there}
    assert client.post("/account/signup/", given)["Location"] == there
    assert is_in(client)
    assert not Mail.objects.filter(template="email_confirmation_signup").exists()
    for token in (*tokens, "x"):  # of another address, or of none
        stranger = Client()
        said = stranger.get(f"/account/login/?next=/owners/invitations/{token}/").content.decode()
        assert ("You are invited" in said) == (token != "x")
        given = {
            "email": f"{token[:5]}@evil.example",
            "password1": PASSWORD,
            "next": f"/owners/invitations/{token}/",
        }
        assert stranger.post("/account/signup/", given)["Location"] == "/account/confirm-email/"
        assert not is_in(stranger)


def test_an_account_of_the_operator_gets_a_link_that_works_once(client: Client, national: None) -> None:
    who = people.add(who=COMMAND_LINE, email="op@portal.example", language="nl")
    member(approved(person("ann@office.example")), who.email, EDITOR)
    who = people.give_office(who=COMMAND_LINE, person=who, office=Person.Office.REVIEWER)
    profiles.send_link(who)
    mail = last("account-made")
    assert (mail.to, mail.language) == (who.email, "nl")
    assert mail.context["roles"].startswith("Statistics Office (")
    assert mail.context["office"]
    assert mail.context["again"] == "http://testserver/account/password/reset/"
    page = client.get(path(mail), follow=True)
    there = page.redirect_chain[-1][0]
    weak = client.post(there, {"password1": "op@portal.example", "password2": "op@portal.example"})
    assert "errorlist" in weak.content.decode()
    done = client.post(there, {"password1": PASSWORD}, follow=True)
    assert 'href="/account/login/"' in done.content.decode()
    assert not is_in(client), "whoever reads the mail once still signs in"
    assert "not valid" in Client().get(path(mail), follow=True).content.decode()
    answer = client.post("/account/login/", {"login": who.email, "password": PASSWORD})
    assert answer["Location"] == "/desk/"


def test_who_signs_in_comes_to_their_work_unless_they_wanted_to_go_elsewhere(
    client: Client, national: None
) -> None:
    who = people.add(who=COMMAND_LINE, email="ann@office.example", password=PASSWORD)

    def comes_to(**named: str) -> str:
        there = Client().post("/account/login/", {"login": who.email, "password": PASSWORD, **named})
        assert there.status_code == 302
        return there["Location"]

    assert comes_to() == "/owners/apply/"
    assert comes_to(next="/catalogues") == "/catalogues"
    admin = person("admin@office.example")
    first, second = approved(admin), approved(admin, "Water Board")
    invitations.invite(who=admin, owner=first, email=who.email, role=EDITOR)
    assert comes_to() == "/owners/", "there is an invitation to answer"
    invitations.accept(who=person(who.email), invitation=invitations.invitations_of(person(who.email)).get())
    assert comes_to() == f"/owners/{first.slug}/"
    assert comes_to(next="//evil.example/") == f"/owners/{first.slug}/"
    member(second, who.email, EDITOR)
    assert comes_to() == "/owners/"
    people.give_office(who=COMMAND_LINE, person=who, office=Person.Office.REVIEWER)
    assert comes_to() == "/desk/"
    sign_in(client, person(who.email))
    assert client.get("/account/login/")["Location"] == "/desk/", "the same for who is signed in"


@pytest.mark.parametrize(
    ("wanted", "why", "how"),
    [
        ("/owners/apply/", "Here you ask for your organisation", "you need one to publish"),
        ("/requests/new?dataset=1", "You are about to ask for access", "without one"),
        ("/desk/mail/", "The desk is for those who run", "ask an operator"),
        ("/owners/none/catalogues/none/new/", "for members of a data owner", "to invite you"),
        ("https://evil.example/desk/", "Sign in to see your requests", "you need one to publish"),
        ("", "Sign in to see your requests", "you need one to publish"),
    ],
)
def test_the_sign_in_says_why_and_how_to_get_an_account(
    client: Client, wanted: str, why: str, how: str
) -> None:
    page = client.get("/account/login/", {"next": wanted} if wanted else {}).content.decode()
    assert why in page
    assert how in page
    assert page.count('href="/account/signup/') == 1


def test_who_signed_up_with_anothers_address_gains_nothing_when_that_one_becomes_an_operator(
    client: Client,
) -> None:
    client.post("/account/signup/", {"email": "op@portal.example", "password1": PASSWORD})
    stranger = Person.objects.get()
    assert stranger.check_password(PASSWORD)
    who = people.add(who=COMMAND_LINE, email="op@portal.example")
    assert who == stranger
    assert not Person.objects.get().has_usable_password()
    client.post("/account/login/", {"login": who.email, "password": PASSWORD})
    assert not is_in(client)


def test_a_new_address_is_confirmed_where_it_is_read_and_the_old_one_is_told(client: Client) -> None:
    who = people.add(who=COMMAND_LINE, email="ann@office.example", password=PASSWORD)
    sign_in(client, person(who.email))
    client.post("/account/email/", {"email": "ann@new.example", "action_add": ""})
    mail = last("email_confirmation")
    assert mail.to == "ann@new.example"
    assert Person.objects.get().email == "ann@office.example"
    people.add(who=COMMAND_LINE, email="ann@new.example")  # somebody else has it by now
    client.post(path(mail))
    assert Person.objects.get(pk=who.pk).email == "ann@office.example"
    Person.objects.exclude(pk=who.pk).delete()
    client.post("/account/email/", {"email": "ann@new.example", "action_add": ""})
    client.post(path(last("email_confirmation")))
    assert Person.objects.get().email == "ann@new.example"
    assert last("email_changed").to == "ann@office.example"
    assert noted("change address") == ("ann@new.example", {"before": "ann@office.example"})


@pytest.mark.django_db(transaction=True)  # allauth tells of it once it is done
def test_a_second_factor_is_asked_at_every_sign_in_and_kept_while_it_is_needed(
    client: Client, national: None
) -> None:
    who = people.add(who=COMMAND_LINE, email="ann@office.example", password=PASSWORD)
    approved(person(who.email))
    assert who.memberships.get().role == ADMIN
    earlier = Client()
    for browser in (earlier, client):
        browser.post("/account/login/", {"login": who.email, "password": PASSWORD})
        assert is_in(browser)
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    assert client.post("/account/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert client.post("/account/2fa/totp/activate/", {"code": code(secret)}).status_code == 302
    assert is_in(client)
    assert not is_in(earlier), "a session that began without the second factor has ended"
    assert last("totp_activated").to == who.email
    assert noted("set up app") == (who.email, {"before": ""})
    kept = Authenticator.objects.get(type="totp")
    assert secret not in str(kept.data)
    assert len(client.get("/account/2fa/recovery-codes/").context["unused_codes"]) == 10
    # It stays.
    page = client.post("/account/2fa/totp/deactivate/")
    assert "Your role needs a second factor" in page.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()
    # A password alone, or a new one by mail, does not sign in.
    other = Client()
    answer = other.post("/account/login/", {"login": who.email, "password": PASSWORD})
    assert answer["Location"] == "/account/2fa/authenticate/"
    asked = other.get(answer["Location"]).content.decode()
    assert "one of your recovery codes" in asked
    assert "passkey" not in asked, "there is none"
    other.post("/account/password/reset/", {"email": who.email})
    there = other.get(path(last("password_reset_key")), follow=True).redirect_chain[-1][0]
    other.post(there, {"password1": PASSWORD + "2"})
    assert not is_in(client), "a new password ends all sessions"
    third = Client()
    third.post("/account/login/", {"login": who.email, "password": PASSWORD + "2"})
    assert not is_in(third)
    assert third.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert third.post("/account/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert is_in(third)
    fourth = Client()
    fourth.post("/account/login/", {"login": who.email, "password": PASSWORD + "2"})
    fourth.post("/account/2fa/authenticate/", {"code": codes[0]})
    assert not is_in(fourth), "a recovery code works once"


def test_the_last_passkey_stays_while_it_is_needed(client: Client, national: None) -> None:
    who = person("ann@office.example")
    owner = approved(who)
    sign_in(client, who, second_factor="webauthn")
    kept = Authenticator.objects.get()
    remove = f"/account/2fa/webauthn/keys/{kept.pk}/remove/"
    assert client.post(remove)["Location"] == "/account/2fa/webauthn/"
    assert Authenticator.objects.exists()
    owner.memberships.update(role=EDITOR)
    client.post(remove)
    assert not Authenticator.objects.exists()
    assert last("webauthn_removed").to == "ann@office.example"
    assert noted("remove passkey")[0] == "ann@office.example"


def test_with_another_homes_secret_no_code_is_right(client: Client, settings: Any) -> None:
    who = people.add(who=COMMAND_LINE, email="ann@office.example", password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(who, secret)
    settings.SECRET_KEY = "another"
    client.post("/account/login/", {"login": who.email, "password": PASSWORD})
    assert client.post("/account/2fa/authenticate/", {"code": code(secret)}).status_code == 200
    assert not is_in(client)


def test_name_and_language_are_changed_on_ones_own_page(client: Client) -> None:
    who = person("ann@office.example")
    sign_in(client, who)
    said = {"name": "Ann\u202e", "language": "nl", "office": "operator"}
    assert client.post("/account/", said).status_code == 302
    changed = Person.objects.get()
    assert (changed.name, changed.language, changed.office) == ("Ann", "nl", "")
    page = client.post("/account/", {"name": "x" * 121, "language": "xx"})
    assert page.status_code == 400
    assert page.content.decode().count('class="errorlist"') == 2
    assert re.search(r"<title>Error: ", page.content.decode())


def test_sessions_are_listed_and_ended(client: Client) -> None:
    who = people.add(who=COMMAND_LINE, email="ann@office.example", password=PASSWORD)
    other = Client(HTTP_USER_AGENT="<b>Lynx</b>")
    for browser in (other, client):
        browser.post("/account/login/", {"login": who.email, "password": PASSWORD})
    page = client.get("/account/sessions/").content.decode()
    assert "&lt;b&gt;Lynx" in page
    assert re.search(r"<time[^>]*>\d+ \w+ \d{4}, \d\d:\d\d</time>", page)
    client.post("/account/sessions/")
    assert is_in(client)
    assert not is_in(other)


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari on iOS"),
        ("Lynx/2.9 " + "x" * 100, "Lynx/2.9 " + "x" * 51),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_a_few_words(user_agent: str, said: str) -> None:
    assert tags.browser(user_agent) == said


def test_a_letter_is_there_for_whatever_allauth_says(client: Client) -> None:
    tell("ann@office.example", "login_code", code="ABCDEF")
    assert last("login_code").context == {"code": "ABCDEF"}
