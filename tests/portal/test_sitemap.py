"""The sitemap leads to every page once, in every language."""

import pytest
from django.test import Client
from lxml import etree

from erpd.portal import sitemap
from erpd.register.models import DataSet

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
LINK = "{http://www.w3.org/1999/xhtml}link"


def locations(client: Client, address: str) -> list[str]:
    response = client.get(address.removeprefix("http://testserver"))
    assert response.status_code == 200
    return [one.text for one in etree.fromstring(response.content).iter(LOC)]


@pytest.mark.parametrize("most", [1, 3, 2_000])
def test_every_page_is_there_once(client: Client, demo, monkeypatch, most: int) -> None:
    monkeypatch.setattr(sitemap, "MOST", most)
    files = locations(client, "/sitemap.xml")
    found = [page for file in files for page in locations(client, file)]
    assert len(found) == len(set(found))
    keys = DataSet.objects.filter(deleted=False).exclude(catalogue__kind="test").values_list("key", flat=True)
    data_sets = {f"http://testserver/datasets/{key}" for key in keys}
    assert data_sets < set(found)
    assert all(client.get(page.removeprefix("http://testserver")).status_code == 200 for page in found[::7])
    assert "http://testserver/catalogues/nl" in found
    assert b"Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content


def test_languages(client: Client, demo) -> None:
    page = etree.fromstring(client.get("/sitemaps/pages.xml").content)
    said = {link.get("hreflang"): link.get("href") for link in page[0].iter(LINK)}
    assert said["nl"].endswith("/?lang=nl")
    assert said["x-default"] == "http://testserver/"


@pytest.mark.parametrize("name", ["g", "a" * 33, "..%2f", "PAGES", ""])
def test_there_are_no_other_files(client: Client, db, name: str) -> None:
    assert client.get(f"/sitemaps/{name}.xml").status_code == 404
