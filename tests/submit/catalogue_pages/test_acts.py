"""Who may do what on these pages, as TABLE says; what each act does, and what is refused."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from lxml import html
from pyoxigraph import RdfFormat, parse

from erpd.accounts.may import Kind, Role, Verb
from erpd.accounts.models import Deed, Person, Transfer
from erpd.accounts.table import TABLE
from erpd.metadata.canonical import canonical
from erpd.metadata.graph import Graph
from erpd.register.models import Catalogue, DataSet
from erpd.submit.actions import change, publish
from erpd.submit.form.keeping import TICKET, ticket
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery
from erpd.submit.refusals import NotReady
from tests.accounts.people import person, sign_in
from tests.submit.catalogue_pages.conftest import address, put, root
from tests.submit.owners import agree, office, record

SEEN, WRITTEN = (Kind.DATA_SET, Verb.SEE), (Kind.DATA_SET, Verb.CHANGE)
# Page below a data set -> the row of the table.
PAGES = {
    "": SEEN,
    "download.ttl": SEEN,
    "download.json": SEEN,
    "publish/": (Kind.DATA_SET, Verb.PUBLISH),
    "withdraw/": (Kind.DATA_SET, Verb.WITHDRAW),
    "erase/": (Kind.DATA_SET, Verb.ERASE),
    "replace/": WRITTEN,
    "edit/about/": WRITTEN,
    "edit/distributions/": WRITTEN,
    "edit/distributions/new/": WRITTEN,
    "edit/review/": WRITTEN,
    "publish-for-real/": (Kind.DATA_SET, Verb.PUBLISH),
    "transfer/": (Kind.DATA_SET, Verb.TRANSFER),
}
PAGES_OF_CATALOGUE = {
    "": (Kind.CATALOGUE, Verb.SEE),
    "upload/": (Kind.DATA_SET, Verb.CREATE),
    "new/": (Kind.DATA_SET, Verb.CREATE),
    "empty/": (Kind.CATALOGUE, Verb.EMPTY),
}
WRITING = [page for page, row in (PAGES | PAGES_OF_CATALOGUE).items() if row[1] is not Verb.SEE]


def text_of(answer) -> str:
    return " ".join(html.fromstring(answer.content.decode()).find("body/main").text_content().split())


def form_of(client, path: str) -> dict[str, str]:
    page = html.fromstring(client.get(path).content.decode())
    return {
        one.get("name"): one.get("value") or "" for one in page.xpath("//main//form//input[@type='hidden']")
    }


def act(client, one: Delivery, name: str, **more):
    path = address(one, f"{name}/")
    return client.post(path, {"edition": Delivery.objects.get(pk=one.pk).edition, **more}, follow=True)


def post(client: Client, path: str):
    """What a form of our own page would send; without its ticket, no page of the form is asked at all."""
    given = SimpleNamespace(user=SimpleNamespace(pk=int(client.session["_auth_user_id"])), path=path)
    return client.post(path, {TICKET: ticket(given)})


def test_every_row_of_the_table_over_every_page(cbs):
    one, other = put(cbs, kind="test"), office("rivm")
    offices = [Person.Office.REVIEWER, Person.Office.OPERATOR]
    people = [(cbs.actor(each), {Role("administrator" if each == "admin" else each)}) for each in cbs.people]
    people += [(person(f"{each}@portal.example", office=each), {Role(each)}) for each in offices]
    people += [(other.actor("admin"), set()), (person("somebody@else.example"), set())]
    pages = [(root(cbs, "test") + page, row, Kind.CATALOGUE) for page, row in PAGES_OF_CATALOGUE.items()]
    pages += [(address(one, page), row, Kind.DATA_SET) for page, row in PAGES.items()]
    for who, held in people:
        client = Client()
        sign_in(client, who, second_factor="totp")
        for path, row, kind in pages:
            seen = TABLE[kind, Verb.SEE] & held and TABLE[Kind.CATALOGUE, Verb.SEE] & held
            expected = 404 if not seen else 200 if TABLE[row] & held else 403
            assert client.get(path).status_code == expected, (path, held)
            if expected != 200:
                assert post(client, path).status_code in (expected, 405), (path, held)
    assert Delivery.objects.get().edition == 1
    assert not Transfer.objects.exists()


def test_what_is_foreign_answers_as_what_does_not_exist(cbs, signed):
    other = office("rivm")
    theirs, mine = put(other, kind="test"), put(cbs, kind="test")
    client, nothing = signed("admin"), uuid4()
    moved = address(theirs).replace("/owners/rivm/catalogues/rivm-test/", root(cbs, "test"))
    for page in PAGES:
        got, posted = set(), set()
        for path in (
            address(theirs, page),
            address(theirs, page).replace(str(theirs.pk), str(nothing)),
            address(mine, page).replace(str(mine.pk), str(nothing)),
            address(mine, page).replace("/owners/cbs/", "/owners/rivm/"),
            address(mine, page).replace("/cbs-test/", "/rivm-test/"),
            address(mine, page).replace("/cbs-test/", "/cbs-open/"),
            f"{moved}{page}",
            f"/owners/nobody/catalogues/nothing/{nothing}/{page}",
        ):
            for bodies, answer in ((got, client.get(path)), (posted, post(client, path))):
                text = answer.content.replace(path.encode(), b"")  # of the links to other languages
                bodies.add((answer.status_code, text))
        assert {status for status, _ in got} == {404}, page
        assert posted == got or {status for status, _ in posted} == {405}, page
        assert len(got) == len(posted) == 1, page
    Delivery.objects.filter(pk=mine.pk).update(removed="2026-01-01T00:00:00Z")
    assert client.get(address(mine)).status_code == 404
    assert client.get(address(mine, "nonsense/")).status_code == 404
    assert client.get(address(mine, "download.exe")).status_code == 404


def test_published_withdrawn_published_again_erased(cbs, signed):
    agree(cbs)
    client, one = signed(), put(cbs)
    assert "The data set is published." in text_of(act(client, one, "publish"))
    assert client.get(f"/datasets/{one.pk}").status_code == 200
    page = text_of(client.get(address(one)))
    assert "What follows is what visitors see." in page
    assert "published by" not in page
    assert "Nobody will find it any more" in text_of(client.get(address(one, "withdraw/")))
    assert "The data set is withdrawn." in text_of(act(client, one, "withdraw"))
    assert client.get(f"/datasets/{one.pk}").status_code == 410
    refused = act(client, one, "erase")
    assert (refused.status_code, "Only a draft that was never published" in text_of(refused)) == (409, True)
    assert "The data set is published." in text_of(act(client, one, "publish"))
    draft = put(cbs, "draft")
    assert "Only a draft" not in text_of(act(client, draft, "erase"))
    assert [*Delivery.objects.all()] == [one]
    history = text_of(signed("admin").get(address(one)))
    for line in ("For everybody", "withdrawn: editor@cbs.example", "stored: editor@cbs.example"):
        assert line in history
    assert "Who did what" not in text_of(client.get(address(one)))


def test_published_in_the_test_catalogue_is_told_as_that(cbs, signed):
    agree(cbs)
    client, one = signed(), put(cbs, kind="test")
    told = "ublished in the test catalogue, where only your organisation sees it"
    assert f"P{told}." in text_of(act(client, one, "publish"))
    page = text_of(client.get(address(one)))
    assert f"p{told}" in page
    assert "never been published" not in page
    assert "everybody sees what you save" not in text_of(client.get(address(one, "edit/about/")))
    assert "only your organisation" in text_of(client.get(address(one, "withdraw/")))
    overview = html.fromstring(client.get("/owners/cbs/").content.decode())
    assert {row[3].text_content(): row[2].text_content() for row in overview.xpath("//tbody/tr")} == {
        "cbs": "0",
        "cbs-open": "0",
        "cbs-test": "1",
    }


def test_what_has_errors_or_an_owner_that_is_not_ready_is_not_published(cbs, signed):
    client, one = signed(), put(cbs, without="byteSize")
    agree(cbs)
    answer = act(client, one, "publish")
    assert answer.status_code == 409
    assert "dcat:byteSize" in text_of(answer)
    type(cbs.owner).objects.update(confirmed=None)
    whole = put(cbs, "whole")
    answer = act(client, whole, "publish")
    assert (answer.status_code, "has not been confirmed" in text_of(answer)) == (409, True)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    assert "is niet bevestigd" in text_of(act(client, whole, "publish"))
    with override("nl"), pytest.raises(NotReady, match="has not been confirmed"):  # the APIs
        publish(who=cbs.actor("admin"), delivery=whole)
    assert not DataSet.objects.exists()
    assert "<title>Error:" in answer.content.decode()


def test_two_who_write_at_once(cbs, signed):
    agree(cbs)
    client, one = signed(), put(cbs)
    sent = {name: form_of(client, address(one, f"{name}/")) for name in ("publish", "erase", "replace")}
    change(who=cbs.actor("admin"), delivery=one, record=record(title="Theirs"))
    for name, form in sent.items():
        more = {"act": "store", "file": turtle(title="Mine")} if name == "replace" else {}
        answer = client.post(address(one, f"{name}/"), form | more)
        assert answer.status_code == 409, name
        assert "Somebody else has changed this data set." in text_of(answer)
    for edition in ("", "x", "-1", "9" * 40):
        assert client.post(address(one, "erase/"), {"edition": edition}).status_code == 409
    one.refresh_from_db()
    assert (one.title, one.state, one.edition) == ("Theirs", "draft", 2)


def test_forged_requests_change_nothing(cbs, signed):
    one, client = put(cbs, kind="test"), signed("admin")
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = client.cookies
    for page in PAGES:
        assert forged.post(address(one, page), {"edition": 1, "act": "store"}).status_code in (403, 405), page
    for page in PAGES_OF_CATALOGUE:
        assert forged.post(root(cbs, "test") + page).status_code in (403, 405), page
    for page in WRITING:  # nothing but POST changes anything
        client.get(address(one, page), {"edition": 1, "act": "store"})
        client.head(root(cbs, "test") + page)
    one.refresh_from_db()
    assert (one.edition, one.state, Deed.objects.count()) == (1, "draft", 1)


def test_published_for_real_under_the_same_identifier(cbs, signed):
    agree(cbs)
    client, tried = signed(), put(cbs, kind="test", iri="")
    path = address(tried, "publish-for-real/")
    other = office("rivm")
    assert client.post(path, {"catalogue": other.catalogues["protected"].slug}).status_code == 400
    assert client.post(path, {"catalogue": "cbs-test", "edition": 1}).status_code == 400
    assert client.post(path, {"catalogue": "cbs", "edition": 7}).status_code == 409
    done = client.post(path, {"catalogue": "cbs", "edition": 1}, follow=True)
    assert "The data set is published for everybody." in text_of(done)
    real = Delivery.objects.get(catalogue__slug="cbs")
    assert (real.identifier, real.state) == (tried.identifier, "published")
    assert done.redirect_chain[-1][0] == address(real)
    assert client.get(address(real, "publish-for-real/")).status_code == 404
    broken = put(cbs, "broken", kind="test", without="dct:format")
    answer = client.post(address(broken, "publish-for-real/"), {"catalogue": "cbs", "edition": 1})
    assert (answer.status_code, "dct:format" in text_of(answer)) == (409, True)


def test_given_to_another_owner_after_a_sign_in(cbs):
    one, other = put(cbs), office("rivm")
    agree(cbs)
    client, path = Client(), address(one, "transfer/")
    sign_in(client, cbs.actor("admin"), second_factor="totp", ago=16 * 60)
    answer = client.post(path, {"to": "rivm"})
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/2fa/reauthenticate/")
    assert not Transfer.objects.exists()
    sign_in(client, cbs.actor("admin"), second_factor="totp")
    for to in ("nobody", "cbs\0", "<b>", ""):
        assert client.post(path, {"to": to}).status_code == 400
    assert client.post(path, {"to": "cbs"}).status_code == 409
    type(other.owner).objects.filter(slug="rivm").update(state="closed")
    assert client.post(path, {"to": "rivm"}).status_code == 400
    type(other.owner).objects.filter(slug="rivm").update(state="approved")
    done = client.post(
        path, {"to": "rivm", "comment": "Yours now.", "catalogue": "1", "state": "accepted"}, follow=True
    )
    assert "This data set is offered to Office rivm, which has not decided yet." in text_of(done)
    transfer = Transfer.objects.get()
    assert (transfer.name, transfer.state, transfer.comment) == (str(one.pk), "pending", "Yours now.")
    assert client.post(path, {"to": "rivm"}).status_code == 409


def test_downloads_are_what_was_delivered(cbs, signed):
    one = put(cbs)
    client = signed("reader")
    for suffix, syntax in (("ttl", RdfFormat.TURTLE), ("jsonld", RdfFormat.JSON_LD)):
        answer = client.get(address(one, f"download.{suffix}"))
        assert answer["Content-Disposition"] == f'attachment; filename="{one.pk}.{suffix}"'
        found = Graph(parse(answer.content, format=syntax))
        assert canonical(found) == canonical(delivered(one).graph)
    assert client.get(address(one, "download.json")).json()["dctTitle"] == ["Discharges"]
    assert client.get(address(one))["ETag"] == '"1"'


def turtle(name: str = "a.ttl", **more):
    return SimpleUploadedFile(name, "\n".join(map(_line, record(**more).graph.triples())).encode())


def _line(triple) -> str:
    return f"{triple} ."


@pytest.mark.parametrize("kind", ["protected", "test"])
def test_hostile_texts_are_shown_as_texts(cbs, signed, kind):
    agree(cbs)
    evil = "</title><script>alert(1)</script><img src=x onerror=alert(2)>'{{7*7}}{% now %}"
    written = evil.replace('"', "'")
    identifier = "<script>alert(3)</script>"
    one = put(cbs, "x", kind=kind, title=written)
    Delivery.objects.filter(pk=one.pk).update(identifier=identifier)
    Catalogue.objects.filter(pk=one.catalogue_id).update(title={"en": evil})
    type(cbs.owner).objects.update(title={"en": evil})
    Person.objects.filter(pk=cbs.people["editor"].pk).update(name=evil)
    client = signed("admin")
    for path in (root(cbs, kind), *(address(one, page) for page in PAGES if page[:8] != "download")):
        answer = client.get(path)
        page = answer.content.decode()
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert ">49<" not in page
    asked = client.get(root(cbs, kind), {"q": '"><script>alert(4)</script>'}).content.decode()
    assert "<script>alert" not in asked
    refused = client.post(address(one, "erase/"), {"edition": evil}).content.decode()
    assert "<script>alert" not in refused
