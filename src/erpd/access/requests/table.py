"""State x role x action of a request's part: the whole truth, from which pages, docs and tests are made."""

from enum import StrEnum

from erpd.access.requests.states import State

__all__ = ["TABLE", "Action", "Role", "State", "allowed"]


class Role(StrEnum):
    """What somebody is for a part. One person can be several; whoever is none of them gets 404."""

    REQUESTER = "requester"  # by their account, or by the private link
    HANDLER = "handler"  # a member of the body's keeper who answers requests
    REVIEWER = "reviewer"  # a member who was asked for an opinion, until they are taken off
    SYSTEM = "system"  # the body's own case system, with a key of a handler


class Action(StrEnum):
    """What can be done to a part."""

    SEE = "see"
    EDIT = "edit"  # the answers
    ATTACH = "attach"
    SUBMIT = "submit"
    ERASE = "erase"
    WITHDRAW = "withdraw"
    MESSAGE = "message"
    NUDGE = "nudge"
    ACCEPT = "accept"  # the estimate
    DECLINE = "decline"
    RENEW = "renew"
    TAKE = "take"  # become its handler, or name another
    RETURN = "return"
    REVIEW = "ask for a review"
    NOTE = "note"
    CLASSIFY = "classify"  # say of which kind it is
    EXTEND = "extend"
    ESTIMATE = "estimate"
    CANCEL = "cancel the estimate"
    DECIDE = "decide"
    REVOKE = "revoke"
    CLOSE = "close"


_REQUESTER = frozenset((Role.REQUESTER,))
_HANDLER = frozenset((Role.HANDLER,))
_SYSTEM = frozenset((Role.HANDLER, Role.SYSTEM))
_TALKING = frozenset((Role.REQUESTER, Role.HANDLER, Role.SYSTEM))
_NOTING = frozenset((Role.HANDLER, Role.REVIEWER))
_ALL = frozenset(Role)

_OPEN = {
    Action.SEE: _ALL,
    Action.MESSAGE: _TALKING,
    Action.NOTE: _NOTING,
    Action.TAKE: _HANDLER,
    Action.REVIEW: _HANDLER,
    Action.WITHDRAW: _REQUESTER,
    Action.CLASSIFY: _HANDLER,
    Action.EXTEND: _SYSTEM,
}
_ANSWERING = {
    **_OPEN,
    Action.NUDGE: _REQUESTER,  # only while the body is who everybody waits for
    Action.RETURN: _SYSTEM,
    Action.ESTIMATE: _SYSTEM,
    Action.DECIDE: _SYSTEM,
}

TABLE: dict[State, dict[Action, frozenset[Role]]] = {
    State.DRAFT: {
        Action.SEE: _REQUESTER,
        Action.EDIT: _REQUESTER,
        Action.ATTACH: _REQUESTER,
        Action.SUBMIT: _REQUESTER,
        Action.ERASE: _REQUESTER,
    },
    State.RECEIVED: _ANSWERING,
    State.RETURNED: {
        **_OPEN,
        Action.EDIT: _REQUESTER,
        Action.ATTACH: _REQUESTER,
        Action.SUBMIT: _REQUESTER,
        Action.CLOSE: _HANDLER,  # nobody answered
    },
    State.REVIEW: _ANSWERING,
    State.ESTIMATE: {
        **_OPEN,
        Action.ACCEPT: _REQUESTER,
        Action.DECLINE: _REQUESTER,
        Action.CANCEL: _SYSTEM,
    },
    State.DECIDED: {
        Action.SEE: _ALL,
        Action.MESSAGE: _TALKING,
        Action.NOTE: _NOTING,
        Action.TAKE: _HANDLER,
        Action.RENEW: _REQUESTER,  # if there is a grant
        Action.REVOKE: _HANDLER,  # if the grant is active
        Action.CLOSE: _HANDLER,
    },
    State.WITHDRAWN: {Action.SEE: _ALL, Action.NOTE: _NOTING, Action.CLOSE: _HANDLER},
    State.CLOSED: {Action.SEE: _ALL, Action.RENEW: _REQUESTER},
}


def allowed(state: str, action: Action) -> frozenset[Role]:
    """The roles that may do it in this state."""
    return TABLE[State(state)].get(action, frozenset())
