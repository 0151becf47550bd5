import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from erpd.formats import Unreadable, format_for
from erpd.formats.ckan import MEDIA_TYPE, read
from erpd.formats.rdf.document import write
from erpd.metadata.canonical import canonical
from erpd.metadata.checks import check
from erpd.metadata.findings import Severity
from erpd.metadata.mending import mend
from erpd.metadata.profile import load_profile
from erpd.metadata.terms import (
    ADMS,
    AUTHORITY,
    DCAT,
    DCT,
    FOAF,
    LOCN,
    OWL,
    RDF,
    RDFS,
    SKOS,
    SPDX,
    VCARD,
    XSD,
)
from tests.formats.ckan.packages import FIELD, PORTAL, languages, record, values
from tests.needs import SHARED

needs = {
    name: pytest.mark.skipif(not (SHARED / name).is_dir(), reason=f"{SHARED / name} is not there")
    for name in ("ckan", "seed")
}


def findings(record, severity=None):
    profile = load_profile("erpd")
    found = mend(record, profile) + check(record, profile)
    return [finding for finding in found if severity is None or finding.severity is severity]


def mended_example():
    """The example of G5.3, its braces put right as the notes on it say."""
    text = (SHARED / "seed" / "ckan-example.json").read_text("utf-8")
    text = text.replace('modified desc",\n  }\n}\n', 'modified desc",') + "}"
    return json.loads(text)["result"]["results"][0]


@needs["seed"]
def test_each_field_of_the_guidelines_example_has_its_place():
    package = mended_example()
    found = record(package, "http://example.eu/data/api/3/action/package_search?rows=50")
    page = f"http://example.eu/data/dataset/{package['id']}"
    assert found.iri == page
    (distribution,) = found.distributions
    assert distribution.value == f"{page}/resource/7166a1fa-d994-4d88-8e76-3378930b1e16"
    for path, expected in {
        (DCT.title,): "Example Dataset",
        (DCT.description,): "Example",
        (DCT.issued,): "2011-10-20T00:00:00Z",
        (DCT.modified,): "2011-10-20T00:00:00Z",
        (DCT.identifier,): "http://example-ident.com",
        (DCT.publisher,): "http://example.com",
        (DCT.temporal, DCAT.startDate): "2011-10-19T22:00:00Z",
        (DCT.temporal, DCAT.endDate): "2011-10-19T22:00:00Z",
        (DCAT.keyword,): "Example Tag",
        (DCAT.theme, SKOS.prefLabel): "Economy and finance",
        (DCAT.distribution, DCT.title): "Example",
        (DCAT.distribution, DCT.format): "XHTML",
        (DCAT.distribution, DCAT.mediaType): "application/xhtml+xml",
        (DCAT.distribution, DCT.issued): "2015-09-15T14:39:43.865240",
        (DCAT.distribution, DCAT.accessURL): "http://example.com",
        (FIELD.metadata_created,): "2015-09-15T12:08:54.860742",
        (FIELD.owner_org,): "0897b420-3c3d-4a19-9c2c-a9815e2db2be",
        (FIELD.name,): "example-dataset",
    }.items():
        assert values(found, *path) == [expected], path
    (organization,) = values(found, FIELD.organization)
    assert json.loads(organization) == package["organization"]
    missing = {finding.path.rpartition("/")[2] for finding in findings(found, Severity.ERROR)}
    assert missing == {"dct:accessRights", "dcat:byteSize", "dct:rights"}  # the example lacks them
    assert values(found, DCAT.theme)[0] == f"{AUTHORITY}data-theme/ECON"  # beside what the group says


def test_the_mandatory_fields_of_the_guidelines_in_their_own_spelling():
    found = record(
        {
            "id": "p1",
            "Title": "Ziekenhuisregister",
            "Notes": "Opnames sinds 1990",
            "Publisher": {"resource": "http://org.example/vws", "name": "VWS"},
            "accessRights": {"resource": f"{AUTHORITY}access-right/RESTRICTED"},
            "Resources": {
                "url": "https://data.example/access",
                "size": 12.5e6,
                "Format": "CSV",
                "rights": {"label": "On request", "url_of_form": "x"},
            },
        }
    )
    assert not findings(found, Severity.ERROR)
    assert values(found, DCT.publisher, FOAF.name) == ["VWS"]
    assert values(found, DCAT.distribution, DCAT.byteSize) == ["12500000"]
    assert values(found, DCAT.distribution, DCT.rights, RDFS.label) == ["On request"]
    assert values(found, DCAT.distribution, DCT.rights, FIELD.url_of_form) == ["x"]


