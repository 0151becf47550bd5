"""The catalogue in pages: none missing, none twice, in every syntax, for the clients that there are."""

import itertools
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import rdflib
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.metadata.graph import Graph
from erpd.metadata.terms import DCAT, DCT, FOAF, HYDRA, XSD
from erpd.publish.catalogue import pages
from erpd.register import walk
from erpd.register.models import Catalogue, DataSet
from erpd.register.scope import scope
from erpd.sources.dump.source import Dump
from erpd.sources.http.client import Client as HttpClient
from tests.metadata.test_conforming import SHAPES, refused
from tests.portal import shelf
from tests.proofs import length
from tests.servers import LOOPBACK

from .conftest import Register
from .test_crawl import change

COUNT, PER_PAGE = 23, 5
SERVER = "http://testserver"
_slugs = (f"paged-{number}" for number in itertools.count())
_edits = st.lists(st.tuples(st.sampled_from(["edit", "delete", "insert"]), st.integers(0, 30)), max_size=6)


def graph_of(client: Client, address: str) -> Graph:
    response = client.get(address)
    assert response.status_code == 200, address
    syntax = SYNTAXES[address.partition("?")[0].rpartition(".")[2]]
    return Graph(parse(response.content, format=syntax.format))


def crawl(client: Client, address: str) -> Iterator[Graph]:
    """As the harvester of data.europa.eu does: hydra:PagedCollection first, then its nextPage."""
    while address:
        page = graph_of(client, address.removeprefix(SERVER))
        yield page
        (view,) = page.subjects(HYDRA.PagedCollection)
        assert view.value == f"{SERVER}{address}".replace(SERVER * 2, SERVER)
        assert view in page.subjects(HYDRA.PartialCollectionView)
        following = page.first(view, HYDRA.nextPage)
        assert following == page.first(view, HYDRA.next)
        assert (following is None) == (page.first(view, HYDRA.lastPage) == view)
        address = following.value if following else ""


def listed(page: Graph, at: str = f"{SERVER}/#catalogue") -> list[str]:
    return [one.value for one in page.objects(NamedNode(at), DCAT.dataset)]


