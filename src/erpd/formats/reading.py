"""What every source yields and a format reads, and the error raised if it cannot."""

from dataclasses import dataclass

from erpd.formats.positions.mark import Position
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.rules import Unread


@dataclass(frozen=True, slots=True)
class Reading:
    """One record as received."""

    identifier: str
    """The source's own identifier."""
    content: bytes
    """The bytes as received; ``b""`` if the record is deleted."""
    media_type: str
    datestamp: str = ""
    """When the record last changed, as the source writes it; "" if it does not say."""
    deleted: bool = False
    """Whether the source says that the record is deleted."""
    fault: Finding | None = None
    """Why it could not be cut out or understood; it is kept and reported, and the harvest goes on."""
    repairs: tuple[Finding, ...] = ()
    """What had to be repaired before it could be cut out."""
    at: Position | None = None
    """Where it begins in its document, or where its fault is, if that is known."""
    entry: str = ""
    """The document that it is from, if its file has several."""
    came: str = ""
    """The media type of the document that it was cut out of, where that is known and may be another."""


class Unreadable(ValueError):
    """The bytes are not what they claim to be.

    ``rule`` is the rule of the finding; the message says where, and ``at`` in figures if that is known.
    ``section`` is that of the standard that states it, if it is another one than the rule says.
    """

    def __init__(self, rule: Unread, message: str, at: Position | None = None, section: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.at = at
        self.section = section

    def finding(self) -> Finding:
        """Return the finding to report."""
        if self.rule is Unread.OTHER_KIND:
            return passed_over(str(self))
        return Finding(self.rule, Severity.ERROR, "", str(self)[:500], self.section)


def passed_over(what: str) -> Finding:
    """Return the finding for a valid record that is not a public data set: it is counted as filtered."""
    return Finding(Unread.OTHER_KIND, Severity.WARNING, "", what[:500])
