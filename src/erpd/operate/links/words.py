"""What a link answered, in words."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.register.links.addresses import DOWNLOAD, KINDS
from erpd.register.models import Link
from erpd.sources.errors import Reason


class State(StrEnum):
    """How a link is."""

    WORKS = "works"
    FAILED = "failed"
    BROKEN = "broken"
    SIGN_IN = "sign-in"
    UNTRIED = "not-tried"


STATES: Mapping[State, Promise] = {
    State.WORKS: _("works"),
    State.FAILED: _("failed at the last try"),
    State.BROKEN: _("leads nowhere"),
    State.SIGN_IN: _("asks for a sign-in"),
    State.UNTRIED: _("not tried"),
}
SIGN_IN = ("401", "403", "407")
"""Answers of a page that is there, and not for everybody. For the MQA, they are no answer."""
_ANSWERS: Mapping[str, Promise] = {
    **dict.fromkeys(SIGN_IN, _("It asks for a sign-in")),
    **dict.fromkeys(("404", "410"), _("There is nothing at this address")),
    Reason.TIMEOUT: _("The server does not answer in time"),
    Reason.UNREACHABLE: _("The server cannot be reached"),
    Reason.CERTIFICATE: _("The certificate of the server is not valid"),
    Reason.TOO_MANY_REDIRECTS: _("It redirects again and again"),
    Reason.FORBIDDEN_ADDRESS: _("The address is not public"),
}
_CLASSES: Mapping[str, Promise] = {
    "2": _("It answers"),
    "3": _("It answers"),
    "4": _("The server refuses the request"),
    "5": _("The server has an error"),
}
_KINDS: Mapping[str, Promise] = {
    "accessUrlStatusCode": _("Access address"),
    DOWNLOAD: _("Download address"),
    "requestAddressStatusCode": _("Address at which to ask for access"),
}


def state_of(link: Link) -> State:
    """How a link is. It leads nowhere once it has failed twice, a day apart or more."""
    if link.failed:
        if link.works is not False:
            return State.FAILED
        return State.SIGN_IN if link.answer in SIGN_IN else State.BROKEN
    return State.WORKS if link.works else State.UNTRIED


def answer_in_words(answer: str) -> str:
    """What a link answered, with the status if there was one; "" if it was not tried."""
    if not answer:
        return ""
    is_status = answer.isdecimal()
    words = _ANSWERS.get(answer) or (_CLASSES.get(answer[0]) if is_status else None)
    said = str(words or _("It is not answered as web addresses are"))
    return f"{said} ({answer})" if is_status else said


def kinds_in_words(kinds: int) -> list[Promise]:
    """What a data set has a link for."""
    return [words for name, words in _KINDS.items() if kinds & KINDS[name]]
