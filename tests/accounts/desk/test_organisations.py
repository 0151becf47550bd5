"""A list of organisations is tried, then imported as it was tried; nothing that is sent breaks the page."""

import gzip
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from erpd.accounts.checked import KEPT
from erpd.accounts.deeds import deeds
from erpd.accounts.desk.organisations import MOST_BYTES
from erpd.accounts.models import CheckedFile, Organisation
from erpd.node.refusals import MOST_BODY
from tests.accounts.desk.conftest import EVIL

pytestmark = pytest.mark.django_db

ADDRESS = "/desk/organisations/"
LIST = (
    f"iri,title:en,domains\nhttps://x.example/1,Office {EVIL},a.example\nhttps://x.example/2,Two,\n".encode()
)


def check(client: Client, content: bytes, name: str = "list.csv") -> HttpResponse:
    return client.post(ADDRESS, {"act": "check", "file": SimpleUploadedFile(name, content)})  # type: ignore[return-value]


def bring(client: Client, checked: HttpResponse) -> HttpResponse:
    form = checked.context["acts"]["import"]  # type: ignore[attr-defined]
    return client.post(ADDRESS, {"act": "import", "checked": form["checked"].value()})  # type: ignore[return-value]


def test_it_is_tried_and_then_done(at_desk: Any) -> None:
    client = at_desk()
    answer = check(client, LIST, f"{EVIL}.csv")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert EVIL not in page
    assert "2 would be added, 0 changed, 0 unchanged." in page
    assert "a.example" in page
    assert not Organisation.objects.exists()
    assert not deeds()
    other = check(client, LIST.replace(b"Two", b"Three"))
    refused = bring(client, answer)  # another file was checked meanwhile
    assert (refused.status_code, "Choose the file again." in refused.content.decode()) == (409, True)
    CheckedFile.objects.update(at=timezone.now() - KEPT)
    assert bring(client, other).status_code == 409
    answer = check(client, LIST)
    assert "reauthenticate" in bring(at_desk(ago=16 * 60), answer)["Location"]
    assert not Organisation.objects.exists()
    assert bring(client, answer).status_code == 302
    assert not CheckedFile.objects.exists()
    assert "2 organisations added, 0 changed, 0 unchanged." in client.get(ADDRESS).content.decode()
    assert Organisation.objects.count() == 2
    assert deeds(size=1)[0].detail["new"] == 2
    found = client.get(ADDRESS, {"q": "OFFICE a.example"})
    assert [one["iri"] for one in found.context["organisations"]] == ["https://x.example/1"]


def test_the_table_of_corporate_bodies_needs_no_file_and_the_list_is_turned_by_key(at_desk: Any) -> None:
    client = at_desk()
    checked = client.post(ADDRESS, {"act": "check", "corporate_bodies": "on"})
    assert checked.context["tried"].done.new > 1_000
    assert bring(client, checked).status_code == 302
    seen: set[str] = set()
    further = "?q=european"
    while further and len(seen) < 200:
        answer = client.get(ADDRESS + further)
        rows = {one["iri"] for one in answer.context["organisations"]}
        assert not rows & seen
        seen |= rows
        further = answer.context["page"].further
    assert len(seen) > 50


def bomb() -> bytes:
    return gzip.compress(b"\0" * 50_000_000)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Line 1 has to name the columns"),
        ("iri,title:en\nhttps://x.example/1,Café".encode("latin-1"), "The list is not UTF-8 (byte 36)"),
        ("iri,title:en\nhttps://x.example/1,X".encode("utf-16"), "The list is not UTF-8"),
        (b"PK\x03\x04" + b"\0" * 100, "Line 1"),
        (bomb(), "The list is not UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b"iri,title:en\n" + b"x" * MOST_BYTES, "The file is larger than 2 MB"),
        (b"iri,title:en\nhttps://x.example/1,X\0Y", ""),
        (f"iri,title:en\nhttps://x.example/1,X\n{EVIL},Y".encode(), "Line 3: iri has to be an IRI"),
    ],
    ids=range(9),
)
def test_what_is_hostile_is_told_at_the_field(at_desk: Any, content: bytes, told: str) -> None:
    answer = check(at_desk(), content)
    page = answer.content.decode()
    assert EVIL not in page
    if told:
        assert answer.status_code == 400
        assert told in page
    assert not Organisation.objects.exists()
    assert MOST_BYTES < MOST_BODY


def test_neither_or_both_are_refused(at_desk: Any) -> None:
    client = at_desk()
    both = {"corporate_bodies": "on", "file": io.BytesIO(LIST)}
    for facts in ({}, both, {"file": "a text"}):
        answer = client.post(ADDRESS, {"act": "check", **facts})
        assert answer.status_code == 400
        assert "Choose a file, or tick the table" in answer.content.decode()
