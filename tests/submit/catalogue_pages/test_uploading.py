"""A data set from a file: tried, stored as a draft, or put in the place of another."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone
from lxml import html
from pyoxigraph import RdfFormat, serialize

from erpd.accounts.checked import KEPT
from erpd.accounts.models import CheckedFile, Deed
from erpd.metadata.limits import MOST_DELIVERED
from erpd.submit.actions import change
from erpd.submit.delivery_api import bodies
from erpd.submit.delivery_api.problems import INVALID_REQUEST, Problem
from erpd.submit.models import Delivery
from tests.submit.catalogue_pages.conftest import address, put, root
from tests.submit.catalogue_pages.test_acts import text_of
from tests.submit.owners import agree, record

FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "json": RdfFormat.JSON_LD,
    "xml": RdfFormat.RDF_XML,
}


def file(name: str = "a.ttl", content: bytes | None = None, **more) -> SimpleUploadedFile:
    if content is None:
        syntax = FORMATS[name.rpartition(".")[2]]
        content = serialize(record(**more).graph.triples(), format=syntax)
    return SimpleUploadedFile(name, content)


def send(client, path: str, sent: SimpleUploadedFile, do: str = "check", **more):
    return client.post(path, {"file": sent, "act": do, **more}, follow=True)


@pytest.mark.in_children
def test_tried_without_a_trace_then_stored_as_a_draft(cbs, signed):
    client, path = signed(), f"{root(cbs, 'test')}upload/"
    tried = send(client, path, file(without="byteSize"))
    said = text_of(tried)
    assert tried.status_code == 200
    assert "Nothing was stored yet." in said
    assert "dcat:byteSize" in said
    assert "What follows is what visitors would see." in said
    assert "Before anything can be published" not in said  # no agreement is there yet
    assert not Delivery.objects.exists()
    assert not Deed.objects.exists()
    done = send(client, path, file(without="byteSize"), "store")
    one = Delivery.objects.get()
    assert (one.state, one.way, one.identifier) == ("draft", "page", "http://data.example/discharges")
    assert done.redirect_chain[-1][0] == address(one)
    assert "The data set is stored as a draft." in text_of(done)
    again = send(client, path, file(title="Other"), "store")
    assert (again.status_code, "You have a data set with the identifier" in text_of(again)) == (
        409,
        True,
    )


@pytest.mark.in_children
def test_what_was_checked_is_stored_without_choosing_it_again(cbs, signed):
    agree(cbs)
    client, path = signed(), f"{root(cbs)}upload/"
    tried = send(client, path, file(name="a.jsonld"))
    form = form_in(tried)
    assert "a.jsonld" in text_of(tried)
    for there in (f"{root(cbs, 'test')}upload/", f"{root(cbs, 'open')}upload/"):
        assert client.post(there, form | {"act": "store"}).status_code == 409, "it was checked elsewhere"
    assert signed("admin").post(path, form | {"act": "store"}).status_code == 409, "somebody else's"
    CheckedFile.objects.update(at=timezone.now() - KEPT)
    late = client.post(path, form | {"act": "store"})
    assert (late.status_code, "Choose the file again." in text_of(late)) == (409, True)
    form = form_in(send(client, path, file(name="a.jsonld")))
    assert client.post(path, form | {"act": "store"}).status_code == 302
    one = Delivery.objects.get()
    assert not CheckedFile.objects.exists()
    # The same in the place of another; the edition is that which was checked.
    form = form_in(send(client, address(one, "replace/"), file(title="Newer"), edition=1))
    change(who=cbs.actor(), delivery=one, record=record(one.identifier, title="Theirs", iri=one.iri))
    assert client.post(address(one, "replace/"), form | {"act": "store"}).status_code == 409
    form = form_in(send(client, address(one, "replace/"), file(title="Newer"), edition=2))
    assert client.post(address(one, "replace/"), form | {"act": "store"}).status_code == 302
    one.refresh_from_db()
    assert (one.title, one.edition) == ("Newer", 3)


def form_in(answer) -> dict[str, str]:
    fields = html.fromstring(answer.content.decode()).xpath("//main//form//input[@type='hidden']")
    return {one.get("name"): one.get("value") or "" for one in fields}


def test_one_file_of_a_person_is_read_at_a_time(cbs, signed, monkeypatch):
    client, path, seen = signed(), f"{root(cbs)}upload/", []

    def reading(*_):
        seen.append(send(client, path, file(), "store"))
        seen.append(send(signed("admin"), path, file("a.exe", b"x"), "store"))  # others are not held up
        raise Problem(INVALID_REQUEST, "x")

    monkeypatch.setattr(bodies, "read", reading)
    assert send(client, path, file(), "store").status_code == 400
    assert [one.status_code for one in seen] == [429, 400]
    assert "still reading another file of yours" in text_of(seen[0])
    monkeypatch.undo()
    assert send(client, path, file(), "store").status_code == 200


@pytest.mark.parametrize("do", ["check", "store"])
def test_a_file_that_says_too_much_is_refused(cbs, signed, do):
    said = (
        b"<https://a.example/1> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/relation> "
    )
    said += b"(" * MOST_DELIVERED + b")" * MOST_DELIVERED + b" ."
    answer = send(signed(), f"{root(cbs)}upload/", file("a.ttl", said), do)
    assert (answer.status_code, f"more than {MOST_DELIVERED:,} triples" in text_of(answer)) == (400, True)


def test_what_the_delivery_api_takes(cbs, signed):
    client, path = signed(), f"{root(cbs)}upload/"
    for number, suffix in enumerate(FORMATS):
        iri = f"http://data.example/{number}"
        sent = file(f"a.{suffix}", identifier=str(number), iri=iri)
        assert send(client, path, sent, "store").status_code == 200
    said = {"dctIdentifier": "https://data.example/json", "dctTitle": ["From JSON"]}
    assert send(client, path, file("b.json", json.dumps(said).encode()), "store").status_code == 200
    blank = b'[] a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "B" ;'
    blank += b"<http://www.w3.org/ns/dcat#distribution> [ a <http://www.w3.org/ns/dcat#Distribution> ] ."
    assert send(client, path, file("d.ttl", blank), "store").status_code == 200
    assert Delivery.objects.filter(way="page").count() == len(FORMATS) + 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.ttl", b"<a> <b> .", "File"),
        ("a.ttl", b"<http://a.example/x> a <http://a.example/Y> .", "data set"),
        ("a.json", b"[" * 5000, "File"),
        ("a.json", b'{"unknown": 1}', "unknown"),
        ("a.json", b'{"dctTitle": ["No name"]}', "dctIdentifier"),
        ("a.json", b"\xff\xfe\0", "File"),
        ("a.jsonld", b'{"@context": "http://127.0.0.1:9/context"}', "File"),
        ("a.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "File"),
        ("a.exe", b"x", "end of its name"),
        ("ttl", b"x", "File"),
        ("a.ttl", b"", "empty"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(cbs, signed, name, content, said):
    answer = send(signed(), f"{root(cbs)}upload/", file(name, content), "store")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "<title>Error:" in page
    assert 'aria-invalid="true"' in page
    assert said in text_of(answer)
    assert "root:" not in page
    assert not Delivery.objects.exists()


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_files_are_bounded_and_nothing_else_is_taken(cbs, signed):
    client, path = signed(), f"{root(cbs)}upload/"
    answer = send(client, path, file(content=b" " * 1001), "store")
    assert (answer.status_code, "larger than" in text_of(answer)) == (400, True)
    assert client.post(path, {"file": "not a file", "act": "store"}).status_code == 400
    assert client.post(path, {"act": "store"}).status_code == 400
    more = {"state": "published", "owner": "rivm", "catalogue": "1", "identifier": "mine", "publish": "1"}
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100_000):
        assert send(client, path, file(), "store", **more).status_code == 200
    one = Delivery.objects.get()
    assert (one.state, one.owner, one.identifier) == ("draft", cbs.owner, "http://data.example/discharges")


def test_put_in_the_place_of_another(cbs, signed):
    agree(cbs)
    one = put(cbs, publish=True)
    client, path = signed(), address(one, "replace/")
    tried = send(client, path, file(title="Newer"), edition=1)
    assert "Nothing was stored yet." in text_of(tried)
    broken = send(client, path, file(title="Newer", without="dct:format"), "store", edition=1)
    assert (broken.status_code, "dct:format" in text_of(broken)) == (409, True)
    other = send(client, path, file(iri="http://data.example/other"), "store", edition=1)
    assert (other.status_code, "permanent" in text_of(other)) == (400, True)
    one.refresh_from_db()
    assert (one.title, one.edition) == ("Discharges", 1)
    assert "The data set is stored." in text_of(send(client, path, file(title="Newer"), "store", edition=1))
    assert "Newer" in client.get(f"/datasets/{one.pk}").content.decode()
