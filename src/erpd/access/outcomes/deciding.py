"""The decision: checked by the rules, saved with its letter, told, and entered in the public register."""

from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from erpd.access.letters.writing import letter_of
from erpd.access.models import Decision, Estimate, Grant, Part
from erpd.access.outcomes import money, rules
from erpd.access.outcomes.estimating import accepted_of
from erpd.access.outcomes.regimes import regimes_of
from erpd.access.outcomes.rules import GrantFacts, Outcome, Proposal
from erpd.access.requests import due
from erpd.access.requests.events import note_event, record
from erpd.access.requests.lines import end_line
from erpd.access.requests.locked import part_of
from erpd.access.requests.roles import demand
from erpd.access.requests.table import Action
from erpd.access.requests.telling import tell_requester
from erpd.accounts.may import Actor
from erpd.metadata.text import EU_LANGUAGES

__all__ = ["GrantFacts", "decide"]

_MOST_GROUNDS = 20


@transaction.atomic
def decide(
    *,
    who: Actor,
    part: Part,
    outcome: str,
    grounds: Sequence[str] = (),
    explanation: str = "",
    fee: Decimal | int | str | None = None,
    currency: str = "",
    grant: GrantFacts | None = None,
    summary: str = "",
    language: str,
) -> Decision:
    """Decide about a part, and write the letter.

    ``language``: that of all texts; ``summary``: becomes public; ``currency``: that of the accepted estimate
    if not given. For what is granted and refused in part, see ``GrantFacts``.

    Raises Http404, PermissionDenied, WrongState, ValidationError, and Refusal with all rules that stand
    against it.
    """
    part = part_of(part.reference)
    mine = demand(who, Action.DECIDE, part)
    if outcome not in Outcome.values:
        raise ValidationError(_("Choose whether you grant, grant in part or refuse."))
    if language not in EU_LANGUAGES:
        raise ValidationError(_("Choose the language of your texts."))
    regimes, accepted = regimes_of(part), accepted_of(part)
    currency = currency or (accepted.currency if accepted else "")
    charged = money.amount(fee) if fee not in (None, "") else None
    proposal = Proposal(
        outcome=Outcome(outcome),
        grounds=tuple(dict.fromkeys(grounds))[:_MOST_GROUNDS],
        explanation=rules.clean(explanation, rules.LONGEST_EXPLANATION, _("Explanation")),
        fee=charged or None,
        currency=money.currency_code(currency) if charged and currency else "",
        grant=rules.cleaned(grant) if grant else None,
        summary=rules.clean(summary, rules.LONGEST_SUMMARY, _("Public summary")),
    )
    rules.check(proposal, body=part.body, regimes=regimes, estimate=accepted, today=due.today_of(part))
    decision = _saved(who, part, proposal, accepted, language)
    granted = _granted(decision, proposal.grant)
    letter = letter_of(
        part=part,
        decision=decision,
        grant=granted,
        refused=proposal.grant.refused if proposal.grant else "",
        regimes=regimes,
    )
    decision.letter = letter.as_json()
    decision.save(update_fields=["letter"])
    part.reviews.filter(ended=None).update(ended=decision.at)  # opinions are no longer needed
    part.state = Part.State.DECIDED
    part.save(update_fields=["state"])
    end_line(part, outcome, grounds=proposal.grounds, summary=proposal.summary)
    note_event(part, Action.DECIDE, mine, who, outcome=outcome, grounds=list(proposal.grounds))
    record(part, Action.DECIDE, who, outcome=outcome)
    tell_requester(part, "request-decided")
    return decision


def _saved(who: Actor, part: Part, proposal: Proposal, accepted: Estimate | None, language: str) -> Decision:
    return Decision.objects.create(
        part=part,
        outcome=proposal.outcome,
        at=timezone.now(),
        by=who.human,
        language=language,
        grounds=list(proposal.grounds),
        explanation=proposal.explanation,
        fee=proposal.fee,
        currency=proposal.currency,
        estimate=accepted if proposal.fee else None,
        redress=rules.redress_of(part.body),
        summary=proposal.summary,
    )


def _granted(decision: Decision, facts: GrantFacts | None) -> Grant | None:
    if facts is None:
        return None
    assert facts.since is not None  # the rules say so
    return Grant.objects.create(
        decision=decision,
        since=facts.since,
        until=facts.until,
        purpose=facts.purpose,
        extract=facts.extract,
        environment=facts.environment,
        conditions=facts.conditions,
        people=list(facts.people),
    )
