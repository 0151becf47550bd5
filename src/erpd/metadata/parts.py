"""The parts of a record that its profile describes: data set, distributions, services, agents, periods ..."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.findings import Severity
from erpd.metadata.graph import Graph, Node, Properties, Term
from erpd.metadata.in_force import in_force
from erpd.metadata.profile import Profile, Property
from erpd.metadata.record import Record
from erpd.metadata.terms import ADMS, DCAT, HEALTH, RDF, shorten

# Findings are for people to read; the whole value is in the bytes as received.
LONGEST_EXCERPT = 300
# Three nested nodes with long IRIs.
LONGEST_PREFIX = 1000

# The classes whose mandatory metadata decides whether a record is accepted (G4.1, G4.2).
_DATASET, _SERVICE, _CATALOGUE = DCAT.Dataset, DCAT.DataService, DCAT.Catalog
_DECISIVE = frozenset({_DATASET, DCAT.Distribution, _SERVICE, _CATALOGUE})

# Not parts of the data set: other data sets, catalogues; samples and analyses, which are no distributions.
_OTHER_RECORDS = frozenset({DCAT.Dataset, DCAT.Catalog, DCAT.CatalogRecord})
_NOT_FOLLOWED = frozenset({ADMS.sample, HEALTH.analytics})


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A class of a profile, arranged for walking through a record."""

    kind: NamedNode
    """The IRI of the class."""
    properties: Mapping[NamedNode, Property]
    strict: bool = False
    """Whether everything that the official shapes call a violation is an error (see ``Profile.errors``)."""
    links: dict[NamedNode, "Shape"] = field(default_factory=dict)
    """Property -> the shape of the nodes it links to."""

    def decisive(self, wanted: Property) -> Severity:
        """Return ERROR for the mandatory metadata of G4 (for open data: of DCAT-AP), otherwise WARNING."""
        mandatory = wanted.obligation == "mandatory" and self.kind in _DECISIVE
        return Severity.ERROR if mandatory else Severity.WARNING


@dataclass(slots=True)
class Part:
    """One node of a record, and what the profile says about it."""

    record: Record
    node: Node
    shape: Shape
    prefix: str
    """The start of the path of a property of this node, such as ``dcat:distribution[IRI]/``."""
    properties: Properties
    """What the record says about the node."""

    def path(self, predicate: NamedNode) -> str:
        return self.prefix + excerpt(shorten(predicate))

    def severity(self, wanted: Property) -> Severity:
        """Return how serious it is if a value of this property is missing, surplus or of the wrong kind."""
        # Official shapes only look at nodes that have a type (SHACL 2.1.3.2).
        official = self.shape.strict and self.shape.kind in self.properties.get(RDF.type, ())
        return Severity.ERROR if official else self.shape.decisive(wanted)

    def obliging(self, wanted: Property) -> Severity:
        """Return how serious it is if a property is missing that is mandatory in the case of this record."""
        return Severity.ERROR if self.shape.kind in _DECISIVE else self.severity(wanted)


def parts(record: Record, profile: Profile) -> Iterator[Part]:
    """Yield the data set, then what it links to, then services that nothing links to; each once per shape.

    Profiles that the record turns on hold, too (see ``in_force``). The links of a part are looked up after
    the caller has used the part, so the caller may mend it.
    """
    return _walk(record, in_force(record, profile), _DATASET, "")


def parts_of_catalogue(graph: Graph, catalogue: Node, profile: Profile) -> Iterator[Part]:
    """Yield the catalogue, then what it links to (publisher, records, services ...), except its data sets."""
    prefix = f"{shorten(_CATALOGUE)}[{_name(catalogue, 1)}]/"
    return _walk(Record("", graph, catalogue), profile, _CATALOGUE, prefix)


def parts_apart(graph: Graph, node: Node, kind: NamedNode, profile: Profile) -> Iterator[Part]:
    """Yield what is described for itself: a service, a series, a catalogue record, and what it links to.

    Yields nothing if the profile does not know its class.
    """
    if kind in profile.classes:
        prefix = f"{shorten(kind)}[{_name(node, 1)}]/"
        yield from _walk(Record("", graph, node), profile, kind, prefix)


