"""Why something cannot be done to an enquiry."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from erpd.accounts import refusal as accounts
from erpd.accounts.refusal import Texts


class Code(StrEnum):
    """The codes of all reasons. They never change."""

    EMPTY = "enquiry-empty"
    TOO_MANY = "enquiry-too-many"
    NO_DESK = "enquiry-no-desk"
    NO_DATA_SET = "enquiry-no-data-set"


_TEXTS: Texts = {
    Code.EMPTY: (_("The text is missing."), _("Write what you want to say.")),
    Code.TOO_MANY: (
        _("%(number)s texts have been written, the most that we take."),
        _("Wait for an answer."),
    ),
    Code.NO_DESK: (
        _("“%(body)s” does not answer questions here at present."),
        _("Ask it at the address on its page."),
    ),
    Code.NO_DATA_SET: (
        _("The question is not about one data set."),
        _("Find the data set, and ask for access on its page."),
    ),
}


class Reason(accounts.Hindrance):
    """Why it is refused."""

    texts = _TEXTS


class Refused(accounts.Refusal):
    """Refused for one reason."""

    def __init__(self, code: Code, **facts: object) -> None:
        super().__init__(Reason(code, facts))
