"""What lists show of data sets is kept for the version that it was read from."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from erpd.portal import cards as kept
from erpd.portal.cards import cards
from erpd.register.models import Catalogue, Version
from erpd.register.scope import scope
from erpd.register.search import follow
from tests.portal import shelf
from tests.portal.test_pages import Demo


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_kept", {})


def test_a_card_is_read_once_for_each_version_and_kind_of_reader(demo: Demo) -> None:
    some = scope().seen([one.key for one in demo.values()])

    def queries(*languages: str, with_codes: bool = False) -> int:
        with CaptureQueriesContext(connection) as asked:
            found = cards(some, languages, with_codes=with_codes)
        assert found.keys() == {one.key for one in some}
        assert all(bool(card.codes) is with_codes for card in found.values())
        return len(asked)

    assert [queries("en"), queries("en"), queries("nl"), queries("en", with_codes=True)] == [1, 0, 1, 1]
    with override("de"):
        assert [queries("en"), queries("en")] == [1, 0]
    some[0] = some[0]._replace(digest="another, after a backup was restored")
    assert queries("en") == 1


def test_what_changed_is_shown_at_once(client: Client, demo: Demo) -> None:
    catalogue = Catalogue.objects.get(slug="nl-open")
    shelf.put_turtle(catalogue, ':new a dcat:Dataset ; dct:title "Zeppelins first"@en .')
    follow()
    assert b"</mark> first" in client.get("/?q=zeppelins").content
    shelf.put_turtle(catalogue, ':new a dcat:Dataset ; dct:title "Zeppelins second"@en .')
    follow()
    again = client.get("/?q=zeppelins").content
    assert b"</mark> second" in again
    assert b"</mark> first" not in again


def test_a_damaged_version_is_not_kept_and_the_number_of_cards_is_limited(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, *others = scope().seen([one.key for one in demo.values()])
    content = Version.objects.get(change=one.change).content
    Version.objects.filter(change=one.change).update(content=b"damaged")
    assert cards([one], ("en",))[one.key].is_address
    Version.objects.filter(change=one.change).update(content=content)
    assert not cards([one], ("en",))[one.key].is_address
    monkeypatch.setattr(kept, "MOST", 2)
    for each in (one, *others):
        cards([each], ("en",))
        assert len(kept._kept) <= 2
