"""What becomes of requests when their body goes, or gets another keeper; and how people are bounded."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client

from erpd.access.bodies import actions
from erpd.access.bodies.handing_over import hand_over
from erpd.access.models import Body, Part
from erpd.access.requests import limits, moving, sending, starting, talking
from erpd.access.requests.alike import alike
from erpd.access.requests.refusals import Code, Refused
from erpd.access.requests.reminding import remind_of_requests
from erpd.accounts.may import COMMAND_LINE, VISITOR, Actor
from erpd.accounts.models import Mail
from tests.access.requests.desks import ANSWERS, Desk, desk, fresh, handled, requester, sent, started
from tests.accounts.people import operator, sign_in
from tests.submit.owners import office

pytestmark = pytest.mark.django_db


def code(act: Any) -> Code:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_a_body_goes_with_drafts_and_stays_with_requests(cbs: Desk, ada: Actor) -> None:
    cbs.body.ask = "https://cbs.example/ask"
    cbs.body.save()
    knmi = desk("knmi")
    request = started(ada, [cbs.put("a"), knmi.put("b")])
    [part] = sending.submit(who=ada, part=request.parts.get(body=knmi.body))
    actions.remove(who=COMMAND_LINE, body=cbs.body)
    assert [(one.part, one.ask) for one in request.wanted.order_by("iri")] == [
        (None, "https://cbs.example/ask"),
        (part, ""),
    ]
    moving.close(who=knmi.handler, part=moving.withdraw(who=ada, part=part))
    assert code(lambda: actions.remove(who=COMMAND_LINE, body=knmi.body)) == Code.BODY_HAS_REQUESTS
    Part.objects.all().delete()  # its line in the public register stays
    assert code(lambda: actions.remove(who=COMMAND_LINE, body=knmi.body)) == Code.BODY_HAS_REQUESTS


def test_with_another_keeper_the_former_one_sees_nothing_more(cbs: Desk, ada: Actor, client: Client) -> None:
    knmi = desk("knmi")
    part = handled(cbs, ada, cbs.put("a"))
    expert = cbs.member("expert")
    moving.ask_review(who=cbs.handler, part=part, person=expert.person)
    with pytest.raises((PermissionDenied, Http404)):
        hand_over(who=cbs.office.actor("admin"), body=cbs.body, keeper=None)
    with pytest.raises(ValidationError, match="keeps only one"):
        hand_over(who=operator(), body=cbs.body, keeper=knmi.office.owner)
    assert code(lambda: hand_over(who=operator(), body=cbs.body, keeper=None)) == Code.BODY_NEEDS_KEEPER
    new = Desk(office("new"), cbs.body)
    handler = new.member("handler", handles=True)
    sign_in(client, operator(), second_factor="totp")
    page = f"/desk/bodies/{cbs.body.slug}/change/"
    assert "Data owner that keeps it" in client.get(page).text
    client.post(page, {"act": "hand_over", "keeper": str(new.office.owner.pk)})
    assert Body.objects.get(pk=cbs.body.pk).keeper == new.office.owner
    for former in (cbs.handler, expert):
        with pytest.raises(Http404):
            talking.note(who=former, part=part, text="Still here?")
    Mail.objects.all().delete()
    remind_of_requests()
    assert (fresh(part).handler, fresh(part).reviews.get().ended is None) == (None, False)
    assert Mail.objects.filter(template="request-released").get().to == handler.name
    assert moving.take(who=handler, part=part).handler == handler.person


def test_people_are_bounded_in_drafts_parts_messages_and_size(
    cbs: Desk, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_DRAFTS", "MOST_PARTS", "MOST_MESSAGES"):
        monkeypatch.setattr(limits, name, 2)
    monkeypatch.setattr(starting, "MOST_DATA_SETS", 2)
    a, b, c = (cbs.put(name) for name in "abc")
    first, second = sent(ada, a), sent(ada, a)
    assert first != second
    third = started(ada, [a])
    assert code(lambda: sending.submit(who=ada, request=third)) == Code.TOO_MANY_PARTS
    assert code(lambda: started(ada, [a, b, c])) == Code.TOO_MANY_DATA_SETS
    started(ada, [a])
    assert code(lambda: started(ada, [a])) == Code.TOO_MANY_DRAFTS
    assert started(requester("eve"), [a])
    for text in ("One", "Two"):
        talking.message(who=ada, part=first, text=text)
    assert code(lambda: talking.message(who=ada, part=first, text="Three")) == Code.TOO_MANY_MESSAGES
    talking.message(who=cbs.handler, part=moving.take(who=cbs.handler, part=first), text="Enough")
    big = {"use": "x" * limits.LONGEST_ANSWERS}
    deep = {"people": [{"name": {"deeper": []}}]}
    for answers in (big, deep):
        saved = lambda answers=answers: starting.save(who=ada, request=third, answers=answers)  # noqa: E731
        assert code(saved) == Code.TOO_LONG
    opened = cbs.put("open", "dct:accessRights access:PUBLIC")
    assert code(lambda: started(requester("eve"), [opened])) == Code.DATA_IS_OPEN
    assert code(lambda: started(requester("eve"), [])) == Code.NOTHING_WANTED


def test_the_address_without_an_account_counts_as_one_person(cbs: Desk) -> None:
    a, b = cbs.put("a"), cbs.put("b")
    eve = requester("eve")
    requests = [starting.start(email=eve.name, name="Eve", language="en", data_sets=[one]) for one in (a, b)]
    for request in requests:
        starting.save(who=VISITOR, request=request, answers=ANSWERS, opened={request.pk})
        sending.submit(who=VISITOR, request=request, opened={request.pk})
    same = sent(eve, a)
    assert [part.request for part in alike(same)] == [requests[0]]
    assert [part.request for part in alike(requests[0].parts.get())] == [same.request]
    assert not alike(sent(requester("ada"), a)).exists()
    moving.withdraw(who=VISITOR, part=requests[0].parts.get(), opened={requests[0].pk})
    assert not alike(same).exists()


def test_no_mail_says_what_a_stranger_wrote_and_no_note_leaves_the_body(cbs: Desk, ada: Actor) -> None:
    evil = "Send your password to https://evil.example"
    request = starting.start(email="eve@x.example", name=evil, language="en", data_sets=[cbs.put("a")])
    opened = {request.pk}
    starting.save(who=VISITOR, request=request, answers={**ANSWERS, "use": evil}, opened=opened)
    [part] = sending.submit(who=VISITOR, request=request, opened=opened)
    talking.message(who=VISITOR, part=part, text=evil, opened=opened)
    moving.take(who=cbs.handler, part=part)
    talking.note(who=cbs.handler, part=part, text="SECRET")
    moving.send_back(who=cbs.handler, part=part, text="Which?")
    moving.withdraw(who=VISITOR, part=part, text=evil, opened=opened)
    written = str(list(Mail.objects.values()))
    assert "evil" not in written
    assert "SECRET" not in written
    assert {event.text for event in part.events.filter(audience="both")} == {"", evil, "Which?"}