def test_plain_ckan():
    found = record(
        {
            "id": "p1",
            "title": "Water",
            "notes": "",
            "url": "http://home.example/my data",
            "author": "Ada",
            "author_email": "ada@x.example",
            "maintainer": "Bob",
            "maintainer_email": "bob",
            "license_id": "cc-by",
            "license_title": "CC BY",
            "license_url": "http://cc.example/by",
            "metadata_created": "2026-01-01T00:00:00.1",
            "metadata_modified": "soon",
            "version": 2,
            "private": False,
            "tracking_summary": {"total": 99},
            "organization": {"id": "o1", "title": "City", "image_url": "x.png"},
            "resources": [
                {"id": "r1", "url": "http://x.example/a", "hash": "ab12", "hash_algorithm": "MD-5"},
                {"id": "r2", "state": "deleted"},
                {"url": "ftp://x.example/b", "license_id": "own", "size": "3 MB"},
                "what is this",
            ],
        }
    )
    for path, expected in {
        (DCT.description,): [],
        (DCAT.landingPage,): ["http://home.example/my data"],
        (DCT.creator, FOAF.name): ["Ada"],
        (DCT.creator, FOAF.mbox): ["mailto:ada@x.example"],
        (DCAT.contactPoint, VCARD.fn): ["Bob"],
        (DCAT.contactPoint, VCARD.hasEmail): ["bob"],
        (DCT.publisher,): [f"{PORTAL}/organization/o1"],
        (DCT.publisher, FOAF.name): ["City"],
        (DCT.publisher, FIELD.image_url): ["x.png"],
        (DCT.modified,): ["soon"],
        (OWL.versionInfo,): ["2"],
        (DCAT.distribution, DCAT.accessURL): ["http://x.example/a", "ftp://x.example/b"],
        (DCAT.distribution, DCAT.byteSize): ["3 MB"],
        (DCAT.distribution, SPDX.checksum, SPDX.algorithm): [f"{SPDX}checksumAlgorithm_md5"],
        (DCAT.distribution, SPDX.checksum, SPDX.checksumValue): ["ab12"],
        (FIELD.private,): ["false"],
        (FIELD.tracking_summary,): [],
        (FIELD.resources,): ['["what is this"]'],
    }.items():
        assert values(found, *path) == expected, path
    licence, own = values(found, DCAT.distribution, DCT.license)
    assert licence == "http://cc.example/by"
    assert found.graph.objects(NamedNode(licence), RDFS.label) == [Literal("CC BY")]
    assert found.graph.objects(NamedNode(licence), DCT.identifier) == [Literal("cc-by")]
    assert found.graph.objects(own, RDFS.label) == [Literal("own")]
    assert values(found, DCT.license) == []
    # The blank in the link is for mending, which tells of it.
    assert "iri" in {finding.rule for finding in findings(found)}
    assert values(found, DCAT.landingPage) == ["http://home.example/my%20data"]


