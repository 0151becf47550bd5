"""How requests end: what is refused, with which rule, and what is left behind by what is not."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from erpd.access.asking import words
from erpd.access.handling.history import history
from erpd.access.models import AccessRequest, Body, Decision, Estimate, Event, Line, Part
from erpd.access.outcomes import estimating, granting
from erpd.access.outcomes.deciding import decide
from erpd.access.outcomes.estimating import wording
from erpd.access.outcomes.granting import State, state_of
from erpd.access.outcomes.reminding import remind_of_grants
from erpd.access.outcomes.rules import GrantFacts
from erpd.access.requests.refusals import WrongState
from erpd.accounts.may import VISITOR, Actor
from erpd.accounts.models import Deed, Mail
from erpd.accounts.refusal import Refusal
from tests.access.requests.desks import Desk, at, desk, fresh, handled, requester

pytestmark = pytest.mark.django_db
REDRESS = {
    "redress": "Geschillencommissie Data",
    "redress_address": "Postbus 1\n2500 AA Den Haag",
    "redress_within": "zes weken",
    "redress_language": "nl",
}
SINCE = date(2026, 12, 1)
GRANT = GrantFacts(
    since=SINCE,
    until=date(2027, 11, 30),
    purpose="Research into commuting",
    extract="Trips of 2020 to 2024, without names",
    environment="Remote access",
    conditions="Nothing leaves the room",
    people=["Ada Lovelace", ""],
)
SECRET = "free text that nobody else reads"


@pytest.fixture
def part(cbs: Desk, ada: Actor) -> Part:
    Body.objects.filter(pk=cbs.body.pk).update(**REDRESS)
    with at("2026-11-02"):
        return handled(cbs, ada, cbs.put("a"))


def refuse(cbs: Desk, part: Part, **changed: Any) -> Decision:
    facts = {"grounds": ["conditions-not-met"], "explanation": SECRET, "language": "nl", **changed}
    return decide(who=cbs.handler, part=part, outcome="refused", **facts)


def grant(cbs: Desk, part: Part, **changed: Any) -> Decision:
    facts = {"grant": GRANT, "language": "en", **changed}
    return decide(who=cbs.handler, part=part, outcome="granted", **facts)


def codes(refused: Any) -> list[str]:
    return [str(one.code) for one in refused.value.hindrances]


def mails() -> list[tuple[str, str]]:
    found = list(Mail.objects.order_by("pk").values_list("to", "template"))
    Mail.objects.all().delete()
    return found


def asked(cbs: Desk, part: Part, **changed: Any) -> Estimate:
    facts = {"least": "400", "most": "600.50", "currency": "eur", "covers": "Extraction", **changed}
    facts.setdefault("valid_until", timezone.now().date() + timedelta(days=30))
    return estimating.estimate(who=cbs.handler, part=part, **facts)


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


def test_a_fee_needs_an_accepted_estimate_that_covers_it(cbs: Desk, ada: Actor, part: Part) -> None:
    def hindrances(**changed: Any) -> list[str]:
        with pytest.raises(Refusal, match="Regulation") as refused:
            grant(cbs, part, **{"fee": "600.50", "currency": "EUR", **changed})
        return codes(refused)

    mails()
    with at("2026-11-10"):
        assert hindrances() == ["estimate-missing"]
        made = asked(cbs, part, valid_until=date(2026, 11, 20))
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
                asked(cbs, part, **wrong)
        first = asked(cbs, part)
        estimating.cancel(who=cbs.handler, part=part)
        second = asked(cbs, part, valid_until=date(2026, 11, 11))
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


def test_only_those_who_may(cbs: Desk, ada: Actor, part: Part) -> None:
    knmi, eve = desk("knmi"), requester("eve")
    for stranger in (knmi.handler, eve, VISITOR):
        with pytest.raises(Http404):
            decide(who=stranger, part=part, outcome="granted", grant=GRANT, language="en")
        with pytest.raises(Http404):
            estimating.cancel(who=stranger, part=part)
    with pytest.raises(PermissionDenied):
        decide(who=ada, part=part, outcome="granted", grant=GRANT, language="en")
    asked(cbs, part)
    with pytest.raises(PermissionDenied):
        estimating.accept(who=cbs.handler, part=part, text="")
    with pytest.raises(Http404):
        estimating.decline(who=VISITOR, part=part, opened=[knmi.body.pk])
    assert estimating.decline(who=VISITOR, part=part, opened=[part.request_id]).state == "declined"


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
    with pytest.raises(Http404):
        granting.renew(who=requester("eve"), part=part)
    assert AccessRequest.objects.count() == 2


def test_nothing_is_renewed_that_was_not_granted(cbs: Desk, ada: Actor, part: Part) -> None:
    refuse(cbs, part)
    with pytest.raises(Refusal) as refused:
        granting.renew(who=ada, part=part)
    assert codes(refused) == ["nothing-granted"]
