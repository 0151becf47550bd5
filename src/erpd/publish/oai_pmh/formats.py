"""The formats in which records are offered (OAI-PMH 2.0, section 3.4)."""

from collections.abc import Callable
from dataclasses import dataclass

from erpd.formats import oai_dc
from erpd.formats.rdf import rdf_xml
from erpd.metadata.conforming import conformed
from erpd.metadata.profile import load_profile
from erpd.metadata.record import Record
from erpd.metadata.terms import RDF

# The schema that repositories use for RDF/XML; it allows any RDF.
RDF_SCHEMA = "http://www.openarchives.org/OAI/2.0/rdf.xsd"


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    """A format in which records are offered."""

    schema: str
    """The URL of its XML schema."""
    namespace: str
    """Its XML namespace."""
    write: Callable[[Record], bytes]
    """Writes a record as the content of ``metadata``."""


def _dcat_ap(profile: str) -> MetadataFormat:
    def write(record: Record) -> bytes:
        return rdf_xml.element(conformed(record, load_profile(profile)).triples())

    return MetadataFormat(RDF_SCHEMA, str(RDF), write)


# metadataPrefix -> format. Tables of written.py have these names.
METADATA_FORMATS = {
    "dcat_ap": _dcat_ap("dcat-ap-2.1.1"),
    "dcat_ap_3": _dcat_ap("dcat-ap-3.0.1"),
    "oai_dc": MetadataFormat(oai_dc.SCHEMA, oai_dc.NAMESPACE, oai_dc.write),
}
