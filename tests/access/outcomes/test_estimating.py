"""A fee needs an estimate, which is answered once, in time, and by those who may."""

from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from erpd.access.asking import words
from erpd.access.handling import lists
from erpd.access.handling.history import history
from erpd.access.models import Part
from erpd.access.outcomes import estimating, unanswered
from erpd.access.outcomes.deciding import decide
from erpd.access.outcomes.estimating import wording
from erpd.access.outcomes.unanswered import end_estimates
from erpd.access.requests.refusals import WrongState
from erpd.accounts.may import VISITOR, Actor
from erpd.accounts.refusal import Refusal
from tests.access.outcomes.endings import GRANT, codes, estimated, grant, mails, refuse
from tests.access.requests.desks import Desk, at, desk, fresh, requester

pytestmark = pytest.mark.django_db


def test_a_fee_needs_an_accepted_estimate_that_covers_it(cbs: Desk, ada: Actor, part: Part) -> None:
    def hindrances(**changed: Any) -> list[str]:
        with pytest.raises(Refusal, match="Regulation") as refused:
            grant(cbs, part, **{"fee": "600.50", "currency": "EUR", **changed})
        return codes(refused)

    mails()
    with at("2026-11-10"):
        assert hindrances() == ["estimate-missing"]
        made = estimated(cbs, part, valid_until=date(2026, 11, 20))
        assert fresh(part).state == "estimate"
        with pytest.raises(WrongState):
            grant(cbs, part)
        with pytest.raises(Refusal) as refused:
            estimating.accept(who=ada, part=part, text="For nothing")
        assert codes(refused) == ["estimate-changed"]
        read = wording(made, "de")
        assert "400,00 EUR" in read
        estimating.accept(who=ada, part=part, text=read.replace("\n", "\r\n"))
        made.refresh_from_db()
        assert (made.state, made.accepted_text) == ("accepted", read)
        assert made.answered
        assert mails() == [
            (ada.name, "request-estimate"),
            (cbs.handler.name, "request-estimate-accepted"),
        ]
        assert fresh(part).state == "review"
        assert hindrances(fee="600.51") == ["estimate-exceeded"]
        assert hindrances(currency="SEK") == ["estimate-currency"]
    with at("2026-11-20", "23:30"):  # in the Netherlands, it is the 21st
        assert hindrances() == ["estimate-expired"]
    with at("2026-11-20", "22:30"):
        decided = grant(cbs, part, fee="600.50", currency="eur")
    assert (decided.estimate, decided.currency) == (made, "EUR")
    assert "600.50 EUR" in str(decided.letter)


def test_an_estimate_is_answered_once_in_time_or_taken_back(cbs: Desk, ada: Actor, part: Part) -> None:
    with at("2026-11-10"):
        for wrong in (
            {"least": "700"},
            {"most": "x"},
            {"covers": " "},
            {"valid_until": date(2026, 11, 9)},
            {"currency": "euro"},
        ):
            with pytest.raises(ValidationError):
                estimated(cbs, part, **wrong)
        first = estimated(cbs, part)
        estimating.cancel(who=cbs.handler, part=part)
        second = estimated(cbs, part, valid_until=date(2026, 11, 11))
        with pytest.raises(Refusal) as refused:
            estimating.accept(who=ada, part=part, text=wording(first, "en"))
        assert codes(refused) == ["estimate-changed"]
    with at("2026-11-12"), pytest.raises(Refusal) as refused:
        estimating.accept(who=ada, part=part, text=wording(second, "en"))
    assert codes(refused) == ["estimate-expired"]
    estimating.decline(who=ada, part=part)
    assert list(part.estimates.order_by("pk").values_list("state", flat=True)) == ["cancelled", "declined"]
    assert not part.pauses.filter(until=None).exists()
    with pytest.raises(WrongState):
        estimating.accept(who=ada, part=part, text=wording(second, "en"))


def test_an_estimate_that_nobody_answers_ends_and_both_sides_are_told(
    cbs: Desk, ada: Actor, part: Part
) -> None:
    with at("2026-11-10"):
        made = estimated(cbs, part, valid_until=date(2026, 11, 20))
    mails()
    for moment in (("2026-11-11",), ("2026-11-20", "22:30")):
        with at(*moment):
            assert end_estimates() == 0
    down = patch.object(unanswered, "tell_body", side_effect=OSError("full"))
    with at("2026-11-25"), down, pytest.raises(OSError, match="full"):
        end_estimates()
    assert (mails(), fresh(part).state) == ([], "estimate"), "all of it, or nothing"
    with at("2026-11-25"):  # the worker was away
        assert [end_estimates(), end_estimates()] == [1, 0]
    assert mails() == [
        (ada.name, "request-estimate-ended"),
        (cbs.handler.name, "request-estimate-unanswered"),
    ]
    made.refresh_from_db()
    part = fresh(part)
    assert (made.state, made.answered, part.state, part.waits) == ("expired", None, "review", True)
    assert part.pauses.get().until == date(2026, 11, 21), "from then on, its clock goes on"
    [row] = lists.rows([part], date(2026, 11, 25), ("en",))
    assert row["news"] == ["The estimate was not answered"]
    assert words.history(part, [])[0].what == "The estimate has ended without an answer"
    assert history(part, "Ada")[0].what == "noted that the estimate has ended without an answer"
    with pytest.raises(WrongState):
        estimating.accept(who=ada, part=part, text=wording(made, "en"))
    with at("2026-11-26"):
        assert refuse(cbs, part).outcome == "refused"


def test_only_those_who_may(cbs: Desk, ada: Actor, part: Part) -> None:
    knmi, eve = desk("knmi"), requester("eve")
    for stranger in (knmi.handler, eve, VISITOR):
        with pytest.raises(Http404):
            decide(who=stranger, part=part, outcome="granted", grant=GRANT, language="en")
        with pytest.raises(Http404):
            estimating.cancel(who=stranger, part=part)
    with pytest.raises(PermissionDenied):
        decide(who=ada, part=part, outcome="granted", grant=GRANT, language="en")
    estimated(cbs, part)
    with pytest.raises(PermissionDenied):
        estimating.accept(who=cbs.handler, part=part, text="")
    with pytest.raises(Http404):
        estimating.decline(who=VISITOR, part=part, opened=[knmi.body.pk])
    assert estimating.decline(who=VISITOR, part=part, opened=[part.request_id]).state == "declined"
