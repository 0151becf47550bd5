"""A national point rehearses in a real browser."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from erpd.operate.rehearsing import making
from tests.harvest.national import Point, broken, good, many
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # a fixture
from tests.servers import LOOPBACK

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, settings: LazySettings) -> Iterator[Page]:  # noqa: F811
    settings.ALLOWED_HOSTS = ["*"]
    with page_of(Client(), browser, live_server.url) as page:
        yield page


def test_a_point_rehearses(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "NETWORKS", LOOPBACK)
    odd = good("odd").replace("authority/file-type/CSV", "authority/file-type/csv")
    with Point([*many(4), odd, broken("x"), good("bad", valid=False)]) as point:
        page.goto("/rehearsal")
        look(page, "rehearsal")
        page.get_by_label("Web address").fill("point.example")
        page.get_by_role("button", name="Rehearse").press("Enter")
        expect(page.get_by_text("This is not an address of the web.")).to_be_visible()
        page.get_by_label("Web address").fill(point.url)
        page.get_by_role("button", name="Rehearse").press("Enter")
        expect(page.get_by_role("heading", name="The rehearsal is under way")).to_be_visible()
        making.rehearse_due()
    expect(page.get_by_role("heading", name="Result of the rehearsal")).to_be_visible(timeout=8_000)
    page.get_by_text("The correction").first.click()
    look(page, "rehearsal-result")
