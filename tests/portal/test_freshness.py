"""Pages that did not change are not made again; addresses that programs know."""

import dataclasses
import zlib

import pytest
from django.conf import LazySettings
from django.test import Client

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Flaw
from erpd.pages import freshness, record_page
from erpd.portal import views
from erpd.register.content import facts_of
from erpd.register.models import Catalogue, DataSet, Source, Version
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
    # The page that was asked for least recently goes first.
    monkeypatch.setattr(freshness, "MOST_KEPT", len(client.get("/").content) + 1_000)
    freshness._kept.clear()
    assert [times("/"), times("/open"), times("/"), len(freshness._kept)] == [1, 1, 1, 1]
    monkeypatch.setattr(freshness, "LONGEST_KEPT", 1)
    freshness._kept.clear()
    assert [times("/"), len(freshness._kept)] == [2, 0]


def test_a_page_of_a_data_set_shows_no_earlier_state_of_anything(
    client: Client, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it shows is changed between two requests that could be answered from what is kept."""
    nl = Catalogue.objects.get(slug="nl")

    def put(title: str = "Waters") -> DataSet:
        return shelf.put_turtle(
            nl,
            f""":waters a dcat:Dataset ; dct:title "{title}"@en , "Wateren"@nl ; dct:relation :rivers ;
            dct:publisher [ foaf:name "Board" ] .""",
        )

    def put_neighbour(title: str) -> DataSet:
        return shelf.put_turtle(nl, f':rivers a dcat:Dataset ; dct:title "{title}"@en .')

    data_set = put()
    made: list[object] = []
    real = record_page.present
    monkeypatch.setattr(record_page, "present", lambda *some, **more: made.append(1) or real(*some, **more))

    def shows(told: str, *, not_told: str = "", **headers: str) -> None:
        """A page that tells of the change, and is then kept until the next one."""
        nonlocal etag
        address = f"/datasets/{data_set.key}"
        before = len(made)
        first = client.get(address, headers={**headers, "if-none-match": etag})
        second = client.get(address, headers=headers)
        assert (first.status_code, second.content) == (200, first.content)
        assert second.headers == first.headers
        assert len(made) - before <= 1
        content = first.content.decode()
        assert told in content
        assert not (not_told and not_told in content)
        etag = first["ETag"]
        assert client.get(address, headers={**headers, "if-none-match": etag}).status_code == 304

    etag = ""
    shows("<h1", not_told="The rivers")
    put("Seas")
    shows("Seas", not_told="Waters")
    neighbour = put_neighbour("The rivers")
    shows(f'href="/datasets/{neighbour.key}">The rivers')
    put_neighbour("The streams")
    shows("The streams", not_told="The rivers")
    shelf.take_away(neighbour)
    shows("data.example/rivers", not_told="The streams")
    put_neighbour("The streams")
    shows("The streams")
    DataSet.objects.filter(pk=neighbour.pk).update(catalogue=shelf.catalogue("trial", "test"))
    shows("data.example/rivers", not_told="The streams")
    shows("Wateren", **{"accept-language": "nl"})
    shows("Wateren", **{"accept-language": "el, nl"})
    shows("Seas")
    Catalogue.objects.filter(pk=nl.pk).update(title={"en": "A new name"})
    shows("A new name")
    Catalogue.objects.filter(pk=nl.pk).update(kind="open")
    shows("Open data</span>")
    Source.objects.filter(pk=data_set.source_id).update(slug="another-source")
    shows("another-source")
    finding = Finding(Flaw.TOO_MANY, Severity.ERROR, "dct:publisher", "2", "G4.1")
    DataSet.objects.filter(pk=data_set.pk).update(findings=facts_of([finding]))
    shows("Notes on this record")
    # A backup that was restored has another data set under the same number of a change.
    version = Version.objects.get(change=DataSet.objects.get(pk=data_set.pk).change)
    lines = zlib.decompress(version.content).replace(b"Seas", b"Lakes")
    Version.objects.filter(pk=version.pk).update(content=zlib.compress(lines))
    DataSet.objects.filter(pk=data_set.pk).update(digest="0" * 64)
    shows("Lakes", not_told="Seas")
    monkeypatch.setattr(freshness, "_running", lambda: "another release")
    shows("Lakes")
    Catalogue.objects.filter(pk=nl.pk).update(kind="test")
    assert client.get(f"/datasets/{data_set.key}").status_code == 404
    Catalogue.objects.filter(pk=nl.pk).update(kind="open")
    shelf.take_away(data_set)
    assert client.get(f"/datasets/{data_set.key}", headers={"if-none-match": etag}).status_code == 410


def test_a_list_shows_no_earlier_state_of_a_data_set(client: Client, demo: Demo) -> None:
    nl = Catalogue.objects.get(slug="nl")

    def listed(address: str, **headers: str) -> str:
        rebuild()
        first, second = (client.get(address, headers=headers).content.decode() for _ in range(2))
        assert first == second
        return first

    def put(title: str, publisher: str) -> None:
        shelf.put_turtle(
            nl,
            f""":waters a dcat:Dataset ; dct:title "{title} <3"@en ; dct:description "Zzyzx waters."@en ;
            dct:publisher [ foaf:name "{publisher}" ] .""",
        )

    put("Old", "Board & Sons")
    for address in ("/?q=zzyzx", "/?page=1&q=zzyzx+waters"):
        found = listed(address)
        assert "Old &lt;3" in found
        assert "Board &amp; Sons" in found
        assert "<mark>Zzyzx</mark>" in found
    put("Old", "Ministry")
    assert "Ministry" in listed("/?q=zzyzx")
    put("New", "Ministry")
    assert "New &lt;3" in listed("/?q=zzyzx")
    assert 'lang="en"' in listed("/?q=zzyzx", **{"accept-language": "nl"})
    Catalogue.objects.filter(pk=nl.pk).update(country="DE", kind="open")
    assert "Germany</li>" in listed("/?q=zzyzx")
    assert 'ecl-label--low">Open' in listed("/?q=zzyzx")
