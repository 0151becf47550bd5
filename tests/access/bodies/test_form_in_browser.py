"""The form maker in a real browser: at every width, by axe, and by keyboard."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from erpd.access.bodies import actions
from tests.access.bodies.test_bodies import FACTS
from tests.accounts.people import sign_in
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # fixtures
from tests.submit.catalogue_pages.conftest import cbs, signed  # noqa: F401  # fixtures
from tests.submit.owners import Office

pytestmark = [pytest.mark.django_db(transaction=True), *NEEDED]


def test_a_form_is_made_by_keyboard(
    cbs: Office,  # noqa: F811
    browser: Browser,  # noqa: F811
    live_server: Any,
    settings: Any,
) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    body = actions.create(who=cbs.actor("admin"), facts=FACTS, keeper=cbs.owner)
    client = Client()
    sign_in(client, cbs.actor("admin"), second_factor="totp")
    with page_of(client, browser, live_server.url) as page:
        page.goto(f"/bodies/{body.slug}/desk/form/questions/")
        page.get_by_label("Question").focus()
        page.keyboard.type("Ethics approval")
        page.get_by_label("What do you want as an answer?").select_option(label="A choice: one of several")
        page.get_by_label("Choices, or columns").fill("We have it\nNot needed")
        page.get_by_role("button", name="Save").press("Enter")
        page.wait_for_url("**/form/")
        look(page, "form-maker")
        page.get_by_role("link", name="Ethics approval").click()
        page.get_by_text("When it is asked").wait_for()
        page.get_by_role("link", name="The form").click()
        page.get_by_role("link", name="Add something to accept").click()
        page.go_back()
        page.goto(f"/bodies/{body.slug}/desk/form/preview/?q--transfer=yes")
        assert page.get_by_label("To which countries?").is_visible()
        look(page, "form-preview")
