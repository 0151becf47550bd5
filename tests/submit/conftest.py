"""What all tests of deliveries share; for those in a browser, an owner and its administrator."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from erpd.accounts import rates
from tests.accounts.people import sign_in
from tests.in_browser import browser, page_of  # noqa: F401  # a fixture
from tests.submit.owners import Office, agree, office


@pytest.fixture(autouse=True)
def rested() -> None:
    """Keys of two tests can have one id, so each begins with its whole rate."""
    for bucket in (rates.OF_KEYS, rates.OF_STRANGERS, rates.OF_TRIES, rates.OF_VISITORS):
        bucket._filled.clear()


@pytest.fixture
def made(transactional_db: None) -> Office:
    """An owner that may publish."""
    made = office("cbs")
    agree(made)
    return made


@pytest.fixture
def page(made: Office, browser: Browser, live_server: LiveServer, settings: LazySettings) -> Iterator[Page]:  # noqa: F811
    """A browser of its administrator."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    sign_in(client, made.actor("admin"), second_factor="totp")
    with page_of(client, browser, live_server.url) as page:
        yield page
