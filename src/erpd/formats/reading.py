"""What every source gives and a format reads."""

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
