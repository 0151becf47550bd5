"""The letter as page and as PDF: for both sides of its part, and for nobody else."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from lxml import html

from erpd.access.models import Part
from erpd.access.outcomes import granting
from erpd.access.outcomes.deciding import decide
from erpd.access.requests import moving
from erpd.accounts.may import Actor
from erpd.accounts.models import Membership
from erpd.pages.letters import pdf
from tests.access.outcomes.endings import GRANT, REDRESS
from tests.access.requests import desks
from tests.access.requests.desks import Desk
from tests.accounts.people import sign_in

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert(1)</script> #let "x" & \\ {{ x }}\nsecond line'


@pytest.fixture(autouse=True)
def national(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, role="national", country="NL")


@pytest.fixture
def cbs(db: None) -> Desk:
    return desks.desk("cbs", **REDRESS)


@pytest.fixture
def decided(cbs: Desk) -> Part:
    part = desks.handled(cbs, desks.requester("ada"), cbs.put("a"))
    moving.ask_review(who=cbs.handler, part=part, person=cbs.reader.person)
    grounds = ["not-protectable"]
    decide(who=cbs.handler, part=part, outcome="refused", grounds=grounds, explanation=HOSTILE, language="nl")
    return desks.fresh(part)


def signed(who: Actor) -> Client:
    client = Client()
    sign_in(client, who, second_factor="totp")  # whoever answers requests needs one
    return client


def opened(part: Part) -> Client:
    """A browser in which the private link of its request was opened."""
    client = Client()
    session = client.session
    session["opened"] = [str(part.request_id)]
    session.save()
    return client


def addresses(part: Part) -> tuple[str, str]:
    return f"/letters/{part.reference}/", f"/letters/{part.reference}.pdf"


def test_both_sides_see_it_and_nobody_else(cbs: Desk, decided: Part) -> None:
    ada = Actor(decided.request.person)
    for client, back in (
        (signed(ada), "/requests/parts/"),
        (opened(decided), "/requests/parts/"),
        (signed(cbs.handler), f"/bodies/{cbs.body.slug}/desk/"),
    ):
        page = client.get(addresses(decided)[0]).content.decode()
        assert client.get(f"{back}{decided.reference}/").status_code == 200
        assert f'href="{back}{decided.reference}/"' in page
        for address in addresses(decided):
            answer = client.get(address)
            assert answer.status_code == 200
            assert "no-store" in answer["Cache-Control"]
            assert answer["X-Robots-Tag"] == "noindex"
    Membership.objects.filter(person=cbs.handler.person).delete()
    knmi = desks.desk("knmi")
    other = desks.sent(desks.requester("eve"), knmi.put("b"))
    strangers = [knmi.handler, desks.requester("eve"), cbs.reader, cbs.handler, cbs.office.actor("admin")]
    for client in (*(signed(who) for who in strangers), opened(other), Client()):
        for address in addresses(decided):
            assert client.get(address).status_code == 404
    for address in addresses(other):  # not decided yet
        assert opened(other).get(address).status_code == 404
    assert opened(decided).post(addresses(decided)[0]).status_code == 405


def test_the_page_says_what_was_written_and_in_which_language(decided: Part) -> None:
    page = html.fromstring(
        opened(decided).get(addresses(decided)[0], headers={"Accept-Language": "fr"}).content
    )
    assert page.xpath("//h1/@lang") == ["en"]
    [article] = page.xpath("//article")
    assert article.get("lang") == "en"
    said = {dt.text: dt.getnext() for dt in article.iter("dt")}
    assert said["Explanation"].text == HOSTILE
    assert (said["Explanation"].get("lang"), said["Explanation"].get("dir")) == ("nl", "auto")
    assert said["Reference"].get("lang") is None
    assert said["Address"].text == REDRESS["redress_address"]
    assert not page.xpath("//article//script | //article//a")


def test_the_page_says_what_has_become_of_the_grant(cbs: Desk) -> None:
    with desks.at("2026-11-20"):
        part = desks.handled(cbs, desks.requester("ada"), cbs.put("a"))
        grant = decide(who=cbs.handler, part=part, outcome="granted", grant=GRANT, language="en").grant
        assert "not yet active" in opened(part).get(addresses(part)[0]).content.decode()
        granting.revoke(who=cbs.handler, grant=grant, reason=HOSTILE)
    page = opened(part).get(addresses(part)[0]).content.decode()
    assert "revoked" in page
    assert escape(HOSTILE) in page


def test_the_pdf_is_downloaded_and_if_it_cannot_be_made_the_page_says_so(
    decided: Part, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client, address = opened(decided), addresses(decided)[1]
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{decided.reference}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"%PDF-")
    monkeypatch.setattr(pdf, "_WALL", 0.0)
    answer = client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert HOSTILE.splitlines()[1] in answer.content.decode()
    assert decided.reference in caplog.text
