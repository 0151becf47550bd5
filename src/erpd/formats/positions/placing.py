"""A finding -> where the statement that it is about stands, or the subject in which one is missing."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Collection
from functools import lru_cache

from pyoxigraph import BlankNode

from erpd.formats.positions.index import SUBJECT, Index, Said, key, text_key
from erpd.formats.positions.mark import Position
from erpd.formats.positions.names import Names
from erpd.metadata.findings import Finding
from erpd.metadata.graph import Node
from erpd.metadata.terms import expand

# One step of a path: a property, or the class of a node that nothing leads to, and the node.
_STEP = re.compile(r"([^\[\]]*+)\[(.*?)\](?:/|\Z)")
_CLASS = re.compile(r"dcat:(?:Catalog|DataService|DatasetSeries|CatalogRecord)\[_:1\](?:/|\Z)")
_MOST_STEPS = 20
_MOST_COMPARED = 50  # of those of which only a part of the texts was read
_BY_PLACE = re.compile(r"_:(\d+)")
_PREFIXED = re.compile(r"[a-z]+:[^/:]*")


class Placer:
    """Places the findings of one document. It is fastest if those of a record come together."""

    def __init__(self, index: Index, base: str) -> None:
        self._index = index
        self._names = Names(base)
        self._root = 0
        # Of the record of that root: what is said of each node, and where the beginnings of paths lead.
        self._said: dict[int, Said] = {}
        self._led: dict[str, tuple[Said, Position | None]] = {}
        self._apart: dict[str, _Apart] = {}

    def root(self, node: Node, number: int, kind: str) -> int:
        """Return the key of a node: of a blank one, which it is of the data sets or catalogues; 0 if none."""
        if not isinstance(node, BlankNode):
            return key(self._names.iri(node.value))
        unnamed = self._index.unnamed.get(kind, ())
        return unnamed[number] if number < len(unnamed) else 0

    def next_of(self, kind: str, texts: Collection[str]) -> int:
        """Return the key of the next blank node of a class that says these texts; 0 if none.

        For services and series: some of them belong to data sets, and are not asked for.
        """
        if kind not in self._apart:
            self._apart[kind] = _Apart(self._index, kind)
        return self._apart[kind].take(frozenset(map(text_key, texts)))

    def subject(self, root: int) -> Position | None:
        """Return where the description of a node begins."""
        return _first(self._of(root).get(SUBJECT))

    def finding(self, root: int, finding: Finding) -> Position | None:
        """Return where a finding of the record with this root stands, or None."""
        if root != self._root:
            self._root, self._said, self._led = root, {}, {}
        path = finding.path
        before, inside, name = path.rpartition("]/")
        if not inside and path.endswith("]"):
            before, name = path, ""
        elif inside:
            before += "]"
        if before not in self._led:
            self._led[before] = self._walked(root, before)
        said, otherwise = self._led[before]
        return (self._statement(said, name, finding.value) if name else None) or otherwise

    def _of(self, node: int) -> Said:
        if node not in self._said:
            self._said[node] = self._index.of(node) if node else {}
        return self._said[node]

    def _walked(self, root: int, path: str) -> tuple[Said, Position | None]:
        """What is said of the node to which a path leads, and where a finding is if nothing is."""
        node, led = root, None
        if begin := _CLASS.match(path):  # the path of what is no data set begins with itself
            path = path[begin.end() :]
        for _ in range(_MOST_STEPS):
            step = _STEP.match(path)
            if step is None:
                break
            path = path[step.end() :]
            led, node = self._followed(node, led, step[1], step[2])
        return self._of(node), self.subject(node) or led or self.subject(root)

    def _followed(
        self, node: int, led: Position | None, name: str, inside: str
    ) -> tuple[Position | None, int]:
        """One step: where the statement stands that leads to the node, and the node; 0 if it is not known."""
        values = self._of(node).get(_predicate(name), [])
        place = _BY_PLACE.fullmatch(inside)
        if place:
            distinct = list({one[0]: one for one in values}.values())
            number = int(place[1][:6]) - 1
            if number >= len(distinct):
                return _first(values) or led, 0
            value, line, column = distinct[number]
            return Position(line, column), value
        named = key(self._names.iri(inside))
        return _first([one for one in values if one[0] == named] or values) or led, named

    def _statement(self, said: Said, name: str, value: str) -> Position | None:
        """The statement of the property, with that value if there are several."""
        # It may have been renamed: then the finding has the old name as its value.
        values = said.get(_predicate(name)) or (said.get(_predicate(value)) if value else None)
        if values and len(values) > 1:
            wanted = {text_key(value), *((key(value), key(self._names.iri(value))) if value else ())}
            values = [one for one in values if one[0] in wanted] or values
        return _first(values)


class _Apart:
    """The blank nodes of a class, each of which is taken once: by all of its texts, or by some of them."""

    def __init__(self, index: Index, kind: str) -> None:
        self._index, self._roots = index, index.unnamed[kind]
        self._taken = bytearray(len(self._roots))
        self._first = 0  # that may not be taken yet
        # What identifies the texts of each, sorted, and which node it is: of the same texts, the first.
        said = array("q", (hash(index.texts(root)) for root in self._roots))
        self._order = array("q", sorted(range(len(said)), key=said.__getitem__))
        self._said = array("q", (said[place] for place in self._order))
        self._next: dict[int, int] = {}

    def take(self, wanted: frozenset[int]) -> int:
        """The key of the next one that says these texts; 0 if there is none."""
        if not wanted and len(self._roots) > 1:
            return 0
        said = hash(wanted)
        at = self._next.get(said) or bisect_left(self._said, said)
        while at < len(self._said) and self._said[at] == said:
            place, at = self._order[at], at + 1
            self._next[said] = at
            if not self._taken[place]:
                return self._take(place)
        return self._some_of(wanted)

    def _some_of(self, wanted: frozenset[int]) -> int:
        """It says more than was read of it: its texts are compared with those of the next ones."""
        while self._first < len(self._taken) and self._taken[self._first]:
            self._first += 1
        for place in range(self._first, min(self._first + _MOST_COMPARED, len(self._roots))):
            if not self._taken[place] and wanted <= self._index.texts(self._roots[place]):
                return self._take(place)
        return 0

    def _take(self, place: int) -> int:
        self._taken[place] = 1
        return self._roots[place]


def _first(values: list[tuple[int, int, int]] | None) -> Position | None:
    return Position(*values[0][1:]) if values else None


@lru_cache(maxsize=4096)
def _predicate(name: str) -> int:
    """The key of a property by its name in a path."""
    if _PREFIXED.fullmatch(name):
        try:
            return key(expand(name).value)
        except (KeyError, ValueError):
            pass
    return key(name)
