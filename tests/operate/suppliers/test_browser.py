"""A supplier in a real browser, who has only what came by mail."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from erpd.accounts.may import COMMAND_LINE
from erpd.operate.suppliers.actions import make_link
from erpd.register.models import DataSet
from tests.harvest.national import Point, many
from tests.in_browser import NEEDED, browser, look, page_of  # noqa: F401  # a fixture
from tests.mail_server import Server, link_in_mail

pytestmark = [*NEEDED, pytest.mark.django_db(transaction=True)]
WHO = "data@point.example"


def test_deletions_are_held_from_the_mail_and_the_desk_shows_it(
    visitor: Page,
    page: Page,
    server: Server,
    browser: Browser,  # noqa: F811
    live_server: LiveServer,
) -> None:
    with Point(many(10)) as point:
        visitor.goto(f"/suppliers/{make_link(who=COMMAND_LINE, settings=point.harvested().run.settings)}")
        visitor.get_by_label("Your e-mail address").fill(WHO)
        visitor.get_by_role("button", name="Send me the link").press("Enter")
        expect(visitor.get_by_text(f"Open the link that comes to {WHO}")).to_be_visible()
        visitor.goto(link_in_mail(server, WHO, "/suppliers/confirm/"))
        look(visitor, "supplier-confirm")
        visitor.get_by_role("button", name="Receive notices").press("Enter")
        expect(visitor.get_by_text(f"go to {WHO}")).to_be_visible()
        point.lists(many(4))
        point.harvested()
    with page_of(Client(), browser, live_server.url, scripts=False) as fresh:
        fresh.goto(link_in_mail(server, WHO, "/suppliers/notices/"))
        look(fresh, "supplier-notice")
        fresh.get_by_label("What is wrong?").fill("Our server was down.")
        fresh.get_by_role("button", name="This is wrong: keep them").press("Enter")
        expect(fresh.get_by_text("You said that this is wrong: Our server was down.")).to_be_visible()
        assert "sessionid" not in {one["name"] for one in fresh.context.cookies()}
        page.goto("/desk/")
        page.get_by_role("link", name="Sources whose supplier says that deletions are wrong: 1").press(
            "Enter"
        )
        expect(page.get_by_text("The supplier says that this is wrong: Our server was down.")).to_be_visible()
        look(page, "operate-deletions-held")
        assert DataSet.objects.filter(deleted=False).count() == 10
        fresh.get_by_role("link", name="Stop these e-mails").press("Enter")
        look(fresh, "supplier-stop")
        fresh.get_by_role("button", name="Stop the notices").press("Enter")
        expect(fresh.get_by_text("You receive no more notices")).to_be_visible()
