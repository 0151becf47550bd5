"""The desk in a real browser: for those who listen, on a phone, and by keyboard without scripts."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from erpd.access.models import Event
from erpd.access.outcomes import estimating
from erpd.access.requests import moving, sending, starting, talking
from tests.access.handling.conftest import Desk, desk, sent
from tests.access.requests import desks
from tests.accounts.people import person, sign_in
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # a fixture

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]
LONG = "Verkehrssicherheitsforschungskoordinierungsangelegenheiten"


@pytest.fixture
def site(live_server: LiveServer, settings: LazySettings) -> str:
    settings.ALLOWED_HOSTS = ["*"]
    settings.NODE = replace(settings.NODE, role="national", country="NL")
    return live_server.url


def furnish() -> tuple[Desk, list[str]]:
    """A desk with requests that have everything on their pages, and their references."""
    made = desk()
    ada = person("ada@university.example", name=f"Ada {LONG}")
    made.body.form = [
        {"id": "about", "kind": "heading", "label": {"en": "About you"}},
        {"id": "secret", "kind": "text", "label": {"en": "Your diagnosis"}, "private": True},
    ]
    made.body.save()
    more = {"transfer": "yes", "transfer-countries": "Chile", "transfer-purpose": LONG, "secret": "Gout"}
    changed = sent(made, ada, **more)
    moving.take(who=made.handler, part=changed)
    reader = made.office.people["reader"]
    moving.ask_review(who=made.handler, part=changed, person=reader, text="Is it sound?")
    talking.message(who=ada, part=changed, text="Is anything missing?")
    moving.send_back(who=made.handler, part=changed, text="Say more.", questions=["use"])
    better = {**desks.ANSWERS, **more, "use": f"A better study of {LONG}"}
    changed.refresh_from_db()
    starting.save(who=ada, request=changed.request, answers={}, own={changed.pk: better})
    sending.submit(who=ada, part=changed)
    talking.note(who=made.handler, part=changed, text="We had this before.")
    valid = timezone.localdate() + timedelta(days=30)
    estimate = {"least": 100, "most": 250, "currency": "EUR", "covers": "An extract.", "valid_until": valid}
    estimating.estimate(who=made.handler, part=changed, **estimate)
    new = sent(made, ada)
    made.received("review", due=timezone.localdate() - timedelta(days=3), nudged=timezone.now())
    return made, [changed.reference, new.reference]


def test_the_pages_at_all_widths(site: str, browser: Browser) -> None:  # noqa: F811
    made, (changed, new) = furnish()
    client = Client()
    sign_in(client, made.handler, second_factor="totp")
    with page_of(client, browser, site) as page:
        for rest in ("", f"{changed}/", f"{new}/return/", f"{new}/grant-in-part/"):
            page.goto(f"{made.address}{rest or '?list=all'}")
            look(page, f"desk-{rest.strip('/').rpartition('/')[2] or 'lists'}")
        page.goto(f"{made.address}{new}/refuse/")
        page.get_by_role("button", name="Refuse, and send the letter").click()
        expect(page).to_have_title(re.compile(f"^Error: Refuse the request: {new}"))
        look(page, "desk-refuse-wrong")
        page.goto(f"{made.address}{changed}/refuse/")
        look(page, "desk-not-now")
    sign_in(client, made.office.actor("admin"), second_factor="totp")
    with page_of(client, browser, site) as page:
        page.goto(f"/owners/{made.office.owner.slug}/body/")
        look(page, "desk-body")


def test_a_message_is_written_by_keyboard_without_scripts(site: str, browser: Browser) -> None:  # noqa: F811
    made, (_changed, new) = furnish()
    client = Client()
    sign_in(client, made.handler, second_factor="totp")
    context = browser.new_context(base_url=site, locale="en-GB", java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page = context.new_page()
    page.goto(made.address)
    page.get_by_role("link", name=new).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take it yourself").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You are now the handler")
    page.get_by_role("link", name="Write to the requester").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The requester reads this.")).to_be_visible()
    page.get_by_label("Message to the requester").focus()
    page.keyboard.type("Which years?")
    page.keyboard.press("Tab")  # the file
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The message is sent to the requester.")
    context.close()
    assert Event.objects.get(text="Which years?").audience == "both"
