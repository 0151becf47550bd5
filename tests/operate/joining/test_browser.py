"""The checklist in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from erpd.operate.models import HarvestingRequest
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # a fixture

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


def test_a_point_asks_and_the_operator_reads(page: Page) -> None:
    page.goto("/harvesting-request")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Please correct the marked fields.")).to_be_visible()
    look(page, "checklist")
    for label, value in (
        ("1. Which country", "NL"),
        ("3. Does it provide", "yes"),
        ("6. What is the default", "nl"),
        ("7. Which metadata standard", "dcat-ap"),
        ("9. By which type", "oai-pmh"),
        ("10. Does one have", "no"),
        ("12. Are dates", "yes"),
        ("17. May we tell", "no"),
    ):
        page.get_by_label(label).select_option(value)
    for label, value in (
        ("4. What is the address", "https://point.example/oai"),
        ("8. In which representation", "RDF/XML"),
        ("15. Who is", "Ministry"),
        ("E-mail address of the publisher", "nsip@point.example"),
        ("16. What is the address", "https://point.example/"),
        ("Your e-mail address", "who@point.example"),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Send", exact=True).press("Enter")
    expect(page.get_by_text("Open the link that comes to who@point.example")).to_be_visible()
    HarvestingRequest.objects.update(state="received")
    page.goto("/desk/sources/+requests/")
    page.get_by_role("link", name="https://point.example/oai").click()
    expect(page.get_by_role("heading", name="Assess")).to_be_visible()
    look(page, "harvesting-request")
