"""What becomes of a grant: reminders, its end, revocation, renewal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.utils import timezone

from erpd.access.asking import words
from erpd.access.handling.history import history
from erpd.access.models import AccessRequest, Body, Part
from erpd.access.outcomes import granting
from erpd.access.outcomes.granting import State, state_of
from erpd.access.outcomes.reminding import remind_of_grants
from erpd.access.requests import starting
from erpd.access.requests.alike import alike
from erpd.access.requests.refusals import WrongState
from erpd.accounts.may import Actor
from erpd.accounts.refusal import Refusal
from tests.access.outcomes.endings import GRANT, SINCE, codes, grant, mails, refuse
from tests.access.requests.desks import Desk, at, desk, requester
from tests.accounts.people import sign_in

pytestmark = pytest.mark.django_db


def client_of(who: Actor) -> Client:
    sign_in(client := Client(), who, second_factor="totp")
    return client


def test_a_grant_ends_is_reminded_of_once_each_and_is_revoked_with_a_reason(
    cbs: Desk, ada: Actor, part: Part
) -> None:
    with at("2026-11-20"):
        given = grant(cbs, part).grant
    states = [
        state_of(given, day)
        for day in (SINCE - timedelta(days=1), SINCE, GRANT.until, GRANT.until + timedelta(days=1))  # type: ignore[operator, list-item]
    ]
    assert states == [State.COMING, State.ACTIVE, State.ACTIVE, State.EXPIRED]
    mails()
    told = []
    for day in (
        "2027-09-30",
        "2027-10-01",
        "2027-10-02",
        "2027-11-26",
        "2027-11-27",
        "2027-12-01",
        "2027-12-02",
    ):
        with at(day):
            remind_of_grants()
            told.append([name for _, name in mails()])
    ends = ["request-grant-ends"]
    assert told == [[], ends, [], ends, [], ["request-grant-expired"], []]  # it slept at 30 days
    noted = part.events.get(action="expired", role="node")
    assert words.history(part, [])[0].what == "The last day of what was granted has passed"
    assert history(part, "Ada")[0][:5][2:] == ("this site", "", "noted that the grant has ended")
    assert noted.person is None
    with at("2027-12-02"), pytest.raises(Refusal, match="expired") as refused:
        granting.revoke(who=cbs.handler, grant=given, reason="Late")
    assert codes(refused) == ["grant-ended"]
    with at("2027-03-01"):
        with pytest.raises(Refusal) as refused:
            granting.revoke(who=cbs.handler, grant=given, reason=" ")
        assert codes(refused) == ["reason-missing"]
        with pytest.raises(PermissionDenied):
            granting.revoke(who=ada, grant=given, reason="x")
        granting.revoke(who=cbs.handler, grant=given, reason="A breach")
        with pytest.raises(Refusal, match="revoked"):
            granting.revoke(who=cbs.handler, grant=given, reason="Again")
    given.refresh_from_db()
    assert (state_of(given), given.reason) == (State.REVOKED, "A breach")
    assert part.events.get(action="revoke").text == "A breach"
    assert mails() == [(ada.name, "request-grant-revoked")]


def test_a_short_grant_is_not_reminded_of_at_once(cbs: Desk, part: Part) -> None:
    with at("2026-12-01"):
        grant(cbs, part, grant=replace(GRANT, until=date(2026, 12, 20)))
        mails()
        remind_of_grants()
        assert mails() == []
    with at("2026-12-13"):
        remind_of_grants()
        assert [name for _, name in mails()] == ["request-grant-ends"]


def test_a_renewal_is_a_draft_that_copies_what_was_asked(cbs: Desk, ada: Actor, part: Part) -> None:
    Part.objects.filter(pk=part.pk).update(answers={"use": "A study", "method": "survey"})
    with pytest.raises(WrongState):
        granting.renew(who=ada, part=part)
    given = grant(cbs, part).grant
    new = granting.renew(who=ada, part=part)
    assert granting.renew(who=ada, part=part) == new
    [copy] = new.parts.all()
    assert (new.renews, new.person, copy.state, copy.body) == (given, ada.person, "draft", cbs.body)
    assert (new.answers, copy.answers) == ({"use": "A study"}, {"method": "survey"})
    assert [one.data_set for one in new.wanted.all()] == cbs.data_sets
    assert list(alike(copy)) == [], "they know, and so does the body"
    Part.objects.filter(pk=copy.pk).update(state="received", received=timezone.now())
    shown = client_of(cbs.handler).get(f"/bodies/cbs/desk/{copy.reference}/").content.decode()
    assert shown.count(f">{part.reference}</a>") == 1
    assert "Renewal of" in shown
    assert list(alike(part)) == [copy]
    with pytest.raises(Http404):
        granting.renew(who=requester("eve"), part=part)
    assert AccessRequest.objects.count() == 2


def test_nothing_is_renewed_that_was_not_granted(cbs: Desk, ada: Actor, part: Part) -> None:
    refuse(cbs, part)
    with pytest.raises(Refusal) as refused:
        granting.renew(who=ada, part=part)
    assert codes(refused) == ["nothing-granted"]


def test_what_was_revoked_or_has_no_desk_any_more_is_not_renewed(cbs: Desk, ada: Actor, part: Part) -> None:
    given = grant(cbs, part).grant
    client, here = client_of(ada), f"/requests/parts/{part.reference}/"
    assert 'value="renew"' in client.get(here).content.decode()
    Body.objects.update(desk=False)
    assert 'value="renew"' not in client.get(here).content.decode()
    assert client.post(here, {"act": "renew"}).status_code == 409
    with pytest.raises(Refusal) as refused:
        granting.renew(who=ada, part=part)
    assert codes(refused) == ["no-desk"]
    closed = starting.start(person=ada.person, language="en", data_sets=cbs.data_sets)
    assert "Your request, sent" not in client.get(f"/requests/{closed.pk}/").content.decode()
    closed.delete()
    Body.objects.update(desk=True)
    other = desk("bes", desk=False)  # which decides now
    cbs.body.owners.clear()
    other.body.owners.add(cbs.office.owner)
    with pytest.raises(Refusal) as refused:
        granting.renew(who=ada, part=part)
    assert codes(refused) == ["no-desk"]
    granting.revoke(who=cbs.handler, grant=given, reason="A breach")
    assert 'value="renew"' not in client.get(here).content.decode()
    with pytest.raises(Refusal) as refused:
        granting.renew(who=ada, part=part)
    assert codes(refused) == ["grant-ended"]
    assert AccessRequest.objects.count() == 1
