"""Of those who end a part at once, one wins; the others are told in which state it is, and leave nothing."""

import pytest

from erpd.access.models import AccessRequest, Body, Decision, Event, Line
from erpd.access.outcomes import estimating, granting
from erpd.access.outcomes.deciding import decide
from erpd.access.requests import moving
from erpd.accounts.may import Actor
from erpd.accounts.models import Mail
from tests.access.outcomes.endings import GRANT, REDRESS, estimated, grant, refuse
from tests.access.requests.desks import Desk, fresh, handled
from tests.accounts.test_members import at_once


@pytest.mark.usefixtures("shared")
@pytest.mark.django_db(transaction=True)
def test_of_those_who_end_a_part_at_once_one_wins(cbs: Desk, ada: Actor) -> None:
    Body.objects.filter(pk=cbs.body.pk).update(**REDRESS)
    data_set = cbs.put("a")
    Mail.objects.all().delete()

    part = handled(cbs, ada, data_set)
    assert at_once(
        lambda: grant(cbs, part),
        lambda: refuse(cbs, part),
        lambda: moving.withdraw(who=ada, part=part),
    ) == ["", "wrong-state", "wrong-state"]
    state = fresh(part).state
    assert state in ("decided", "withdrawn")
    line = Line.objects.get(part=part)
    ends = Event.objects.filter(part=part, action__in=["decide", "withdraw"])
    assert (ends.count(), Decision.objects.filter(part=part).count()) == (1, int(state == "decided"))
    assert line.outcome == (Decision.objects.get(part=part).outcome if state == "decided" else "withdrawn")
    told = Mail.objects.filter(template__in=["request-decided", "request-withdrawn"])
    assert told.count() == 1

    part = handled(cbs, ada, data_set)
    made = estimated(cbs, part)
    read = estimating.wording(made, "en")
    won = at_once(
        lambda: estimating.accept(who=ada, part=part, text=read),
        lambda: estimating.cancel(who=cbs.handler, part=part),
    )
    assert won == ["", "wrong-state"]

    decide(who=cbs.handler, part=part, outcome="granted", grant=GRANT, language="en")
    before = AccessRequest.objects.count()
    assert at_once(*[lambda: granting.renew(who=ada, part=part)] * 2) == ["", ""]
    assert AccessRequest.objects.count() == before + 1
