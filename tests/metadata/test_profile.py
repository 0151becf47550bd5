"""The profile tables against the guideline's section 4 and the official shapes of DCAT-AP 2.1.1 and 3.0.1."""

import re

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from erpd.metadata.graph import Graph
from erpd.metadata.profile import PROFILES, Property, load_profile
from erpd.metadata.terms import DC11, DCAT, DCT, FOAF, SKOS, XSD, Namespace, expand, shorten
from erpd.metadata.vocabularies import VOCABULARIES, vocabulary
from tests.needs import SHARED

SH = Namespace("http://www.w3.org/ns/shacl#")
DATES = NamedNode("http://data.europa.eu/r5r#DateOrDateTimeDataType_Shape")
STANDARD = SHARED / "standards" / "dcat-ap-2.1.1"
SECTION = (
    r"G4\.[12]|DCAT-AP 2\.1\.1, 4(\.\d+){2}|DCAT-AP 3\.0\.1, [A-Z][A-Za-z ]+|DCAT-AP-NL 3\.0, [45](\.\d+){2}"
)
SECTION += r"|W3C vCard ontology|(HealthDCAT-AP 8|DCAT-AP HVD 3\.0), [A-Z][A-Za-z ]+"

G4 = {
    ("dcat:Dataset", "dct:title"): (1, None, "G4.1"),
    ("dcat:Dataset", "dct:description"): (1, None, "G4.1"),
    ("dcat:Dataset", "dct:publisher"): (1, 1, "G4.1"),
    ("dcat:Dataset", "dct:accessRights"): (1, 1, "G4.1"),
    ("dcat:Dataset", "dcat:distribution"): (1, None, "G4.1"),
    ("dcat:Distribution", "dct:format"): (1, 1, "G4.2"),
    ("dcat:Distribution", "dcat:byteSize"): (1, 1, "G4.2"),
    ("dcat:Distribution", "dcat:accessURL"): (1, None, "G4.2"),
    ("dcat:Distribution", "dct:rights"): (1, 1, "G4.2"),
    ("dcat:DataService", "dcat:endpointURL"): (1, None, "G4.2"),
    ("dcat:DataService", "dct:title"): (1, None, "G4.2"),
}


def rows(profile: str) -> list[tuple[NamedNode, Property]]:
    classes = load_profile(profile).classes
    return [(kind, row) for kind, properties in classes.items() for row in properties.values()]


def test_the_guideline_adds_its_mandatory_metadata_and_nothing_else() -> None:
    found = {
        (shorten(kind), shorten(row.iri)): (row.min, row.max, row.section)
        for kind, row in rows("erpd")
        if row.section.startswith("G")
    }
    assert found == G4
    assert all(row.obligation == "mandatory" for _, row in rows("erpd") if row.section.startswith("G"))


def test_open_data_is_prohibited_and_sizes_are_decimal() -> None:
    profile = load_profile("erpd")
    access = profile.classes[DCAT.Dataset][DCT.accessRights]
    assert (access.vocabulary, access.codes) == ("access-right", {"NON_PUBLIC", "RESTRICTED"})
    assert profile.classes[DCAT.Distribution][DCAT.byteSize].datatypes == (XSD.decimal,)
    assert profile.classes[DCAT.Distribution][expand("dct:format")].vocabulary == "file-type"


def test_an_extending_profile_keeps_what_it_does_not_replace() -> None:
    base, erpd = load_profile("dcat-ap-2.1.1"), load_profile("erpd")
    assert {kind: set(table) for kind, table in erpd.classes.items()} == {
        kind: set(table) for kind, table in base.classes.items()
    }
    assert erpd.classes[DCAT.Dataset][DCAT.theme] is base.classes[DCAT.Dataset][DCAT.theme]
    assert base.classes[DCAT.Distribution][DCT.rights].min == 0
    assert load_profile("erpd") is erpd


