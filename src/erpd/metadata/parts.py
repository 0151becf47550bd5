"""The parts of a record that its profile describes: data set, distributions, services, agents, periods ..."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.findings import Severity
from erpd.metadata.graph import Graph, Node, Properties, Term
from erpd.metadata.profile import Profile, Property
from erpd.metadata.record import Record
from erpd.metadata.terms import ADMS, DCAT, shorten

# What stands in a finding is for people to read; the whole value is in the bytes as received.
LONGEST_EXCERPT = 300

# Their faults decide whether a strict source rejects a record (G4.1, G4.2).
_DATASET, _SERVICE = DCAT.Dataset, DCAT.DataService
DECISIVE = frozenset({_DATASET, DCAT.Distribution, _SERVICE})

# Not parts of the data set: other data sets and catalogues, and samples, which are no distributions of it.
_OTHER_RECORDS = frozenset({DCAT.Dataset, DCAT.Catalog, DCAT.CatalogRecord})
_NOT_FOLLOWED = frozenset({ADMS.sample})


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A class of a profile, arranged for the walk: ``links[property]`` is the shape of what it leads to."""

    kind: NamedNode
    properties: Mapping[NamedNode, Property]
    links: dict[NamedNode, "Shape"] = field(default_factory=dict)

    def severity(self, wanted: Property) -> Severity:
        """ERROR for the mandatory metadata of G4 (or, for open data, of DCAT-AP); else WARNING."""
        decisive = wanted.obligation == "mandatory" and self.kind in DECISIVE
        return Severity.ERROR if decisive else Severity.WARNING


@dataclass(slots=True)
class Part:
    """One node of a record and what its profile says of it. ``prefix`` stands before a property in a path."""

    record: Record
    node: Node
    shape: Shape
    prefix: str
    properties: Properties

    def path(self, predicate: NamedNode) -> str:
        return self.prefix + shorten(predicate)


def parts(record: Record, profile: Profile) -> Iterator[Part]:
    """The data set first, then what it leads to, then services that nothing leads to; each once a shape.

    What a part leads to is looked up after it was used, so it may be mended meanwhile.
    """
    shapes, graph = shapes_of(profile), record.graph
    nodes, dataset = graph.nodes, shapes[_DATASET]
    seen: set[tuple[Term, Shape]] = {(record.dataset, dataset)}
    queue: deque[tuple[Node, Shape, str]] = deque([(record.dataset, dataset, "")])

    def follow(values: list[Term], shape: Shape, path: str) -> None:
        for place, value in enumerate(values, 1):
            if value in nodes and (value, shape) not in seen:
                seen.add((value, shape))
                queue.append((value, shape, f"{path}[{_name(value, place)}]/"))  # type: ignore[arg-type]

    while queue:
        node, shape, prefix = queue.popleft()
        yield Part(record, node, shape, prefix, nodes.get(node, {}))
        links = shape.links
        if links:
            for predicate, values in nodes.get(node, {}).items():
                if predicate in links and not nodes.keys().isdisjoint(values):
                    follow(values, links[predicate], prefix + shorten(predicate))
        if not queue:
            follow([*graph.subjects(_SERVICE)], shapes[_SERVICE], "dcat:DataService")


def places(record: Record) -> dict[Term, str]:
    """A path to every node that the data set leads to by any property, as a prefix; "" for the data set."""
    found: dict[Term, str] = {record.dataset: ""}
    queue: deque[Node] = deque([record.dataset])
    while queue:
        node = queue.popleft()
        for predicate, values in record.graph.nodes.get(node, {}).items():
            for place, value in enumerate(values, 1):
                if value in record.graph.nodes and value not in found:
                    found[value] = f"{found[node]}{shorten(predicate)}[{_name(value, place)}]/"
                    queue.append(value)  # type: ignore[arg-type]
    return found


def excerpt(text: str) -> str:
    """``text``, cut where it is long."""
    return text if len(text) <= LONGEST_EXCERPT else text[: LONGEST_EXCERPT - 1] + "…"


def shown(graph: Graph, value: Term) -> str:
    """What a finding shows of a value. A blank node has no lasting name: it shows its first text."""
    if not isinstance(value, BlankNode):
        return excerpt(value.value)
    said = graph.nodes.get(value, {}).values()
    text = next((each.value for values in said for each in values if isinstance(each, Literal)), "")
    return f"[{excerpt(text)}]"


def shapes_of(profile: Profile) -> dict[NamedNode, Shape]:
    """The classes of a profile, arranged once."""
    known = _SHAPES.get(profile.name)
    if known is None or known[0] is not profile:
        known = _SHAPES[profile.name] = (profile, _arranged(profile))
    return known[1]


_SHAPES: dict[str, tuple[Profile, dict[NamedNode, Shape]]] = {}


def _arranged(profile: Profile) -> dict[NamedNode, Shape]:
    shapes = {kind: Shape(kind, properties) for kind, properties in profile.classes.items()}
    for shape in shapes.values():
        for predicate, wanted in shape.properties.items():
            if (
                wanted.range in shapes
                and wanted.range not in _OTHER_RECORDS
                and predicate not in _NOT_FOLLOWED
            ):
                shape.links[predicate] = shapes[wanted.range]
    return shapes


def _name(node: Term, place: int) -> str:
    """Blank nodes have no lasting names: their place among the values is what can be found again."""
    return f"_:{place}" if isinstance(node, BlankNode) else excerpt(node.value)
