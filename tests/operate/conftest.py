"""A node with a source, seen from the desk and by visitors."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from erpd.accounts.may import Actor
from erpd.accounts.models import Person
from tests.accounts.people import operator, person, sign_in
from tests.harvest.national import Point, good, many
from tests.in_browser import browser, page_of  # noqa: F401  # a fixture
from tests.mail_server import running, server  # noqa: F401  # fixtures


@pytest.fixture
def point(db: None) -> Iterator[Point]:
    """Ten data sets, and two records that are not accepted."""
    with Point([*many(10), good("bad", valid=False), good("worse", "=cmd()", valid=False)]) as point:
        yield point


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, settings: LazySettings) -> Iterator[Page]:  # noqa: F811
    """A page of the operator, who is signed in."""
    settings.ALLOWED_HOSTS = ["*"]
    with page_of(at_desk(operator()), browser, live_server.url) as page:
        yield page


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer, settings: LazySettings) -> Iterator[Page]:  # noqa: F811
    """A page of somebody who has not signed in, without JavaScript; links in mails lead to this node."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.NODE = replace(settings.NODE, base_url=live_server.url)
    with page_of(Client(), browser, live_server.url, scripts=False) as page:
        yield page


def at_desk(who: Actor, ago: float = 0) -> Client:
    client = Client()
    sign_in(client, who, second_factor="totp", ago=ago)
    return client


@pytest.fixture
def desk(db: None) -> Client:
    """The client of an operator."""
    return at_desk(operator())


@pytest.fixture
def reading(db: None) -> Client:
    """The client of somebody who may look at the desk."""
    return at_desk(person("reader@portal.example", office=Person.Office.READER))


@pytest.fixture
def reviewing(db: None) -> Client:
    """The client of a reviewer."""
    return at_desk(person("reviewer@portal.example", office=Person.Office.REVIEWER))
