"""Tries other rules on single records in a child: what would become of each, before and after. No Django."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import Quad

from erpd.formats.reading import Reading
from erpd.harvest.applying import apply
from erpd.harvest.children.looking import Look, Looking
from erpd.harvest.children.sampling import Change, changes
from erpd.harvest.preparation import Preparation
from erpd.harvest.rules import read_rules
from erpd.metadata.graph import Graph
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record

_MOST = 3  # changes of a record that are told


@dataclass(frozen=True, slots=True)
class Tried:
    """A record with the rules of now, and with others."""

    before: Look
    after: Look
    changes: list[Change] = field(default_factory=list)
    """What the other rules change at the property, mended as in a run."""


class Trying(Looking):
    """What the child owns. ``rules``: the others; ``name``: the property they are about."""

    def __init__(
        self, preparation: Preparation, vocabularies: Path, languages: tuple[str, ...], rules: str, name: str
    ) -> None:
        super().__init__(preparation, vocabularies, languages)
        self._now, self._other, self._name = preparation, replace(preparation, rules=rules), name

    def tried(self, reading: Reading) -> Tried:
        """Understand one reading twice."""
        self._preparation = self._now
        before, record = self.look(reading), self._record(reading)
        self._preparation = self._other
        after = self.look(reading)
        if record is None:
            return Tried(before, after)
        sides = [self._mended(record, rules) for rules in (self._now.rules, self._other.rules)]
        told = [one for one in changes(*sides) if self._name in one.names and one.before != one.after]
        return Tried(before, after, told[:_MOST])

    def _mended(self, record: Record, rules: str) -> dict[Quad, None]:
        """The triples of a copy: its blank nodes are the same in each."""
        copy = Record(record.identifier, Graph(record.graph.triples()), record.dataset)
        profile = load_profile(self._now.profile)
        apply(copy, read_rules(rules, profile))
        mend(copy, profile)
        return dict.fromkeys(copy.graph.triples())
