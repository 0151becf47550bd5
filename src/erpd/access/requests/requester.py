"""Who asks, as far as we still know: by their account, otherwise as they said when they began."""

from erpd.access.models import AccessRequest


def address_of(request: AccessRequest) -> str:
    """The mail address; "" once the account is gone."""
    return request.person.email if request.person else request.email


def name_of(request: AccessRequest) -> str:
    """The name; "" if they never said it, or the account is gone."""
    return request.name or (request.person.name if request.person else "")


def is_nameless(request: AccessRequest) -> bool:
    """Whether somebody without an account has not said their name, as one who only made an enquiry."""
    return request.person is None and not request.name


def called(request: AccessRequest) -> str:
    """The name, otherwise the address."""
    return name_of(request) or address_of(request)


def language_of(request: AccessRequest) -> str:
    """The language of mails and letters: that of the account, which can change."""
    return request.person.language if request.person else request.language
