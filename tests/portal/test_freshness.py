"""Pages that did not change are not made again; addresses that programs know."""

import dataclasses

import pytest
from django.conf import LazySettings
from django.test import Client

from erpd.portal import freshness, views
from erpd.register.models import Catalogue
from erpd.register.search import rebuild
from tests.portal import shelf
from tests.portal.test_pages import Demo


@pytest.mark.parametrize("address", ["/?q=income", "/catalogues", "/catalogues/nl", "/facets/theme"])
def test_a_page_is_made_again_only_when_it_changed(client: Client, demo: Demo, address: str) -> None:
    first = client.get(address)
    assert first["Cache-Control"] == "no-cache"
    assert "Accept-Language" in first["Vary"]
    assert "Cookie" not in first["Vary"]

    def again(**headers: str) -> int:
        return client.get(address, headers={"if-none-match": first["ETag"], **headers}).status_code

    assert again() == 304
    assert again(**{"accept-language": "de"}) == 200
    client.cookies["django_language"] = "nl"
    assert again() == 200
    client.cookies.clear()
    assert again() == 304
    Catalogue.objects.filter(slug="nl").update(publisher="Somebody else")
    assert again() == 200
    first = client.get(address)
    assert again() == 304
    shelf.put_turtle(Catalogue.objects.get(slug="nl-open"), ":new a dcat:Dataset .")
    assert again() == 200
    first = client.get(address)
    rebuild()
    assert again() == 200


def test_addresses_that_programs_know(client: Client, db: None, settings: LazySettings) -> None:
    assert "Disallow: /*?*theme=" in client.get("/robots.txt").content.decode()
    assert client.get("/favicon.ico")["Location"].endswith("/pages/icon.svg")
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.NODE = dataclasses.replace(settings.NODE, email="safe@data.example")
    lines = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert lines[0] == "Contact: mailto:safe@data.example"
    assert lines[1].startswith("Expires: 20")
    assert lines[1].endswith("T00:00:00Z")


def test_pages_without_a_question_are_made_once_for_all_readers(
    client: Client, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for name in ("results", "tree"):
        real = getattr(views, name)
        monkeypatch.setattr(views, name, lambda *given, real=real: made.append(real) or real(*given))

    def times(address: str, **headers: str) -> int:
        before = len(made)
        first, second = (client.get(address, headers=headers) for _ in range(2))
        assert first.status_code == second.status_code == 200
        assert first.content == second.content
        assert first.headers == second.headers
        return len(made) - before

    assert [times("/"), times("/"), times("/", **{"accept-language": "de"})] == [1, 0, 1]
    assert [times("/catalogues"), times("/open"), times("/?q=income"), times("/?lang=nl")] == [1, 1, 2, 2]
    client.cookies.clear()
    assert times("/", **{"hx-request": "true"}) == 1
    Catalogue.objects.filter(slug="nl").update(publisher="Somebody else")
    assert times("/") == 1
    monkeypatch.setattr(freshness, "MOST_KEPT", 1)
    assert [times("/"), times("/open"), times("/"), len(freshness._kept)] == [0, 1, 1, 1]
    monkeypatch.setattr(freshness, "LONGEST_KEPT", 1)
    freshness._kept.clear()
    assert [times("/"), len(freshness._kept)] == [2, 0]
