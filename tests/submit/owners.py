"""A data owner with its three catalogues, its people and keys, and records that it delivers."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from pyoxigraph import NamedNode, RdfFormat, parse

from erpd.accounts.may import Actor
from erpd.accounts.models import Agreement, Holding, Key, Membership, Owner, Person
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.register.models import Catalogue, Source

KINDS = {"": "protected", "-open": "open", "-test": "test"}
RECORD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix a: <http://publications.europa.eu/resource/authority/> .
%(name)s a dcat:Dataset ; dct:title "%(title)s" ; dct:description "Every discharge." ;
    dct:publisher [ a foaf:Agent ; foaf:name "Statistics" ] ;
    dct:accessRights <http://publications.europa.eu/resource/authority/access-right/RESTRICTED> ;
    dcat:distribution <http://data.example/%(identifier)s/file> .
<http://data.example/%(identifier)s/file> a dcat:Distribution ;
    dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
    dcat:byteSize "1000"^^xsd:decimal ; dcat:accessURL <https://data.example/apply> ;
    dct:rights [ a dct:RightsStatement ; <http://www.w3.org/2000/01/rdf-schema#label> "On request." ] .
"""


@dataclass
class Office:
    """An owner that may publish, with one person in each role."""

    owner: Owner
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, role: str = "editor") -> Actor:
        return Actor(self.people[role])

    def key(self, kind: str = "protected", role: str = "editor") -> Key:
        """A key of the database, without a text that opens it."""
        return Key.objects.create(
            person=self.people[role],
            owner=self.owner,
            catalogue=self.catalogues[kind],
            prefix=f"{self.owner.slug[:4]}{kind[:4]}{role[:2]}",
            expires=timezone.now() + timedelta(days=30),
        )


def office(slug: str = "cbs") -> Office:
    owner = Owner.objects.create(
        slug=slug,
        title={"en": f"Office {slug}"},
        contact=f"data@{slug}.example",
        state=Owner.State.APPROVED,
        confirmed=timezone.now(),
    )
    made = Office(owner)
    for ending, kind in KINDS.items():
        name = f"{slug}{ending}"
        catalogue = Catalogue.objects.create(slug=name, kind=kind, title={"en": name})
        Source.objects.create(slug=name, catalogue=catalogue)
        Holding.objects.create(catalogue=catalogue, owner=owner)
        made.catalogues[kind] = catalogue
    for role in Membership.Role.values:
        person = Person.objects.create_user(f"{role}@{slug}.example")
        Membership.objects.create(owner=owner, person=person, role=role)
        made.people[role] = person
    return made


def agree(made: Office) -> None:
    """A newer agreement, accepted."""
    newest = Agreement.objects.create(version=Agreement.objects.count() + 1)
    made.owner.acceptances.create(agreement=newest, person=made.people["admin"], language="en")


def record(
    identifier: str = "discharges", title: str = "Discharges", iri: str | None = None, *, without: str = ""
) -> Record:
    """A record with all mandatory metadata, but for the lines with ``without``."""
    iri = f"http://data.example/{identifier}" if iri is None else iri
    lines = [line for line in RECORD.splitlines() if not without or without not in line]
    text = "\n".join(lines) % {"identifier": identifier, "title": title, "name": f"<{iri}>" if iri else "_:d"}
    triples = list(parse(text, format=RdfFormat.TURTLE))
    node = NamedNode(iri) if iri else next(t.subject for t in triples if "Dataset" in str(t.object))
    return Record(identifier, Graph(triples), node)
