"""A decision, a grant, an estimate, as tests of them begin; and what came of them."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from erpd.access.models import Decision, Estimate, Part
from erpd.access.outcomes import estimating
from erpd.access.outcomes.deciding import decide
from erpd.access.outcomes.rules import GrantFacts
from erpd.accounts.models import Mail
from tests.access.requests.desks import Desk

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


def estimated(cbs: Desk, part: Part, **changed: Any) -> Estimate:
    facts = {"least": "400", "most": "600.50", "currency": "eur", "covers": "Extraction", **changed}
    facts.setdefault("valid_until", timezone.now().date() + timedelta(days=30))
    return estimating.estimate(who=cbs.handler, part=part, **facts)