@pytest.mark.proof
@settings(
    max_examples=length(12, 200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(between=st.lists(_edits, max_size=12), size=st.sampled_from([6, 9, 10]))
def test_a_crawl_meets_each_once_while_they_change(register, client, between, size: int) -> None:
    slug, edits, numbers = next(_slugs), iter(between), itertools.count()
    catalogue = register.catalogue(slug)
    present: dict[uuid.UUID, str | None] = {}
    for _ in range(size):
        change(register, catalogue, "insert", 0, numbers, present)
    always, seen = set(present), list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "PAGE", 3)
        for page in crawl(client, f"/catalogues/{slug}/catalogue.nt"):
            own = listed(page, f"{SERVER}/catalogues/{slug}#catalogue")
            assert sorted(own) == sorted(one.value for one in page.subjects(DCAT.Dataset))
            seen += own
            for action, number in next(edits, []):
                change(register, catalogue, action, number, numbers, present)
            always -= {key for key, title in present.items() if title is None}
    assert len(seen) == len(set(seen))
    iris = dict(DataSet.objects.filter(catalogue=catalogue).values_list("key", "iri"))
    assert {iris[key] for key in always} <= set(seen)


@pytest.fixture
def filled(register: Register, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setattr(pages, "PAGE", PER_PAGE)
    nl = register.catalogue(
        "nl", country="NL", publisher="Ministry", title={"nl": "Beschermd", "en": "Protected"}
    )
    for number in range(COUNT):
        nobody = BlankNode("b0")
        me = NamedNode(f"http://nl.example/{number}")
        register.put(
            nl,
            str(number),
            f"Title {number}",
            Quad(me, DCT.publisher, nobody),
            Quad(nobody, FOAF.name, Literal(f"Agency {number}")),
        )
    register.delete(register.put(nl, "gone"))
    register.put(register.catalogue("be", kind="open"), "1", "Open")
    return nl


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("syntax", pages.SYNTAXES)
def test_every_syntax_has_all_and_no_two_records_share_a_blank_node(client, filled, syntax: str) -> None:
    found = list(crawl(client, f"/protected/catalogue.{syntax}"))
    iris = [iri for page in found for iri in listed(page, f"{SERVER}/protected#catalogue")]
    assert sorted(iris) == sorted(f"http://nl.example/{number}" for number in range(COUNT))
    for page in found:
        for iri in listed(page, f"{SERVER}/protected#catalogue"):
            (agent,) = page.objects(NamedNode(iri), DCT.publisher)
            (name,) = page.objects(agent, FOAF.name)
            assert name.value == f"Agency {iri.rpartition('/')[2]}"
        (view,) = page.subjects(HYDRA.PagedCollection)
        assert page.objects(view, HYDRA.totalItems) == [Literal(COUNT)]
    body = client.get(f"/protected/catalogue.{syntax}").content
    forms = {"rdf": "xml", "ttl": "turtle", "nt": "nt", "jsonld": "json-ld"}
    theirs = rdflib.Graph().parse(data=body, format=forms[syntax])
    assert len(theirs) == len(found[0])
    if syntax != "jsonld":
        rapper = shutil.which("rapper")
        if not rapper:
            pytest.skip("rapper is not installed (Debian's raptor2-utils)")
        kinds = {"rdf": "rdfxml", "ttl": "turtle", "nt": "ntriples"}
        command = [rapper, "-q", "-i", kinds[syntax], "-o", "ntriples", "-", "http://b.example/"]
        read = subprocess.run(command, input=body, capture_output=True, check=True)
        assert read.stderr == b""
        assert len(Graph(parse(read.stdout, format=RdfFormat.N_TRIPLES))) == len(found[0])


def test_it_describes_itself_its_parts_and_its_records(client, filled) -> None:
    page = graph_of(client, "/catalogue.ttl")
    whole, part = NamedNode(f"{SERVER}/#catalogue"), NamedNode(f"{SERVER}/catalogues/nl#catalogue")
    for catalogue in (whole, part):
        for wanted in (DCT.title, DCT.description, DCT.publisher, FOAF.homepage):
            assert page.objects(catalogue, wanted)
    assert page.objects(whole, DCAT.catalog) == page.objects(whole, DCT.hasPart)
    assert part in page.objects(whole, DCT.hasPart)
    assert {title.language for title in page.objects(part, DCT.title)} == {"nl", "en"}
    assert set(listed(page)) == set(listed(page, part.value)) | set(
        listed(page, f"{SERVER}/catalogues/be#catalogue")
    )
    for entry in page.objects(whole, DCAT.record):
        (data_set,) = page.objects(entry, FOAF.primaryTopic)
        assert data_set.value in listed(page)
        for moment in (DCT.issued, DCT.modified):
            (value,) = page.objects(entry, moment)
            assert value.datatype == XSD.dateTime
    further = next(itertools.islice(crawl(client, "/catalogue.ttl"), 1, None))
    assert not further.objects(whole, DCT.hasPart)
    assert further.objects(whole, DCT.title)


def test_our_own_harvester_takes_them_all(filled, live_server, settings) -> None:
    settings.NODE = settings.NODE.__class__(**{**vars(settings.NODE), "base_url": live_server.url})
    with HttpClient(allow_networks=LOOPBACK, pause=lambda _: None) as http:
        read = list(Dump(f"{live_server.url}/protected/catalogue.rdf", http).pages())
    assert [page.last for page in read] == [False] * (len(read) - 1) + [True]
    found = [reading.identifier for page in read for reading in page.readings]
    assert sorted(found) == sorted(f"http://nl.example/{number}" for number in range(COUNT))


def test_what_has_not_changed_is_not_sent_again(client, register, filled) -> None:
    first = client.get("/protected/catalogue.ttl")
    assert client.get("/protected/catalogue.ttl", headers={"If-None-Match": first["ETag"]}).status_code == 304
    asked = {first["ETag"]}
    for address in (
        "/protected/catalogue.nt",
        "/protected/catalogue.ttl?profile=dcat-ap-3",
        "/catalogue.ttl",
    ):
        asked.add(client.get(address)["ETag"])
    assert len(asked) == 4
    key = DataSet.objects.filter(catalogue=filled, deleted=False).earliest("key")
    register.put(filled, key.identifier, "Another title")
    again = client.get("/protected/catalogue.ttl", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, b"Another title" in again.content) == (200, True)


def test_each_profile_is_named_and_passes_its_shapes(client, register) -> None:
    nl = shelf.catalogue("nl", publisher="Ministry", country="NL")
    shelf.put_demo(nl, "protected.ttl")
    for token, name in (("dcat-ap-2.1.1", "dcat-ap-2.1.1"), ("dcat-ap-3", "dcat-ap-3.0.1")):
        response = client.get(f"/catalogue.nt?profile={token}")
        assert f'/releases/{name.removeprefix("dcat-ap-")}>; rel="profile"' in response["Link"]
        page = Graph(parse(response.content, format=RdfFormat.N_TRIPLES))
        faults = {each for each in refused(page, SHAPES[name]) if "testserver" in each[0]}
        assert faults == set()
        sizes = {value.datatype for said in page.nodes.values() for value in said.get(DCAT.byteSize, ())}
        assert sizes == {XSD.decimal if token == "dcat-ap-2.1.1" else XSD.nonNegativeInteger}
    accept = "<https://semiceu.github.io/DCAT-AP/releases/3.0.1>;q=0.9, <http://other.example/>"
    negotiated = client.get("/catalogue.nt", headers={"Accept-Profile": accept})
    assert "3.0.1" in negotiated["Content-Profile"]
    assert "Accept-Profile" in negotiated["Vary"]


@pytest.mark.parametrize("text", ["x", "\x00", "1" * 5000, "é", "-1", "0" * 32 + "1", "%", "{" + "0" * 32])
def test_hostile_arguments(client, filled, text: str) -> None:
    assert client.get(f"/catalogue.ttl?after={quote(text)}").status_code in (200, 404)
    assert client.get(f"/catalogue.ttl?profile={quote(text)}").status_code == 400
    assert client.get("/catalogue.ttl", headers={"Accept-Profile": f"<{quote(text)}>"}).status_code == 200
    assert client.get("/catalogue.ttl?after=" + "f" * 32).status_code == 200


def test_both_ways_to_walk_give_the_same(register, monkeypatch) -> None:
    nl, be = register.catalogue("nl"), register.catalogue("be")
    for number in range(20):
        register.put(nl if number % 3 else be, str(number))
    within = scope("be")
    few = walk.following(within, walk.FIRST, 100)
    monkeypatch.setattr(walk, "size", lambda _: 10**9)
    assert walk.following(within, walk.FIRST, 100) == few
    assert len(few) == walk.following(within, walk.FIRST, 7).__len__() == 7
    assert walk.following(within, few[3].key, 2) == few[4:6]


@pytest.mark.parametrize(
    ("page", "leads_to"), [("/", ""), ("/protected", "/protected"), ("/catalogues/nl", "/catalogues/nl")]
)
def test_the_page_of_a_catalogue_leads_to_its_rdf(client, filled, page: str, leads_to: str) -> None:
    response = client.get(page, headers={"Accept": "text/turtle, text/html;q=0.5"})
    assert (response.status_code, response["Location"]) == (303, f"{SERVER}{leads_to}/catalogue.ttl")
    assert "Accept" in response["Vary"]
    assert client.get(page, headers={"Accept": "text/html"}).status_code != 303
    assert client.get(f"{page}?q=x", headers={"Accept": "text/turtle"}).status_code != 303
    unknown = client.get("/catalogues/none/catalogue.ttl")
    assert unknown.status_code == 404
