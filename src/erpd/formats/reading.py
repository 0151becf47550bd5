"""What every source gives and a format reads, and what is raised where it cannot."""

from dataclasses import dataclass

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Unread


@dataclass(frozen=True, slots=True)
class Reading:
    """One record as it came. ``content`` is its bytes as received, ``b""`` where it is deleted.

    ``fault`` tells why the piece could not be cut out or understood: it is kept with its bytes and reported,
    and the rest goes on. ``repairs``: what had to be repaired before it could be cut out.
    """

    identifier: str
    content: bytes
    media_type: str
    datestamp: str = ""
    deleted: bool = False
    fault: Finding | None = None
    repairs: tuple[Finding, ...] = ()


class Unreadable(ValueError):
    """The bytes are not what they claim to be. ``rule`` names the finding; the message says where."""

    def __init__(self, rule: Unread, message: str) -> None:
        super().__init__(message)
        self.rule = rule

    def finding(self) -> Finding:
        """What is reported of it."""
        if self.rule is Unread.OTHER_KIND:
            return passed_over(str(self))
        return Finding(self.rule, Severity.ERROR, "", str(self)[:500])


def passed_over(what: str) -> Finding:
    """Of a record that is sound, but no public data set: it is counted as filtered, and nothing is wrong."""
    return Finding(Unread.OTHER_KIND, Severity.WARNING, "", what[:500])
