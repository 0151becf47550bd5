"""The nodes themselves: whether they are named, described, and of the right class (G3.4.3, G4.1, G4.2)."""

from collections.abc import Iterator
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import Part, excerpt, shown
from erpd.metadata.rules import Flaw
from erpd.metadata.terms import DCAT, DCT, FOAF, ODRL, OWL, RDF, RDFS, SKOS, VCARD

_TO_DESCRIBE = {
    DCAT.distribution: Flaw.DISTRIBUTION_UNDESCRIBED,
    DCAT.accessService: Flaw.SERVICE_UNDESCRIBED,
}


def described(part: Part) -> Iterator[Finding]:
    """Find distributions and services that are only named, without their mandatory metadata."""
    for predicate in _TO_DESCRIBE.keys() & part.properties.keys():
        if predicate in part.shape.links:
            for value in part.properties.get(predicate, ()):
                if value not in part.record.graph.nodes and not isinstance(value, Literal):
                    yield Finding(
                        _TO_DESCRIBE[predicate],
                        Severity.ERROR,
                        part.path(predicate),
                        shown(part.record.graph, value),
                        "G4.2",
                    )


_ORG = "http://www.w3.org/ns/org#"
# Subclasses that catalogues use, and classes that they use instead.
_ALSO: dict[NamedNode, frozenset[NamedNode]] = {
    FOAF.Agent: frozenset(
        {FOAF.Organization, FOAF.Person, FOAF.Group}
        | {NamedNode(_ORG + name) for name in ("Organization", "FormalOrganization", "OrganizationalUnit")}
    ),
    VCARD.Kind: frozenset({VCARD.Individual, VCARD.Organization, VCARD.Group, VCARD.Location, VCARD.VCard}),
    FOAF.Document: frozenset({FOAF.Image, FOAF.PersonalProfileDocument}),
    DCT.MediaTypeOrExtent: frozenset({DCT.MediaType, DCT.FileFormat, DCT.SizeOrDuration}),
    DCT.MediaType: frozenset({DCT.MediaTypeOrExtent, DCT.FileFormat}),
    DCT.RightsStatement: frozenset({DCT.LicenseDocument, ODRL.Policy}),
}


# Values of authority tables are concepts, whatever else they are.
_ALWAYS = frozenset({SKOS.Concept, OWL.NamedIndividual, RDFS.Resource})
_TYPE = RDF.type


def classes(part: Part) -> Iterator[Finding]:
    """Find nodes of another class than their property demands, such as an agent as a contact point."""
    types, kind = part.properties.get(_TYPE), part.shape.kind
    if types and kind not in types and _allowed(kind).isdisjoint(types):
        path = part.prefix.rstrip("/") or "dcat:Dataset"
        yield Finding(Flaw.CLASS, Severity.WARNING, path, excerpt(types[0].value), "DCAT-AP 2.1.1, 4")


@cache
def _allowed(kind: NamedNode) -> frozenset[NamedNode]:
    return _ALWAYS | _ALSO.get(kind, frozenset())


def identity(part: Part) -> Iterator[Finding]:
    """Find data sets without a permanent IRI, by which they could be recognised."""
    if not part.prefix and isinstance(part.node, BlankNode):
        yield Finding(Flaw.DATASET_UNNAMED, Severity.WARNING, "dcat:Dataset", section="G3.4.3")
