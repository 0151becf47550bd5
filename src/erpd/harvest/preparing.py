"""One reading on its way in: format, mend, check, arrival. No database."""

import hashlib
from dataclasses import dataclass

from erpd import __version__
from erpd.formats import Unreadable, format_for
from erpd.metadata.checks import check
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.mending import mend
from erpd.metadata.profile import Profile
from erpd.register.arrival import Arrival, arrival, deletion
from erpd.sources.reading import Reading


@dataclass(frozen=True, slots=True)
class Preparation:
    """How the readings of one source are understood. ``base``: what relative IRIs are resolved against."""

    source: str
    profile: Profile
    base: str

    def digest(self, reading: Reading) -> str:
        """Equal digests: the same bytes, understood in the same way. Nothing needs to be done again."""
        way = f"{__version__}\n{self.profile.name}\n{self.base}\n{reading.media_type}\n"
        return hashlib.sha256(way.encode() + reading.content).hexdigest()

    def prepare(self, reading: Reading, received: str) -> Arrival | Finding:
        """The arrival; a finding where the reading cannot be understood."""
        if reading.fault:
            return reading.fault
        if reading.deleted:
            return deletion(self.source, reading.identifier)
        try:
            record = format_for(reading.media_type).read(reading.content, reading.identifier, self.base)
        except Unreadable as error:
            return Finding(error.rule, Severity.ERROR, "", str(error)[:500])
        findings = mend(record, self.profile)
        findings += check(record, self.profile)
        return arrival(self.source, received, record, findings)
