"""Findings as those who fill in forms read them."""

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.terms import DCAT, DCT
from erpd.pages.findings import distribution_names, remarks, summed


def test_equal_findings_are_counted_once_and_properties_are_called_as_on_pages():
    one = {"rule": "several-data-sets", "severity": "error", "section": "G4.1"}
    many = [
        {"rule": "no-identifier", "severity": "error", "path": f"dcat:distribution[{n}]/dct:format"}
        for n in range(8)
    ]
    other = {"rule": "no-identifier", "severity": "error", "path": "a field of CKAN"}
    found = remarks(summed([*many, one, other, dict(many[0], value="x")]), 0, 9)
    assert [each.times for each in found] == [8, 1, 1, 1]
    texts = [each.text for each in found]
    assert texts[0].startswith("Distribution, Format is missing")
    assert texts[2].startswith("a field of CKAN is missing")
    assert [each.path for each in found[::3]] == [
        "dcat:distribution/dct:format",
        "dcat:distribution[0]/dct:format",
    ]
    assert (found[1].path, found[2].path) == ("", "")


def test_a_number_is_not_that_of_the_one_value_that_is_named():
    of_values = {"rule": "access-right", "severity": "error", "path": "dct:accessRights", "value": "x"}
    missing = {"rule": "mandatory-missing", "severity": "error", "path": "dct:publisher", "value": "x"}
    kept = [
        {**facts, "times": times, "others": others}
        for facts, times, others in ((of_values, 4, list("yzab")), (of_values, 4, []), (missing, 4, ["y"]))
    ]
    assert [each.found for each in remarks([*kept, of_values], 0, 9)] == [
        "(found 4 times, with different values: also “y”, “z”, “a”, …)",
        "(found 4 times)",
        "(found 4 times)",
        "",
    ]


def test_which_distribution_is_told_by_its_number_and_title():
    graph, data_set = Graph(), NamedNode("https://a.example/x")
    for name in ("1", "2"):
        node = NamedNode(f"https://a.example/{name}")
        graph.add(data_set, DCAT.distribution, node)
        graph.add(node, DCT.title, Literal(f"Trees {name}", language="en"))
    graph.add(data_set, DCAT.distribution, blank := BlankNode())
    graph.add(blank, DCT.title, Literal("Nameless"))
    record = Record("x", graph, data_set)

    def told(path: str) -> str:
        facts = {"rule": "no-identifier", "severity": "error", "path": path}
        (found,) = remarks([facts], 0, 1, names=lambda: distribution_names(record, ("en",)))
        assert found.path == path
        return found.text.partition(" is missing")[0]

    assert told("dcat:distribution[https://a.example/2]/dct:format") == "Distribution 2 “Trees 2”, Format"
    assert told("dcat:distribution[_:3]/dct:format") == "Distribution, Format"
    assert told("dct:publisher[https://a.example/2]/foaf:name") == "Publisher, Name"
    assert told("dcat:distribution[https://a.ex…ple/2]/dct:format") == "Distribution, Format"
    # The middle of a path that lies deep is left out.
    assert (
        told("dcat:distribution[https://a.exam…e/2]/dct:license[x]/dct:type") == "Distribution, Licence, Type"
    )
    assert told("dcat:distr…e/2]/dct:type") == "Type"


def test_what_is_secret_in_an_address_is_not_shown():
    address = "https://me:sesame@data.example/file?api_key=sesame&set=a"
    facts = {"rule": "access-right", "severity": "error", "path": f"dcat:distribution[{address}]/dct:rights"}
    (found,) = remarks([{**facts, "value": address, "others": [address], "times": 2}], 0, 1)
    assert "https://data.example/file?api_key=…&set=a" in found.text
    assert "sesame" not in f"{found.text} {found.path} {found.found}"
