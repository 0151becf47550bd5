"""E-mail addresses, in the one form in which they are stored and compared."""

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email


def address(text: str) -> str:
    """An address in lower case, its domain as DNS writes it (IDNA 2008: xn--…).

    Nobody can tell an address with a sign that only looks like an ASCII letter, or that nobody sees, from
    another. So the part before the @ is ASCII, and the domain has no sign that IDNA would replace. Raises
    ValidationError.
    """
    name, _, domain = text.strip().rpartition("@")
    try:
        if not name.isascii():
            raise ValueError
        found = f"{name.lower()}@{'.'.join(map(_label, domain.split('.')))}"
    except ValueError:  # idna's errors are of UnicodeError
        raise ValidationError(EmailValidator.message, code="invalid") from None
    validate_email(found)
    return found


def validate(text: str) -> None:
    """Raises ValidationError for an address that is none, or looks like another."""
    address(text)


def known_as(text: str) -> str:
    """How an address would be stored that somebody names to find an account; unfit ones are nobody's."""
    try:
        return address(text)
    except ValidationError:
        return ""


def _label(label: str) -> str:
    if not label.isascii():
        return idna.alabel("".join(map(_lower, label))).decode()
    lower = label.lower()
    return idna.alabel(lower).decode() if lower.startswith("xn--") else lower


def _lower(sign: str) -> str:
    """In lower case, unless that makes it an ASCII letter: the sign of Kelvin is not a k."""
    lower = sign.lower()
    return lower if sign.isascii() or not lower.isascii() else sign
