"""Records on their way into the register, and a source to bring them."""

import itertools
import zlib
from collections.abc import Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Graph
from erpd.metadata.record import Record
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCAT, DCT, RDF
from erpd.register.arrival import Arrival, Bin, arrival, deletion
from erpd.register.intake import Receipt, take_in
from erpd.register.models import Catalogue, DataSet, Source, Version

ERROR = Finding(Flaw.MANDATORY_MISSING, Severity.ERROR, "dct:publisher", "", "G4.1")
NODE = "http://testserver"

_numbers = itertools.count()


def source(slug: str = "nl-source", policy: str = "strict") -> Source:
    catalogue, _ = Catalogue.objects.get_or_create(slug=slug.partition("-")[0], kind="protected")
    return Source.objects.create(slug=slug, catalogue=catalogue, policy=policy)


def record(identifier: str, title: str = "A title", iri: str | None = None) -> Record:
    """With a blank node in it that has another name each time; ``iri=""`` leaves it without address."""
    iri = f"http://data.example/{identifier}" if iri is None else iri
    node = NamedNode(iri) if iri else BlankNode(f"node{next(_numbers)}")
    publisher = BlankNode(f"agency{next(_numbers)}")
    triples = [
        Quad(node, RDF.type, DCAT.Dataset),
        Quad(node, DCT.title, Literal(title, language="en")),
        Quad(node, DCT.publisher, publisher),
        Quad(publisher, DCT.title, Literal("Agency")),
    ]
    return Record(identifier, Graph(triples), node)


def coming(
    to: Source,
    identifier: str,
    title: str = "A title",
    iri: str | None = None,
    findings: Sequence[Finding] = (),
    received: str = "",
) -> Arrival:
    return arrival(to.slug, received or title, record(identifier, title, iri), list(findings), NODE)


def leaving(to: Source, identifier: str) -> Arrival:
    return deletion(to.slug, identifier)


def take(to: Source, *arrivals: Arrival) -> list[Bin]:
    return [receipt.bin for receipt in receipts(to, *arrivals)]


def receipts(to: Source, *arrivals: Arrival) -> list[Receipt]:
    return take_in(to, arrivals, origin="test")


def one(identifier: str) -> DataSet:
    return DataSet.objects.get(identifier=identifier)


def history(identifier: str) -> list[int]:
    """The change numbers of a data set; the present one is the last."""
    changes = Version.objects.filter(data_set__identifier=identifier).order_by("change")
    numbers = list(changes.values_list("change", flat=True))
    assert numbers[-1] == one(identifier).change
    return numbers


def text_of(version: Version) -> bytes:
    return zlib.decompress(version.content)
