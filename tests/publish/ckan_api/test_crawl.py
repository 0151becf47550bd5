"""Harvesters that turn the pages while the register changes, each with its own habits."""

import itertools
import json
from collections.abc import Callable, Iterator
from gzip import decompress as gunzip
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erpd.register.models import DataSet
from erpd.register.scope import scope
from erpd.register.search import follow, rebuild
from erpd.register.search.listing import ORDERS, Listed, listing
from erpd.sources.ckan.source import Ckan
from erpd.sources.http.client import Client as HttpClient
from tests.proofs import length
from tests.publish.ckan_api.conftest import Api
from tests.publish.conftest import Reader, Register
from tests.servers import LOOPBACK

ckanapi = pytest.importorskip("ckanapi")

COUNT = 23
_slugs = (f"ckan-{number}" for number in itertools.count())
_edits = st.lists(st.tuples(st.sampled_from(["edit", "delete", "insert"]), st.integers(0, 30)), max_size=4)


@pytest.mark.proof
@settings(
    max_examples=length(8, 400),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(between=st.lists(_edits, min_size=2, max_size=12), rows=st.integers(1, 5))
def test_a_reader_without_sort_misses_nothing(
    register: Register, client: Client, between: list[list[tuple[str, int]]], rows: int
) -> None:
    """As piveau's importer asks, which deletes what it does not see."""
    slug, edits, numbers = next(_slugs), iter(between), itertools.count(9)
    catalogue = register.catalogue(slug)
    for number in range(9):
        register.put(catalogue, str(number))
    follow()
    expected = set(catalogue.data_sets.values_list("key", flat=True))
    seen: list[str] = []
    api = Api(client, f"/catalogues/{slug}")
    for start in itertools.count(0, rows):
        page = api.result("package_search", rows=rows, start=start)
        seen += [package["name"] for package in page["results"]]
        if not page["results"] or start + rows >= page["count"]:
            break
        for action, chosen in next(edits, []):
            present = list(catalogue.data_sets.filter(deleted=False).order_by("identifier"))
            if action == "insert" or not present:
                register.put(catalogue, str(next(numbers)))
            elif action == "delete":
                deleted = register.delete(present[chosen % len(present)])
                expected.discard(deleted.key)
            else:
                register.put(catalogue, present[chosen % len(present)].identifier, "Another title")
        follow()
    assert len(seen) == len(set(seen))
    assert {str(key) for key in expected} <= set(seen)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_page_of_every_order(register: Register, order: str, descending: bool) -> None:
    nl = register.catalogue("nl")
    for number in range(11):
        register.put(nl, str(number), f"Title {number}")
    rebuild()
    what = Listed(order=order, descending=descending)
    whole = listing(scope(), what, 0, 100).keys
    assert len(set(whole)) == 11
    assert listing(scope(), Listed(order=order, descending=not descending), 0, 100).keys == whole[::-1]
    for start, rows in itertools.product(range(13), (1, 4, 20)):
        for reader in ("", f"turns {rows}"):  # at random, and page after page
            page = listing(scope(), what, start, rows, reader=reader)
            assert (page.keys, page.total) == (whole[start : start + rows], 11), (start, rows)


def test_each_door_shows_the_same_set(client: Client, reader: Reader, data_sets: dict[str, DataSet]) -> None:
    for name in ("all", "protected", "open", "nl", "nl-open"):
        prefix = scope(name).prefix
        ours = {package["id"] for package in Api(client, prefix).result("package_search")["results"]}
        assert set(Api(client, prefix).result("package_list")) == ours
        assert ours == {str(key) for key in scope(name).data_sets().values_list("key", flat=True)}
        page = reader.ask(f"{prefix}/oai", verb="ListIdentifiers", metadataPrefix="dcat_ap")
        told = [text for text in page.itertext() if text.startswith("oai:")]
        assert {text.rpartition(":")[2] for text in told} == ours


@pytest.fixture
def address(transactional_db: None, live_server) -> str:
    register = Register()
    nl, trial = register.catalogue("nl"), register.catalogue("trial", "test")
    for number in range(COUNT):
        register.put(nl, str(number), f"Title {number}")
    register.put(register.catalogue("nl-open", "open"), "open")
    register.put(trial, "trial")
    register.delete(DataSet.objects.get(identifier="7"))
    rebuild()
    return f"{live_server.url}/protected"


def _answer(address: str) -> dict:
    with urlopen(address) as response:
        assert response.geturl() == address  # no redirect
        return json.loads(response.read())


def _like_piveau(address: str) -> Iterator[str]:
    """piveau-consus-importing-ckan: no sort; one page beyond the end; a blank encoded twice."""
    query = quote("metadata_modified:[2020-01-01T00:00:00%20TO%20*]", safe="")
    start, count = 0, 1
    while start < count:
        page = _answer(f"{address}/api/3/action/package_search?rows=5&start={start}&q={query}")["result"]
        count, start = page["count"], start + 5
        yield from (package["name"] for package in page["results"])
        if not page["results"]:
            return


def _like_dkan_of_piveau(address: str) -> Iterator[str]:
    for offset in itertools.count(0, 5):
        action = f"current_package_list_with_resources?limit=5&offset={offset}"
        page = _answer(f"{address}/api/3/action/{action}")["result"]
        if not page:
            return
        yield from (package["name"] for package in page)


def _like_ckanext_harvest(address: str) -> Iterator[str]:
    """Pages by id until an empty one; two that are equal are an error; then its organizations and groups."""
    before = b""
    since = quote("metadata_modified:[2020-01-01T00:00:00Z TO *]")
    for start in itertools.count(0, 5):
        url = f"{address}/api/action/package_search?rows=5&start={start}&sort=id+asc&fq={since}"
        with urlopen(url) as response:
            body = response.read()
        assert body != before
        before = body
        page = json.loads(body)["result"]["results"]
        if not page:
            return
        for package in page:
            assert package["type"] == "dataset"
            assert all(isinstance(each["value"], str) for each in package["extras"])
            assert all(resource["url_type"] is None for resource in package["resources"])
        yield from (package["id"] for package in page)


def _with_ckanapi(get_only: bool) -> Callable[[str], Iterator[str]]:
    def read(address: str) -> Iterator[str]:
        with ckanapi.RemoteCKAN(address, get_only=get_only) as portal:
            for start in range(0, COUNT + 5, 5):
                page = portal.action.package_search(rows=5, start=start, fq="+type:dataset", sort="name asc")
                yield from (package["id"] for package in page["results"])
            names = portal.action.package_list()
            assert portal.call_action("package_show", {"id": names[0]})["name"] == names[0]
            with pytest.raises(ckanapi.NotFound):
                portal.action.package_show(id="none")
            with pytest.raises(ckanapi.ValidationError):
                portal.action.package_show()
            with pytest.raises(ckanapi.SearchError):
                portal.action.package_search(fq="title:(")
            with pytest.raises(ckanapi.SearchQueryError):
                portal.action.package_search(limit=1)
            with pytest.raises(ckanapi.CKANAPIError, match="Action name not known"):
                portal.action.package_explode()

    return read


def _like_ckan_mcp_server(address: str) -> Iterator[str]:
    """By GET, with the headers of a browser. The real one refuses the addresses of this machine."""

    def asked(action: str, **arguments: str) -> Any:
        request = Request(
            f"{address}/api/3/action/{action}?{urlencode(arguments)}",
            headers={
                "Accept": "application/json, text/plain, */*",
                "Accept-Language": "en-US,en;q=0.9,it;q=0.8",
                "Accept-Encoding": "gzip, deflate, br",
                "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0 Safari/537.36",
            },
        )
        with urlopen(request) as response:
            body = response.read()
        answer = json.loads(gunzip(body) if body[:2] == b"\x1f\x8b" else body)
        assert answer["success"] is True
        return answer["result"]

    assert {"site_title", "ckan_version", "site_url"} <= {*asked("status_show")}
    facets = json.dumps(["organization", "tags", "groups", "license_id"])
    for query in (
        "*:*",
        "text:(title OR none)",
        "title:title~1",
        "metadata_created:[2020-01-01T00:00:00Z TO *]",
    ):
        found = asked(
            "package_search", q=query, start="0", rows="0", **{"facet.field": facets, "facet.limit": "50"}
        )
        assert {*found["search_facets"]} == {*json.loads(facets)}
    for action in ("organization_list", "group_list", "tag_list"):
        assert isinstance(asked(action, all_fields="true", sort="package_count desc", limit="100"), list)
    for start in range(0, COUNT, 10):
        page = asked("package_search", q="*:*", start=str(start), rows="10", sort="metadata_modified desc")
        for package in page["results"]:
            shown = asked("package_show", id=package["id"])
            assert shown["title"] == package["title"]
            assert shown["num_resources"] == len(shown["resources"])
            yield shown["name"]


def _our_own(address: str) -> Iterator[str]:
    with HttpClient(allow_networks=LOOPBACK) as client:
        pages = list(Ckan(f"{address}/api/3/action", client, rows=5).pages())
    assert pages[-1].last
    yield from (reading.identifier for page in pages for reading in page.readings)


READERS = {
    "piveau": _like_piveau,
    "piveau, DKAN": _like_dkan_of_piveau,
    "ckanext-harvest": _like_ckanext_harvest,
    "ckan-mcp-server": _like_ckan_mcp_server,
    "ckanapi, GET": _with_ckanapi(True),
    "ckanapi, POST": _with_ckanapi(False),
    "our own": _our_own,
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_real_harvesters_take_everything(address: str, read: Callable[[str], Iterator[str]]) -> None:
    expected = {str(key) for key in scope("protected").data_sets().values_list("key", flat=True)}
    found = list(read(address))
    assert len(found) == len(set(found)) == COUNT - 1
    assert set(found) == expected