@needs["ckan"]
def test_extras_and_subfields_of_ckanext_dcat_say_the_same():
    """The same data set, as ckanext-scheming and as key and value; what only one of them has stays out."""
    read_in = {}
    for name in ("", "_legacy"):
        text = (SHARED / "ckan" / "ckanext-dcat" / f"ckan_full_dataset_dcat_ap{name}.json").read_text("utf-8")
        package = json.loads(text)
        for more in ("creator", "qualified_relation"):
            package.pop(more, None)
        for resource in package["resources"]:
            resource.pop("temporal_resolution", None)
            resource.pop("spatial_resolution_in_meters", None)
        if not name:
            package["contact"] = [{"name": "Contact 1", "email": "contact1@example.org"}]
            package["temporal_coverage"].pop()
            del package["publisher"][0]["identifier"]
            package["conforms_to"] = ["Standard1", "Standard2"]
            package["spatial_coverage"][0]["bbox"] = package["spatial_coverage"][0]["geom"]
        read_in[name] = record(package)
    assert canonical(read_in[""].graph)[1] == canonical(read_in["_legacy"].graph)[1]
    found = read_in[""]
    for path, count in {
        (DCT.language,): 3,
        (DCAT.theme,): 3,
        (DCT.conformsTo, RDFS.label): 2,
        (ADMS.identifier, SKOS.notation): 2,
        (FOAF.page,): 1,
        (DCT.isReferencedBy,): 2,
        (DCT.spatial, LOCN.geometry): 1,
        (DCT.spatial, DCAT.bbox): 1,
        (DCT.publisher, DCT.type, SKOS.prefLabel): 1,
        (DCAT.distribution, DCAT.accessService, DCAT.endpointURL): 2,
        (DCAT.distribution, DCAT.accessService, DCAT.servesDataset): 2,
    }.items():
        assert len(values(found, *path)) == count, path
    own = {predicate for predicate in found.graph.nodes[found.dataset] if "urn:ckan" in predicate.value}
    assert own == {FIELD.name}


def test_texts_in_several_languages():
    found = record(
        {
            "id": "p1",
            "title": {"de": "Wasser", "fr": "Eau", "it": "", "en_GB": "Water"},
            "notes": "Plain",
            "notes_translated": '{"de": "Schlicht", "en": "Plain"}',
            "keywords": {"de": ["See", "Fluss"], "fr": ["lac"]},
            "tags": [{"name": "lac"}, {"name": "other"}],
            "publisher": {"name": {"de": "Amt"}, "url": "https://amt.example"},
            "provenance": {"en": "Measured"},
            "version_notes": {"number": "1", "text": "no languages"},
            "resources": [{"id": "r1", "name_translated": {"de": "Datei"}, "name": "File"}],
        }
    )
    assert languages(found, DCT.title) == {("de", "Wasser"), ("fr", "Eau"), ("en-gb", "Water")}
    assert languages(found, DCT.description) == {("de", "Schlicht"), ("en", "Plain")}
    assert languages(found, DCAT.keyword) == {("de", "See"), ("de", "Fluss"), ("fr", "lac"), (None, "other")}
    assert languages(found, DCT.publisher, FOAF.name) == {("de", "Amt")}
    assert languages(found, DCT.provenance, RDFS.label) == {("en", "Measured")}
    assert languages(found, DCAT.distribution, DCT.title) == {("de", "Datei")}
    assert values(found, DCAT.distribution, FIELD.name) == ["File"]
    assert values(found, ADMS.versionNotes) == []
    assert values(found, FIELD.version_notes) == ['{"number":"1","text":"no languages"}']


@pytest.mark.parametrize(
    ("package", "base", "iri"),
    [
        ({"id": "p1", "name": "n"}, PORTAL, f"{PORTAL}/dataset/p1"),
        ({"id": "p1"}, f"{PORTAL}/data/api/3/action/package_search?rows=5", f"{PORTAL}/data/dataset/p1"),
        ({"id": "p1"}, "https://me:secret@data.example/api", f"{PORTAL}/dataset/p1"),
        ({"id": "a b/ü?"}, PORTAL, f"{PORTAL}/dataset/a%20b%2F%C3%BC%3F"),
        ({}, PORTAL, f"{PORTAL}/dataset/p1"),
        ({"id": "p1", "uri": "https://own.example/1"}, PORTAL, "https://own.example/1"),
        ({"extras": [{"key": "uri", "value": "https://own.example/1"}]}, PORTAL, "https://own.example/1"),
        ({"id": "p1", "uri": "dataset 1"}, PORTAL, f"{PORTAL}/dataset/p1"),
        ({"id": "p1"}, "", ""),
        ({"id": "p1"}, "file:///tmp/x", ""),
        ({"id": "p1"}, "http://[", ""),
    ],
)
def test_the_data_set_is_named_by_its_own_iri_or_its_page(package, base, iri):
    assert record(package, base).iri == iri


