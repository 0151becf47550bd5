"""The list of a catalogue: what it says of each data set, by state, by words, page by page."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from erpd.accounts import paging
from erpd.accounts.models import Person
from erpd.submit.actions import withdraw
from erpd.submit.models import Delivery
from tests.accounts.people import person, sign_in
from tests.node.hostile import addresses
from tests.submit.catalogue_pages.conftest import address, put, root
from tests.submit.owners import agree


def rows(client, path: str, **fields) -> list[list[str]]:
    found = html.fromstring(client.get(path, fields).content.decode())
    lines = found.xpath("//tbody/tr")
    return [[" ".join(" ".join(cell.itertext()).split()) for cell in line] for line in lines]


def titles(client, path: str, **fields) -> list[str]:
    return [row[0].split()[0] for row in rows(client, path, **fields)]


def test_a_line_says_what_how_and_by_whom(cbs, signed):
    put(cbs, "draft", title="Income", without="byteSize")
    [row] = rows(signed("reader"), root(cbs))
    assert row[0] == "Income draft"
    assert row[1] == "draft"
    assert row[2] == "2 errors , 8 warnings"
    assert row[3].endswith("editor@cbs.example")
    assert row[4] == "web page"
    assert "/upload/" not in signed("reader").get(root(cbs)).content.decode()
    assert f'href="{root(cbs)}upload/"' in signed().get(root(cbs)).content.decode()


def test_by_state_by_words_in_any_language_and_case(cbs, signed):
    agree(cbs)
    put(cbs, "a", title="Ärzte in Krankenhäusern", publish=True)
    put(cbs, "b", title="Schools")
    withdraw(who=cbs.actor(), delivery=put(cbs, "c", title="Roads", publish=True))
    client, path = signed(), root(cbs)
    assert titles(client, path) == ["Roads", "Schools", "Ärzte"]
    assert titles(client, path, state="withdrawn") == ["Roads"]
    assert titles(client, path, state="draft") == ["Schools"]
    assert titles(client, path, state="nonsense") == ["Roads", "Schools", "Ärzte"]
    assert titles(client, path, q="KRANKENHÄUSERN ärzte") == ["Ärzte"]
    assert titles(client, path, q="krankenhäusern roads") == []
    assert titles(client, path, q="\0%_" + "x" * 500) == []
    assert titles(client, path, q="scho", state="published") == []


def test_a_title_is_in_the_language_of_the_reader(cbs, signed):
    one = put(cbs)
    Delivery.objects.filter(pk=one.pk).update(titles={"nl": "Ontslagen", "de-at": "Entlassungen"})
    client, path = signed(), root(cbs)
    assert titles(client, path, lang="nl") == ["Ontslagen"]
    assert titles(client, path, lang="de") == ["Entlassungen"]
    assert 'lang="nl"' in client.get(path, {"lang": "fr"}).content.decode()


def test_pages_by_key_show_each_once(cbs, signed, monkeypatch):
    monkeypatch.setattr(paging, "SIZE", 3)
    for number in range(8):
        put(cbs, f"n{number}", title=f"T{number}")
    Delivery.objects.update(modified=timezone.now())  # all at once, so the key alone tells them apart
    client, path, seen = signed(), root(cbs), []
    query = "?q=t&state=draft"
    while query:
        page = html.fromstring(client.get(path + query).content.decode())
        seen += page.xpath("//tbody/tr/th/a/text()")
        query = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert sorted(seen) == [f"T{number}" for number in range(8)]
    for mark in ("x", "2026-01-01_", "2026-01-01T00:00:00_" + "0" * 32, "9" * 5000):
        assert len(titles(client, path, after=mark)) == 3


def test_ten_thousand_are_as_cheap_as_ten(cbs, signed):
    put(cbs)
    one = Delivery.objects.get()
    client, path = signed(), root(cbs)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(path)
    Delivery.objects.bulk_create(
        Delivery(
            owner=one.owner, catalogue=one.catalogue, source=one.source, identifier=str(number), by=one.by
        )
        for number in range(60)
    )
    with CaptureQueriesContext(connection) as many:
        assert len(titles(client, path)) == 50
    assert len(many) == len(few)
    assert not any("content" in query["sql"] for query in many)


def test_the_test_catalogue_is_marked_and_can_be_emptied(cbs, signed):
    one, other = put(cbs, kind="test"), put(cbs, "other")
    client = signed()
    paths = [root(cbs, "test"), root(cbs, "test") + "upload/", root(cbs, "test") + "empty/", address(one)]
    paths += [address(one, f"{act}/") for act in ("withdraw", "erase", "replace", "publish-for-real")]
    for path in paths:
        assert "Test: nobody else sees this" in client.get(path).content.decode(), path
    assert "Test: nobody" not in client.get(root(cbs)).content.decode()
    assert client.get(root(cbs) + "empty/").status_code == 404
    assert signed("reader").post(root(cbs, "test") + "empty/").status_code == 403
    assert Delivery.objects.count() == 2
    late = signed("admin", ago=16 * 60).post(root(cbs, "test") + "empty/")
    assert late["Location"].startswith("/account/")
    assert Delivery.objects.count() == 2
    done = client.post(root(cbs, "test") + "empty/", follow=True)
    assert "1 data set was erased." in done.content.decode()
    assert [*Delivery.objects.all()] == [other]


def test_an_operator_sees_what_everybody_sees(cbs, client):
    agree(cbs)
    done = put(cbs, "done", title="Done", publish=True)
    put(cbs, "draft", title="Secret")
    put(cbs, "tried", kind="test", title="Tried")
    sign_in(client, person("o@portal.example", office=Person.Office.OPERATOR), second_factor="totp")
    page = client.get(root(cbs)).content.decode()
    assert "Secret" not in page
    assert "editor@" not in page
    assert f'href="/datasets/{done.pk}"' in page
    assert rows(client, root(cbs, "test")) == []
    for one in Delivery.objects.all():
        assert client.get(address(one)).status_code == 404


NOBODY = "00000000-0000-0000-0000-000000000000"
MARKS = [
    f"0001-01-01T00:00:00+23:59_{NOBODY}",
    f"9999-12-31T23:59:59-23:59_{NOBODY}",
    f"\0_{NOBODY}",
    "9" * 18,
]


def test_no_page_or_door_fails_by_a_forged_mark_of_its_list(cbs, signed, settings, tmp_path):
    settings.HOME = tmp_path
    key = str(put(cbs).pk)
    operator = Client()
    sign_in(operator, person("o@portal.example", office=Person.Office.OPERATOR), second_factor="totp")
    admin = signed("admin")
    known = {"slug": ["cbs"], "catalogue": ["cbs"], "name": ["cbs"], "key": [key], "suffix": ["ttl"]}
    seen = 0
    for path in addresses(known | {"action": ["package_search"], "facet": ["theme"]}):
        if path.startswith("/account/"):
            continue
        client = operator if path.startswith("/desk/") else admin
        for mark in MARKS:
            marks = dict.fromkeys(("after", "cursor", "page", "start", "from", "resumptionToken"), mark)
            answer = client.get(path, marks)
            if answer.streaming:  # a file is open until it is read; close() would close the database's, too
                answer.getvalue()
            seen += answer.status_code == 200
            if answer.status_code >= 300:  # no list is there
                break
    assert seen > 100


@pytest.mark.parametrize("kind", ["", "protected", "test"])
def test_strangers_are_asked_to_sign_in_whether_or_not_there_is_such_a_page(cbs, client, kind):
    path = root(cbs, kind) if kind else "/owners/cbs/catalogues/nothing/"
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={path}")
