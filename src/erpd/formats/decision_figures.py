"""How requests for access to data sets ended, as a register of decisions publishes it: measurements in DQV.

docs/decisions/0046-what-the-register-of-decisions-says.md says what they mean.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.formats.reading import Unreadable
from erpd.metadata.graph import Node, Term
from erpd.metadata.rules import Unread
from erpd.metadata.terms import DCAT, DCT, DQV, Namespace

# Terms of the product, not of a node, as those of the conditions of access are.
DECISIONS = Namespace("https://w3id.org/erpd/decisions#")
TERMS: Mapping[str, NamedNode] = {
    "decided": DECISIONS.decided,
    "granted": DECISIONS.granted,
    "refused": DECISIONS.refused,
    "late": DECISIONS.decidedLate,
    "median_days": DECISIONS.medianDays,
    "most_days": DECISIONS.percentile90Days,
}
"""What a figure is called here -> its metric."""
FEWEST = 5
"""Decisions that a figure needs: a median of two misleads."""
MOST_TRIPLES = 500_000

_FIELDS = {term: field for field, term in TERMS.items()}
_READ = frozenset(
    (DQV.computedOn, DQV.isMeasurementOf, DQV.value, DCT.temporal, DCAT.startDate, DCAT.endDate)
)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_Facts = Mapping[Node, Mapping[NamedNode, set[Term]]]


class Measured(NamedTuple):
    """How requests for one data set ended within a period."""

    since: date
    until: date
    """The day after its last."""
    decided: int
    granted: int
    """In whole or in part."""
    refused: int
    late: int
    median_days: int | None
    most_days: int | None
    """Nine of ten decisions took no longer."""


def read_figures(turtle: bytes, today: date) -> dict[str, Measured]:
    """Return the figures of each data set, by its IRI: those of the last period that is over.

    What contradicts itself, is not whole, or is of fewer than ``FEWEST`` decisions, is left out. Raises
    Unreadable.
    """
    facts = _facts(read(turtle, SYNTAXES["ttl"]))
    said = defaultdict[tuple[str, date, date], dict[str, set[int]]](lambda: defaultdict(set))
    for one, values in facts.items():
        about, metric = _only(facts, one, DQV.computedOn), _only(facts, one, DQV.isMeasurementOf)
        field = _FIELDS.get(metric) if isinstance(metric, NamedNode) else None
        number = _number(_only(facts, one, DQV.value))
        period = _period(facts, values.get(DCT.temporal, set()))
        if isinstance(about, NamedNode) and field and number is not None and period:
            said[(about.value, *period)][field].add(number)
    found = dict[str, Measured]()
    for (iri, since, until), fields in said.items():
        measured = _measured(since, until, fields) if until <= today else None
        if measured and (iri not in found or measured[1::-1] > found[iri][1::-1]):
            found[iri] = measured
    return found


def _facts(triples: Iterable[Quad]) -> _Facts:
    facts = defaultdict[Node, dict[NamedNode, set[Term]]](lambda: defaultdict(set))
    for number, (subject, predicate, value, _) in enumerate(triples):
        if number >= MOST_TRIPLES:
            raise Unreadable(Unread.TOO_LARGE, f"it has more than {MOST_TRIPLES:,} triples")
        if predicate in _READ:
            facts[subject][predicate].add(value)
    return facts


def _only(facts: _Facts, node: Node, predicate: NamedNode) -> Term | None:
    values = facts.get(node, {}).get(predicate, ())
    return next(iter(values)) if len(values) == 1 else None


def _number(value: Term | None) -> int | None:
    said = isinstance(value, Literal) and _NUMBER.fullmatch(value.value)
    return int(said[0]) if said else None


def _period(facts: _Facts, periods: set[Term]) -> tuple[date, date] | None:
    """Its first day, and the day after its last."""
    time = next(iter(periods)) if len(periods) == 1 else None
    if time is None or isinstance(time, Literal):
        return None
    days = _day(_only(facts, time, DCAT.startDate)), _day(_only(facts, time, DCAT.endDate))
    if days[0] is None or days[1] is None or not days[0] <= days[1] < date.max:
        return None
    return days[0], days[1] + timedelta(days=1)


def _day(value: Term | None) -> date | None:
    if not isinstance(value, Literal) or not _DAY.fullmatch(value.value):
        return None
    try:
        return date.fromisoformat(value.value)
    except ValueError:
        return None


def _measured(since: date, until: date, fields: Mapping[str, set[int]]) -> Measured | None:
    if any(len(numbers) != 1 for numbers in fields.values()):
        return None
    one = {field: next(iter(numbers)) for field, numbers in fields.items()}
    if not {"decided", "granted", "refused", "late"} <= one.keys():
        return None
    made = Measured(since, until, **{field: one.get(field) for field in TERMS})  # type: ignore[arg-type]
    fits = made.granted + made.refused == made.decided >= max(FEWEST, made.late)
    if made.median_days is not None and made.most_days is not None:
        fits = fits and made.median_days <= made.most_days
    return made if fits else None