def test_periods_and_places_as_portals_write_them():
    found = record(
        {
            "id": "p1",
            "temporal": ["2001/2002-03", "spring", {"start_date": "1.2.2003"}],
            "spatial": '{"type": "Point", "coordinates": [5.10, 52.0]}',
            "spatial_uri": f"{AUTHORITY}country/NLD",
            "spatial_coverage": ["Utrecht", "POINT(5 52)", "https://geo.example/1"],
        }
    )
    assert values(found, DCT.temporal, DCAT.startDate) == ["2001", "1.2.2003"]
    assert values(found, DCT.temporal, RDFS.label) == ["spring"]
    place, *_ = values(found, DCT.spatial)
    (geometry,) = found.graph.objects(NamedNode(place), LOCN.geometry)
    assert (place, json.loads(geometry.value)["coordinates"]) == (f"{AUTHORITY}country/NLD", [5.1, 52.0])
    assert values(found, DCT.spatial, SKOS.prefLabel) == ["Utrecht"]
    assert "https://geo.example/1" in values(found, DCT.spatial)
    assert len(values(found, DCT.spatial)) == 4


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "broken-syntax"),
        (b'{"id": "p1"', "broken-syntax"),
        (b"[]", "no-data-set"),
        (b"null", "no-data-set"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "broken-syntax"),
        (b'{"a":' + b"[" * 200 + b"]" * 200 + b"}", "broken-syntax"),
        (b"\xff\xfe{}", "broken-syntax"),
    ],
)
def test_what_is_no_package_is_unreadable(content, rule):
    with pytest.raises(Unreadable) as caught:
        format_for(MEDIA_TYPE).read(content, "p1", PORTAL)
    assert caught.value.rule == rule
    assert rule != "broken-syntax" or caught.value.finding().stated_in == "RFC 8259"


NAMES = """
    id uri url title title_translated notes tags tags_translated keywords groups organization publisher author
    author_email maintainer contact contact_name contact_email contact_uri publisher_name publisher_uri extras
    resources license_id license_title license_url license access_rights rights issued modified version
    language frequency theme dcat_type provenance conforms_to documentation alternate_identifier relation
    temporal temporal_start temporal_end spatial spatial_uri spatial_text spatial_bbox temporal_resolution
    qualified_relation qualified_attribution access_services hash hash_algorithm size format mimetype name
    description state private access_url download_url key value text geom start end en fr @id 2026 é
"""
TEXTS = """http://x.example/\ty|https://x.example/<">|http://[|mailto:a@b.c|2026-01-01|[|{}|a,b|POINT(|NaN|1e999
urn:x|["a", ["b"], {"en": 1}]|{"en": "x", "type": "Point", "coordinates": []}|\ud800|\x00|doi:\ud800"""
FIELDS = st.sampled_from(NAMES.split())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*TEXTS.split("|"), "9" * 5000, "[" * 900 + "]" * 900])
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=5)
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(FIELDS | st.text(max_size=5), JSON, max_size=8))
def test_whatever_stands_in_a_package_gives_valid_rdf_and_loses_nothing(package):
    content = json.dumps(package).encode()
    first, again = (read(content, "p1", PORTAL) for _ in range(2))
    assert canonical(first.graph) == canonical(again.graph)
    kept = "\n".join(str(triple) for triple in first.graph.triples())
    for name, value in package.items():
        if name == "title" and isinstance(value, str) and value.isalnum() and value.isascii():
            assert value in kept
    mend(first, load_profile("erpd"))
    assert canonical(first.graph)
    for syntax in ("nt", "rdf"):
        write(first.graph.triples(), syntax)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.text("abcdefgi_ ", min_size=1, max_size=12),  # without "h": hdab is a field
        st.text("xyz", min_size=1),
        max_size=6,
    )
)
def test_fields_that_nobody_knows_are_all_kept(package):
    found = read(json.dumps(package).encode(), "p1", PORTAL)
    kept = [value.value for value in found.graph.nodes[found.dataset].values() for value in value]
    for name, value in package.items():
        assert value in kept or json.dumps({name: value}, separators=(",", ":")) in kept