@pytest.mark.parametrize("name", PROFILES)
def test_rows_are_sound(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert set(profile.labels) == set(profile.classes)
    for kind, row in rows(name):
        where = f"{shorten(kind)} {shorten(row.iri)}"
        assert row.kind in {"literal", "iri", "node"}, where
        assert row.obligation in {"mandatory", "recommended", "optional"}, where
        assert (row.obligation == "mandatory") == (row.min >= 1), where
        assert row.max is None or row.max >= max(row.min, 1), where
        assert re.fullmatch(SECTION, row.section), where
        assert row.label, where
        assert not row.datatypes or row.kind == "literal", where
        assert not row.vocabulary or (row.kind == "iri" and row.vocabulary in VOCABULARIES), where
        assert not row.codes or row.codes <= set(vocabulary(row.vocabulary).concepts), where


def test_an_unknown_profile_is_named_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"no profile 'dcat-ap-9'; known: dcat-ap-2\.1\.1, dcat-ap-3\.0\.1, "):
        load_profile("dcat-ap-9")


def shapes(name: str) -> Graph:
    path = STANDARD / name
    if not path.is_file():
        pytest.skip(f"{path.name} of DCAT-AP 2.1.1 is not at ../shared/data")
    return Graph(quad for quad in parse(path=str(path), format=RdfFormat.TURTLE))


def constraints(graph: Graph) -> list[tuple[NamedNode, NamedNode, BlankNode]]:
    """(class, property, property shape) of every node shape."""
    return [
        (kind, graph.first(shape, SH.path), shape)  # type: ignore[misc]
        for node in graph.subjects(SH.NodeShape)
        for kind in graph.objects(node, SH.targetClass)
        for shape in graph.objects(node, SH.property)
    ]


def test_every_constraint_of_the_official_shapes_is_in_the_table() -> None:
    # Two slips of the official shapes: dc:isReferencedBy for the dct: of the specification (4.4.3), and no
    # sh:minCount for the notation that 4.10.1 gives as 1..1.
    graph = shapes("dcat-ap_2.1.1_shacl_shapes.ttl")
    classes = load_profile("dcat-ap-2.1.1").classes
    listed = constraints(graph)
    assert len(listed) > 100
    for kind, path, shape in listed:
        row = classes[kind][DCT.isReferencedBy if path == DC11.isReferencedBy else path]
        where = f"{shorten(kind)} {shorten(path)}"
        least, most = graph.first(shape, SH.minCount), graph.first(shape, SH.maxCount)
        if path != SKOS.notation:
            assert row.min == int(least.value if least else 0), where
        assert row.max == (int(most.value) if most else None), where
        datatype, node_kind = graph.first(shape, SH.datatype), graph.first(shape, SH.nodeKind)
        if datatype:
            assert row.datatypes == (datatype,), where
        if graph.first(shape, SH.node) == DATES:
            assert row.datatypes == tuple(
                expand(f"xsd:{name}") for name in ("date", "dateTime", "gYear", "gYearMonth")
            ), where
        if node_kind:
            assert (row.kind == "literal") == (node_kind == SH.Literal), where
    tabled = {(kind, row.iri) for kind, row in rows("dcat-ap-2.1.1") if row.section.startswith("DCAT-AP")}
    official = {(k, DCT.isReferencedBy if path == DC11.isReferencedBy else path) for k, path, _ in listed}
    assert tabled == official


def test_every_constraint_of_the_shapes_of_3_0_1_is_in_its_table() -> None:
    """One shape says one thing there, and the classes of values are constraints too (sh:class)."""
    graph = shapes("../dcat-ap-3.0.1/shacl/dcat-ap-SHACL.ttl")
    classes = load_profile("dcat-ap-3.0.1").classes
    said: dict[tuple[NamedNode, NamedNode], dict[str, str]] = {}
    for kind, path, shape in constraints(graph):
        facts = said.setdefault((kind, path), {}) if path else {}
        for name in ("minCount", "maxCount", "nodeKind", "class", "datatype"):
            if value := graph.first(shape, NamedNode(f"{SH}{name}")):
                facts[name] = value.value
    assert len(said) > 120
    for (kind, path), facts in said.items():
        row, where = classes[kind][path], f"{shorten(kind)} {shorten(path)}"
        assert row.min == int(facts.get("minCount", 0)), where
        assert row.max == (int(facts["maxCount"]) if "maxCount" in facts else None), where
        assert (row.kind == "literal") == (facts["nodeKind"] == SH.Literal.value), where
        assert "class" not in facts or row.range.value == facts["class"], where
        assert "datatype" not in facts or [each.value for each in row.datatypes] == [facts["datatype"]], where
    tabled = {(kind, row.iri) for kind, row in rows("dcat-ap-3.0.1") if row.section.startswith("DCAT-AP")}
    assert tabled == said.keys()


