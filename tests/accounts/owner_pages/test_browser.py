"""The pages of owners in a real browser: for those who listen, by keyboard, on a phone, in one session."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from erpd.accounts import keys
from erpd.accounts.actions import agreements, invitations, organisations, transfers
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Key, Mail
from erpd.accounts.organisation_lists import Listed
from erpd.register.models import Catalogue
from tests.accounts.people import ADMIN, EDITOR, approved, member, person, ready, sign_in
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # a fixture

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]

LONG = "Bundesanstalt für Straßenwesen und Verkehrssicherheitsforschungskoordinierung"


@pytest.fixture
def site(live_server: LiveServer, settings: LazySettings) -> str:
    settings.ALLOWED_HOSTS = ["*"]
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    return live_server.url


def furnish() -> tuple[Client, str]:
    """An owner with everything on its pages, seen by its administrator; and the link of an invitation."""
    anna, zoe = person("anna@first.example", name="Anna <b>"), person("zoe@second.example")
    first, second = ready(anna, LONG, slug="first"), ready(zoe, "Second", slug="second")
    member(first, "a-very-long-address-of-an-editor@statistics.first.example", EDITOR)
    member(first, "bert@first.example", ADMIN)
    for email in ("new@first.example", "other@first.example"):
        invitations.invite(who=anna, owner=first, email=email, role=EDITOR)
    invitations.invite(who=zoe, owner=second, email=anna.name, role=EDITOR)
    token = Mail.objects.filter(template="invited").latest("pk").context["token"]
    catalogue = Catalogue.objects.get(slug="first-test")
    made, _ = keys.make(who=anna, catalogue=catalogue, name="Nightly <script>")
    keys.rotate(who=anna, key=made)
    transfers.give_catalogue(
        who=anna, catalogue=Catalogue.objects.get(slug="first"), to=second, comment="You do it now."
    )
    transfers.give_catalogue(who=zoe, catalogue=Catalogue.objects.get(slug="second"), to=first)
    approved(anna, "Third", slug="third")
    text = {"en": "You agree.\n\n" * 40, "nl": "U gaat akkoord."}
    agreements.add_version(who=COMMAND_LINE, text=text, changes={"en": "A paragraph is new."})
    listed = [Listed("https://list.example/1", {"en": "Water Board", "nl": "Waterschap"}, ["water.example"])]
    organisations.take_in(who=COMMAND_LINE, listed=listed, origin="test")
    client = Client()
    sign_in(client, anna, second_factor="totp")
    return client, f"/owners/invitations/{token}/"


def addresses(invitation: str) -> Iterator[str]:
    yield from ("/owners/", "/owners/apply/", "/owners/apply/?q=water", "/owners/apply/?new")
    yield from (invitation, "/owners/invitations/none/", "/owners/transfers/2/")
    yield from (
        f"/owners/first/{room}" for room in ("", "members/", "keys/", "agreement/", "transfers/", "audit/")
    )
    yield from ("/owners/third/", "/owners/third/keys/")


def test_everything_is_done_by_keyboard_and_axe_finds_nothing(browser: Browser, site: str) -> None:  # noqa: F811
    client, invitation = furnish()
    with page_of(client, browser, site) as page:
        work(page, invitation)


def work(page: Page, invitation: str) -> None:
    """Look at every page; accept the agreement and make a key."""
    for address in addresses(invitation):
        page.goto(address)
        look(page, address)

    # The agreement is accepted and a key made with nothing but the keyboard.
    page.goto("/owners/first/agreement/")
    walk(page, "input[name=read]")
    page.keyboard.press("Space")
    walk(page, "main form.erpd-form button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have accepted version 2")).to_be_visible()
    page.goto("/owners/first/keys/")
    walk(page, "select[name=catalogue]")
    walk(page, "input[name=key_name]")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your new key")).to_be_visible()
    look(page, "/owners/new-key")
    text = page.locator("pre").first.inner_text()
    assert keys.find(text)
    number = Key.objects.count()
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("has already created the key")
    assert text not in page.content()
    assert Key.objects.count() == number
    look(page, "/owners/refused")
    page.goto("/owners/first/members/")
    walk(page, "summary >> nth=0")
    page.keyboard.press("Enter")
    walk(page, "#invite-email")
    page.keyboard.type("not an address")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: Members, Bundesanstalt"))
    look(page, "/owners/wrong")
    page.get_by_role("alert").get_by_role("link").press("Enter")
    expect(page.locator("#invite-email")).to_be_focused()


def walk(page: Page, selector: str) -> None:
    """Go on with the tabulator key until the element has the focus."""
    wanted = page.locator(selector).first
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")
