from pyoxigraph import Literal, NamedNode

from erpd.metadata.terms import DCAT, DCT, FOAF, RDF, RDFS, SKOS
from tests.formats.ckan.packages import FIELD, objects, record

GROUP = {
    "id": "g1",
    "name": "econ",
    "title": "Economy",
    "display_name": "Economy",
    "description": "Money",
}
THEME = "https://x.example/econ"


def test_a_theme_has_one_name_and_its_code_with_a_link_or_without():
    for more in ({}, {"url": THEME}):
        found = record({"id": "p1", "groups": [{**GROUP, **more}]})
        (theme,) = objects(found, DCAT.theme)
        assert not more or theme == NamedNode(THEME)
        assert found.graph.nodes[theme] == {
            RDF.type: [SKOS.Concept],
            SKOS.prefLabel: [Literal("Economy")],
            SKOS.notation: [Literal("econ")],
            FIELD.id: [Literal("g1")],
            FIELD.description: [Literal("Money")],
        }


def test_a_link_has_one_name_and_says_all_it_says():
    names = {"nl": "Economie", "fr": "Économie"}
    found = record(
        {
            "id": "p1",
            "theme": {"uri": THEME, "title_translated": names, "type": "https://x.example/kind"},
            "documentation": {"url": "https://x.example/manual", "title": "The manual", "name": "manual"},
        }
    )
    assert {each.language: each.value for each in objects(found, DCAT.theme, SKOS.prefLabel)} == names
    assert objects(found, DCAT.theme, DCT.type) == [NamedNode("https://x.example/kind")]
    assert objects(found, FOAF.page, RDFS.label) == [Literal("The manual")]
    assert objects(found, FOAF.page, FIELD.name) == [Literal("manual")]
