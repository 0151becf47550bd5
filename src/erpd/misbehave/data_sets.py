"""The catalogue served: data sets with all metadata that G4 makes mandatory, the same in every run."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from erpd.metadata.terms import AUTHORITY, DCAT, DCT, FOAF, RDF, RDFS, XSD

ROOT = "https://misbehave.example"
RESTRICTED = f"{AUTHORITY}access-right/RESTRICTED"


@dataclass(frozen=True, slots=True)
class DataSet:
    """What differs between the data sets."""

    identifier: str
    """Its identifier in OAI-PMH and CKAN."""
    iri: str
    """Its identifier in RDF."""
    title: str
    datestamp: str
    """An ISO 8601 date."""
    access_url: str
    access_rights: str = RESTRICTED
    """Mandatory (G4.1); "" to leave them out."""
    issued: str = ""
    """When it was published; "" to leave it out."""


def data_set(number: int) -> DataSet:
    """The data set with this number. It is always the same, and identifiers sort like numbers."""
    name = f"discharges-{number:06}"
    iri = f"{ROOT}/set/{name}"
    return DataSet(
        name, iri, f"Discharges {number:06}, région", f"2026-01-{1 + number % 28:02}", f"{iri}/ask"
    )


def data_sets(size: int) -> list[DataSet]:
    """The first ``size`` data sets, in order."""
    return [data_set(number) for number in range(1, size + 1)]


def triples(one: DataSet) -> Iterator[Quad]:
    """The description of a data set in DCAT-AP."""
    node, publisher = NamedNode(one.iri), NamedNode(f"{ROOT}/agency")
    file, rights = NamedNode(f"{one.iri}/file"), BlankNode(f"r{one.iri.encode().hex()}")
    yield Quad(node, RDF.type, DCAT.Dataset)
    yield Quad(node, DCT.title, Literal(one.title, language="en"))
    yield Quad(node, DCT.description, Literal("Discharges from hospitals by diagnosis.", language="en"))
    yield Quad(node, DCT.publisher, publisher)
    if one.access_rights:
        yield Quad(node, DCT.accessRights, NamedNode(one.access_rights))
    if one.issued:
        yield Quad(node, DCT.issued, Literal(one.issued))
    yield Quad(node, DCAT.distribution, file)
    yield Quad(publisher, RDF.type, FOAF.Agent)
    yield Quad(publisher, FOAF.name, Literal("Agency for Hospitals", language="en"))
    yield Quad(file, RDF.type, DCAT.Distribution)
    yield Quad(file, DCAT.accessURL, NamedNode(one.access_url))
    yield Quad(file, DCAT.byteSize, Literal("18006", datatype=XSD.decimal))
    yield Quad(file, DCT.format, NamedNode(f"{AUTHORITY}file-type/CSV"))
    yield Quad(file, DCT.rights, rights)
    yield Quad(rights, RDF.type, DCT.RightsStatement)
    yield Quad(rights, RDFS.label, Literal("On request", language="en"))


def package(one: DataSet) -> dict[str, object]:
    """The description of a data set as a CKAN package, in the schema of G5.2.2."""
    rights = {"accessRights": {"resource": one.access_rights}} if one.access_rights else {}
    issued = {"issued": one.issued} if one.issued else {}
    file = {
        "id": f"{one.identifier}-file",
        "package_id": one.identifier,
        "url": one.access_url,
        "format": "CSV",
        "size": 18006,
        "rights": {"label": "On request"},
    }
    return {
        "id": one.identifier,
        "name": one.identifier,
        "uri": one.iri,
        "type": "dataset",
        "state": "active",
        "title": one.title,
        "notes": "Discharges from hospitals by diagnosis.",
        "publisher": {"uri": f"{ROOT}/agency", "name": "Agency for Hospitals"},
        **rights,
        **issued,
        "resources": [file],
    }
