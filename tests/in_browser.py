"""A real browser for tests: what it needs, somebody who is signed in, and what holds for every page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from erpd.pages import assets

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
# Not /dev/shm, which tests of a full disk fill.
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-dev-shm-usage"]
WIDTHS = (1280, 320)
SHOTS = os.environ.get("ERPD_SHOTS", "")

NEEDED = [
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is missing: apt-get install chromium"),
    pytest.mark.skipif(
        not (assets.VENDOR / assets.STAMP).is_file(),
        reason="the ECL and htmx are missing: python -m erpd.pages.assets",
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread; Django must not take the tests for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def page_of(client: Client, browser: Browser, site: str, *, scripts: bool = True) -> Iterator[Page]:
    """A page with the session of a client, if it has one; without ``scripts``, all of the site are empty.

    (Where JavaScript is switched off, axe cannot look.)

    In the end no script may have failed, and the policy may have refused nothing.
    """
    context = browser.new_context(base_url=site, locale="en-GB")
    if session := client.cookies.get("sessionid"):
        context.add_cookies([{"name": "sessionid", "value": session.value, "url": site}])
    if not scripts:
        context.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page, complaints = context.new_page(), list[str]()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert not [one for one in complaints if "status of 4" not in one]


NARROW = 768
SIDEWAYS = """[...document.querySelectorAll('.erpd-work__table')]
    .filter(one => one.scrollWidth > one.clientWidth || getComputedStyle(one).overflowX == 'auto').length"""


def look(page: Page, name: str) -> None:
    """At no width is a page broader than the screen; axe finds nothing; no level of headings is left out."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        if width < NARROW:  # tables are cards
            assert not page.evaluate(SIDEWAYS), (name, width)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name.strip('/').replace('/', '-')}-{width}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert not found, [(name, one["id"], one["impact"], one["nodes"][0]["html"]) for one in found]
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    levels = page.evaluate(
        "[...document.querySelectorAll('main :is(h1,h2,h3,h4)')].map(one => +one.tagName[1])"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), (name, levels)