def _walk(record: Record, profile: Profile, kind: NamedNode, prefix: str) -> Iterator[Part]:
    shapes, nodes = shapes_of(profile), record.graph.nodes
    shape = shapes[kind]
    seen: set[tuple[Term, Shape]] = {(record.dataset, shape)}
    queue: deque[tuple[Node, Shape, str]] = deque([(record.dataset, shape, prefix)])
    alone = shapes.keys() - _OTHER_RECORDS if shape.strict else (_SERVICE,)

    def follow(values: list[Term], shape: Shape, path: str) -> None:
        for place, value in enumerate(values, 1):
            if value in nodes and (value, shape) not in seen:
                seen.add((value, shape))
                queue.append((value, shape, _inside(path, value, place)))  # type: ignore[arg-type]

    while queue:
        node, shape, prefix = queue.popleft()
        yield Part(record, node, shape, prefix, nodes.get(node, {}))
        links = shape.links
        if links:
            for predicate, values in nodes.get(node, {}).items():
                if predicate in links and not nodes.keys().isdisjoint(values):
                    follow(values, links[predicate], prefix + shorten(predicate))
        if not queue and kind == _DATASET:
            typed: dict[Term, list[Term]] = {}
            for node, properties in nodes.items():
                for each in properties.get(RDF.type, ()):
                    if each in alone:
                        typed.setdefault(each, []).append(node)
            for other in alone if typed else ():
                follow(typed.get(other, []), shapes[other], shorten(other))


def places(record: Record) -> dict[Term, str]:
    """Return a path, as a prefix, for each node that the data set reaches by any property; "" for itself."""
    found: dict[Term, str] = {record.dataset: ""}
    queue: deque[Node] = deque([record.dataset])
    while queue:
        node = queue.popleft()
        for predicate, values in record.graph.nodes.get(node, {}).items():
            for place, value in enumerate(values, 1):
                if value in record.graph.nodes and value not in found:
                    found[value] = _inside(f"{found[node]}{shorten(predicate)}", value, place)
                    queue.append(value)  # type: ignore[arg-type]
    return found


def excerpt(text: str) -> str:
    """Return ``text``, cut to LONGEST_EXCERPT characters."""
    return text if len(text) <= LONGEST_EXCERPT else text[: LONGEST_EXCERPT - 1] + "…"


def shown(graph: Graph, value: Term) -> str:
    """Return what a finding shows of a value: of a blank node, which has no lasting name, its first text."""
    if not isinstance(value, BlankNode):
        return excerpt(value.value)
    said = graph.nodes.get(value, {}).values()
    text = next((each.value for values in said for each in values if isinstance(each, Literal)), "")
    return excerpt(text) or "[]"


def shapes_of(profile: Profile) -> dict[NamedNode, Shape]:
    """Return the shapes of a profile by class. They are made once."""
    known = _SHAPES.get(profile.name)
    if known is None or known[0] is not profile:
        known = _SHAPES[profile.name] = (profile, _arranged(profile))
    return known[1]


_SHAPES: dict[str, tuple[Profile, dict[NamedNode, Shape]]] = {}


def _arranged(profile: Profile) -> dict[NamedNode, Shape]:
    strict = profile.errors == "violations"
    shapes = {kind: Shape(kind, properties, strict) for kind, properties in profile.classes.items()}
    for shape in shapes.values():
        for predicate, wanted in shape.properties.items():
            followed = wanted.range not in _OTHER_RECORDS or predicate == DCAT.record
            if wanted.range in shapes and followed and predicate not in _NOT_FOLLOWED:
                shape.links[predicate] = shapes[wanted.range]
    return shapes


def _inside(path: str, node: Term, place: int) -> str:
    """The prefix of the paths in a node. If it lies deep, its middle is left out: a finding is to be read."""
    prefix = f"{path}[{_name(node, place)}]/"
    if len(prefix) <= LONGEST_PREFIX:
        return prefix
    return f"{prefix[: LONGEST_PREFIX // 2]}…{prefix[-LONGEST_PREFIX // 2 :]}"


def _name(node: Term, place: int) -> str:
    """Blank nodes have no permanent names, so we use their position among the values."""
    return f"_:{place}" if isinstance(node, BlankNode) else excerpt(node.value)
