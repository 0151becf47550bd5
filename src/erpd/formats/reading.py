"""What every source gives and a format reads, and what is raised where it cannot."""

from dataclasses import dataclass

from erpd.metadata.findings import Finding


@dataclass(frozen=True, slots=True)
class Reading:
    """One record as it came. ``content`` is its bytes as received, ``b""`` where it is deleted.

    ``fault`` tells why the piece could not be cut out or understood: it is kept with its bytes and reported,
    and the rest goes on.
    """

    identifier: str
    content: bytes
    media_type: str
    datestamp: str = ""
    deleted: bool = False
    fault: Finding | None = None


class Unreadable(ValueError):
    """The bytes are not what they claim to be. ``rule`` names the finding; the message says where."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
