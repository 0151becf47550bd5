"""In which format a document is, by how it begins."""

import re

from erpd.sources.csw.answer import RECORDS
from erpd.standalone.xml_records import root_of

RDF = "any RDF"
# The root elements of documents with records in XML; each record says its own format.
_XML = frozenset({*RECORDS, "GetRecordsResponse", "GetRecordByIdResponse", "OAI-PMH", "dc"})
_JSON_LD = re.compile(rb'"@(?:context|graph|id|type|value)"\s*:')
_CBS = re.compile(rb'"@?odata\.|"OutputStatus"\s*:')
_CKAN = re.compile(rb'"(?:result|results|resources|extras|notes|owner_org|metadata_modified|name)"\s*:')


def format_of(head: bytes) -> str:
    """Return "xml" for records in XML, "ckan" or "cbs" for records in JSON, and RDF for all else.

    Reading RDF finds out in which syntax it is, or that it is none.
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        return "xml" if root_of(start) in _XML else RDF
    if start[:1] in (b"{", b"[") and not _JSON_LD.search(start):
        if _CBS.search(start):
            return "cbs"
        if _CKAN.search(start):
            return "ckan"
    return RDF
