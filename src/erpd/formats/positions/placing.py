"""A finding -> where the statement that it is about stands, or the subject in which one is missing."""

import re

from pyoxigraph import BlankNode

from erpd.formats.positions.index import SUBJECT, Index, Said, key, text_key
from erpd.formats.positions.mark import Position
from erpd.formats.positions.names import Names
from erpd.metadata.findings import Finding
from erpd.metadata.graph import Node
from erpd.metadata.terms import DCAT, expand

# One step of a path: a property, or the class of a node that nothing leads to, and the node.
_STEP = re.compile(r"([^\[\]]*+)\[(.*?)\](?:/|\Z)")
_MOST_STEPS = 20
_BY_PLACE = re.compile(r"_:(\d+)")
_PREFIXED = re.compile(r"[a-z]+:[^/:]*")


class Placer:
    """Places the findings of one document."""

    def __init__(self, index: Index, base: str) -> None:
        self._index = index
        self._names = Names(base)

    def root(self, node: Node, label: str, number: int, kind: str) -> int:
        """Return the key of a data set or a catalogue: its IRI, its label, or the how-manieth without one."""
        if not isinstance(node, BlankNode):
            return key(self._names.iri(node.value))
        if self._index.of(key(f"_:{label}")):
            return key(f"_:{label}")
        unnamed = self._index.unnamed[kind]
        return unnamed[number] if number < len(unnamed) else 0

    def subject(self, root: int) -> Position | None:
        """Return where the description of a node begins."""
        return next((said.at for said in self._index.of(root) if said.predicate == SUBJECT), None)

    def finding(self, root: int, finding: Finding) -> Position | None:
        """Return where a finding of the record with this root stands, or None."""
        node, led, path = root, None, finding.path
        for _ in range(_MOST_STEPS):
            step = _STEP.match(path)
            if step is None:
                break
            path = path[step.end() :]
            led, node = self._followed(node, led, step[1], step[2])
        found = self._statement(self._index.of(node), path, finding.value) if node else None
        return found or led or self.subject(node) or self.subject(root)

    def _followed(
        self, node: int, led: Position | None, name: str, inside: str
    ) -> tuple[Position | None, int]:
        """One step: where the statement stands that leads to the node, and the node; 0 if it is not known."""
        said = self._index.of(node) if node else []
        values = [one for one in said if one.predicate == _predicate(name)]
        place = _BY_PLACE.fullmatch(inside)
        if place:
            distinct = list({one.value: one for one in values}.values())
            number = int(place[1]) - 1
            if number >= len(distinct):
                return (values[0].at if values else led), 0
            return distinct[number].at, distinct[number].value
        named = key(self._names.iri(inside))
        here = next((one.at for one in values if one.value == named), None)
        return here or (values[0].at if values else led), named

    def _statement(self, said: list[Said], name: str, value: str) -> Position | None:
        """The statement of the property, with that value if there are several."""
        if not name:
            return None
        values = [one for one in said if one.predicate == _predicate(name)]
        if not values:
            # It may have been renamed: then the finding has the old name as its value.
            values = [one for one in said if value and one.predicate == _predicate(value)]
        if len(values) > 1 and value:
            wanted = {text_key(value), key(value), key(self._names.iri(value))}
            values = [one for one in values if one.value in wanted] or values
        if not values:
            return None
        return values[0].at


def _predicate(name: str) -> int:
    """The key of a property by its name in a path."""
    if _PREFIXED.fullmatch(name):
        try:
            return key(expand(name).value)
        except (KeyError, ValueError):
            pass
    return key(name)


DATA_SET, CATALOGUE = DCAT.Dataset.value, DCAT.Catalog.value
