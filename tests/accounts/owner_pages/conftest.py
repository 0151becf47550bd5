"""People who are signed in, and what pages say."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from lxml import html

from erpd.accounts.may import Actor
from tests.accounts.people import sign_in

pytestmark = pytest.mark.usefixtures("national")


@pytest.fixture
def as_(national: None) -> Callable[[Actor], Client]:
    """A browser in which somebody has just signed in, with a second factor."""

    def signed_in(who: Actor, **facts: Any) -> Client:
        client = Client()
        sign_in(client, who, second_factor="totp", **facts)
        return client

    return signed_in


def shown(answer: Any, status: int = 200) -> html.HtmlElement:
    """The main part of a page."""
    assert answer.status_code == status, answer.content.decode()[:2000]
    return html.fromstring(answer.content.decode()).get_element_by_id("main")


def words(answer: Any, status: int = 200) -> str:
    """What a page says."""
    return " ".join(shown(answer, status).text_content().split())


def told(client: Client, answer: Any) -> str:
    """What the next page says was done."""
    assert answer.status_code == 302, words(answer, answer.status_code)
    page = client.get(answer["Location"])
    return " ".join(" ".join(shown(page).xpath("//ul[@class='erpd-told']//text()")).split())
