"""The pages of the sign-in in a real browser: at all widths, for those who listen."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from erpd.accounts.actions import invitations, people
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail
from tests.accounts.people import EDITOR, approved, person, sign_in
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # a fixture

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]
PASSWORD = "quite-long-and-unusual"


def test_axe_finds_nothing_on_any_page(
    browser: Browser,  # noqa: F811
    live_server: LiveServer,
    settings: LazySettings,
    national: None,
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    ann = people.add(who=COMMAND_LINE, email="ann@office.example", password=PASSWORD)
    owner = approved(person(ann.email))
    invitations.invite(who=person(ann.email), owner=owner, email="ben@office.example", role=EDITOR)
    token = Mail.objects.get(template="invited").context["token"]
    client = Client()
    sign_in(client, person(ann.email))
    with page_of(client, browser, live_server.url) as page:
        page.goto("/owners/apply/")
        expect(page.get_by_text("Your role needs a second factor")).to_be_visible()
        look(page, "2fa-needed")
        Authenticator.objects.create(user=ann, type="webauthn", data={"name": "Key", "credential": {}})
        RecoveryCodes.activate(ann)
        for path in ("2fa/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/", "2fa/webauthn/",
                     "2fa/totp/activate/", "sessions/", "password/change/", "reauthenticate/"):  # fmt: skip
            page.goto(f"/account/{path}")
            look(page, path)
        page.goto("/account/2fa/recovery-codes/")
        page.get_by_role("link", name="Continue").click()
        page.wait_for_url("**/owners/apply/")
        page.context.clear_cookies()
        page.goto(f"/owners/invitations/{token}/")
        look(page, "invited")
        page.locator("main").get_by_role("link", name="Create an account").click()
        expect(page.get_by_label("E-mail address")).to_have_value("ben@office.example")
        look(page, "invited-signup")
        for path in ("password/reset/", "password/reset/done/", "password/reset/key/done/"):
            page.goto(f"/account/{path}")
            look(page, path)


def test_a_passkey_is_added_and_asked_for_at_the_sign_in(
    browser: Browser,  # noqa: F811
    live_server: LiveServer,
    settings: LazySettings,
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    ann = people.add(who=COMMAND_LINE, email="ann@office.example", password=PASSWORD)
    client = Client()
    sign_in(client, person(ann.email))
    with page_of(client, browser, live_server.url) as page:
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        device = {
            "protocol": "ctap2",
            "transport": "usb",
            "hasResidentKey": True,
            "hasUserVerification": True,
        }
        shown = {"isUserVerified": True, "automaticPresenceSimulation": True}
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**device, **shown}})
        page.goto("/account/2fa/webauthn/add/")
        look(page, "add-passkey")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
        page.goto("/account/2fa/webauthn/")
        page.get_by_role("link", name="Rename").click()
        look(page, "rename-passkey")
        page.get_by_label("Name").fill("Blue key")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="Blue key").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.goto("/account/login/")
        page.get_by_label("E-mail address").fill(ann.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("button", name="Use a passkey").wait_for()
        look(page, "second-factor")
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/owners/apply/")