def test_the_profile_of_the_netherlands_holds_every_constraint_of_its_shapes() -> None:
    """Its shapes are current ones; what only the text says (rights at most once) is in the table too."""
    graph = shapes("../dcat-ap-nl-3.0/shapes/dcat-ap-nl-SHACL.ttl")
    classes = load_profile("dcat-ap-nl-3.0").classes
    listed = [each for each in constraints(graph) if each[1]]
    assert len(listed) > 50
    for kind, path, shape in listed:
        row, where = classes[kind][path], f"{shorten(kind)} {shorten(path)}"
        least, most = graph.first(shape, SH.minCount), graph.first(shape, SH.maxCount)
        # A catalogue is read in pieces: its description alone names no data sets.
        assert path == DCAT.dataset or row.min >= int(least.value if least else 0), where
        assert most is None or row.max == int(most.value), where
        node_kind = graph.first(shape, SH.nodeKind)
        assert not node_kind or (row.kind == "literal") == (node_kind == SH.Literal), where


def test_what_is_conditional_in_the_netherlands_is_mandatory_in_a_case() -> None:
    graph = shapes("../dcat-ap-nl-3.0/shapes/dcat-ap-nl-OPT.ttl")
    words = Namespace("http://definities.geostandaarden.nl/dcat-ap-nl/id/concept/")
    name = "http://modellen.geostandaarden.nl/dcat-ap-nl/id/shape/{}Shape"
    classes, asked = load_profile("dcat-ap-nl-3.0").classes, {"verplicht": 0, "conditioneel": 0}
    for kind in (DCAT.Dataset, DCAT.Distribution, DCAT.DataService):
        node = NamedNode(name.format(kind.value.rpartition("#")[2]))
        for shape in graph.objects(node, SH.property):
            path = graph.first(shape, SH.path)  # type: ignore[arg-type]
            word = graph.first(shape, words.optionaliteit).value.rpartition("/")[2]  # type: ignore[arg-type,union-attr]
            row = classes[kind][path]  # type: ignore[index]
            assert (word == "conditioneel") == bool(row.duties), shorten(row.iri)
            assert word != "verplicht" or row.min, shorten(row.iri)
            asked[word] = asked.get(word, 0) + 1
    assert asked["verplicht"] > 15
    assert asked["conditioneel"] > 10


def test_the_ranges_are_those_of_the_official_shapes() -> None:
    graph = shapes("dcat-ap_2.1.1_shacl_range.ttl")
    classes = load_profile("dcat-ap-2.1.1").classes
    checked = 0
    for kind, path, shape in constraints(graph):
        wanted = graph.first(shape, SH.class_)
        if wanted:
            assert classes[kind][path].range == wanted, f"{shorten(kind)} {shorten(path)}"
            checked += 1
    assert checked > 50


def test_recommended_properties_are_those_of_the_official_shapes() -> None:
    graph = shapes("dcat-ap_2.1.1_shacl_shapes_recommended.ttl")
    found = {(kind, row.iri) for kind, row in rows("dcat-ap-2.1.1") if row.obligation == "recommended"}
    # The shapes ask for one of dcat:dataset and dcat:service together, so not in a property shape.
    either = {(DCAT.Catalog, DCAT.dataset), (DCAT.Catalog, DCAT.service)}
    assert found == {(kind, path) for kind, path, _ in constraints(graph)} | either
    assert (FOAF.Agent, DCT.type) in found
