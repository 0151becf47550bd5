"""What a kind of mail is."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Letter:
    """A kind of mail. A paragraph of which a value is empty is left out."""

    subject: str | Promise
    paragraphs: tuple[str | Promise, ...]
    link: str = ""
    """An address on this node, or the name of the value that is a whole one; nobody else's become links."""
    leave: str = ""
    """An address on this node at which a reader asks for no more of these. Programs can do so (RFC 8058)."""
