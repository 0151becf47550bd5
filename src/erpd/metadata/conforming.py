"""A record in the form that a profile wants, so that it can be sent in several: the same statements.

Nothing is repaired or left out. Where only a guess would do (a size with a fraction as a whole number, two
rights as one), the value stays, and a check against the profile reports it.
"""

from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.mending.numbers import retyped
from erpd.metadata.parts import Part, Shape, parts, shapes_of
from erpd.metadata.profile import Form, Profile
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT, FOAF, GEOSPARQL, LOCN, RDF, RDFS, SKOS
from erpd.metadata.vocabularies import labelled

_SIZE, _GEOMETRY = DCAT.byteSize, LOCN.geometry
# The datatype of a geometry -> the property of its node that holds it (OGC GeoSPARQL 1.1, 8.5).
_ENCODINGS = {
    GEOSPARQL.wktLiteral: GEOSPARQL.asWKT,
    GEOSPARQL.geoJSONLiteral: GEOSPARQL.asGeoJSON,
    GEOSPARQL.gmlLiteral: GEOSPARQL.asGML,
}
# Classes that are not given to what a record only names: it would be one more record, and lack its metadata.
_NO_CLASSES = frozenset(
    {DCAT.Dataset, DCAT.DatasetSeries, DCAT.Catalog, DCAT.CatalogRecord, RDFS.Resource, RDFS.Literal}
)
# Class -> the property that its values of an authority table are called by.
_NAMES = {SKOS.Concept: SKOS.prefLabel, FOAF.Agent: FOAF.name}


def conformed(record: Record, profile: Profile) -> Graph:
    """Return the graph of ``record`` in the form of ``profile``: the same graph if it has that form already.

    - Sizes and geometries get the type that the profile wants.
    - Properties that only another version of DCAT-AP knows become the ones of this that say the same.
    - If the profile wants it, values say their class, which follows from the range of their property, and
      those of authority tables their English label.

    The record itself stays as it is.
    """
    sizes, shapes = _sizes(record.graph, profile), _geometries(record.graph, profile)
    form, said = profile.form, record.graph.properties(record.dataset)
    if not (form.classes or sizes or shapes or said.keys() & (form.instead.keys() | form.also.keys())):
        return record.graph
    graph = Graph(record.graph.triples())
    for node, values in sizes.items():
        graph.set(node, _SIZE, values)
    for number, (place, values) in enumerate(shapes.items()):
        as_nodes = profile.classes[DCT.Location][_GEOMETRY].kind == "node"
        shaped = _as_nodes(graph, values, number) if as_nodes else _as_literals(graph, place, values)
        graph.set(place, _GEOMETRY, shaped)
    same = Record(record.identifier, graph, record.dataset)
    _rename(same, form)
    if form.classes:
        for part in parts(same, profile):
            _say_classes(part)
        for node in graph.subjects(DCAT.CatalogRecord):  # no part of the data set
            shape = shapes_of(profile)[DCAT.CatalogRecord]
            _say_classes(Part(same, node, shape, "", graph.nodes[node]))
    return graph


def _rename(record: Record, form: Form) -> None:
    graph, node = record.graph, record.dataset
    for other, own in form.instead.items():
        if record.values(other) and not record.values(own):
            graph.rename(node, other, own)
    for narrower, broader in form.also.items():
        for value in list(record.values(narrower)):
            graph.add(node, broader, value)


def _sizes(graph: Graph, profile: Profile) -> dict[Node, list[Term]]:
    """The sizes that are to be typed anew."""
    kind = profile.classes[DCAT.Distribution][_SIZE].datatypes[0]
    found: dict[Node, list[Term]] = {}
    for node, said in graph.nodes.items():
        if _SIZE in said:
            typed = [retyped(size, kind) if isinstance(size, Literal) else size for size in said[_SIZE]]
            if typed != said[_SIZE]:
                found[node] = typed
    return found


def _geometries(graph: Graph, profile: Profile) -> dict[Node, list[Term]]:
    """The geometries of places where one is a literal where a node is wanted, or the reverse."""
    wrong = Literal if profile.classes[DCT.Location][_GEOMETRY].kind == "node" else (NamedNode, BlankNode)
    return {
        node: said[_GEOMETRY]
        for node, said in graph.nodes.items()
        if _GEOMETRY in said and any(isinstance(value, wrong) for value in said[_GEOMETRY])
    }


def _as_nodes(graph: Graph, values: list[Term], number: int) -> list[Term]:
    """Each literal in a node of its own; several encodings, once each, are of one geometry."""
    literals = [value for value in values if isinstance(value, Literal)]
    kinds = {value.datatype for value in literals}
    as_one = len(kinds) == len(literals) and kinds <= _ENCODINGS.keys()
    shaped: list[Term] = [value for value in values if not isinstance(value, Literal)]
    for place, value in enumerate(literals):
        node = BlankNode(f"geometry{number}n{0 if as_one else place}")
        graph.add(node, RDF.type, LOCN.Geometry)
        graph.add(node, _ENCODINGS.get(value.datatype, RDF.value), value)
        shaped.append(node)
    return shaped


def _as_literals(graph: Graph, place: Node, values: list[Term]) -> list[Term]:
    """The first encoding of each node. If the node says more than that, the place keeps it beside."""
    shaped: list[Term] = []
    for value in values:
        encodings = (graph.objects(value, one) for one in (*_ENCODINGS.values(), RDF.value))
        literal = next((one for each in encodings for one in each if isinstance(one, Literal)), None)
        shaped.append(literal or value)
        if isinstance(value, Literal) or literal is None:
            continue
        said = graph.properties(value)
        if isinstance(value, BlankNode) and sum(map(len, said.values())) - (RDF.type in said) == 1:
            graph.drop(value)
        else:
            graph.add(place, GEOSPARQL.hasGeometry, value)
    return shaped


def _say_classes(part: Part) -> None:
    graph, ranges = part.record.graph, _ranges(part.shape)
    # The properties of the part itself change if it is a value of its own.
    for predicate, values in [*part.properties.items()]:
        kind = ranges.get(predicate)
        if kind is None:
            continue
        for value in values:
            if isinstance(value, Literal):
                continue
            said = graph.properties(value)
            if kind == DCAT.Resource and not said:
                continue
            if kind not in said.get(RDF.type, ()):
                graph.add(value, RDF.type, kind)
            name = _NAMES.get(kind)
            if name and name not in said and isinstance(value, NamedNode):
                label, language = labelled(value.value, "en")
                if label:
                    graph.add(value, name, Literal(label, language=language))


@cache
def _ranges(shape: Shape) -> dict[NamedNode, NamedNode]:
    """Property -> the class that its values say."""
    return {
        predicate: wanted.range
        for predicate, wanted in shape.properties.items()
        if wanted.kind != "literal" and wanted.range not in _NO_CLASSES
    }
