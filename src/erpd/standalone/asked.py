"""What is to be done with what a user gives, and where that is."""

from dataclasses import dataclass, field
from pathlib import Path

from erpd.formats import Format
from erpd.metadata.checks import Check
from erpd.metadata.profile import Profile
from erpd.sources.http.client import Limits

STANDARD_INPUT = "standard input"


@dataclass(frozen=True, slots=True)
class Asked:
    """How to read, and what to find out."""

    profile: Profile
    extra: tuple[Check, ...] = ()
    """Checks beside ours. A child imports them by their names."""
    format: str | Format = ""
    """A key of FORMATS, or a format of another package; "" to recognise the format."""
    as_is: bool = False
    """Whether each is also checked before it is mended."""
    ignore: frozenset[str] = frozenset()
    """Rules whose findings are left out."""
    keep: bool = True
    """Whether triples are wanted, too, not only findings."""
    placed: bool = True
    """Whether the places of findings are wanted: the document is read once more for them."""
    allow_network: tuple[str, ...] = ()
    """Non-public networks that may be contacted."""
    limits: Limits = field(default_factory=Limits)
    """How much may be downloaded or unpacked, and for how long."""
    vocabularies: Path | None = None
    """A folder of the user's own vocabularies."""

    @property
    def formats(self) -> tuple[Format, ...]:
        """The format of another package, if one is given."""
        return (self.format,) if isinstance(self.format, Format) else ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where one document is, or one address."""

    location: str
    """What messages call it: a path, an address, STANDARD_INPUT."""
    path: Path | None = None
    """The file that has its bytes, if that is not its location."""
    number: int = 0
    """Which of the places it is, so that the blank nodes of two never have the same name."""
