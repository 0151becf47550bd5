"""A request in a real browser: at every width, by axe, by keyboard, without JavaScript of ours."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from erpd.access.models import Part
from erpd.access.requests import moving, talking
from erpd.accounts.models import Mail
from tests.access.asking.test_asking import EVIL
from tests.access.outcomes.endings import estimated
from tests.access.requests import desks
from tests.access.requests.desks import fresh, requester
from tests.accounts.people import sign_in
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), *NEEDED]


def test_somebody_asks_by_keyboard(
    browser: Browser,  # noqa: F811
    live_server: Any,
    settings: Any,
) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    form = [{"id": "plan", "kind": "attachment", "label": {"en": "Plan"}}]
    licences = [{"id": "licence-1", "title": {"en": "Secrecy"}, "text": {"en": "I tell nobody."}}]
    cbs, ada, client = desks.desk("cbs", form=form, licences=licences), requester("ada"), Client()
    health = cbs.put("health")
    sign_in(client, ada)
    page = browser.new_page(base_url=live_server.url, locale="en-GB")  # somebody without an account
    page.goto(f"/requests/new?dataset={health.key}")
    look(page, "asking-new")
    page.get_by_label("Your name").fill("Bea")
    page.get_by_label("Your e-mail address").fill("bea@home.example")
    page.get_by_role("button", name="Send me the link").press("Enter")
    page.goto(f"/requests/link/{Mail.objects.get().context['token']}/")
    page.get_by_role("button", name="Begin").press("Enter")
    page.get_by_role("link", name="About you and what you need").press("Enter")
    page.get_by_role("button", name="Save and continue").press("Enter")
    page.goto(f"/requests/parts/{Part.objects.get().reference}/answers/")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save and continue").press("Enter")
    page.get_by_text("What you typed is saved").wait_for()
    look(page, "asking-new-link")
    page.context.close()
    with page_of(client, browser, live_server.url) as page:
        page.goto(f"/requests/new?dataset={health.key}")
        page.get_by_role("button", name="Start a request").press("Enter")
        look(page, "asking-draft")
        page.get_by_role("link", name="About you and what you need").press("Enter")
        _answer(page)
        look(page, "asking-answers")
        page.get_by_role("button", name="Save and continue").press("Enter")
        large = {"name": "large.txt", "mimeType": "text/plain", "buffer": b"a" * 11_530_000}
        page.set_input_files("input[type=file]", large)
        page.get_by_role("button", name="Save", exact=True).press("Enter")
        page.get_by_role("alert").get_by_text(
            "Nothing was sent, and what you typed is still here."
        ).wait_for()
        look(page, "asking-too-large")
        page.set_input_files(
            "input[type=file]", {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"We count."}
        )
        page.get_by_role("button", name="Save", exact=True).press("Enter")
        page.get_by_role("button", name="Save and continue").press("Enter")
        look(page, "asking-send")
        page.get_by_label("I accept: Secrecy").press("Space")
        page.get_by_role("button", name="Send the request").press("Enter")
        page.wait_for_url("**/requests/parts/*/")
        part = moving.take(who=cbs.handler, part=Part.objects.get(request__person=ada.person))
        talking.message(who=cbs.handler, part=part, text=f"Good day {EVIL}")
        estimated(cbs, fresh(part))
        page.reload()
        look(page, "asking-part")
        page.get_by_role("button", name="Accept this estimate").press("Enter")
        moving.send_back(who=cbs.handler, part=fresh(part), text="Which variables?", questions=["data"])
        page.reload()
        page.get_by_role("link", name="Change my answers").press("Enter")
        page.get_by_label("Which data do you need?").fill("Age and sex")
        page.get_by_role("button", name="Save and continue").press("Enter")
        page.goto("/requests/")
        look(page, "asking-mine")


def _answer(page: Page) -> None:
    page.get_by_label("Who are you?").select_option(index=1)
    page.get_by_label("Your country").select_option("NL")
    page.get_by_label("scientific research", exact=True).first.press("Space")
    page.get_by_label("Describe what you want to do").fill("A study")
    page.get_by_label("Which data do you need?").fill("All of it")
    page.get_by_label("First day").fill("2027-01-01")
    page.get_by_label("Last day").fill("2027-12-31")
    page.get_by_label("I do not know").press("Space")
    page.get_by_label("Name, 1").fill("Ada")
    page.get_by_label("on the premises").press("Space")
    page.get_by_role("group", name="transfer data").get_by_label("No").press("Space")
