"""How a request stands that was estimated or decided, as the body sees it."""

from typing import Any

from erpd.access.law_words import in_words
from erpd.access.models import Decision, Part
from erpd.access.outcomes import granting, money
from erpd.access.outcomes.regimes import grounds_of, regimes_of


def outcome_of(part: Part) -> dict[str, Any]:
    """The estimates, the decision and the grant of a part."""
    decision = Decision.objects.filter(part=part).select_related("by").first()
    grant = granting.grant_of(part)
    known = grounds_of(regimes_of(part)) if decision and decision.grounds else {}
    estimates = [
        {"one": one, "amount": money.in_words(one.least, one.most, one.currency)}
        for one in part.estimates.order_by("-pk")
    ]
    return {
        "estimates": estimates,
        "decision": decision,
        "outcome": decision.get_outcome_display() if decision else "",
        "grounds": [
            in_words(known[code].text) if code in known else code
            for code in (decision.grounds if decision else ())
        ],
        "grant": grant,
        "grant_state": granting.state_in_words(grant),
        "fee": money.in_words(decision.fee, decision.fee, decision.currency)
        if decision and decision.fee is not None
        else "",
    }
