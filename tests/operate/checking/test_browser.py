"""Somebody checks metadata in a real browser, by keyboard, and downloads the corrected version."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.in_browser import NEEDED, browser, look  # noqa: F401  # a fixture
from tests.operate.checking.test_checking import TURTLE

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, settings: LazySettings) -> Iterator[Page]:  # noqa: F811
    """A page of somebody."""
    settings.ALLOWED_HOSTS = ["*"]
    context = browser.new_context(base_url=live_server.url, locale="en-GB", accept_downloads=True)
    yield context.new_page()
    context.close()


def test_somebody_checks_a_record_and_takes_the_corrected_version(page: Page) -> None:
    page.goto("/status")
    page.get_by_role("link", name="Check metadata").press("Enter")
    look(page, "check-form")
    page.get_by_role("textbox", name="Metadata").fill(TURTLE)
    page.get_by_label("DCAT Application Profile for data portals in the Netherlands").press("Space")
    page.get_by_role("button", name="Check", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    expect(page.get_by_text("Line 5, column 3")).to_be_visible()
    look(page, "check-result")
    page.get_by_label("Corrected version").select_option("JSON-LD")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the corrected version").press("Enter")
    assert download.value.suggested_filename == "document-corrected.jsonld"
    assert "authority/language/ENG" in Path(download.value.path()).read_text("utf-8")
    page.get_by_role("textbox", name="Metadata").fill(TURTLE[:-20])
    page.get_by_role("button", name="Check", exact=True).press("Enter")
    expect(page.get_by_role("alert").filter(has_text="It cannot be read to its end.")).to_be_visible()
