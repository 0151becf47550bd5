"""Why a decision, an estimate or a grant is refused: a stable code, what is wrong, how to put it right."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from erpd.accounts import refusal as accounts
from erpd.accounts.refusal import Texts


class Code(StrEnum):
    """The codes of all reasons. APIs answer with them, so they never change."""

    GROUND_MISSING = "ground-missing"
    GROUND_UNKNOWN = "ground-unknown"
    GROUND_OF_A_GRANT = "ground-of-a-grant"
    EXPLANATION_MISSING = "explanation-missing"
    REDRESS_MISSING = "redress-missing"
    ESTIMATE_MISSING = "estimate-missing"
    ESTIMATE_EXPIRED = "estimate-expired"
    ESTIMATE_EXCEEDED = "estimate-exceeded"
    ESTIMATE_CURRENCY = "estimate-currency"
    ESTIMATE_CHANGED = "estimate-changed"
    GRANT_MISSING = "grant-missing"
    PART_MISSING = "part-missing"
    GRANT_OF_A_REFUSAL = "grant-of-a-refusal"
    GRANT_ENDED = "grant-ended"
    REASON_MISSING = "reason-missing"
    NOTHING_GRANTED = "nothing-granted"
    NOTHING_TO_RENEW = "nothing-to-renew"


_TEXTS: Texts = {
    Code.GROUND_MISSING: (
        _("A refusal, in part too, needs a ground (%(act)s)."),
        _("Choose at least one of: %(codes)s."),
    ),
    Code.GROUND_UNKNOWN: (
        _("“%(ground)s” is not a ground of refusal of the law with which this request began (%(act)s)."),
        _("Choose at least one of: %(codes)s."),
    ),
    Code.GROUND_OF_A_GRANT: (
        _("A grant of everything has no ground of refusal."),
        _("Remove the grounds, or decide to grant in part."),
    ),
    Code.EXPLANATION_MISSING: (
        _("A refusal, in part too, needs an explanation that the requester can understand (%(section)s)."),
        _("Write what is refused, and why each ground applies."),
    ),
    Code.REDRESS_MISSING: (
        _("A refusal must say where to turn against it (%(section)s). Missing for %(body)s: %(missing)s."),
        _("Complete the page of the competent body first."),
    ),
    Code.ESTIMATE_MISSING: (
        _("A fee must be known beforehand: it needs an estimate that the requester accepted (%(section)s)."),
        _("Send an estimate first, or decide without a fee."),
    ),
    Code.ESTIMATE_EXPIRED: (
        _("The estimate was valid until %(day)s (%(section)s)."),
        _("A new estimate is needed."),
    ),
    Code.ESTIMATE_EXCEEDED: (
        _("The fee of %(fee)s is more than the estimate that was accepted, at most %(most)s (%(section)s)."),
        _("Lower the fee, or send a new estimate."),
    ),
    Code.ESTIMATE_CURRENCY: (
        _("The fee is in %(currency)s, the estimate that was accepted in %(other)s (%(section)s)."),
        _("Use the currency of the estimate, or send a new one."),
    ),
    Code.ESTIMATE_CHANGED: (
        _("The estimate is not the one that you read (%(section)s)."),
        _("Read the new one, then accept or decline it."),
    ),
    Code.GRANT_MISSING: (
        _("A grant must say since when, for which purpose, and which data exactly."),
        _("Fill in these fields."),
    ),
    Code.PART_MISSING: (
        _("A grant in part must say what is granted and what is refused."),
        _("Write what is refused."),
    ),
    Code.GRANT_OF_A_REFUSAL: (
        _("A refusal grants nothing."),
        _("Remove what is granted, or decide to grant in part."),
    ),
    Code.GRANT_ENDED: (
        _("This grant is no longer active: %(state)s."),
        _("Reload the page to see the current state."),
    ),
    Code.REASON_MISSING: (
        _("The reason is missing."),
        _("Say why, so that the requester knows what they can do."),
    ),
    Code.NOTHING_GRANTED: (
        _("Nothing was granted here."),
        _("Start a new request instead."),
    ),
    Code.NOTHING_TO_RENEW: (
        _("None of the data sets of this grant can be asked for here any more."),
        _("Look for them in the register."),
    ),
}


class Reason(accounts.Hindrance):
    """Why it is refused."""

    texts = _TEXTS


class Refused(accounts.Refusal):
    """Refused for one reason."""

    def __init__(self, code: Code, **facts: object) -> None:
        super().__init__(Reason(code, facts))
