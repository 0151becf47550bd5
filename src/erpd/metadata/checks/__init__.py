"""What is wrong with a record. ERROR: the mandatory metadata of G4; WARNING: the rest of DCAT-AP.

To add a check, write a function that takes a part of a record and yields findings, in a file of its own, and
put it into CHECKS; its rules go into ``rules.RULES``.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from erpd.metadata.checks.cardinality import cardinality
from erpd.metadata.checks.characters import characters
from erpd.metadata.checks.classes import classes
from erpd.metadata.checks.datatypes import datatypes
from erpd.metadata.checks.dates import dates
from erpd.metadata.checks.described import described
from erpd.metadata.checks.identity import identity
from erpd.metadata.checks.kinds import kinds
from erpd.metadata.checks.texts import texts
from erpd.metadata.checks.vocabularies import vocabularies
from erpd.metadata.findings import Finding
from erpd.metadata.parts import Part, parts
from erpd.metadata.profile import Profile
from erpd.metadata.record import Record

Check: TypeAlias = Callable[[Part], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    cardinality,
    kinds,
    vocabularies,
    datatypes,
    dates,
    texts,
    characters,
    described,
    classes,
    identity,
)


def check(record: Record, profile: Profile) -> list[Finding]:
    """All findings on a record that was mended, part by part, the data set's own first."""
    return check_parts(parts(record, profile))


def check_parts(walked: Iterable[Part]) -> list[Finding]:
    """``check`` of a record whose parts are at hand."""
    found: list[Finding] = []
    for part in walked:
        for examine in CHECKS:
            found.extend(examine(part))
    return found
