"""The door that the guidelines prefer for harvesting (G5.1): an OAI-PMH 2.0 repository."""

from erpd.publish.door import Door
from erpd.publish.oai_pmh.arguments import resumes
from erpd.publish.oai_pmh.repository import answer

__all__ = ["DOOR", "resumes"]

DOOR = Door(
    title="OAI-PMH 2.0",
    patterns=("oai",),
    answer=answer,
    conforms_to="http://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm",
    to_try="oai?verb=Identify",
    harvested_as="oai-pmh",
    methods=("GET", "HEAD", "POST"),  # section 3.1.1 requires GET and POST
    further={
        "DCAT-AP 2.1.1 (RDF/XML)": "oai?verb=ListRecords&metadataPrefix=dcat_ap",
        "DCAT-AP 3.0.1 (RDF/XML)": "oai?verb=ListRecords&metadataPrefix=dcat_ap_3",
        "Dublin Core": "oai?verb=ListRecords&metadataPrefix=oai_dc",
    },
)
