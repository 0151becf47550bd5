"""The desk in a real browser: every page for those who listen, on narrow screens, and by keyboard."""

import os
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from erpd.accounts.actions import owners
from erpd.accounts.actions.organisations import take_in
from erpd.accounts.mails import tell
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail, Organisation, Owner
from erpd.accounts.organisation_lists import Listed
from erpd.accounts.outbox.sending import send_due
from erpd.pages import assets
from tests.accounts.people import operator, person, ready, requested, sign_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
WIDTHS = (1280, 390, 320)
SHOTS = os.environ.get("ERPD_SHOTS", "")

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is missing: apt-get install chromium"),
    pytest.mark.skipif(
        not (assets.VENDOR / assets.STAMP).is_file(),
        reason="the ECL and htmx are missing: python -m erpd.pages.assets",
    ),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread; Django must not take the tests for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, national: None, settings: LazySettings) -> Iterator[Page]:
    """A page of the operator, who is signed in."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    sign_in(client, operator(), second_factor="totp")
    context = browser.new_context(locale="en-GB", base_url=live_server.url)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    yield page
    context.close()
    assert not [one for one in complaints if "404" not in one and "400" not in one and "409" not in one]


@pytest.fixture
def desk(settings: Any, tmp_path: Path) -> dict[str, str]:
    """Something of everything; a name for each page."""
    settings.HOME, settings.EMAIL_HOST = tmp_path, ""
    names = {"en": "Ministry of Agriculture, Fisheries, Food Security and Nature", "nl": "Ministerie"}
    listed = [
        Listed("https://identifier.overheid.example/tooi/id/ministerie/mnre1153", names, ["minlnv.example"])
    ]
    listed += [Listed(f"https://x.example/{number}", {"en": f"Office {number}"}, []) for number in range(60)]
    take_in(who=COMMAND_LINE, listed=listed, origin="x")
    first = Organisation.objects.order_by("pk")[0]
    asked = requested(
        person("j.a.van-den-waterschap@verylongname.municipality.example", name="Jan"),
        names,
        organisation=first,
        contact="open-data-questions@minlnv.example",
        reason="We publish the register of parcels.\nIt is needed.",
    )
    published = ready(person("bert@land.example", name="Bert"), "Land registry and mapping agency")
    closed = ready(person("c@gone.example"), "Gone office")
    owners.close(who=COMMAND_LINE, owner=closed, reason="Merged into another.")
    send_due()
    sent = Mail.objects.filter(template="contact").latest("pk")
    tell("nobody@land.example", "removed", title="x")
    failed = Mail.objects.latest("pk")
    error = "550 5.1.1 <nobody@land.example>: Recipient address rejected"
    Mail.objects.filter(pk=failed.pk).update(state="failed", tries=3, error=error)
    return {
        "overview": "/desk/",
        "owners": "/desk/owners/?q=e",
        "waiting": f"/desk/owners/{asked.slug}/?find=office",
        "approved": f"/desk/owners/{published.slug}/",
        "closed": f"/desk/owners/{closed.slug}/",
        "mails": "/desk/mail/",
        "mail": f"/desk/mail/{sent.pk}/",
        "failed": f"/desk/mail/{failed.pk}/",
        "organisations": "/desk/organisations/",
        "people": "/desk/people/",
        "person": f"/desk/people/{Owner.objects.get(pk=published.pk).memberships.get().person_id}/",
        "agreement": "/desk/agreement/",
        "new": "/desk/agreement/new/",
        "audit": "/desk/audit/",
    }


def look(page: Page, name: str) -> None:
    """axe finds nothing, nothing is wider than the screen, each heading is one level below at most."""
    page.evaluate("document.querySelectorAll('details').forEach(element => element.open = true)")
    found = Axe().run(page).response["violations"]
    assert not found, [(name, one["id"], one["impact"], one["nodes"][0]["html"]) for one in found]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    levels = page.evaluate(
        "[...document.querySelectorAll('main :is(h1,h2,h3,h4)')].map(one => +one.tagName[1])"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), (name, levels)


def test_every_page_and_the_work_by_keyboard(page: Page, desk: dict[str, str]) -> None:
    for name, address in desk.items():
        page.goto(address)
        look(page, name)

    # Refused without a reason, by keyboard: the browser asks for it; without its check, the page does.
    page.goto(desk["waiting"].partition("?")[0])
    reason = page.get_by_label("Reason:", exact=True)
    reason.focus()
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Refuse")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function("document.title.startsWith('Error: ')")
    look(page, "error")
    expect(page.get_by_label("Reason:", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Remark").focus()
    page.keyboard.type("Welcome")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The data owner is approved.")
    assert Owner.objects.filter(state="approved", reason="Welcome").exists()
    look(page, "approved-now")

    # A list is tried and then imported; the same file is chosen twice.
    page.goto(desk["organisations"])
    file = {
        "name": "list.csv",
        "mimeType": "text/csv",
        "buffer": b"iri,title:en\nhttps://x.example/new,New office",
    }
    for button in ("Dry run", "Import"):
        page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name=button).click()
        if button == "Dry run":
            expect(page.get_by_role("status")).to_contain_text("1 would be added, 0 changed, 0 unchanged.")
            look(page, "tried")
    expect(page.get_by_role("status")).to_contain_text("1 organisation added")
    page.goto(desk["failed"])
    page.get_by_role("button", name="Try again").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The e-mail will be sent again.")
