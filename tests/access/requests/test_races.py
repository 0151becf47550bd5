"""Two at once: one of them comes first, the other is told, and nothing happens twice."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from erpd.access.models import Line, Part
from erpd.access.outcomes.deciding import decide
from erpd.access.requests import moving, sending, talking
from erpd.access.requests.refusals import Code, Refused, WrongState
from erpd.access.requests.reminding import remind_of_requests
from erpd.accounts.may import Actor
from erpd.accounts.models import Mail
from tests.access.requests import desks
from tests.access.requests.desks import Desk, at, fresh, handled, started

pytestmark = [pytest.mark.usefixtures("shared"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two(cbs: Desk) -> tuple[Actor, Actor]:
    """Two handlers."""
    cbs.body.redress, cbs.body.redress_address = "Court", "Square 1"
    cbs.body.redress_within, cbs.body.redress_language = "six weeks", "nl"
    cbs.body.save()
    return cbs.handler, cbs.member("second", handles=True)


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each did, or the exception that it was told."""
    together = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        together.wait()
        try:
            return act()
        except Exception as error:  # which the test looks at
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def refuse(who: Actor, part: Part) -> Callable[[], Any]:
    return lambda: decide(
        who=who, part=part, outcome="refused", grounds=["other"], explanation="No.", language="en"
    )


def failed(done: Sequence[Any]) -> list[type]:
    return [type(one) for one in done if isinstance(one, Exception)]


def test_one_part_gets_one_decision_return_or_withdrawal(
    cbs: Desk, ada: Actor, two: tuple[Actor, Actor]
) -> None:
    first, second = two
    data_set = cbs.put("a")

    part = handled(cbs, ada, data_set)
    done = at_once([refuse(first, part), refuse(second, part)])
    assert failed(done) == [WrongState], done
    assert fresh(part).events.filter(action="decide").count() == 1

    part = handled(cbs, ada, data_set)
    done = at_once([refuse(first, part), lambda: moving.send_back(who=second, part=part, text="Which?")])
    assert failed(done) == [WrongState], done
    assert fresh(part).state in {"decided", "returned"}

    part = handled(cbs, ada, data_set)
    done = at_once([refuse(first, part), lambda: moving.withdraw(who=ada, part=part)])
    assert failed(done) == [WrongState], done
    assert Line.objects.get(part=part).outcome == {"decided": "refused"}.get(fresh(part).state, "withdrawn")

    part = moving.withdraw(who=ada, part=handled(cbs, ada, data_set))
    done = at_once([lambda who=who: moving.close(who=who, part=part) for who in two])
    assert failed(done) == [WrongState], done


def test_what_is_done_once_is_done_once_by_two(cbs: Desk, ada: Actor, two: tuple[Actor, Actor]) -> None:
    request = started(ada, [cbs.put("a")])
    done = at_once([lambda: sending.submit(who=ada, request=request)] * 3)
    assert failed(done) == [WrongState] * 2, done
    part = request.parts.get()
    assert part.submissions.count() == 1
    part = moving.take(who=two[0], part=part)
    extend = [
        lambda who=who: moving.extend(who=who, part=part, ground="dga-2022", reasons="Many") for who in two
    ]
    done = at_once(extend)
    assert failed(done) == [Refused], done
    assert {one.code for one in done if isinstance(one, Refused)} == {Code.EXTENDED_ALREADY}
    assert Mail.objects.filter(template="request-extended").count() == 1
    Mail.objects.all().delete()
    with at(fresh(part).due):
        done = at_once([lambda: talking.nudge(who=ada, part=part)] * 2)
        assert failed(done) == [Refused], done
        assert not failed(at_once([remind_of_requests] * 2))
    templates = list(Mail.objects.values_list("template", flat=True))
    assert templates.count("request-nudged") == templates.count("request-due") == 1
    assert templates.count("requests-this-week") == 2  # one for each handler


def test_drafts_that_begin_at_once_are_counted(cbs: Desk, ada: Actor, monkeypatch: Any) -> None:
    monkeypatch.setattr("erpd.access.requests.limits.MOST_DRAFTS", 2)
    data_set = cbs.put("a")
    done = at_once([lambda: desks.started(ada, [data_set])] * 4)
    assert failed(done) == [Refused] * 2, done