def test_the_same_value_under_two_spellings_is_kept_under_both():
    found = record({"id": "p1", " a": "x", "a": "x", "Title": "T", "title": "T"})
    assert values(found, FIELD.a) == ["x"]
    assert values(found, FIELD.field) == ['{" a":"x"}']


def test_what_is_said_twice_is_kept_twice():
    """Seen to be lost once: an address beside an object, a field of a tag that says what others say, too."""
    found = record(
        {
            "id": "p1",
            "author": {"name": "Ada", "email": "a@x.eu"},
            "author_email": "b@x.eu",
            "tags": [{"name": "water", "status": "active", "state": "active", "display_name": "water"}],
        }
    )
    said = [value.value for properties in found.graph.nodes.values() for each in properties.values()
            for value in each if isinstance(value, Literal | NamedNode)]  # fmt: skip
    assert {"mailto:a@x.eu", "b@x.eu", '[{"status":"active","title":"water"}]'} <= set(said)


def test_the_same_text_in_another_language_is_another_text():
    names = {"de": "Amt", "fr": "Office"}
    found = record(
        {"id": "p1", "title_translated": {"de": "Info"}, "title": {"nl": "Info"}, "publisher": names}
    )
    (kept,) = (value for predicate, (value, *_) in found.graph.nodes[found.dataset].items()
               if predicate.value.startswith("urn:ckan:field:"))  # fmt: skip
    assert (languages(found, DCT.title), kept.value) == ({("de", "Info")}, '{"nl":"Info"}')
    (publisher,) = found.values(DCT.publisher)
    said = found.graph.objects(publisher, FOAF.name)
    assert {name.language: name.value for name in said} == names


def test_what_cannot_be_understood_leaves_no_node_behind():
    found = record({"id": "p1", "qualified_relation": ["https://x.example/1"]})
    assert list(found.graph.nodes) == [found.dataset]
    place = {"uri": "https://geo.example/1", "text": "Oslo"}
    found = record({"id": "p1", "spatial": place, "spatial_text": "Christiania"})
    assert "https://geo.example/1" in values(found, DCT.spatial)
    assert sorted(values(found, DCT.spatial, SKOS.prefLabel)) == ["Christiania", "Oslo"]


def test_numbers_that_python_cannot_hold_are_kept_as_written():
    text = b'{"a": 1e999, "b": NaN, "c": %s, "d": 0.12345678901234567890, "e": 1.50}' % (b"9" * 5000)
    found = read(text, "p1", PORTAL)
    assert [values(found, FIELD.__getattr__(name))[0] for name in "abde"] == [
        "1e999",
        "NaN",
        "0.12345678901234567890",
        "1.5",
    ]
    assert len(values(found, FIELD.c)[0]) == 5000


@needs["ckan"]
@pytest.mark.parametrize(
    "path",
    [
        *sorted((SHARED / "ckan" / "ckanext-dcat").glob("ckan_*.json")),
        *sorted((SHARED / "ckan" / "schemingdcat").glob("*.json")),
        SHARED / "ckan" / "ckanext-dcat" / "full_ckan_dataset_legacy.json",
        SHARED / "ckan" / "ckanext-dcat" / "health_dcat_ap.json",
        SHARED / "ckan" / "smartbydata-no" / "package_list_full.json",
        SHARED / "catalogues" / "de-odsh" / "result_data.json",
    ],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_each_real_package_is_a_data_set(path):
    packages = json.loads(path.read_text("utf-8"))
    for package in packages if isinstance(packages, list) else [packages]:
        found = record(package)
        assert found.title
        assert len(found.distributions) == len(package["resources"])
        for node in (found.dataset, *found.distributions):
            assert found.graph.objects(node, RDF.type)
        before = len(found.graph)
        findings(found)
        assert len(found.graph) >= before - 40
        assert all(value.datatype != XSD.langString for value in found.values(DCT.title))


def test_beside_its_own_uri_it_can_be_known_by_its_page():
    own = record({"id": "p1", "uri": "https://own.example/1"})
    assert (own.iri, own.spare) == ("https://own.example/1", f"{PORTAL}/dataset/p1")
    assert record({"id": "p1"}).spare == ""
    assert record({"id": "p1", "uri": "https://own.example/1"}, base="").spare == ""
