"""Why something cannot be done to a request now, although one may: the answer is 409, and names the rule."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.access.models import Part
from erpd.access.requests.table import Action
from erpd.accounts import refusal as accounts
from erpd.accounts.refusal import Texts


class Code(StrEnum):
    """The codes of all reasons. They never change."""

    WRONG_STATE = "wrong-state"
    NOTHING_WANTED = "nothing-wanted"
    DATA_IS_OPEN = "data-is-open"
    DATA_SET_GONE = "data-set-gone"
    NO_DESK = "no-desk"
    TOO_MANY_DATA_SETS = "too-many-data-sets"
    TOO_MANY_DRAFTS = "too-many-drafts"
    TOO_MANY_PARTS = "too-many-requests"
    TOO_MANY_MESSAGES = "too-many-messages"
    TOO_LONG = "too-long"
    TEXT_MISSING = "text-missing"
    ANSWERS_MISSING = "answers-missing"
    LICENCE_NOT_ACCEPTED = "licence-not-accepted"
    NOT_A_HANDLER = "not-a-handler"
    NOT_A_MEMBER = "not-a-member"
    REVIEWS_ALREADY = "reviews-already"
    EXTENDED_ALREADY = "extended-already"
    NO_EXTENSION = "no-extension"
    EXTENDED_LATE = "extended-late"
    GROUND_UNKNOWN = "extension-ground-unknown"
    KIND_LATE = "kind-late"
    CLOSED_EARLY = "closed-early"
    NUDGED_TODAY = "nudged-today"
    NUDGED_EARLY = "nudged-early"
    BODY_HAS_REQUESTS = "body-has-requests"
    BODY_NEEDS_KEEPER = "body-needs-keeper"


_TEXTS: Texts = {
    Code.WRONG_STATE: (
        _("This cannot be done (%(action)s) while the request is in this state: %(state)s."),
        _("Reload the page to see the current state."),
    ),
    Code.NOTHING_WANTED: (_("The request names no data set."), _("Add one, then send it.")),
    Code.DATA_IS_OPEN: (
        _("Anyone can get “%(title)s” without asking."),
        _("The page of the data set says where."),
    ),
    Code.DATA_SET_GONE: (_("“%(title)s” is no longer available here."), _("Remove it from the request.")),
    Code.NO_DESK: (
        _("“%(body)s” does not take requests here at present."),
        _("Ask it at the address on its page."),
    ),
    Code.TOO_MANY_DATA_SETS: (
        _("A request is for %(most)s data sets at most."),
        _("Start another request for the others."),
    ),
    Code.TOO_MANY_DRAFTS: (
        _("You have %(most)s requests that have not been sent, the most that we keep."),
        _("Send or delete one of them first."),
    ),
    Code.TOO_MANY_PARTS: (
        _("You have sent %(most)s requests to competent bodies today, the most that we take in a day."),
        _("Send this one tomorrow. It stays as it is."),
    ),
    Code.TOO_MANY_MESSAGES: (
        _("You have written %(most)s messages about this request today, the most that we take in a day."),
        _("Write again tomorrow."),
    ),
    Code.TOO_LONG: (_("That is too long. At most %(most)s characters are allowed."), _("Shorten it.")),
    Code.TEXT_MISSING: (_("The text is missing."), _("Write why, or what you want to say.")),
    Code.ANSWERS_MISSING: (
        _("Answers to “%(body)s” are missing or wrong: %(questions)s."),
        _("Answer these questions, then send the request."),
    ),
    Code.LICENCE_NOT_ACCEPTED: (
        _("“%(body)s” wants its conditions to be accepted: %(licences)s."),
        _("Read and accept them, then send the request."),
    ),
    Code.NOT_A_HANDLER: (
        _("%(person)s does not answer requests for this body."),
        _("Choose one of its handlers."),
    ),
    Code.NOT_A_MEMBER: (_("%(person)s is not a member of this body."), _("Choose one of its members.")),
    Code.REVIEWS_ALREADY: (_("%(person)s has been asked for a review already."), ""),
    Code.EXTENDED_ALREADY: (
        _("The time limit has been extended already. The law allows that once (%(section)s)."),
        _("Decide by the date that the requester was told."),
    ),
    Code.NO_EXTENSION: (_("No law that applies to this request lets you extend its time limit."), ""),
    Code.EXTENDED_LATE: (
        _("The time limit ended on %(due)s. The law allows an extension only before that (%(section)s)."),
        _("Decide as soon as you can."),
    ),
    Code.GROUND_UNKNOWN: (
        _("That is not a ground for an extension by the law of this request."),
        _("Choose one of: %(grounds)s."),
    ),
    Code.KIND_LATE: (
        _("The time limit ended on %(due)s, so the kind of the request can no longer be changed."),
        "",
    ),
    Code.CLOSED_EARLY: (
        _("The requester has until %(day)s to answer."),
        _("Close the request after that day, or decide it."),
    ),
    Code.NUDGED_TODAY: (_("You have reminded the body in the last 24 hours."), _("Wait for its answer.")),
    Code.NUDGED_EARLY: (
        _("The decision is not due soon."),
        _("You can remind the body from %(day)s on."),
    ),
    Code.BODY_NEEDS_KEEPER: (
        _("The body has open requests, and the operator cannot answer them."),
        _("Choose a data owner whose members can."),
    ),
    Code.BODY_HAS_REQUESTS: (
        _("People have sent requests to this body, and its decisions stay public. It cannot be removed."),
        _("It can stop taking requests instead."),
    ),
}


class Reason(accounts.Hindrance):
    """Why it is refused."""

    texts = _TEXTS


class Refused(accounts.Refusal):
    """Refused for one reason: ``hindrances[0].code`` says which."""

    def __init__(self, code: Code, **facts: object) -> None:
        super().__init__(Reason(code, facts))
        self.code = code


class Incomplete(Refused):
    """Answers are missing or wrong. ``problems``: id of a question -> what is wrong with its answer."""

    def __init__(
        self, part: Part, body: str, labels: Sequence[str], more: str, problems: Mapping[str, list[str]]
    ) -> None:
        super().__init__(
            Code.ANSWERS_MISSING, body=body, questions=", ".join(f"“{one}”" for one in labels) + more
        )
        self.part, self.problems = part, problems


class WrongState(Refused):
    """It cannot be done while the part is in this state; the answer is 409, and names both."""

    def __init__(self, part: Part, action: Action) -> None:
        super().__init__(Code.WRONG_STATE, action=ACTIONS[action], state=Part.State(part.state).label)
        self.part, self.action = part, action


ACTIONS: Mapping[Action, Promise] = {
    Action.SEE: _("look at it"),
    Action.EDIT: _("change the answers"),
    Action.ATTACH: _("attach files"),
    Action.SUBMIT: _("send it"),
    Action.ERASE: _("delete it"),
    Action.WITHDRAW: _("withdraw it"),
    Action.MESSAGE: _("write a message"),
    Action.NUDGE: _("remind the body"),
    Action.ACCEPT: _("accept the estimate"),
    Action.DECLINE: _("decline the estimate"),
    Action.RENEW: _("renew the grant"),
    Action.TAKE: _("name its handler"),
    Action.RETURN: _("return it for changes"),
    Action.REVIEW: _("ask for a review"),
    Action.NOTE: _("write a note"),
    Action.CLASSIFY: _("change its kind"),
    Action.EXTEND: _("extend the time limit"),
    Action.ESTIMATE: _("estimate the cost"),
    Action.CANCEL: _("cancel the estimate"),
    Action.DECIDE: _("decide"),
    Action.REVOKE: _("revoke the grant"),
    Action.CLOSE: _("close it"),
}
"""What is done, in words."""
