"""The nodes themselves: named, described, and of the class that belongs there (G3.4.3, G4.1, G4.2)."""

from collections.abc import Iterator
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import Part, excerpt, shown
from erpd.metadata.terms import DCAT, DCT, FOAF, ODRL, OWL, RDF, RDFS, SKOS, VCARD

_TO_DESCRIBE = {
    DCAT.distribution: "distribution-undescribed",
    DCAT.accessService: "service-undescribed",
}


def described(part: Part) -> Iterator[Finding]:
    """Distributions and services that are only named: their mandatory metadata is nowhere."""
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
# Subclasses that catalogues use, and what stands for a class in practice.
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


# A value of an authority table is a concept, whatever else it is.
_ALWAYS = frozenset({SKOS.Concept, OWL.NamedIndividual, RDFS.Resource})
_TYPE = RDF.type


def classes(part: Part) -> Iterator[Finding]:
    """Things of another class than the property leads to, such as an agent as contact point."""
    types, kind = part.properties.get(_TYPE), part.shape.kind
    if types and kind not in types and _allowed(kind).isdisjoint(types):
        path = part.prefix.rstrip("/") or "dcat:Dataset"
        yield Finding("class", Severity.WARNING, path, excerpt(types[0].value), "DCAT-AP 2.1.1, 4")


@cache
def _allowed(kind: NamedNode) -> frozenset[NamedNode]:
    return _ALWAYS | _ALSO.get(kind, frozenset())


def identity(part: Part) -> Iterator[Finding]:
    """A data set needs an IRI that stays: only so is it known again."""
    if not part.prefix and isinstance(part.node, BlankNode):
        yield Finding("dataset-unnamed", Severity.WARNING, "dcat:Dataset", section="G3.4.3")
