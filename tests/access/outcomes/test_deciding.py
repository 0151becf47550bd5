"""What a decision needs, and what is left behind by it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from erpd.access.models import Body, Decision, Event, Line, Part
from erpd.access.outcomes.deciding import decide
from erpd.access.requests.refusals import WrongState
from erpd.accounts.may import Actor
from erpd.accounts.models import Deed
from erpd.accounts.refusal import Refusal
from tests.access.outcomes.endings import GRANT, REDRESS, SECRET, SINCE, codes, grant, mails, refuse
from tests.access.requests.desks import Desk, at, fresh, handled

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"grounds": []}, ["ground-missing"]),
        ({"grounds": ["conditions-not-met", "too-busy"]}, ["ground-unknown"]),
        ({"explanation": " \n"}, ["explanation-missing"]),
        ({"grounds": [], "explanation": ""}, ["ground-missing", "explanation-missing"]),
        ({"grant": GRANT}, ["grant-of-a-refusal"]),
        ({"fee": "10", "currency": "EUR"}, ["estimate-missing"]),
    ],
)
def test_no_refusal_without_ground_and_explanation(
    cbs: Desk, part: Part, changed: dict[str, Any], expected: list[str]
) -> None:
    with pytest.raises(Refusal) as refused:
        refuse(cbs, part, **changed)
    assert codes(refused) == expected
    assert "%(" not in str(refused.value)
    assert (fresh(part).state, Decision.objects.exists()) == ("review", False)


@pytest.mark.parametrize("missing", REDRESS)
def test_no_refusal_without_the_whole_redress_where_the_law_wants_it(
    cbs: Desk, part: Part, missing: str
) -> None:
    Body.objects.filter(pk=cbs.body.pk).update(**{missing: ""})
    with pytest.raises(Refusal, match=r"Data Governance Act, Article 9\(2\)") as refused:
        refuse(cbs, part)
    assert codes(refused) == ["redress-missing"]
    assert grant(cbs, part).outcome == "granted"


def test_where_no_law_applies_only_an_explanation_is_wanted(cbs: Desk, ada: Actor) -> None:
    part = handled(cbs, ada, cbs.put("a", more=""))
    with pytest.raises(Refusal) as refused:
        refuse(cbs, part, grounds=[], explanation="")
    assert codes(refused) == ["explanation-missing"]
    with pytest.raises(Refusal, match=r"\(a rule of this site\)"):  # and no article of an act
        grant(cbs, part, fee="1", currency="EUR")
    with pytest.raises(Refusal):  # of a law that it did not begin with
        refuse(cbs, part)
    assert refuse(cbs, part, grounds=[]).grounds == []


def test_a_refusal_is_decision_letter_line_event_deed_and_mail(cbs: Desk, ada: Actor, part: Part) -> None:
    mails()
    with at("2026-11-20"):
        made = refuse(cbs, part, summary="No access to raw data.")
    assert fresh(part).state == "decided"
    assert mails() == [(ada.name, "request-decided")]
    line = Line.objects.get()
    assert (line.outcome, line.grounds, line.summary) == (
        "refused",
        ["conditions-not-met"],
        "No access to raw data.",
    )
    assert (line.received, line.ended) == (date(2026, 11, 2), date(2026, 11, 20))
    assert (line.days, line.late) == (18, False)
    assert made.redress["within"] == "zes weken"
    event = Event.objects.get(action="decide")
    assert (event.role, event.person, event.text) == ("handler", cbs.handler.person, "")
    assert SECRET not in str([vars(one) for one in (line, event, *Deed.objects.all())])
    letter = made.letter
    assert letter["language"] == "en"
    said = {row["label"]: row["text"] for row in letter["sections"][1]["rows"]}
    assert said["Will you transfer data outside the European Union?"] == "No"
    rows = {row["label"]: row for section in letter["sections"] for row in section["rows"]}
    assert rows["Explanation"] == {"label": "Explanation", "text": SECRET, "language": "nl"}
    assert rows["Ground"]["text"].endswith("(Article 5(1)).")
    assert rows["Last day for the decision by law"]["text"] == "4 January 2027"
    assert rows["Address"]["text"] == REDRESS["redress_address"]
    assert rows["Time limit"]["text"] == "zes weken"
    assert rows["Language"]["text"] == "Dutch"
    Body.objects.update(redress="Somebody else", title={"en": "Renamed"})
    assert Decision.objects.get().letter == letter
    with pytest.raises(WrongState):
        refuse(cbs, part)


def test_what_is_late_is_called_so(cbs: Desk, part: Part) -> None:
    with at("2027-01-05"):
        refuse(cbs, part)
    assert Line.objects.get().late


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"grant": None}, "grant-missing"),
        ({"grant": replace(GRANT, since=None)}, "grant-missing"),
        ({"grant": replace(GRANT, purpose=" ")}, "grant-missing"),
        ({"grant": replace(GRANT, extract="")}, "grant-missing"),
        ({"grounds": ["other"]}, "ground-of-a-grant"),
        ({"outcome": "partly", "grounds": ["other"], "explanation": "x"}, "part-missing"),
        (
            {"outcome": "partly", "grant": replace(GRANT, refused="Names"), "explanation": "x"},
            "ground-missing",
        ),
    ],
)
def test_a_grant_says_since_when_for_what_and_which_data(
    cbs: Desk, part: Part, changed: dict[str, Any], expected: str
) -> None:
    facts = {"outcome": "granted", "grant": GRANT, "language": "en", **changed}
    with pytest.raises(Refusal) as refused:
        decide(who=cbs.handler, part=part, **facts)
    assert codes(refused) == [expected]


@pytest.mark.parametrize(
    "changed",
    [
        {"grant": replace(GRANT, until=SINCE)},
        {"grant": replace(GRANT, extract="x" * 4_001)},
        {"grant": replace(GRANT, people=["x"] * 101)},
        {"outcome": "maybe"},
        {"language": "xx"},
        {"fee": "NaN"},
        {"fee": "1.001"},
        {"fee": "-1"},
        {"fee": "1e12"},
        {"fee": "10", "currency": "€"},
        {"explanation": "x" * 10_001},
        {"summary": "x" * 2_001},
    ],
)
def test_what_is_not_well_formed_is_refused(cbs: Desk, part: Part, changed: dict[str, Any]) -> None:
    facts = {"outcome": "granted", "grant": GRANT, "language": "en", **changed}
    with pytest.raises(ValidationError):
        decide(who=cbs.handler, part=part, **facts)


def test_a_grant_in_part_says_what_is_granted_and_what_is_refused(cbs: Desk, part: Part) -> None:
    made = decide(
        who=cbs.handler,
        part=part,
        outcome="partly",
        grounds=["not-protectable"],
        explanation="Names cannot be protected.\x00",
        grant=replace(GRANT, refused="The names of travellers"),
        language="en",
    )
    said = {row["label"]: row["text"] for section in made.letter["sections"] for row in section["rows"]}
    assert said["What is refused"] == "The names of travellers"
    assert said["Data"] == GRANT.extract
    assert said["People"] == "Ada Lovelace"
    assert said["First day"] == "1 December 2026"
    assert "There is no fee." in str(made.letter)
    assert made.grant.people == ["Ada Lovelace"]
