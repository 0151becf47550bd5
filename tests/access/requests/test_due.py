"""When a decision is due: dates worked out by hand, and the law that a request keeps."""

import pytest

from erpd.access.requests import handling, sending, starting
from erpd.access.requests.due import is_legal
from erpd.access.requests.refusals import Code, Refused
from erpd.accounts.may import Actor
from erpd.accounts.models import Mail
from tests.access.requests.desks import Desk, at, desk, handled, sent

pytestmark = pytest.mark.django_db


def test_the_law_of_the_data_set_sets_the_date_else_the_aim_of_the_body_else_nothing(ada: Actor) -> None:
    plain = desk("plain")
    aims = desk("aims", aim=30)
    with at("2026-03-02"):
        legal, aimed, silent = (
            sent(ada, one.put(name, more))
            for one, name, more in (
                (aims, "law", "dcatap:applicableLegislation <http://data.europa.eu/eli/reg/2022/868/oj>"),
                (aims, "aim", ""),
                (plain, "nothing", ""),
            )
        )
    assert str(legal.due) == "2026-05-04"  # 2 May is a Saturday
    assert is_legal(legal)
    assert legal.regimes == [["dga-2022", 1]]
    assert (legal.why_due["section"], legal.why_due["amount"], legal.why_due["unit"]) == (
        "Article 9(1)",
        2,
        "months",
    )
    assert str(aimed.due) == "2026-04-01"
    assert not is_legal(aimed)
    assert aimed.line.due is None
    assert (silent.due, silent.why_due, silent.regimes) == (None, {}, [])


def test_an_extension_is_given_once_before_the_date_and_told_with_its_reasons(cbs: Desk, ada: Actor) -> None:
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))
    with at("2026-05-04", "21:59"):  # in Amsterdam, two minutes later the day is over
        for ground, reasons in (("dga-2022", " "), ("weather", "Many tables")):
            with pytest.raises(Refused):
                handling.extend(who=cbs.handler, part=part, ground=ground, reasons=reasons)
        part = handling.extend(who=cbs.handler, part=part, ground="dga-2022", reasons="Many tables")
        assert str(part.due) == "2026-06-01"  # 1 June: 30 days after 2 May
        told = Mail.objects.get(template="request-extended").context
        assert (told["due"], told["reasons"]) == ("2026-06-01", "Many tables")
        with pytest.raises(Refused) as refused:
            handling.extend(who=cbs.handler, part=part, ground="dga-2022", reasons="More")
        assert refused.value.code == Code.EXTENDED_ALREADY
        assert "Article 9(1)" in str(refused.value)


def test_at_midnight_of_the_place_an_extension_comes_too_late(cbs: Desk, ada: Actor) -> None:
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))
    with at("2026-05-04", "22:00"), pytest.raises(Refused) as refused:
        handling.extend(who=cbs.handler, part=part, ground="dga-2022", reasons="Many tables")
    assert refused.value.code == Code.EXTENDED_LATE
    assert not Mail.objects.filter(template="request-extended").exists()


def test_a_return_does_not_stop_a_clock_that_the_act_lets_run(cbs: Desk, ada: Actor) -> None:
    with at("2026-03-02"):
        part = handled(cbs, ada, cbs.put("a"))
        part = handling.send_back(who=cbs.handler, part=part, text="Which?")
    assert str(part.due) == "2026-05-04"
    with at("2026-03-20"):
        starting.save(who=ada, request=part.request, own={part.pk: {"use": "Another"}})
        [part] = sending.submit(who=ada, part=part)
    assert str(part.due) == "2026-05-04"
    assert "stopped" not in part.why_due
