"""What holds on every page: how errors are told, what may run in it, what browsers keep."""

import re
from contextlib import closing

import pytest
from django.conf import LazySettings
from django.test import Client
from lxml import html

from erpd.node.static import address_of
from tests.portal.test_pages import Demo, page, words


def test_unknown_addresses_are_told_in_plain_words(client: Client, db: None, settings: LazySettings) -> None:
    for address in (
        "/datasets/00000000-0000-4000-8000-000000000000",
        "/datasets/x",
        "/catalogues/none",
        "/none",
    ):
        assert "There is nothing at this address" in words(page(client, address, 404))
    assert (
        page(client, "/", 400, host="elsewhere.example").findtext(".//h1")
        == "We could not understand this request"
    )


def test_what_cannot_be_sent_is_told_to_people_and_programs(client: Client, db: None) -> None:
    for address in ("/", "/catalogues", "/machines"):
        response = client.post(address, headers={"accept": "text/html"})
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
        assert "Nothing can be sent to this page" in response.content.decode()
        assert client.post(address).content == b""


def test_pages_bring_nothing_inline_and_nothing_from_elsewhere(client: Client, demo: Demo) -> None:
    for address in (
        "/",
        "/catalogues",
        "/harvest-us",
        "/publish",
        "/catalogues/nl",
        f"/datasets/{demo['inkomen-van-personen'].key}",
    ):
        response = client.get(address)
        assert "default-src 'self'" in response["Content-Security-Policy"]
        shown = html.fromstring(response.content.decode())
        assert not shown.xpath("//style | //*[@style] | //iframe")
        assert not [
            name for element in shown.iter() for name in element.attrib if re.match(r"on|hx-on", name)
        ]
        for script in shown.xpath("//script"):
            assert script.get("type") == "application/ld+json" or script.get("src", "").startswith("/static/")
        for link in shown.xpath("//link[@rel='stylesheet'] | //img"):
            assert (link.get("href") or link.get("src")).startswith("/static/")


@pytest.mark.django_db
def test_static_files_are_kept_by_browsers_until_they_are_others(client, tmp_path):
    page = html.fromstring(client.get("/catalogues").content)
    (sheet,) = page.xpath("//link[contains(@href, 'pages.css')]/@href")
    with closing(client.get(sheet)) as response:
        assert response["Cache-Control"] == "max-age=315360000, public, immutable"
    assert client.get("/static/pages/pages.css").status_code == 404
    (tmp_path / "a.css").write_text("a {}")
    before = address_of([tmp_path])
    assert before == address_of([tmp_path])
    (tmp_path / "a.css").write_text("b {}")
    assert address_of([tmp_path]) != before
