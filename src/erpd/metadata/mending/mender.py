"""One repair of the values of a property."""

from collections.abc import Callable
from dataclasses import dataclass

from erpd.metadata.graph import Term
from erpd.metadata.parts import Part
from erpd.metadata.profile import Property


@dataclass(frozen=True, slots=True)
class Mender:
    """``wants``: may this property need it? ``mend``: the repaired value, None where it needs no repair.

    ``mend`` is called for every value of such properties (every literal, with ``literals_only``) of every
    record: it leaves at once where all is well, and mending what it returned must give None. Where the value
    may say more than what takes its place, ``added`` is the rule by which it stays in the record as well.
    """

    rule: str
    literals_only: bool
    wants: Callable[[Property], bool]
    mend: Callable[[Term, Property, Part], Term | None]
    added: str = ""
