"""Nothing that was let in breaks a page, a door, a sort or a link, whatever its fields contain."""

import json
from collections.abc import Iterable
from itertools import chain

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, resolve
from lxml import etree, html

from erpd.formats import FORMATS
from erpd.formats.rdf.document import read
from erpd.formats.rdf.syntaxes import SYNTAXES
from erpd.portal import known_places, owners
from erpd.portal import urls as portal
from erpd.portal.facets import SHOWN
from erpd.portal.search_address import SORTS
from erpd.publish import ckan_api, health, node_address
from erpd.publish import urls as publish
from erpd.publish.derived import DERIVED
from erpd.publish.doors import DOORS
from erpd.publish.linked_data import MEDIA_TYPES
from erpd.publish.oai_pmh.records import METADATA_FORMATS
from erpd.register.arrival import Bin
from erpd.register.catalogues import profile_of
from erpd.register.intake import take_in
from erpd.register.models import Catalogue, DataSet
from erpd.register.preparing import prepare
from erpd.register.scope import scope
from erpd.register.search import search
from tests.contract import hostile
from tests.portal import shelf
from tests.proofs import AT_LENGTH, length

AMOUNT = length(8, len(hostile.VALUES))
QUERY = "query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+200"
PATIENT = etree.XMLParser(huge_tree=True, resolve_entities=False)


def let_in(where: Catalogue, documents: Iterable[tuple[str, bytes]]) -> list[DataSet]:
    source, profile = where.sources.get(), profile_of(where)
    arrivals = [
        prepare(
            FORMATS["jsonld"].read(content, identifier, ""),
            profile,
            source=source.slug,
            node=settings.NODE.base_url,
        )
        for identifier, content in documents
    ]
    receipts = take_in(source, arrivals, origin="test")
    assert {receipt.bin for receipt in receipts} == {Bin.NEW}
    return list(DataSet.objects.filter(key__in=[receipt.key for receipt in receipts]))


def documents(name: str) -> Iterable[tuple[str, bytes]]:
    """Each value in each place; then each date, number and shape by itself. ``name`` is in every IRI."""
    step = len(hostile.VALUES) // AMOUNT
    records = (hostile.record(number * step) for number in range(AMOUNT))
    for me, content in chain(records, hostile.single() if AT_LENGTH or name == "nl" else ()):
        iri = me.replace("data.example", f"{name}.example")
        yield iri, content.replace(me.encode(), iri.encode())


# Those show nothing of a record, or only what its own address or a list of results shows, too.
UNREAD = (known_places.__name__, health.__name__, node_address.__name__, owners.__name__)


class Reader:
    """Reads addresses, notes the routes taken, and finds every answer in order."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.routes: set[str] = set()

    def get(self, address: str, **headers: str) -> bytes:
        self.routes.add(resolve(address.partition("?")[0]).route)
        response = self.client.get(address, headers=headers)
        assert response.status_code == 200, address
        content: bytes = response.getvalue()
        if "html" in response["Content-Type"]:
            assert len(content) < 2**20, address
            shown = html.fromstring(content.decode())
            for href in shown.xpath("//main//a/@href"):
                assert href.lower().startswith(("http:", "https:", "mailto:", "tel:", "/", "#", "?")), href
        elif "xml" in response["Content-Type"]:
            etree.fromstring(content, PATIENT)
        return content


@pytest.mark.proof
def test_every_page_and_every_door_shows_it(client: Client, db: None) -> None:
    where = [
        shelf.catalogue("nl", "protected", country="NL"),
        shelf.catalogue("nl-open", "open", country="NL"),
    ]
    found = [data_set for one in where for data_set in let_in(one, documents(one.slug))]
    for derived in DERIVED:
        derived.rebuild(None)
    reader = Reader(client)
    for data_set in found:
        reader.get(f"/datasets/{data_set.key}")
        triples = set(read(reader.get(f"/datasets/{data_set.key}.nt"), SYNTAXES["nt"]))
        assert triples
        for suffix, media_type in MEDIA_TYPES.items():
            written = reader.get(f"/datasets/{data_set.key}.{suffix}")
            again = set(read(written, SYNTAXES[suffix]))
            assert again, f"{data_set} as {media_type}"
            if suffix == "ttl":
                assert len(again) == len(triples)
    for name in ("all", "protected", "open", "nl", *length((), ("nl-open",))):
        within = scope(name)
        for door in DOORS:
            for entrance in door.entrances(within):
                reader.get(entrance.to_try.removeprefix(settings.NODE.base_url))
        oai = f"{within.prefix}/oai?verb="
        for verb in ("Identify", "ListSets", "ListMetadataFormats"):
            reader.get(oai + verb)
        for prefix in METADATA_FORMATS:
            harvested = _harvested(reader, f"{oai}ListRecords", prefix)
            assert harvested == {
                f"oai:testserver:{one.key}" for one in found if one.catalogue_id in within.catalogues
            }
        for pattern in ckan_api.DOOR.patterns:
            reader.get(f"{within.prefix}/{pattern.replace('<str:action>', 'package_search')}?rows=1000")
        packages = json.loads(reader.get(f"{within.prefix}/api/3/action/package_search?rows=1000"))
        assert {package["id"] for package in packages["result"]["results"]} == {
            str(one.key) for one in found if one.catalogue_id in within.catalogues
        }
        facets = search(within).facets
        for facet in SHOWN:
            reader.get(f"{within.prefix}/facets/{facet}")
        reader.get(f"{within.prefix}/suggestions?q=text")
        reader.get(f"{within.prefix}/query?" + QUERY)
        for syntax in ("nt", "rdf", "ttl", "jsonld"):
            reader.get(f"{within.prefix}/catalogue.{syntax}.gz")
        for page in ("/catalogues", within.prefix if name in ("protected", "open") else within.prefix + "/"):
            questions = [
                "",
                *(f"q=text&sort={sort}" for sort in SORTS),
                "sort=title",
                "q=a+%22b+c%22+-d&lang=de",
            ]
            questions += [f"{facet}={choice[0][0]}" for facet, choice in facets.items() if choice]
            for question in questions:
                everything = AT_LENGTH or (question, page) == ("sort=title", "/")
                for number in range(1, 2 + len(found) // 10 if everything else 2):
                    reader.get(f"{page}?{question}&page={number}")
    reader.get("/harvest-us")
    reader.get("/publish")
    reader.get("/.well-known/void")
    for address in etree.fromstring(reader.get("/sitemap.xml")).xpath("//*[local-name()='loc']/text()"):
        reader.get(address.removeprefix(settings.NODE.base_url))
    assert reader.routes | {r"^machines/?$"} == {  # which leads to /harvest-us
        pattern.pattern._route if hasattr(pattern.pattern, "_route") else pattern.pattern._regex
        for one in get_resolver().url_patterns
        if getattr(one, "urlconf_module", None) in (publish, portal)  # not those of owners or operators
        for pattern in one.url_patterns
        if getattr(pattern.callback, "__module__", "") not in UNREAD
    }


def _harvested(reader: Reader, address: str, prefix: str) -> set[str]:
    namespace = "{http://www.openarchives.org/OAI/2.0/}"
    identifiers, token = [], ""
    while True:
        answer = etree.fromstring(
            reader.get(
                f"{address}&resumptionToken={token}" if token else f"{address}&metadataPrefix={prefix}"
            ),
            PATIENT,
        )
        identifiers += [element.text for element in answer.iter(f"{namespace}identifier")]
        token = next((element.text or "" for element in answer.iter(f"{namespace}resumptionToken")), "")
        if not token:
            assert len(set(identifiers)) == len(identifiers)
            return set(identifiers)
