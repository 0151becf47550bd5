"""How the readings of one source are understood. No Django: processes beside this one do it too."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from erpd import __version__
from erpd.formats import Unreadable, record_of
from erpd.formats.reading import Reading
from erpd.harvest.applying import apply
from erpd.harvest.filtering import left_out
from erpd.harvest.rules import Rules, meaning, read_rules
from erpd.metadata.findings import Finding
from erpd.metadata.profile import load_profile
from erpd.register.arrival import Arrival, deletion
from erpd.register.preparing import prepare

# An arrival, or the finding that keeps the reading out of the register.
Prepared = Arrival | Finding
# Waits for what is being prepared, and gives it in order.
Begun = Callable[[], list[Prepared]]


@dataclass(frozen=True, slots=True)
class Preparation:
    """Everything that decides what becomes of the bytes of one source."""

    source: str
    """Its slug."""
    policy: str
    """``strict`` or ``lenient``."""
    profile: str
    """The name of the profile of its catalogue."""
    base: str
    """What relative IRIs are resolved against."""
    node: str
    """The address of this node, for minted IRIs."""
    rules: str = ""
    """The rules of the source, in TOML."""
    tables: str = ""
    """Which vocabularies the operator has imported."""

    def digest(self, reading: Reading) -> str:
        """Equal digests: the same bytes, understood in the same way. Nothing needs to be done again."""
        digest = _begun(self, reading.media_type).copy()
        digest.update(reading.content)
        if reading.repairs:
            digest.update(repr(reading.repairs).encode("utf-8", "backslashreplace"))
        return digest.hexdigest()

    @property
    def way(self) -> str:
        """All of it that says what the bytes mean."""
        rules = meaning(self.rules)
        return "\n".join((__version__, self.policy, self.profile, self.base, rules, self.tables))

    def prepare(self, reading: Reading) -> Prepared:
        """The arrival; a finding where the reading cannot be understood, or is not wanted."""
        if reading.fault:
            return reading.fault
        if reading.deleted:
            return deletion(self.source, reading.identifier)
        try:
            record = record_of(reading, self.base)
        except Unreadable as error:
            return error.finding()
        rules = _rules(self.rules, self.profile)
        unwanted = left_out(record, rules)
        if unwanted:
            return unwanted
        return prepare(
            record,
            load_profile(self.profile),
            source=self.source,
            node=self.node,
            received=self.digest(reading),
            findings=apply(record, rules),
        )


class Preparing(Protocol):
    """Prepares readings: in processes, or, in a rehearsal, beforehand."""

    @property
    def preparation(self) -> Preparation: ...

    def begin(self, readings: Sequence[Reading]) -> Begun: ...


@lru_cache(maxsize=64)
def _begun(preparation: Preparation, media_type: str) -> "hashlib._Hash":
    return hashlib.sha256(f"{preparation.way}\n{media_type}\n".encode())


@lru_cache(maxsize=8)
def _rules(text: str, profile: str) -> Rules:
    return read_rules(text, load_profile(profile))
