"""The supplier's page: a secret link opens it. Its holder sees what is wrong, asks and holds; no more."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from erpd.accounts.deeds import deeds
from erpd.accounts.may import COMMAND_LINE
from erpd.harvest.models import Run, SourceSettings
from erpd.harvest.worker import due
from erpd.operate.models import Refusal, SupplierLink
from erpd.operate.suppliers import links
from erpd.operate.suppliers.actions import make_link
from erpd.operate.suppliers.failures import COLUMNS
from erpd.register.models import DataSet, LinkOf
from tests.accounts.people import operator
from tests.harvest.national import Point, broken, good, many, run, source
from tests.operate.conftest import at_desk
from tests.operate.links.test_pages import link
from tests.operate.quality.test_quality import SITE

pytestmark = pytest.mark.django_db


def opened(point: Point) -> str:
    """The address of the supplier's page."""
    return f"/suppliers/{make_link(who=COMMAND_LINE, settings=source(point.url))}"


def test_an_operator_makes_replaces_and_revokes_the_link(point: Point, desk: Client) -> None:
    point.harvested()
    slug = source(point.url).source.slug
    page = f"/desk/sources/{slug}/supplier/"

    def made() -> str:
        shown = desk.post(page, {"act": "make"}).content.decode()
        [address] = re.findall(r"<code>https?://[^/]+(/suppliers/[A-Za-z0-9_-]{22})</code>", shown)
        return str(address)

    first = made()
    assert Client().get(first).status_code == 200
    assert first.rpartition("/")[2] not in desk.get(page).content.decode()  # it is shown once
    assert len(SupplierLink.objects.get().digest) == 64
    second = made()
    assert [Client().get(one).status_code for one in (first, second)] == [404, 200]
    desk.post(page, {"act": "revoke"})
    assert Client().get(second).status_code == 404
    assert [one.verb for one in deeds(size=3)] == ["revoke link", "make link", "make link"]
    assert not any(first.rpartition("/")[2] in str(one.detail) for one in deeds(size=3))


def test_only_operators_make_links_and_only_lately_signed_in(point: Point, reading: Client) -> None:
    point.harvested()
    page = f"/desk/sources/{source(point.url).source.slug}/supplier/"
    assert reading.post(page, {"act": "make"}).status_code == 403
    assert at_desk(operator(), ago=16 * 60).post(page, {"act": "make"})["Location"].startswith("/account/")
    assert Client().post(page, {"act": "make"}).status_code in (302, 404)
    assert not SupplierLink.objects.exists()


def test_wrong_links_open_nothing(point: Point) -> None:
    point.harvested()
    page = opened(point)
    other = page[:-1] + ("A" if page[-1] != "A" else "B")
    wrong = [
        other,
        page.upper(),
        page[:-1],
        f"{page}A",
        "/suppliers/",
        f"{other}/failures.csv",
        f"{other}/links.csv",
    ]
    assert {Client().get(one).status_code for one in wrong} == {404}
    assert Client().post(other, {"act": "ask"}).status_code == 404
    assert SourceSettings.objects.get().asked is None
    SourceSettings.objects.update(removed=timezone.now())
    assert {Client().get(one).status_code for one in (page, f"{page}/failures.csv")} == {404}


def test_nobody_keeps_the_page_or_learns_its_address(point: Point) -> None:
    point.harvested()
    page = opened(point)
    for address in (page, f"{page}/failures.csv"):
        answer = Client().get(address)
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"


def test_it_shows_one_source_and_none_of_its_secrets(point: Point) -> None:
    point.harvested()
    with Point(many(2, "Of another")) as other:
        other_settings = source(other.url, country="BE")
        SourceSettings.objects.filter(source=source(point.url).source).update(
            url="https://me:pw-of-ours@host-of-ours.example/oai", query="query-of-ours"
        )
        settings = SourceSettings.objects.exclude(pk=other_settings.pk).get()
        Run.objects.update(
            state=Run.State.FAILED,
            error={"rule": "server-error", "message": "https://me:pw-of-ours@host.example/ says 500"},
        )
        said = Client().get(f"/suppliers/{make_link(who=COMMAND_LINE, settings=settings)}").content.decode()
    assert "https://host.example/ says 500" in said
    assert SITE in said
    for private in ("pw-of-ours", "query-of-ours", other_settings.source.slug, "/desk/"):
        assert private not in said


