"""Things of another class than the property leads to, such as an agent as contact point (DCAT-AP 4)."""

from collections.abc import Iterator
from functools import cache

from pyoxigraph import NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.parts import Part, excerpt
from erpd.metadata.terms import DCT, FOAF, ODRL, OWL, RDF, RDFS, SKOS, VCARD

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
    types, kind = part.properties.get(_TYPE), part.shape.kind
    if types and kind not in types and _allowed(kind).isdisjoint(types):
        path = part.prefix.rstrip("/") or "dcat:Dataset"
        yield Finding("class", Severity.WARNING, path, excerpt(types[0].value), "DCAT-AP 2.1.1, 4")


@cache
def _allowed(kind: NamedNode) -> frozenset[NamedNode]:
    return _ALWAYS | _ALSO.get(kind, frozenset())
