"""The pages of an owner's portal, and the operator's about it: what they show, to whom, what they do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from erpd.accounts.models import Owner, Person
from erpd.harvest import heartbeat
from erpd.harvest.models import Entry, Run
from erpd.register.models import DataSet
from erpd.sources.errors import Reason
from erpd.submit.models import Portal
from erpd.submit.own_portal import actions
from erpd.submit.own_portal.previews import look_due
from erpd.submit.own_portal.words import REASONS
from tests.accounts.people import person, sign_in
from tests.harvest.national import Point, good, many, run
from tests.submit.own_portal.conftest import approved, looked_at, now
from tests.submit.owners import Office, office

pytestmark = pytest.mark.django_db

ROOT = "/owners/cbs/catalogues/cbs/portals/"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def as_(cbs: Office) -> Callable[..., Client]:
    """The client of a person, by role or actor."""

    def signed(who: Any = "admin", of: Office = cbs, ago: float = 0) -> Client:
        client = Client()
        actor = of.actor(who) if isinstance(who, str) else who
        sign_in(client, actor, second_factor="totp", ago=ago)
        return client

    return signed


def text_of(response: Any) -> str:
    body = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def edition_of(portal: Portal) -> int:
    return now(portal).edition


def test_from_the_catalogues_page_to_the_register_and_back(cbs, desk, point, as_, monkeypatch):
    monkeypatch.setattr(heartbeat, "look", lambda: heartbeat.Worker(heartbeat.State.NONE))
    admin, operator = as_(), as_(desk)
    assert ROOT in admin.get("/owners/cbs/catalogues/cbs/").content.decode()
    assert f"{ROOT}new/" in admin.get(ROOT).content.decode()
    answer = admin.post(f"{ROOT}new/", {"url": point.url, "protocol": "", "every": "7"})
    portal = Portal.objects.get()
    page = f"{ROOT}{portal.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, page)
    waiting = admin.get(page)
    assert waiting["Refresh"] == "5"
    assert "nothing happens now" in waiting.content.decode(), "no worker runs"
    assert "We are reading the first records" in text_of(waiting)
    assert 'name="act" value="submit"' not in waiting.content.decode()
    look_due()
    seen = admin.get(page)
    assert "Refresh" not in seen
    for said in ("OAI-PMH 2.0", "We looked at 4 records", "can go in: 3", "lacks mandatory metadata: 1"):
        assert said in text_of(seen), said
    assert "Hospital discharges" in text_of(seen)
    chosen = {
        "act": "change",
        "edition": "1",
        "url": point.url,
        "protocol": "oai-pmh",
        "every": "14",
        "identifier": "https://data.example/set/\r\n",
        "publisher": "agency\nSomebody else",
        "keyword": "",
    }
    assert "In the first records we saw: Agency" in text_of(admin.get(f"{page}change/"))
    assert admin.post(f"{page}change/", chosen).status_code == 302
    assert now(portal).where == {
        "identifier": ["https://data.example/set/"],
        "publisher": ["agency", "Somebody else"],
    }
    look_due()
    sent = {"act": "submit", "edition": "2", "message": "Please."}
    assert admin.post(page, sent).status_code == 302
    assert "waiting for approval" in text_of(admin.get(page)).lower()
    assert "Portals waiting for approval: 1" in text_of(operator.get("/desk/"))
    at_desk = f"/desk/portals/{portal.pk}/"
    assert at_desk in operator.get("/desk/portals/").content.decode()
    shown = text_of(operator.get(at_desk))
    for said in ("Please.", "can go in: 3", "agency; Somebody else", "every 14 days", "Office cbs"):
        assert said in shown, said
    assert operator.post(at_desk, {"act": "approve", "edition": "3", "reason": ""}).status_code == 302
    assert "It has not been harvested yet" in text_of(admin.get(page))
    done = run(now(portal).source.settings).run
    shown = text_of(admin.get(page))
    assert "new: 3" in shown
    assert "not accepted: mandatory metadata are missing: 1" in shown
    ledger = text_of(admin.get(f"{page}runs/{done.pk}/"))
    assert "Not accepted: mandatory metadata are missing 1" in ledger
    assert "access right" in ledger.lower()
    assert DataSet.objects.filter(catalogue=cbs.catalogues["protected"]).count() == 3
    for act in ("pause", "resume", "end"):
        assert admin.post(page, {"act": act, "data_sets": "keep"}).status_code == 302
    assert "no longer harvested" in text_of(admin.get(page))
    assert "no longer harvested" not in text_of(operator.get(at_desk))


def test_who_sees_what(cbs, desk, seen, as_):
    portal = approved(cbs, desk, seen)
    done = run(portal.source.settings).run
    pages = [ROOT, f"{ROOT}{portal.pk}/", f"{ROOT}{portal.pk}/runs/{done.pk}/"]
    knmi = office("knmi")
    reviewer = person("reviewer@portal.example", office=Person.Office.REVIEWER)
    for page in pages:
        for who in ("admin", "editor", "reader", desk, reviewer):
            assert as_(who).get(page).status_code == 200, (who, page)
        assert as_("admin", knmi).get(page).status_code == 404
        assert Client().get(page).status_code == 302
    for who in ("editor", "reader", desk):
        assert as_(who).get(f"{ROOT}new/").status_code == 403
        assert as_(who).get(f"{ROOT}{portal.pk}/change/").status_code == 403
        assert as_(who).post(f"{ROOT}{portal.pk}/", {"act": "pause"}).status_code == 404
        assert 'method="post"' not in as_(who).get(pages[1]).content.decode().split("<h1")[1]
    for page in ("/desk/portals/", f"/desk/portals/{portal.pk}/"):
        assert as_(desk).get(page).status_code == as_(reviewer).get(page).status_code == 200
        assert as_("admin").get(page).status_code == 404
    assert now(portal).source.settings.active
    # A run or a portal of another catalogue is not there.
    other = looked_at(knmi, "http://127.0.0.1:1/")
    assert as_().get(f"{ROOT}{other.pk}/").status_code == 404
    assert as_().get(f"{ROOT}{portal.pk}/runs/{done.pk + 1}/").status_code == 404
    assert as_().get(f"{ROOT}{10**30}/").status_code == 404


def test_only_the_operator_decides_lately_and_what_was_seen(cbs, desk, seen, as_):
    sent = actions.submit(who=cbs.actor("admin"), portal=seen, edition=1)
    page = f"/desk/portals/{sent.pk}/"
    approve = {"act": "approve", "edition": "2"}
    reviewer = person("reviewer@portal.example", office=Person.Office.REVIEWER)
    assert as_(reviewer).post(page, approve).status_code == 403
    assert as_("admin").post(page, approve).status_code == 404
    old = as_(desk, ago=3600).post(page, approve)
    assert (old.status_code, "reauthenticate" in old["Location"]) == (302, True)
    stale = as_(desk).post(page, {**approve, "edition": "1"})
    assert (stale.status_code, "changed this since you opened the page" in text_of(stale)) == (409, True)
    no_reason = as_(desk).post(page, {"act": "refuse", "edition": "2", "reason": ""})
    assert no_reason.status_code == 400
    assert as_(desk).post(page, {"act": "refuse", "edition": "2", "reason": EVIL}).status_code == 302
    assert EVIL not in as_().get(f"{ROOT}{sent.pk}/").content.decode()
    assert as_(desk).post(page, approve).status_code == 404, "no longer offered"


def test_faults_are_said_at_the_form_or_in_plain_words(cbs, as_, settings):
    admin = as_()
    for url, said in (
        ("file:///etc/passwd", "begins with https:// or http://"),
        ("https://me:secret@data.example/", "has a password or key in it"),
        ("", "is empty. Fill it in."),
    ):
        answer = admin.post(f"{ROOT}new/", {"url": url, "protocol": "", "every": "7"})
        assert answer.status_code == 400
        assert said in text_of(answer)
        assert "<title>Error: " in answer.content.decode()
    failed = looked_at(cbs, "http://127.0.0.1:1/")
    shown = text_of(admin.get(f"{ROOT}{failed.pk}/"))
    assert "There is no server at this address" in shown
    assert 'value="submit"' not in shown
    missing = {"edition": "1", "url": failed.url, "protocol": "", "every": "7"}
    bad = {**missing, "theme": "NO", "identifier": "", "publisher": "x" * 300, "keyword": ""}
    assert admin.post(f"{ROOT}{failed.pk}/change/", bad).status_code == 400


def test_every_reason_has_words():
    assert set(Reason) <= set(REASONS)
    assert all(str(one.text) for one in REASONS.values())


def test_hostile_records_are_only_text(cbs, as_):
    records = [good("a", EVIL), good(EVIL, "Named oddly", iri="https://data.example/odd"), *many(2)]
    with Point(records) as point:
        seen = looked_at(cbs, point.url)
    shown = as_().get(f"{ROOT}{seen.pk}/").content.decode()
    assert EVIL not in shown
    assert "&lt;script&gt;" in shown


def test_a_closed_owner_can_only_look(cbs, desk, seen, as_):
    portal = approved(cbs, desk, seen)
    Owner.objects.update(state="closed")
    page = as_().get(f"{ROOT}{portal.pk}/")
    assert page.status_code == 200
    assert "It is not harvested now" in text_of(page)
    assert as_().get(f"{ROOT}new/").status_code == 403


def test_a_long_ledger_is_turned_in_pages(cbs, desk, seen, as_):
    portal = approved(cbs, desk, seen)
    done = run(portal.source.settings).run
    Entry.objects.bulk_create(
        Entry(run=done, attempt=done.attempt, identifier=f"x{n}", bin="unreadable", findings=[])
        for n in range(120)
    )
    page = f"{ROOT}{portal.pk}/runs/{done.pk}/"
    first = as_().get(page).content.decode()
    assert first.count("<tr role") == 51
    further = re.search(r'href="(\?after=\d+)" rel="next"', first)
    assert further
    assert "x60" in as_().get(page + further[1]).content.decode()
    Run.objects.filter(pk=done.pk).update(state="failed", error={"rule": "timeout", "message": "x"})
    assert "Your portal did not answer in time" in text_of(as_().get(page))


@pytest.mark.parametrize("kind", ["protected", "open", "test"])
def test_each_catalogue_has_its_page(cbs, as_, kind, point):
    slug = cbs.catalogues[kind].slug
    root = f"/owners/cbs/catalogues/{slug}/portals/"
    seen = looked_at(cbs, point.url, kind)
    assert ("nothing is harvested into it" in text_of(as_().get(root))) == (kind == "test")
    shown = as_().get(f"{root}{seen.pk}/").content.decode()
    assert ('value="submit"' in shown) == (kind != "test")