def test_a_run_is_asked_for_once_an_hour(point: Point) -> None:
    point.harvested()
    page = opened(point)
    assert due(timezone.now()) == []
    assert 'value="ask"' in Client().get(page).content.decode()
    assert Client().post(page, {"act": "ask"}).status_code == 302
    assert len(due(timezone.now())) == 1
    said = Client().get(page).content.decode()
    assert 'value="ask"' not in said
    assert "You can ask again an hour later." in said
    again = Client().post(page, {"act": "ask"})
    assert again.status_code == 409
    assert "within the last hour" in again.content.decode()
    SourceSettings.objects.update(asked=timezone.now() - timedelta(minutes=61))
    assert Client().post(page, {"act": "ask"}).status_code == 302
    SourceSettings.objects.update(asked=None, active=False)
    assert Client().post(page, {"act": "ask"}).status_code == 409
    slug = source(point.url).source.slug
    assert [(one.by, one.verb) for one in deeds(size=2)] == [(f"supplier of {slug}", "ask for a run")] * 2


def test_a_supplier_holds_deletions_and_the_operator_sees_it(point: Point, desk: Client) -> None:
    point.harvested()
    page = opened(point)
    assert "This is wrong" not in Client().get(page).content.decode()
    point.lists(many(4))
    run = point.harvested().run
    said = Client().get(page).content.decode()
    assert "6 data sets have left your source." in said
    assert "<code>d0009</code>" in said
    assert not Refusal.objects.exists()  # a link that is opened does nothing
    assert Client().post(page, {"act": "hold", "run": run.pk, "reason": ""}).status_code == 400
    assert Client().post(page, {"act": "hold", "run": run.pk - 1, "reason": "No."}).status_code == 409
    Client().post(page, {"act": "hold", "run": run.pk, "reason": "Our <server> was down."})
    assert "You said that this is wrong: Our &lt;server&gt; was down." in Client().get(page).content.decode()
    assert DataSet.objects.filter(deleted=False).count() == 10
    assert Client().post(page, {"act": "hold", "run": run.pk, "reason": "Again."}).status_code == 409
    first = desk.get("/desk/").content.decode()
    assert "Sources whose supplier says that deletions are wrong: 1" in first
    [address] = re.findall(r'href="(/desk/sources/[^"]+/deletions/)"', first)
    assert "The supplier says that this is wrong: Our &lt;server&gt;" in desk.get(address).content.decode()
    assert deeds(size=1)[0].detail == {"run": run.pk, "number": 6, "reason": "Our <server> was down."}
    point.harvested()  # asks again
    assert "supplier says" not in desk.get("/desk/").content.decode()
    assert "This is wrong" in Client().get(page).content.decode()


def test_the_failures_come_as_csv_that_is_safe_to_open(point: Point) -> None:
    contact = (
        '<dcat:contactPoint><v:Kind xmlns:v="http://www.w3.org/2006/vcard/ns#">'
        '<v:hasEmail rdf:resource="mailto:data@agency.example"/></v:Kind></dcat:contactPoint><dct:publisher>'
    )
    point.lists([good("worse").replace("<dct:publisher>", contact, 1)])
    point.harvested()
    point.lists([*many(2), good("worse", "=cmd()", valid=False), broken("cut")])
    point.harvested()
    page = opened(point)
    answer = Client().get(f"{page}/failures.csv")
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    refused = next(row for row in rows if row["rule"] == "mandatory-missing")
    assert (refused["identifier"], refused["title"], refused["section"]) == ("worse", "'=cmd()", "G4.1")
    assert "accessRights" in refused["mend"]
    assert refused["contact"] == "data@agency.example"
    assert {row["identifier"] for row in rows} == {"worse", "cut"}


def test_it_lists_its_own_links_that_lead_nowhere(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    point.lists(many(3))
    point.harvested()
    assert "Links that lead nowhere" not in Client().get(opened(point)).content.decode()
    for place, answer in enumerate(("404", "timeout", "403")):
        link(place, answer)
    with Point([good("other")]) as other:
        run(source(other.url, country="DE"))
        only_there = link(7, "410")
        LinkOf.objects.filter(link=only_there).exclude(data_set__identifier="other").delete()
    monkeypatch.setattr(links, "MOST_LINKS", 1)
    page = opened(point)
    text = Client().get(page).content.decode()
    assert "There is nothing at this address (404)" in text
    assert "for example d0000" in text
    assert "There are more" in text
    assert "sesame" not in text
    said = b"".join(Client().get(f"{page}/links.csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(said)))
    assert {(row["state"], row["answer"]) for row in rows} == {
        ("broken", "404"),
        ("broken", "timeout"),
        ("sign-in", "403"),
    }
    assert {row["identifier"] for row in rows} == {"d0000", "d0001", "d0002"}
    assert "sesame" not in said
