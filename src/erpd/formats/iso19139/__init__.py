"""ISO 19139, the XML of geoportals (ISO 19115:2003) -> DCAT-AP, following GeoDCAT-AP 2.0.

docs/mappings/iso19139.md shows the whole mapping as a table.
"""

from pyoxigraph import Literal, NamedNode

from erpd.formats.iso19139.agents import contacts_of_the_metadata, read_agents
from erpd.formats.iso19139.distributions import read_distributions
from erpd.formats.iso19139.document import Document, dated, known, record_of, take_services
from erpd.formats.iso19139.extents import read_extents
from erpd.formats.iso19139.identification import (
    read_dates,
    read_identifiers,
    read_maintenance,
    read_names,
    read_notes,
    read_pictures,
    read_resolution,
    read_subjects,
    resource_iri,
)
from erpd.formats.iso19139.relations import (
    read_conformity,
    read_lineage,
    read_reference_systems,
    read_relations,
)
from erpd.formats.iso19139.rest import keep_rest
from erpd.formats.iso19139.rights import read_rights
from erpd.formats.reading import Unreadable
from erpd.metadata.record import Record
from erpd.metadata.rules import Unread
from erpd.metadata.terms import DCAT, DCT, FOAF, OWL, RDF

MEDIA_TYPE = "application/vnd.iso.19139+xml"
_PARTS = (
    read_names,
    read_identifiers,
    read_agents,
    read_dates,
    read_subjects,
    read_maintenance,
    read_resolution,
    read_extents,
    read_lineage,
    read_conformity,
    read_reference_systems,
    read_relations,
    read_pictures,
    read_notes,
)


def read(content: bytes, identifier: str, base: str = "") -> Record:
    """Return the record of a data set or a series, also if it is wrapped in an answer to GetRecordById.

    Raises Unreadable if the content is not XML or unsafe, has another schema, several records, or a record of
    a service.
    """
    root = record_of(content)
    services = take_services(root)
    document = Document(root, services)
    information = document.all(root, "gmd:identificationInfo/*")
    if document.code(root, "gmd:hierarchyLevel") == "service" or (services and not information):
        raise Unreadable(
            Unread.OTHER_KIND, "it describes a service; ask the source for the set dataset or series"
        )
    if not information:
        raise Unreadable(Unread.NO_DATA_SET, "it has no gmd:identificationInfo")
    iri = resource_iri(document)
    if iri:
        document.dataset = NamedNode(iri)
    document.say(RDF.type, DCAT.Dataset)
    for part in _PARTS:
        part(document)
    read_distributions(document, read_rights(document))
    _catalogue_record(document)
    keep_rest(document)
    return Record(identifier, document.graph, document.dataset)


def _catalogue_record(document: Document) -> None:
    """State what the document says about itself: who maintains it, since when, and by which standard."""
    node = document.node(DCAT.CatalogRecord)
    document.say(FOAF.isPrimaryTopicOf, node)
    document.add(node, FOAF.primaryTopic, document.dataset)
    name = document.text(document.root, "gmd:fileIdentifier")
    document.add(node, DCT.identifier, *([Literal(name)] if name else []))
    stamp = dated(document.text(document.root, "gmd:dateStamp"))
    document.add(node, DCT.modified, *([stamp] if stamp else []))
    code = document.code(document.root, "gmd:language")
    language = known("language", code.rpartition("/")[2]) or Literal(code)
    document.add(node, DCT.language, *([language] if code else []))
    names = document.texts_at(document.root, "gmd:metadataStandardName")
    if names:
        standard = document.node(DCT.Standard)
        document.add(node, DCT.conformsTo, standard)
        document.add(standard, DCT.title, *names)
        document.add(
            standard, OWL.versionInfo, *document.texts_at(document.root, "gmd:metadataStandardVersion")
        )
    document.add(node, DCAT.contactPoint, *contacts_of_the_metadata(document))
