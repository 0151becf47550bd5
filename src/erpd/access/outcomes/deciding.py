"""The decision: checked by the rules, saved with its letter, told, and entered in the public register."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

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

__all__ = ["GrantFacts", "Proposed", "decide", "draft"]

_MOST_GROUNDS = 20


class Proposed(TypedDict):
    """A decision as it is proposed.

    ``language``: that of all texts; ``summary``: becomes public; ``currency``: that of the accepted estimate
    if not given. For what is granted and refused in part, see ``GrantFacts``.
    """

    outcome: str
    language: str
    grounds: NotRequired[Sequence[str]]
    explanation: NotRequired[str]
    fee: NotRequired[Decimal | int | str | None]
    currency: NotRequired[str]
    grant: NotRequired[GrantFacts | None]
    summary: NotRequired[str]


@transaction.atomic
def decide(*, who: Actor, part: Part, **proposed: Unpack[Proposed]) -> Decision:
    """Decide about a part, and write the letter.

    Raises Http404, PermissionDenied, WrongState, ValidationError, and Refusal with all rules that stand
    against it.
    """
    part = part_of(part.reference)
    mine = demand(who, Action.DECIDE, part)
    decision, grant = _made(who, part, **proposed)
    decision.save()
    if grant:
        grant.decision = decision
        grant.save()
    part.reviews.filter(ended=None).update(ended=decision.at)  # opinions are no longer needed
    part.state = Part.State.DECIDED
    part.save(update_fields=["state"])
    end_line(part, decision.outcome, grounds=decision.grounds, summary=decision.summary)
    note_event(part, Action.DECIDE, mine, who, outcome=decision.outcome, grounds=decision.grounds)
    record(part, Action.DECIDE, who, outcome=decision.outcome)
    tell_requester(part, "request-decided")
    return decision


def draft(*, who: Actor, part: Part, **proposed: Unpack[Proposed]) -> Decision:
    """The decision with its letter, as ``decide`` would save it now: nothing is saved. Raises the same."""
    part = Part.objects.select_related("request__person", "body__keeper").get(pk=part.pk)
    demand(who, Action.DECIDE, part)
    return _made(who, part, **proposed)[0]


def _made(
    who: Actor,
    part: Part,
    *,
    outcome: str,
    language: str,
    grounds: Sequence[str] = (),
    explanation: str = "",
    fee: Decimal | int | str | None = None,
    currency: str = "",
    grant: GrantFacts | None = None,
    summary: str = "",
) -> tuple[Decision, Grant | None]:
    """The decision with its letter, and what it grants, checked by the rules and not saved yet."""
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
    decision = _decision(who, part, proposal, accepted, language)
    granted = _grant(decision, proposal.grant)
    letter = letter_of(
        part=part,
        decision=decision,
        grant=granted,
        refused=proposal.grant.refused if proposal.grant else "",
        regimes=regimes,
    )
    decision.letter = letter.as_json()
    return decision, granted


def _decision(
    who: Actor, part: Part, proposal: Proposal, accepted: Estimate | None, language: str
) -> Decision:
    return Decision(
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


def _grant(decision: Decision, facts: GrantFacts | None) -> Grant | None:
    if facts is None:
        return None
    assert facts.since is not None  # the rules say so
    return Grant(
        decision=decision,
        since=facts.since,
        until=facts.until,
        purpose=facts.purpose,
        extract=facts.extract,
        environment=facts.environment,
        conditions=facts.conditions,
        people=list(facts.people),
    )
