"""One repair of the values of a property."""

from collections.abc import Callable
from dataclasses import dataclass

from erpd.metadata.graph import Term
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property
from erpd.metadata.rules import Repair


@dataclass(frozen=True, slots=True)
class Mender:
    """A repair of the values of some properties."""

    rule: Repair
    """The rule of its findings."""
    literals_only: bool
    """Whether ``mend`` only takes literals."""
    wants: Callable[[Property], bool]
    """Whether a property may need this repair."""
    mend: Callable[[Term, Property, Part], Term | None]
    """Returns the repaired value, or None if the value needs no repair.

    It is called for every value of such properties in every record, so it returns at once if all is well.
    Mending its own result must give None.
    """
    added: Repair | None = None
    """If the value may say more than its replacement: the rule by which it stays in the record as well."""
