"""A register filled by hand, and a reader that checks each OAI-PMH answer against the schema."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from lxml import etree
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from erpd.metadata.terms import DCAT, DCT, RDF
from erpd.register import changes
from erpd.register.arrival import deflate
from erpd.register.identity import key_of
from erpd.register.models import Catalogue, DataSet, Source
from erpd.register.scope import scope


@pytest.fixture(autouse=True)
def nothing_derived() -> None:
    """Change numbers begin anew in each test, so what another test has derived would pass for this one's."""
    for name in ("triples", "dumps"):
        shutil.rmtree(settings.HOME / name, ignore_errors=True)


OAI = "{http://www.openarchives.org/OAI/2.0/}"
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "oai_pmh.xsd"))


class Register:
    """Writes as intake does: a change number a change, its version, the present state."""

    def catalogue(self, slug: str, kind: str = "protected", **fields: object) -> Catalogue:
        catalogue = Catalogue.objects.create(
            slug=slug, kind=kind, **{"title": {"en": slug.upper()}, **fields}
        )
        Source.objects.create(slug=slug, catalogue=catalogue)
        return catalogue

    def put(self, catalogue: Catalogue, identifier: str, title: str = "A title", *more: Quad) -> DataSet:
        me = NamedNode(f"http://{catalogue.slug}.example/{identifier}")
        triples = [
            Quad(me, RDF.type, DCAT.Dataset),
            Quad(me, DCT.title, Literal(title, language="en")),
            *more,
        ]
        return self.store(catalogue, identifier, me.value, serialize(triples, format=RdfFormat.N_TRIPLES))

    def delete(self, data_set: DataSet) -> DataSet:
        return self.store(data_set.catalogue, data_set.identifier, data_set.iri, b"", deleted=True)

    def store(
        self, catalogue: Catalogue, identifier: str, iri: str, content: bytes, *, deleted: bool = False
    ) -> DataSet:
        source = catalogue.sources.get()
        key = key_of(source.slug, identifier)
        digest = sha256(content).hexdigest() if content else ""
        with changes.turn() as turn:
            present = {"change": turn.next(), "modified": turn.at, "deleted": deleted, "digest": digest}
            first = {"source": source, "catalogue": catalogue, "identifier": identifier, "iri": iri}
            data_set, _ = DataSet.objects.update_or_create(
                key=key, defaults=present, create_defaults={**present, **first, "created": turn.at}
            )
            data_set.versions.create(
                change=data_set.change, at=turn.at, origin="test", digest=digest, content=deflate(content)
            )
        return data_set

    def date(self, data_set: DataSet, at: datetime) -> None:
        """Give a change a date of its own."""
        DataSet.objects.filter(pk=data_set.pk).update(modified=at)


@pytest.fixture
def register(db: None) -> Register:
    return Register()


class Reader:
    """Asks as a harvester does; every answer must be valid."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def ask(self, address: str = "/oai", **arguments: str) -> etree._Element:
        response = self.client.get(address, {name.rstrip("_"): value for name, value in arguments.items()})
        assert response.status_code == 200
        return valid(response.content)

    def error(self, address: str = "/oai", **arguments: str) -> str:
        return error_of(self.ask(address, **arguments))

    def pages(self, address: str = "/oai", **arguments: str) -> Iterator[etree._Element]:
        while True:
            page = self.ask(address, **arguments)
            yield page
            token = page.findtext(f".//{OAI}resumptionToken")
            if not token:
                return
            arguments = {"verb": arguments["verb"], "resumptionToken": token}

    def titles(self, address: str = "/oai", **arguments: str) -> list[str]:
        """The titles of a whole list; a deleted record has none."""
        arguments = {"verb": "ListRecords", "metadataPrefix": "dcat_ap", **arguments}
        return [
            title.text for page in self.pages(address, **arguments) for title in page.iter(f"{{{DCT}}}title")
        ]


class Follower:
    """A harvester of one door, which asks for what changed since it was last answered."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.has: dict[str, str] = {}  # OAI identifier -> its title
        self.answered = ""

    def visits(self, reader: Reader) -> None:
        address = f"{scope(self.name).prefix}/oai"
        since = {"from": self.answered} if self.answered else {}
        for number, page in enumerate(
            reader.pages(address, verb="ListRecords", metadataPrefix="oai_dc", **since)
        ):
            self.answered = self.answered if number else page.findtext(f"{OAI}responseDate")
            for record in page.iter(f"{OAI}record"):
                self.take(record)

    def take(self, record: etree._Element) -> None:
        header = record.find(f"{OAI}header")
        identifier = header.findtext(f"{OAI}identifier")
        if header.get("status") == "deleted":
            self.has.pop(identifier, None)
        else:
            self.has[identifier] = record.findtext(".//{http://purl.org/dc/elements/1.1/}title")


def valid(body: bytes) -> etree._Element:
    answer = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
    SCHEMA.assertValid(answer)
    return answer


def error_of(answer: etree._Element) -> str:
    error = answer.find(f"{OAI}error")
    return "" if error is None else error.get("code")


@pytest.fixture
def reader(client: Client) -> Reader:
    return Reader(client)
