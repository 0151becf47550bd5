"""The pages of an owner's portal in a real browser: by keyboard, on a phone, and for those who listen."""

import re
from typing import Literal

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from erpd.submit.models import Portal
from erpd.submit.own_portal import actions, pages
from erpd.submit.own_portal.previews import look_due
from tests.accounts.people import operator, sign_in
from tests.harvest.national import Point, run
from tests.in_browser import NEEDED, look, page_of
from tests.submit.own_portal.conftest import looked_at, now
from tests.submit.owners import Office

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


def press(page: Page, name: str, role: Literal["button", "link"] = "button") -> None:
    page.get_by_role(role, name=name, exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_every_page_by_keyboard_and_for_those_who_listen(
    page: Page,
    made: Office,
    point: Point,
    browser: Browser,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, root = operator(), "/owners/cbs/catalogues/cbs/portals/"
    page.goto("/owners/cbs/catalogues/cbs/")
    press(page, "Have your own portal harvested", "link")
    look(page, "portals, none")
    press(page, "Enter the address of a portal", "link")
    look(page, "portals, new")
    page.get_by_label("Address of the portal").fill("data.example")
    press(page, "Look at it")
    expect(page).to_have_title(re.compile("^Error: "))
    look(page, "portals, new, refused")
    page.get_by_label("Address of the portal").fill(point.url)
    monkeypatch.setattr(pages, "_SOON", 600)  # axe needs time
    press(page, "Look at it")
    expect(page.get_by_text("We are reading the first records")).to_be_visible()
    look(page, "portal, waiting")
    monkeypatch.setattr(pages, "_SOON", 1)
    page.reload()
    look_due()
    expect(page.get_by_text("We looked at 4 records")).to_be_visible(timeout=15_000)  # by itself
    look(page, "portal, seen")
    press(page, "Choose which data sets go", "link")
    look(page, "portal, change")
    page.get_by_label("Only data sets of these publishers").fill("Agency")
    press(page, "Look at it again")
    look_due()
    expect(page.get_by_text("We looked at 4 records")).to_be_visible(timeout=15_000)
    press(page, "Ask for approval")
    expect(page.get_by_role("status")).to_contain_text("The operator has been asked")
    look(page, "portal, submitted")

    portal = Portal.objects.get()
    client = Client()
    sign_in(client, desk, second_factor="totp")
    with page_of(client, browser, live_server.url) as at_desk:
        for path in ("/desk/", "/desk/portals/", f"/desk/portals/{portal.pk}/"):
            at_desk.goto(path)
            look(at_desk, path)
        press(at_desk, "Approve")
        expect(at_desk.get_by_role("status")).to_contain_text("approved and will be harvested")
        look(at_desk, "desk, approved")

    done = run(now(portal).source.settings).run
    failed = looked_at(made, "http://127.0.0.1:1/")
    for path in (root, f"{root}{portal.pk}/", f"{root}{portal.pk}/runs/{done.pk}/", f"{root}{failed.pk}/"):
        page.goto(path)
        look(page, path)
    actions.end(who=made.actor("admin"), portal=portal, withdraw=False)
    page.goto(f"{root}{portal.pk}/")
    look(page, "portal, ended")
