"""What every door for machines keeps to. A new one is here by its line in DOORS: there is nothing to add."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from lxml import html
from pytest_django import DjangoDbBlocker

from erpd.publish.derived import DERIVED
from erpd.publish.door import Door
from erpd.publish.doors import DOORS
from erpd.register.models import WHOLE, DataSet
from erpd.register.scope import Scope, scope
from tests.portal import shelf

SCOPES = ("all", "protected", "open", "nl", "nl-open")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

each_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.title)
each_scope = pytest.mark.parametrize("name", SCOPES)


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, DataSet]]:
    """Catalogue -> the one data set in it; ``trial`` is a test catalogue. Once, because it takes 0.6 s."""
    kinds = {"nl": "protected", "nl-open": "open", "trial": "test"}
    with django_db_blocker.unblock(), transaction.atomic():
        found = {
            slug: shelf.put_turtle(
                shelf.catalogue(slug, kind),
                f':{slug}/1 a dcat:Dataset ; dct:title "Title of {slug}."@en .'.replace("/", r"\/"),
            )
            for slug, kind in kinds.items()
        }
        for derived in DERIVED:
            derived.rebuild(None)
        yield found
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def data_sets(filled: dict[str, DataSet], db: None) -> dict[str, DataSet]:
    return filled


def paths(door: Door, within: Scope) -> list[str]:
    """All addresses that the door names, on this server."""
    return [entrance.to_try.removeprefix("http://testserver") for entrance in door.entrances(within)]


@each_door
@each_scope
def test_it_stands_in_each_scope_and_shows_only_that(
    client: Client, data_sets: dict[str, DataSet], door: Door, name: str
) -> None:
    within = scope(name)
    for path in paths(door, within):
        response = client.get(path)
        assert response.status_code == 200, path
        shown = response.getvalue().decode(response.charset, "replace")
        for slug, data_set in data_sets.items():
            if data_set.catalogue_id not in within.catalogues:
                for trace in (f"Title of {slug}.", f"/{slug}/1", str(data_set.key)):
                    assert trace not in shown, f"{path} shows a data set of {slug}"


@each_door
@pytest.mark.parametrize("name", ["none", "trial", "all", "protected", "open"])
def test_what_may_not_be_seen_does_not_exist(client: Client, door: Door, name: str) -> None:
    for path in paths(door, scope("all")):
        assert client.get(f"/catalogues/{name}{path}").status_code == 404, path


@each_door
@each_scope
def test_only_the_methods_that_it_names(client: Client, door: Door, name: str) -> None:
    """RFC 9110, sections 9.3.2 and 15.5.6; no cookie opens a door, so that forms of other sites may post."""
    client.handler.enforce_csrf_checks = True
    path = paths(door, scope(name))[0]
    for method in METHODS:
        response = client.generic(method, path)
        if method not in door.methods:
            assert response.status_code == 405, method
            assert set(response["Allow"].split(", ")) == set(door.methods)
        else:
            assert response.status_code not in (403, 405), method
            assert response.status_code < 500, method
    if "HEAD" in door.methods:
        assert (client.head(path).status_code, client.head(path).content) == (200, b"")
    assert {"GET", "HEAD"} <= set(door.methods) or "GET" not in door.methods


@each_door
def test_it_says_what_it_keeps_to(door: Door) -> None:
    assert door.title
    assert urlsplit(door.conforms_to).scheme in ("http", "https")
    assert urlsplit(door.conforms_to).hostname


@each_door
def test_no_two_doors_share_a_title_or_a_path(door: Door) -> None:
    others = [other for other in DOORS if other is not door]
    assert door.title not in [other.title for other in others]
    assert not {*door.patterns} & {pattern for other in others for pattern in other.patterns}


@each_door
def test_the_pages_list_it(client: Client, door: Door) -> None:
    def links(address: str, place: str) -> set[str]:
        page = html.fromstring(client.get(address).content)
        return {link.get("href") for link in page.xpath(f"//{place}//a")}

    listed = door.entrances(scope("nl"))
    assert all(entrance.to_try.startswith(entrance.address) for entrance in listed)
    assert {entrance.to_try for entrance in listed} <= links("/catalogues/nl", "main")
    everywhere = [entrance.to_try for name in WHOLE for entrance in door.entrances(scope(name))]
    assert {*everywhere, door.conforms_to} <= links("/harvest-us", "main")
    for address in ("/", "/catalogues", "/none"):
        assert "/harvest-us" in links(address, "footer")
