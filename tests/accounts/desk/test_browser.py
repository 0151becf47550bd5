"""The desk in a real browser: every page for those who listen, on narrow screens, and by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from erpd.access.bodies import actions as bodies
from erpd.accounts.actions import owners
from erpd.accounts.actions.organisations import take_in
from erpd.accounts.mails import tell
from erpd.accounts.may import COMMAND_LINE
from erpd.accounts.models import Mail, Organisation, Owner
from erpd.accounts.organisation_lists import Listed
from erpd.accounts.outbox.sending import send_due
from tests.access.bodies.test_bodies import FACTS
from tests.accounts.people import operator, person, ready, requested, sign_in
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # a fixture

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, national: None, settings: LazySettings) -> Iterator[Page]:  # noqa: F811
    """A page of the operator, who is signed in."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    sign_in(client, operator(), second_factor="totp")
    with page_of(client, browser, live_server.url) as page:
        yield page


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
    body = bodies.create(who=COMMAND_LINE, facts=FACTS, decides=bodies.DecidesFor(owners=[published]))
    return {
        "bodies": "/desk/bodies/",
        "body": f"/desk/bodies/{body.slug}/change/",
        "every-body": "/bodies/",
        "public-body": f"/bodies/{body.slug}/",
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


def test_every_page_and_the_work_by_keyboard(page: Page, desk: dict[str, str]) -> None:
    for name, address in desk.items():
        page.goto(address)
        look(page, name)

    # Refused without a reason, by keyboard: the browser asks for it; without its check, the page does.
    page.goto(desk["waiting"].partition("?")[0])
    reason = page.get_by_label("Reason", exact=True)
    reason.focus()
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Refuse")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function("document.title.startsWith('Error: ')")
    look(page, "error")
    expect(page.get_by_label("Reason", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Remark").focus()
    page.keyboard.type("Welcome")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The data owner is approved.")
    assert Owner.objects.filter(state="approved", reason="Welcome").exists()
    look(page, "approved-now")

    # A list is checked and then imported; its file is chosen once.
    page.goto(desk["organisations"])
    file = {
        "name": "list.csv",
        "mimeType": "text/csv",
        "buffer": b"iri,title:en\nhttps://x.example/new,New office",
    }
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Check only").click()
    expect(page.get_by_role("status")).to_contain_text("1 would be added, 0 changed, 0 unchanged.")
    look(page, "tried")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("status")).to_contain_text("1 organisation added")
    page.goto(desk["failed"])
    page.get_by_role("button", name="Try again").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The e-mail will be sent again.")
