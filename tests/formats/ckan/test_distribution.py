import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal

from erpd.metadata.terms import DCAT, DCT, RDF, XSD
from tests.formats.ckan.packages import FIELD, PORTAL, found, objects, record, values

PAGE = f"{PORTAL}/dataset/p1/resource"
OWN = "https://own.example/1"


def named(read):
    """Title -> IRI, "" for none."""
    return {
        read.graph.first(node, DCT.title).value: "" if isinstance(node, BlankNode) else node.value
        for node in read.distributions
    }


def test_an_id_that_comes_twice_names_the_first_and_mixes_nothing():
    resources = [
        {"id": "r1", "name": "A", "url": "https://x.example/a", "license_url": "https://x.example/free"},
        {"id": "r1", "name": "B", "url": "https://x.example/b"},
        {"id": "r2", "name": "C"},
    ]
    read = record({"id": "p1", "resources": resources})
    assert named(read) == {"A": f"{PAGE}/r1", "B": "", "C": f"{PAGE}/r2"}
    assert values(read, DCAT.distribution, FIELD.id) == ["r1", "r1", "r2"]
    for node, links in zip(
        read.distributions, (["https://x.example/a"], ["https://x.example/b"], []), strict=True
    ):
        assert [link.value for link in read.graph.objects(node, DCAT.accessURL)] == links
    assert len(values(read, DCAT.distribution, DCT.license)) == 1


@pytest.mark.parametrize(
    ("package", "resources", "names"),
    [
        # A copy of a resource has an id of its own, but still the uri of the other.
        ({}, [{"id": "r1", "uri": OWN}, {"id": "r2", "uri": OWN}], [OWN, f"{PAGE}/r2"]),
        ({}, [{"uri": OWN}, {"uri": OWN}], [OWN, ""]),
        ({"uri": OWN}, [{"id": "r1", "uri": OWN}, {"uri": OWN}], [f"{PAGE}/r1", ""]),
        ({}, [{"id": "r1", "state": "deleted"}, {"id": "r1"}], [f"{PAGE}/r1"]),
        ({"sample": {"uri": OWN, "title": "Some"}}, [{"id": "r1", "uri": OWN}], [OWN]),
    ],
)
def test_one_address_is_one_thing(package, resources, names):
    resources = [{**resource, "title": str(number)} for number, resource in enumerate(resources)]
    read = record({"id": "p1", **package, "resources": resources})
    assert list(named(read).values()) == names
    assert objects(read, RDF.type) == [DCAT.Dataset]
    kept = values(read, DCAT.distribution, FIELD.uri)
    assert len(kept) == sum("uri" in resource for resource in resources) - names.count(OWN)


RESOURCE = st.fixed_dictionaries(
    {"name": st.sampled_from("ABCDEF")},
    optional={
        "id": st.sampled_from(["r1", "r2", "r3"]),
        "uri": st.sampled_from([OWN, f"{PAGE}/r3"]),
        "url": st.sampled_from(["https://x.example/a", "https://x.example/b"]),
    },
)


@settings(max_examples=150, deadline=None)
@given(st.lists(RESOURCE, max_size=6))
def test_as_many_distributions_as_resources_each_with_its_own(resources):
    read = record({"id": "p1", "resources": resources})
    different = list({str(sorted(resource.items())): resource for resource in resources}.values())
    assert len(read.distributions) == len(different)
    for node, resource in zip(read.distributions, different, strict=True):
        said = {
            predicate: [value.value for value in each] for predicate, each in read.graph.nodes[node].items()
        }
        assert said[DCT.title] == [resource["name"]]
        assert said.get(DCAT.accessURL, []) == [value for name, value in resource.items() if name == "url"]
        assert said.get(FIELD.id, []) == [value for name, value in resource.items() if name == "id"]
        if "uri" in resource and resource["uri"] != getattr(node, "value", ""):
            assert said[FIELD.uri] == [resource["uri"]]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("1.024", Literal("1.024")),
        ("1024", Literal("1024", datatype=XSD.decimal)),
        (1024.0, Literal("1024", datatype=XSD.decimal)),
    ],
)
def test_a_point_in_text_may_be_that_of_the_thousands(size, expected):
    read = record({"id": "p1", "resources": [{"url": "https://x.example", "size": size}]})
    assert objects(read, DCAT.distribution, DCAT.byteSize) == [expected]


def test_a_media_type_is_the_format_where_there_is_none():
    (package,) = found("ckan-mimetype-only.json")
    read = record(package)
    formats = [[value.value for value in read.graph.objects(node, DCT.format)] for node in read.distributions]
    assert formats == [
        ["application/vnd.ms-excel"],
        ["application/json"],
        ["CSV"],
        ["text/csv; charset=utf-8"],
        [],  # not from the address
        ["https://www.iana.org/assignments/media-types/text/csv"],
        ["http://publications.europa.eu/resource/authority/file-type/csv"],
        [],
        ["WMS"],
    ]
    bytes_only = record({"id": "p1", "resources": [{"mimetype": "application/octet-stream"}]})
    assert objects(bytes_only, DCAT.distribution, DCT.format) == []


def test_words_for_nothing_are_no_facts():
    (package,) = found("ckan-none-strings.json")
    read = record(package)
    for path in (
        (DCAT.landingPage,),
        (DCAT.distribution, DCAT.byteSize),
        (DCAT.distribution, DCAT.mediaType),
    ):
        assert objects(read, *path) == []
