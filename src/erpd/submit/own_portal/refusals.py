"""Why something cannot be done to a portal: a stable code, what happened, what to do."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from erpd.accounts.refusal import Hindrance, Refusal, Texts


class Code(StrEnum):
    """The codes of all reasons."""

    CHANGED_MEANWHILE = "portal_changed_meanwhile"
    WRONG_STATE = "portal_wrong_state"
    NOT_LOOKED_AT = "portal_not_looked_at"
    NOTHING_THERE = "portal_nothing_there"
    TEST = "portal_test"
    TAKEN = "portal_taken"
    BUSY = "portal_busy"
    CHANGE_PENDING = "portal_change_pending"
    ENDED = "portal_ended"
    NOTHING_TO_WITHDRAW = "portal_nothing_to_withdraw"
    TOO_MANY = "portal_too_many"
    TOO_MANY_PREVIEWS = "portal_too_many_previews"


_NOW = _("Reload the page to see how things are now.")
_TEXTS: Texts = {
    Code.CHANGED_MEANWHILE: (
        _("Somebody has changed this since you opened the page."),
        _("Look at it again, then decide."),
    ),
    Code.WRONG_STATE: (_("This cannot be done now: it is %(state)s."), _NOW),
    Code.NOT_LOOKED_AT: (
        _("We have not been able to read the portal as it is entered now."),
        _("Wait for the preview. If it failed, correct what it says, then look again."),
    ),
    Code.NOTHING_THERE: (
        _("We found no data set that could go in."),
        _("Widen the filter, or fix the errors at your portal, then look again."),
    ),
    Code.TEST: (
        _("What is in a test catalogue is not harvested: the preview shows what would happen."),
        _("To have it harvested, enter the address in your catalogue of protected or open data."),
    ),
    Code.TAKEN: (
        _("%(url)s is already harvested, as %(source)s."),
        _("Refuse this, or remove that source first."),
    ),
    Code.BUSY: (
        _("The portal is being harvested now."),
        _("Wait until this run has finished, then try again."),
    ),
    Code.CHANGE_PENDING: (
        _("A change of this portal is already being prepared or waiting for approval."),
        _("Finish or cancel that one first."),
    ),
    Code.ENDED: (
        _("The harvest of this portal has ended."),
        _("You can have it harvested again from its page, or enter its address again."),
    ),
    Code.NOTHING_TO_WITHDRAW: (
        _("There is nothing to withdraw: it is still harvested, or its data sets are withdrawn already."),
        _NOW,
    ),
    Code.TOO_MANY: (
        _("%(number)s portals are being prepared or waiting for approval, as many as a catalogue may have."),
        _("Cancel those that are no longer needed."),
    ),
    Code.TOO_MANY_PREVIEWS: (
        _("We have looked at portals of %(owner)s %(number)s times in the last 24 hours."),
        _("Try again tomorrow."),
    ),
}


class Reason(Hindrance):
    """Why it cannot be done."""

    texts = _TEXTS


def refusal(code: Code, **facts: object) -> Refusal:
    """A refusal for one reason."""
    return Refusal(Reason(code, facts))
