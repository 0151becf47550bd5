"""Why something cannot be done now, although one may: a stable code, a text, how to put it right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class Code(StrEnum):
    """The codes of all reasons. APIs answer with them, so they never change."""

    OWNER_WAITING = "owner_waiting"
    OWNER_REFUSED = "owner_refused"
    OWNER_CLOSED = "owner_closed"
    CONTACT_UNCONFIRMED = "contact_unconfirmed"
    CONTACT_EXPIRED = "contact_expired"
    AGREEMENT_NOT_ACCEPTED = "agreement_not_accepted"
    AGREEMENT_CHANGED = "agreement_changed"
    AGREEMENT_SUPERSEDED = "agreement_superseded"
    ORGANISATION_TAKEN = "organisation_taken"
    TOO_MANY_REQUESTS = "too_many_requests"
    SLUG_UNFIT = "slug_unfit"
    REASON_MISSING = "reason_missing"
    DECIDED_ALREADY = "decided_already"
    LAST_ADMINISTRATOR = "last_administrator"
    MEMBER_ALREADY = "member_already"
    LINK_INVALID = "link_invalid"
    INVITED_ALREADY = "invited_already"
    TOO_MANY_INVITATIONS = "too_many_invitations"
    TOO_MANY_MAILS = "too_many_mails"
    TRANSFER_PENDING = "transfer_pending"
    TRANSFER_TO_ITSELF = "transfer_to_itself"
    NOTHING_TO_TRANSFER = "nothing_to_transfer"
    OFFER_ENDED = "offer_ended"
    CATALOGUE_UNFIT = "catalogue_unfit"
    IDENTIFIER_THERE = "identifier_there"
    KEY_DAYS = "key_days"
    KEY_ENDED = "key_ended"
    KEY_ROTATED = "key_rotated"
    KEY_MADE = "key_made"
    TOO_MANY_KEYS = "too_many_keys"
    NO_WRITER = "no_writer"
    NOT_ADMINISTRATOR = "not_administrator"
    LAST_OPERATOR = "last_operator"
    NOT_FAILED = "not_failed"
    CHECKED_GONE = "checked_gone"


Texts = Mapping[Any, tuple[Promise | str, Promise | str]]
"""Code -> what is wrong, and how to put it right."""

_TEXTS: Texts = {
    Code.OWNER_WAITING: (
        _("%(owner)s has not been approved yet."),
        _("Wait for the operator's decision. We will send you an e-mail."),
    ),
    Code.OWNER_REFUSED: (
        _("The request of %(owner)s was refused."),
        _("Read the reason on the owner's page, then ask again."),
    ),
    Code.OWNER_CLOSED: (
        _("%(owner)s is closed."),
        _("Ask the operator to open it again."),
    ),
    Code.CONTACT_UNCONFIRMED: (
        _("The contact address %(contact)s has not been confirmed."),
        _("Open the link in the e-mail that we sent to this address, or have it sent again."),
    ),
    Code.CONTACT_EXPIRED: (
        _("The contact address %(contact)s was confirmed more than a year ago."),
        _("Open the link in the e-mail that we sent to this address, or have it sent again."),
    ),
    Code.AGREEMENT_NOT_ACCEPTED: (
        _("The agreement, version %(version)s, has not been accepted."),
        _("An administrator of %(owner)s has to read and accept it."),
    ),
    Code.AGREEMENT_CHANGED: (
        _("The agreement has a new version, %(version)s, which has not been accepted."),
        _("An administrator of %(owner)s has to read what has changed and accept it."),
    ),
    Code.AGREEMENT_SUPERSEDED: (
        _("Version %(version)s of the agreement is no longer the newest."),
        _("Read the newest version and accept that one."),
    ),
    Code.ORGANISATION_TAKEN: (
        _("%(owner)s is already a data owner for this organisation."),
        _("Ask one of its administrators to invite you."),
    ),
    Code.TOO_MANY_REQUESTS: (
        _("You have asked for %(number)s data owners that are still waiting for approval."),
        _("Wait for the operator's decision before you ask for another."),
    ),
    Code.SLUG_UNFIT: (
        _("The short name “%(slug)s” is taken or reserved, or is not a valid name."),
        _("Choose 3 to 40 lower-case letters, digits and hyphens, beginning with a letter."),
    ),
    Code.REASON_MISSING: (
        _("The reason is missing."),
        _("Say why, so that the people concerned know what they can do."),
    ),
    Code.DECIDED_ALREADY: (
        _("This has already been decided: %(state)s."),
        _("Reload the page to see the current state."),
    ),
    Code.LAST_ADMINISTRATOR: (
        _("%(owner)s would be left without an administrator."),
        _("Make another member an administrator first, or hand over the ownership."),
    ),
    Code.MEMBER_ALREADY: (
        _("%(person)s is already a member."),
        _("Change the role on the page of members instead."),
    ),
    Code.LINK_INVALID: (
        _("This link is not valid for you. It may have been used, withdrawn or replaced, or have expired."),
        _("Sign in with the address to which the link was sent, or ask for a new link."),
    ),
    Code.INVITED_ALREADY: (
        _("%(email)s has already been invited."),
        _("Send the invitation again, or cancel it first."),
    ),
    Code.TOO_MANY_INVITATIONS: (
        _("%(number)s invitations are pending, the most that an owner may have."),
        _("Cancel invitations that are no longer needed."),
    ),
    Code.TOO_MANY_MAILS: (
        _("Too many e-mails were sent on behalf of %(owner)s today."),
        _("Try again tomorrow."),
    ),
    Code.TRANSFER_PENDING: (
        _("A transfer of %(name)s is already pending."),
        _("Wait until it is accepted or refused, or cancel it."),
    ),
    Code.TRANSFER_TO_ITSELF: (
        _("%(name)s already belongs there."),
        _("Choose somebody else to transfer it to."),
    ),
    Code.NOTHING_TO_TRANSFER: (
        _("%(name)s can no longer be transferred: it does not belong to %(owner)s."),
        _("Reload the page to see the current state."),
    ),
    Code.OFFER_ENDED: (
        _("The person who offered %(name)s is no longer an administrator of %(owner)s."),
        _("Ask an administrator of %(owner)s to offer it again."),
    ),
    Code.CATALOGUE_UNFIT: (
        _("The data set cannot go into “%(catalogue)s”."),
        _("Choose a catalogue of %(owner)s that holds the same kind of data: protected, open or test."),
    ),
    Code.IDENTIFIER_THERE: (
        _("%(catalogue)s already has a data set with the identifier %(name)s."),
        _("Accept it into another catalogue, or refuse the transfer and say why."),
    ),
    Code.KEY_DAYS: (
        _("A key is valid for 1 to %(most)s days here, not %(days)s."),
        _("Choose a shorter time, and replace the key before it expires."),
    ),
    Code.KEY_ENDED: (
        _("The key %(key)s is no longer valid."),
        _("Create a new one."),
    ),
    Code.KEY_ROTATED: (
        _("The key %(key)s has already been replaced."),
        _("Replace the newer one instead."),
    ),
    Code.KEY_MADE: (
        _("This form has already created the key %(key)s. It was shown once, at that time."),
        _("If you have lost it, revoke it and create a new one."),
    ),
    Code.TOO_MANY_KEYS: (
        _("%(person)s has %(number)s valid keys for %(catalogue)s, the most allowed."),
        _("Revoke one that is no longer needed."),
    ),
    Code.NOT_ADMINISTRATOR: (
        _("%(account)s is not an administrator of %(owner)s."),
        _("Only its administrators can accept the agreement. Make them an administrator first."),
    ),
    Code.LAST_OPERATOR: (
        _("%(account)s is the only operator of this node."),
        _("Make somebody else an operator first."),
    ),
    Code.NOT_FAILED: (
        _("This e-mail has not failed."),
        _("Reload the page to see the current state."),
    ),
    Code.CHECKED_GONE: (
        _("We keep a checked file for an hour, or until you check another. This one has been deleted."),
        _("Choose the file again."),
    ),
    Code.NO_WRITER: (
        _("%(person)s may not deliver data sets of %(owner)s."),
        _("An administrator can make them an editor."),
    ),
}


@dataclass(frozen=True)
class Hindrance:
    """One reason. Its texts are in the language that is active when they are read."""

    code: StrEnum
    facts: dict[str, Any] = field(default_factory=dict)
    texts: ClassVar[Texts] = _TEXTS

    @property
    def text(self) -> str:
        """What is wrong."""
        return str(self.texts[self.code][0]) % self.facts

    @property
    def advice(self) -> str:
        """How to put it right."""
        return str(self.texts[self.code][1]) % self.facts


class Refusal(Exception):
    """It cannot be done as things are: every reason, in the order to put them right.

    Its own text is in English, for APIs; pages show the hindrances.
    """

    status = 409
    """Of the page or answer that says it."""

    def __init__(self, *hindrances: Hindrance) -> None:
        super().__init__(*hindrances)
        self.hindrances = hindrances

    def __str__(self) -> str:
        with override("en"):
            return " ".join(f"{one.text} {one.advice}".strip() for one in self.hindrances)


def refusal(code: Code, **facts: Any) -> Refusal:
    """A refusal for one reason."""
    return Refusal(Hindrance(code, facts))
