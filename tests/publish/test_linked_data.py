from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from pyoxigraph import Dataset, NamedNode, Quad, RdfFormat, parse

from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.terms import DCAT, DCT, FOAF, XSD
from erpd.publish.linked_data import announce, negotiated
from erpd.register.content import triples_of
from tests.portal import shelf


@pytest.fixture
def data_set(register):
    return register.put(register.catalogue("nl"), "1", "A title of two \x03 \r\n lines")


def ask(data_set, accept: str, **headers: str) -> HttpResponse | None:
    request = RequestFactory().get("/", headers={"accept": accept, **headers})
    return negotiated(request, data_set)


@pytest.mark.parametrize("suffix", SYNTAXES)
def test_every_syntax_says_the_same(client, data_set, suffix: str) -> None:
    response = client.get(f"/datasets/{data_set.key}.{suffix}")
    syntax = SYNTAXES[suffix]
    assert response["Content-Type"].partition(";")[0] == syntax.media_types[0]
    assert response["Access-Control-Allow-Origin"] == "*"
    stored = triples_of(data_set)
    if suffix == "rdf":  # XML has no U+0003
        stored = [Quad(*_without_controls(quad)) for quad in stored]
    record = NamedNode(f"http://testserver/datasets/{data_set.key}#record")
    said = list(parse(response.content, format=syntax.format))
    assert Dataset(quad for quad in said if quad.subject != record) == Dataset(stored)
    ours = {quad.predicate: quad.object for quad in said if quad.subject == record}
    assert ours[FOAF.primaryTopic] == NamedNode(data_set.iri)
    assert {DCT.issued, DCT.modified, DCT.identifier, DCT.conformsTo} < ours.keys()
    negotiation = ask(data_set, syntax.media_types[0])
    assert negotiation["Content-Location"] == f"http://testserver/datasets/{data_set.key}.{suffix}"
    assert negotiation["Vary"] == "Accept-Profile, Accept"


def _without_controls(quad: Quad) -> list:
    value = quad.object
    cut = (
        type(value)(value.value.replace("\x03", ""), language=value.language)
        if "\x03" in value.value
        else value
    )
    return [quad.subject, quad.predicate, cut]


def test_people_get_the_page_and_hear_of_the_rest(data_set) -> None:
    assert ask(data_set, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8") is None
    assert ask(data_set, "*/*") is None
    page = HttpResponse()
    announce(page, data_set)
    assert page["Vary"] == "Accept"
    assert (
        f'<http://testserver/datasets/{data_set.key}.ttl>; rel="alternate"; type="text/turtle"'
        in page["Link"]
    )


def test_who_accepts_nothing_of_it_is_told_what_there_is(data_set) -> None:
    response = ask(data_set, "image/png")
    assert response.status_code == 406
    assert f"text/turtle  http://testserver/datasets/{data_set.key}.ttl" in response.content.decode()


def test_what_has_not_changed_is_not_sent_again(client, register, data_set) -> None:
    address = f"/datasets/{data_set.key}.ttl"
    first = client.get(address)
    known = {"If-None-Match": first["ETag"]}
    for headers in (known, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(address, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
    assert client.get(f"/datasets/{data_set.key}.nt", headers=known).status_code == 200
    head = client.head(address)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    register.put(data_set.catalogue, "1", "A new title")
    assert b"A new title" in client.get(address, headers=known).content


def test_a_tombstone_says_when(client, register, data_set) -> None:
    gone = register.delete(data_set)
    day = f"{gone.modified.day} {gone.modified:%B %Y}"
    for response in (client.get(f"/datasets/{gone.key}.ttl"), ask(gone, "text/turtle")):
        assert response.status_code == 410
        assert f"removed from the register on {day}" in response.content.decode()
    assert ask(gone, "text/html") is None


def test_what_may_not_be_seen_is_not_there(client, register) -> None:
    draft = register.put(register.catalogue("try", "test"), "1")
    shown = register.put(register.catalogue("nl"), "1")
    assert client.get(f"/datasets/{draft.key}.ttl").status_code == 404
    assert client.get(f"/datasets/{shown.key}.docx").status_code == 404
    assert client.post(f"/datasets/{shown.key}.ttl").status_code == 405


@pytest.mark.parametrize("form", ["", ".ttl"])
def test_an_address_in_upper_case_is_the_same(client, data_set, form):
    assert client.get(f"/datasets/{str(data_set.key).upper()}{form}").status_code == 200


V3 = "https://semiceu.github.io/DCAT-AP/releases/3.0.1"


@pytest.mark.parametrize("profile", ["dcat-ap-3", V3])
def test_a_profile_by_its_name_or_iri(client, db, profile: str) -> None:
    nl = shelf.catalogue("nl")
    one = shelf.put_demo(nl, "protected.ttl")[0]
    address = f"/datasets/{one.key}"
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    for path, headers in (
        (f"{address}.nt?profile={quote(profile)}", {}),
        (f"{address}.nt", {"Accept-Profile": f"<http://x.example/>, <{V3}>"}),
        (f"{address}?profile={quote(profile)}", {"Accept": "application/n-triples"}),
    ):
        response = client.get(path, headers=headers)
        assert f'<{V3}>; rel="profile"' in response["Link"]
        assert response["Content-Profile"] == f"<{V3}>"
        said = list(parse(response.content, format=RdfFormat.N_TRIPLES))
        sizes = {quad.object.datatype for quad in said if quad.predicate == DCAT.byteSize}
        assert sizes == {XSD.nonNegativeInteger}
    assert "html" not in client.get(f"{address}?profile=dcat-ap-3", headers=browser)["Content-Type"]
    usual = client.get(f"{address}.nt")
    assert "2.1.1" in usual["Content-Profile"]
    assert usual["ETag"] != client.get(f"{address}.nt?profile=dcat-ap-3")["ETag"]
    assert client.get(f"{address}.nt?profile=dcat-ap-9").status_code == 400


def test_a_data_set_in_schema_org(client, db) -> None:
    one = shelf.put_demo(shelf.catalogue("nl"), "protected.ttl")[0]
    for profile in ("schema.org", quote("https://schema.org/")):
        response = client.get(f"/datasets/{one.key}?profile={profile}")
        assert response["Content-Type"] == "application/ld+json"
        assert response.json()["@type"] == "Dataset"
    named = client.get(f"/datasets/{one.key}", headers={"Accept-Profile": "<https://schema.org/>"})
    assert named.json()["@context"] == "https://schema.org/"
    short = shelf.put_turtle(shelf.catalogue("be"), ':1 a dcat:Dataset ; dct:title "Short"@en .')
    assert client.get(f"/datasets/{short.key}?profile=schema.org").status_code == 406
    unknown = client.get(f"/datasets/{one.key}?profile=dcat-us")
    assert (unknown.status_code, "dcat-ap-3, schema.org" in unknown.text) == (400, True)


def test_where_it_came_from_is_the_record_of_the_catalogue_before_us(client, db) -> None:
    before = NamedNode("https://nsip.example/datasets/1#record")
    one = shelf.put_turtle(
        shelf.catalogue("nl"),
        ':1 a dcat:Dataset ; dct:title "T"@en . '
        f"<{before.value}> foaf:primaryTopic :1 ; a dcat:CatalogRecord .",
    )
    said = list(parse(client.get(f"/datasets/{one.key}.nt").content, format=RdfFormat.N_TRIPLES))
    assert [quad.object for quad in said if quad.predicate == DCT.source] == [before]
