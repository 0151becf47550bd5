"""What the worker tells handlers of, each thing once, and whom it takes off."""

import pytest

from erpd.access.requests import moving, talking
from erpd.access.requests.refusals import Code, Refused
from erpd.access.requests.reminding import remind_of_requests
from erpd.access.requests.states import State
from erpd.access.requests.table import Action, allowed
from erpd.accounts.may import Actor
from erpd.accounts.models import Deed, Mail, Membership
from tests.access.requests.desks import Desk, at, fresh, handled, sent

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    remind_of_requests()
    remind_of_requests()  # no mail is written twice
    found = list(Mail.objects.order_by("pk").values_list("to", "template"))
    Mail.objects.all().delete()
    return [one for one in found if one[1] != "requests-this-week"]


def test_handlers_hear_in_time_and_once_when_it_is_late(cbs: Desk, ada: Actor) -> None:
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))  # due on 4 May
    said = {}
    for day in (
        "04-26",
        "04-27",
        "05-01",
        "05-02",
        "05-04",
        "05-05",
        "06-05",
    ):
        Mail.objects.all().delete()
        with at(f"2026-{day}"):
            said[day] = told()
    to = cbs.handler.name
    assert {day: mails for day, mails in said.items() if mails} == {
        "04-27": [(to, "request-due")],
        "05-02": [(to, "request-due")],
        "05-05": [(to, "request-late")],
    }
    with at("2026-06-05"):
        moving.withdraw(who=ada, part=part)
        Mail.objects.all().delete()
        assert not told()


def test_an_extension_has_reminders_of_its_own(cbs: Desk, ada: Actor) -> None:
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))
    with at("2026-05-03"):
        assert (cbs.handler.name, "request-due") in told()
        moving.extend(who=cbs.handler, part=part, ground="dga-2022", reasons="Many tables")
        Mail.objects.all().delete()
        assert not told()
    with at("2026-05-30"):
        assert told() == [(cbs.handler.name, "request-due")]


def test_every_handler_gets_a_list_once_a_week(cbs: Desk, ada: Actor) -> None:
    second = cbs.member("second", handles=True)
    with at("2026-03-02"):
        sent(ada, cbs.put("a"))
        handled(cbs, ada, cbs.put("b"))
    for day, number in (("2026-05-05", 2), ("2026-05-06", 0), ("2026-05-11", 2)):
        with at(day):
            Mail.objects.all().delete()
            remind_of_requests()
            lists = Mail.objects.filter(template="requests-this-week").order_by("to")
            assert len(lists) == number
            if number:
                assert {mail.to for mail in lists} == {cbs.handler.name, second.name}
                counts = lists[0].context
                assert [counts[name] for name in ("open", "late", "due", "new")] == [2, 2, 0, 1]


def test_who_no_longer_answers_requests_has_none(cbs: Desk, ada: Actor) -> None:
    expert = cbs.member("expert")
    other = cbs.member("other", handles=True)
    assert expert.person
    part = handled(cbs, ada, cbs.put("a"))
    moving.ask_review(who=cbs.handler, part=part, person=expert.person)
    Mail.objects.all().delete()
    Membership.objects.filter(person=cbs.handler.person).update(handles=False)
    Membership.objects.filter(person=expert.person).delete()
    assert told() == [(other.name, "request-released")]
    assert fresh(part).handler is None
    assert part.reviews.get().ended
    assert Deed.objects.filter(verb="release", name=part.reference).count() == 1


def test_a_requester_reminds_the_body_only_when_it_is_nearly_due_and_once_a_day(
    cbs: Desk, ada: Actor
) -> None:
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))
    with at("2026-04-26"), pytest.raises(Refused, match="27 April 2026"):
        talking.nudge(who=ada, part=part)
    with at("2026-04-27", "09:00"):
        assert talking.can_nudge(fresh(part))
        Mail.objects.all().delete()
        talking.nudge(who=ada, part=part)
        assert not talking.can_nudge(fresh(part))
        assert Mail.objects.get().template == "request-nudged"
    with at("2026-04-28", "08:00"), pytest.raises(Refused) as refused:
        talking.nudge(who=ada, part=part)
    assert refused.value.code == Code.NUDGED_TODAY
    with at("2026-04-28", "10:00"):
        talking.nudge(who=ada, part=part)
    assert not any(allowed(state, Action.NUDGE) for state in (State.RETURNED, State.ESTIMATE)), (
        "there, the body waits for the requester"
    )
