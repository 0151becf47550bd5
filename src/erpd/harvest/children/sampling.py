"""Looks at single records of a rehearsal in a child: also what was repaired, in Turtle. No Django."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.formats.rdf.document import write
from erpd.formats.reading import Reading
from erpd.harvest.applying import apply
from erpd.harvest.children.looking import Look, Looking
from erpd.harvest.rules import read_rules
from erpd.metadata.graph import Node, Term
from erpd.metadata.iso8601 import DATE_TYPES, date_type
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.storable import storable
from erpd.metadata.terms import shorten
from erpd.metadata.view import View

MOST_CHANGES = 20  # of one record
LONGEST_CHANGE = 1_500  # characters, before or after
# What is not seen, or turns the text around it (Unicode Bidirectional Algorithm, 2).
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_DEEPEST = 5  # blank nodes within blank nodes


class Change(NamedTuple):
    """What was repaired at one property: its statements as received and as repaired, in Turtle."""

    before: str
    after: str
    names: frozenset[str]
    """The properties concerned, such as ``dct:format``."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen of one record of a rehearsal."""

    look: Look
    rights: list[str] = field(default_factory=list)
    """Codes of its access rights."""
    dated: bool = False
    """Whether it has a date in ISO 8601."""
    changes: list[Change] = field(default_factory=list)


class Sampling(Looking):
    """What the child owns."""

    def sample(self, reading: Reading) -> Sample:
        """Understand one reading, in so many seconds."""
        look = self.look(reading)
        record = None if reading.deleted else self._record(reading)
        if record is None:
            return Sample(look)
        profile = load_profile(self._preparation.profile)
        before = dict.fromkeys(record.graph.triples())
        apply(record, read_rules(self._preparation.rules, profile))
        mend(record, profile)
        after = dict.fromkeys(record.graph.triples())
        return Sample(look, View(record).access_rights, any(map(_is_date, after)), changes(before, after))


def _is_date(triple: Quad) -> bool:
    value = triple.object
    return isinstance(value, Literal) and value.datatype in DATE_TYPES and date_type(value.value) is not None


def changes(before: dict[Quad, None], after: dict[Quad, None]) -> list[Change]:
    """What differs, by the property of a named resource at which it hangs."""
    both: dict[tuple[Node, NamedNode], tuple[list[Quad], list[Quad]]] = {}
    for here, there, place in ((before, after, 0), (after, before, 1)):
        links = {triple.object: triple for triple in here if isinstance(triple.object, BlankNode)}
        for triple in here:
            if triple not in there:
                top = _top(triple, links)
                subject = cast(Node, top.subject)
                both.setdefault((subject, top.predicate), ([], []))[place].append(triple)
    names: dict[BlankNode, BlankNode] = {}  # theirs are long, and say nothing
    return [
        Change(
            _turtle(old, names),
            _turtle(new, names),
            frozenset(shorten(triple.predicate) for triple in (*old, *new)) | {shorten(predicate)},
        )
        for (_, predicate), (old, new) in list(both.items())[:MOST_CHANGES]
    ]


def _top(triple: Quad, links: dict[BlankNode, Quad]) -> Quad:
    for _ in range(_DEEPEST):
        above = links.get(triple.subject) if isinstance(triple.subject, BlankNode) else None
        if above is None:
            break
        triple = above
    return triple


def _escaped(found: re.Match[str]) -> str:
    """As Turtle writes it in letters (RDF 1.1 Turtle, 2.4), so that it is seen."""
    return f"\\u{ord(found[0]):04X}"


def _turtle(triples: Iterable[Quad], names: dict[BlankNode, BlankNode]) -> str:
    def named(term: Term) -> Term:
        return names.setdefault(term, BlankNode(f"b{len(names)}")) if isinstance(term, BlankNode) else term

    short = (Quad(cast(Node, named(s)), p, named(cast(Term, o))) for s, p, o, _ in cast(list[Any], triples))
    text = _UNSEEN.sub(_escaped, write(short, "ttl").decode("utf-8", "replace"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("@prefix")]
    whole = storable("\n".join(lines))
    return whole if len(whole) <= LONGEST_CHANGE else f"{whole[:LONGEST_CHANGE]}…"
