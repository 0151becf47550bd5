"""E-mail addresses, in the one form in which they are stored and compared."""

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email

# Names for use inside (RFC 6761, 6762, 8375, 9476).
_NOT_PUBLIC = frozenset({"localhost", "localdomain", "local", "internal", "invalid", "arpa", "alt", "onion"})


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


def public(text: str) -> str:
    """An address that mail reaches from anywhere: its host is a domain, not a machine of an inner network.

    For what strangers enter, since we write there. Raises ValidationError.
    """
    found = address(text)
    _, dot, top = found.rpartition("@")[2].rpartition(".")
    if not dot or not top[:1].isalpha() or top in _NOT_PUBLIC:
        raise ValidationError(EmailValidator.message, code="invalid")
    return found


def validate_public(text: str) -> None:
    """Raises ValidationError for an address that is none, looks like another, or is not public."""
    public(text)


def mailbox(text: str) -> str:
    """The mailbox of an address as we store it: what follows a + is its owner's own."""
    name, _, domain = text.rpartition("@")
    return f"{name.partition('+')[0] or name}@{domain}"


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
