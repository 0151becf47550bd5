"""A new body onto the stored record: what JSON says is replaced, what it cannot say stays.

The unit is the field. If the body says of a field what the API says of the stored record, its triples stay as
they are, with their datatypes and all that JSON cannot say about the resources in it. Otherwise the values of
its property are replaced; a resource that is recognised (by its IRI, by being described the same, a
distribution by its addresses) is changed field by field in the same way.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import msgspec
from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.formats.delivery.fields import DATASET, Thing
from erpd.formats.delivery.values import Json
from erpd.formats.delivery.writing import Writer
from erpd.metadata.conditions import Conditions, policy_of, set_conditions
from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import RDF

_Object: TypeAlias = dict[str, Json]


def merged(
    stored: Record,
    said: Record,
    names: Collection[str] | None = None,
    inside: Mapping[str, Collection[str]] = {},
) -> Record:
    """Return a record that says what ``said`` does, and what only RDF could say in ``stored``.

    ``names`` are the fields that are replaced; None for all. ``inside``: those of a resource, by its IRI; of
    others that ``said`` describes, all are. Its identifier and its IRI are those of ``stored``, which does
    not change.
    """
    merging = _Merging(stored, said, inside)
    rows = [row for row in DATASET.rows if names is None or row.name in names]
    changing = tuple(row for row in rows if row.name != "dctIdentifier")
    merging.fields(replace(DATASET, rows=changing), stored.dataset, said.dataset)
    merging.prune()
    return Record(stored.identifier, merging.graph, stored.dataset)


def patched(before: Json, patch: Json) -> Json:
    """Apply a JSON Merge Patch (RFC 7396), which says what to change; null removes a field."""
    if not isinstance(patch, dict):
        return patch
    found = dict(before) if isinstance(before, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = patched(found.get(name), value)
    return found


class _Merging:
    def __init__(self, stored: Record, said: Record, inside: Mapping[str, Collection[str]]) -> None:
        self.inside = inside
        self.dataset = stored.dataset
        self.old = stored.graph
        self.new = _apart(said.graph)
        self.graph = Graph(stored.graph.triples())
        self._copied: set[Term] = set()

    def fields(self, thing: Thing, old: Node, new: Node) -> None:
        """Make ``old``, in the graph, say of each field what ``new`` says."""
        before, after = _said(self.old, thing, old), _said(self.new, thing, new)
        for row in thing.rows:
            was, now = before.get(row.name), after.get(row.name)
            if _key(was) == _key(now):
                continue
            if isinstance(row.kind, Thing) and row.kind.is_offer:
                policy = policy_of(self.new, new)
                conditions = policy.conditions if policy else Conditions()
                set_conditions(self.graph, old, conditions, policy.node if policy else None)
                continue
            terms: list[Term] = [*self.new.objects(new, row.predicate)]
            if isinstance(row.kind, Thing):
                terms = [*self._resources(row.kind, self.old.objects(old, row.predicate), terms)]
            else:
                for term in terms:
                    self._copy(term)
            self.graph.set(old, row.predicate, terms)

    def _resources(self, thing: Thing, old: Sequence[Term], new: Sequence[Term]) -> Iterator[Term]:
        """The nodes of the new values, each that of an old one where it is the same resource."""
        same = _matches(thing, self.old, old, self.new, new)
        for node in new:
            known = same.get(node)
            if known is None or isinstance(known, Literal) or isinstance(node, Literal):
                self._copy(node)
                yield node
                continue
            kind = self.new.objects(node, RDF.type)
            if kind and not self.old.objects(known, RDF.type):
                self.graph.set(known, RDF.type, [*kind])
            names = self.inside.get(known.value) if isinstance(known, NamedNode) else None
            if names is not None:
                rows = tuple(row for row in thing.rows if row.name in names)
                self.fields(replace(thing, rows=rows), known, node)
            elif node in self.new.nodes:  # more than a link
                self.fields(thing, known, node)
            yield known

    def _copy(self, term: Term) -> None:
        """Copy what the body says about a resource that is new."""
        if term in self._copied or isinstance(term, Literal):
            return
        self._copied.add(term)
        for predicate, values in self.new.properties(term).items():
            for value in values:
                self.graph.add(term, predicate, value)
                self._copy(value)

    def prune(self) -> None:
        """Remove what described only what has been removed."""
        for node in _reached(self.old, self.dataset) - _reached(self.graph, self.dataset):
            self.graph.drop(node)


def _apart(graph: Graph) -> Graph:
    """A copy whose blank nodes are in no other graph."""
    names: dict[Term, Term] = {}

    def own(term: Term) -> Term:
        return names.setdefault(term, BlankNode()) if isinstance(term, BlankNode) else term

    copy = Graph()
    for subject, predicate, value, _ in graph.triples():
        copy.add(own(subject), predicate, own(value))  # type: ignore[arg-type]
    return copy


def _said(graph: Graph, thing: Thing, node: Term) -> _Object:
    return Writer(graph).fields(thing, node)


def _key(value: Json) -> bytes:
    """Equal for the same values in any order: RDF has none."""
    if isinstance(value, list):
        value = sorted(map(_key, value))
        value = value[0] if len(value) == 1 else value
        return value if isinstance(value, bytes) else b"[" + b",".join(value) + b"]"
    if isinstance(value, dict):
        return b"{" + b",".join(name.encode() + b":" + _key(value[name]) for name in sorted(value)) + b"}"
    return msgspec.json.encode(value)


_Name: TypeAlias = Callable[[Term, _Object], Hashable | None]


def _iri(node: Term, said: _Object) -> Hashable | None:
    return None if isinstance(node, BlankNode) else node.value


def _description(node: Term, said: _Object) -> Hashable | None:
    return _key({name: value for name, value in said.items() if name != "uri"}) if said else None


def _addresses(node: Term, said: _Object) -> Hashable | None:
    links = said.get("dcatAccessUrl"), said.get("dcatDownloadUrl")
    return _key([*links]) if any(links) else None


def _matches(
    thing: Thing, before: Graph, old: Sequence[Term], after: Graph, new: Sequence[Term]
) -> dict[Term, Term]:
    """New node -> the old node that is the same resource. Where it might be several, none is."""
    olds: dict[Term, _Object] = {
        node: _said(before, thing, node) for node in old if not isinstance(node, Literal)
    }
    news: dict[Term, _Object] = {
        node: _said(after, thing, node) for node in new if not isinstance(node, Literal)
    }
    found: dict[Term, Term] = {}
    tries: list[_Name] = [_iri, _description]
    if any(row.name == "dcatAccessUrl" for row in thing.rows):
        tries.append(_addresses)
    for name in tries:
        ours, theirs = _unique(olds, name), _unique(news, name)
        for key, node in theirs.items():
            # A resource with another IRI is another one.
            if key in ours and (name is _iri or isinstance(node, BlankNode)):
                found[node] = ours[key]
                olds.pop(ours[key])
                news.pop(node)
    return found


def _unique(said: dict[Term, _Object], name: _Name) -> dict[Hashable, Term]:
    found: dict[Hashable, Term] = {}
    several: set[Hashable] = set()
    for node, description in said.items():
        key = name(node, description)
        if key is None:
            continue
        if key in found:
            several.add(key)
        found[key] = node
    return {key: node for key, node in found.items() if key not in several}


def _reached(graph: Graph, start: Term) -> set[Term]:
    found, queue = {start}, [start]
    while queue:
        for values in graph.properties(queue.pop()).values():
            for value in values:
                if value not in found and value in graph.nodes:
                    found.add(value)
                    queue.append(value)
    return found
