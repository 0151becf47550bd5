"""A point joins in a real browser: from the rehearsal to its data sets on the site."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from erpd.harvest import worker
from erpd.operate.rehearsing import making
from erpd.operate.trials.working import try_due
from erpd.register.search import rebuild
from tests.harvest.national import Point, good, many
from tests.harvest.test_worker import working
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # a fixture
from tests.mail_server import Server, link_in_mail
from tests.servers import LOOPBACK

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]
WHO = "who@point.example"


@pytest.fixture(autouse=True)
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """The point is on this machine."""
    monkeypatch.setattr(making, "NETWORKS", LOOPBACK)
    monkeypatch.setattr(worker, "networks_for", lambda settings: LOOPBACK)


def press(page: Page, name: str, told: str) -> None:
    page.get_by_role("button", name=name, exact=True).press("Enter")
    expect(page.get_by_text(told).first).to_be_visible()


def rehearse(visitor: Page, address: str) -> None:
    visitor.goto("/rehearsal")
    visitor.get_by_label("Web address").fill(address)
    press(visitor, "Rehearse", "The rehearsal is under way")
    assert making.rehearse_due() == 1
    visitor.reload()
    expect(visitor.get_by_role("heading", name="Result of the rehearsal")).to_be_visible()


def fill_in(visitor: Page) -> None:
    """The checklist; what the rehearsal has learnt is there already."""
    for label, value in (
        ("1. Which country", "NL"),
        ("6. What is the default", "nl"),
        ("10. Does one have", "no"),
        ("12. Are dates", "yes"),
        ("17. May we tell", "no"),
    ):
        visitor.get_by_label(label).select_option(value)
    for label, value in (
        ("8. In which representation", "RDF/XML"),
        ("15. Who is", "Ministry"),
        ("E-mail address of the publisher", "nsip@point.example"),
        ("16. What is the address", "https://point.example/"),
        ("Your e-mail address", WHO),
    ):
        visitor.get_by_label(label).fill(value)


def test_from_the_rehearsal_to_data_sets_on_the_site(visitor: Page, page: Page, server: Server) -> None:
    with Point([*many(3), good("bad", valid=False)]) as point:
        rehearse(visitor, point.url)
        visitor.get_by_role("main").get_by_role("link", name="Ask to be harvested").press("Enter")
        press(visitor, "Send", "Please correct the marked fields.")
        look(visitor, "checklist")
        fill_in(visitor)
        press(visitor, "Send", f"Open the link that comes to {WHO}")
        link = link_in_mail(server, WHO, "/harvesting-request/")
        visitor.goto(link)
        look(visitor, "request-to-confirm")
        press(visitor, "Send my request", "We tell you each step by e-mail.")

        page.goto("/desk/")
        page.get_by_role("link", name="Points that ask to be harvested: 1").press("Enter")
        look(page, "harvesting-requests")
        page.get_by_role("link", name=point.url).press("Enter")
        look(page, "harvesting-request")
        page.get_by_label("What the point should know").fill("All is there.")
        press(page, "Say that it was assessed", "Assessed. The point was told.")
        press(page, "Begin the test", "The test harvest begins as soon as possible. The point was told.")
        assert try_due() == 1
        assert link_in_mail(server, WHO, "/harvesting-request/") == link
        visitor.goto(link)
        expect(visitor.locator(".erpd-numbers")).to_contain_text("New3")
        look(visitor, "request-tested")
        page.reload()
        look(page, "harvesting-request-tested")
        press(page, "Accept it", "Accepted. The worker harvests it in its next night window.")

        visitor.goto(link_in_mail(server, WHO, "/suppliers/"))
        expect(visitor.get_by_text("Next run")).to_be_visible()
        (report,) = working(datetime.now(UTC).replace(hour=23))
        assert not report.failed
        link_in_mail(server, WHO, "/harvesting-request/")
    assert server.got[-1]["Subject"] == "Your data sets are in the register"
    rebuild()  # what follows the register in a node
    visitor.goto("/")
    visitor.get_by_label("Search for data sets").fill("discharges")
    visitor.get_by_label("Search for data sets").press("Enter")
    expect(visitor.get_by_role("status")).to_have_text("3 data sets")
    visitor.get_by_role("link", name="Hospital discharges").first.press("Enter")
    expect(visitor.get_by_role("heading", name="Hospital discharges")).to_be_visible()
