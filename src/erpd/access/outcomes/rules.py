"""When a decision can be saved. Each rule that stands against it is told, with its section."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from erpd.access.law import Regime
from erpd.access.models import Body, Decision, Estimate
from erpd.access.outcomes.money import in_words
from erpd.access.outcomes.refusals import Code, Reason
from erpd.access.outcomes.regimes import (
    acts_in_words,
    fees_section,
    grounds_of,
    redress_section,
    rule_of_the_site,
)
from erpd.accounts.refusal import Refusal
from erpd.accounts.texts import in_language
from erpd.metadata.storable import storable
from erpd.pages.values import written

LONGEST = 4_000  # characters of a text of a grant
LONGEST_EXPLANATION = 10_000
LONGEST_SUMMARY = 2_000
LONGEST_ENVIRONMENT = 300
MOST_PEOPLE = 100
LONGEST_NAME = 200
Outcome = Decision.Outcome


@dataclass(frozen=True, kw_only=True)
class GrantFacts:
    """What is granted. ``refused``: what is not, where it is granted in part."""

    since: date | None
    until: date | None = None
    purpose: str
    extract: str
    refused: str = ""
    environment: str = ""
    conditions: str = ""
    people: Sequence[str] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A decision before it is saved, its texts clean."""

    outcome: Outcome
    grounds: tuple[str, ...]
    explanation: str
    fee: Decimal | None
    currency: str
    grant: GrantFacts | None
    summary: str

    @property
    def refuses(self) -> bool:
        """Whether something is refused."""
        return self.outcome is not Outcome.GRANTED


def check(
    proposal: Proposal, *, body: Body, regimes: Sequence[Regime], estimate: Estimate | None, today: date
) -> None:
    """Raise Refusal with every rule that stands against it. ``estimate``: the one that was accepted last."""
    hindrances = [
        *_of_grounds(proposal, regimes),
        *_of_redress(proposal, body, regimes),
        *_of_fee(proposal, estimate, today, fees_section(regimes)),
        *_of_grant(proposal),
    ]
    if hindrances:
        raise Refusal(*hindrances)


def redress_of(body: Body) -> dict[str, str]:
    """Where to turn against a decision, as the page of the body says now."""
    return {
        "body": body.redress,
        "address": body.redress_address,
        "within": body.redress_within,
        "language": body.redress_language,
    }


def clean(text: str, longest: int, what: str) -> str:
    """A text as it is kept. Raises ValidationError if it is too long."""
    text = storable(text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > longest:
        raise ValidationError(
            _("%(what)s: the text is longer than %(longest)s characters. Shorten it.")
            % {"what": what, "longest": longest}
        )
    return text


def cleaned(grant: GrantFacts) -> GrantFacts:
    """The facts as they are kept. Raises ValidationError for what is too long, or ends before it begins."""
    if grant.since and grant.until and grant.until <= grant.since:
        raise ValidationError(_("The grant must end after the day on which it begins."))
    people = [clean(one, LONGEST_NAME, _("People")) for one in grant.people]
    people = [one for one in people if one]
    if len(people) > MOST_PEOPLE:
        raise ValidationError(_("Name at most %(most)s people.") % {"most": MOST_PEOPLE})
    return GrantFacts(
        since=grant.since,
        until=grant.until,
        purpose=clean(grant.purpose, LONGEST, _("Purpose")),
        extract=clean(grant.extract, LONGEST, _("Data")),
        refused=clean(grant.refused, LONGEST, _("What is refused")),
        environment=" ".join(clean(grant.environment, LONGEST_ENVIRONMENT, _("Environment")).split()),
        conditions=clean(grant.conditions, LONGEST, _("Conditions")),
        people=tuple(people),
    )


def _of_grounds(proposal: Proposal, regimes: Sequence[Regime]) -> list[Reason]:
    if not proposal.refuses:
        return [Reason(Code.GROUND_OF_A_GRANT)] if proposal.grounds else []
    known = grounds_of(regimes)
    facts = {"act": acts_in_words(regimes) or _("no law applies"), "codes": ", ".join(known) or "–"}
    found = [
        Reason(Code.GROUND_UNKNOWN, {**facts, "ground": code[:60]})
        for code in proposal.grounds
        if code not in known
    ]
    if known and not proposal.grounds:
        found.append(Reason(Code.GROUND_MISSING, facts))
    if not proposal.explanation:
        section = redress_section(regimes) or acts_in_words(regimes) or rule_of_the_site()
        found.append(Reason(Code.EXPLANATION_MISSING, {"section": section}))
    return found


def _of_redress(proposal: Proposal, body: Body, regimes: Sequence[Regime]) -> list[Reason]:
    section = redress_section(regimes)
    if not (proposal.refuses and section):
        return []
    names: Mapping[str, str] = {
        "body": _("who reviews the decision"),
        "address": _("the address"),
        "within": _("the time limit"),
        "language": _("the language"),
    }
    missing = [names[key] for key, value in redress_of(body).items() if not value.strip()]
    facts = {"section": section, "body": in_language(body.title)[0], "missing": ", ".join(missing)}
    return [Reason(Code.REDRESS_MISSING, facts)] if missing else []


def _of_fee(proposal: Proposal, estimate: Estimate | None, today: date, section: str) -> list[Reason]:
    if not proposal.fee:
        return []
    if estimate is None:
        return [Reason(Code.ESTIMATE_MISSING, {"section": section})]
    found = []
    if proposal.currency != estimate.currency:
        facts = {"currency": proposal.currency, "other": estimate.currency, "section": section}
        found.append(Reason(Code.ESTIMATE_CURRENCY, facts))
    elif proposal.fee > estimate.most:
        fee, most = (in_words(each, each, estimate.currency) for each in (proposal.fee, estimate.most))
        found.append(Reason(Code.ESTIMATE_EXCEEDED, {"fee": fee, "most": most, "section": section}))
    if today > estimate.valid_until:
        facts = {"day": written(estimate.valid_until), "section": section}
        found.append(Reason(Code.ESTIMATE_EXPIRED, facts))
    return found


def _of_grant(proposal: Proposal) -> list[Reason]:
    grant = proposal.grant
    if proposal.outcome is Outcome.REFUSED:
        return [Reason(Code.GRANT_OF_A_REFUSAL)] if grant else []
    if not (grant and grant.since and grant.purpose and grant.extract):
        return [Reason(Code.GRANT_MISSING)]
    if proposal.outcome is Outcome.PARTLY and not grant.refused:
        return [Reason(Code.PART_MISSING)]
    return []
