"""An OAI-PMH answer -> readings, token, errors (OAI-PMH 2.0, section 3.2)."""

from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from erpd.formats import iso19139, oai_dc
from erpd.formats.iso19139.document import SPACES
from erpd.formats.reading import Reading
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.masking import plain
from erpd.metadata.rules import Unread
from erpd.metadata.terms import DCAT, RDF
from erpd.sources.errors import Reason, SourceError
from erpd.sources.tokens import LinkedAnswer
from erpd.sources.xml_answer import parse as parse_xml
from erpd.sources.xml_answer import prepare

PROTOCOL = "OAI-PMH"
RDF_XML = "application/rdf+xml"
_MEDIA_TYPES = {
    str(RDF): RDF_XML,
    str(DCAT): RDF_XML,
    oai_dc.NAMESPACE: oai_dc.MEDIA_TYPE,
    SPACES["gmd"]: iso19139.MEDIA_TYPE,
    SPACES["gmi"]: iso19139.MEDIA_TYPE,
}


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server says about itself (verb Identify)."""

    name: str
    deleted: str
    """Whether it lists deleted records: no, transient or persistent."""
    granularity: str
    earliest: str
    now: str
    """The time of the answer by its own clock."""
    address: str
    """The base URL that it wants to be asked at."""


def prepared(content: bytes, url: str) -> bytes:
    """Return the bytes of an answer, ready for parsing. Raises SourceError."""
    return prepare(content, url, PROTOCOL)


def parse(content: bytes, url: str) -> etree._Element:
    """Return the root of a well-formed OAI-PMH answer.

    Raises XMLSyntaxError, and SourceError for other XML.
    """
    return parse_xml(content, url, PROTOCOL, "OAI-PMH")


def read(root: etree._Element, url: str) -> LinkedAnswer:
    """Return everything in a well-formed answer to ListRecords."""
    space = namespace(root)
    answer = LinkedAnswer(errors=errors_in(root))
    records = root.find(f"{space}ListRecords")
    if records is None:
        if not answer.errors:
            answer.broken = SourceError(
                Reason.PROTOCOL_ERROR,
                "The response to ListRecords contains neither a list nor an error",
                "Check that the URL is that of the OAI-PMH endpoint.",
                url=url,
            )
        return answer
    wanted = f"{space}record"
    cut = Cutter(space)
    answer.readings = [
        cut(record, number)
        for number, record in enumerate((child for child in records if child.tag == wanted), start=1)
    ]
    token = records.find(f"{space}resumptionToken")
    if token is None:
        token = root.find(f"{space}resumptionToken")
    if token is not None:
        answer.token, answer.total = read_token(token)
    return answer


def read_identity(element: etree._Element) -> Identity:
    """Return what the element Identify and the responseDate next to it say."""
    around = element.getroottree().getroot()
    texts = {
        etree.QName(child).localname: (child.text or "").strip()
        for child in (*around.iterchildren("*"), *element.iterchildren("*"))
    }
    names = ("repositoryName", "deletedRecord", "granularity", "earliestDatestamp", "responseDate", "baseURL")
    return Identity(*(texts.get(name, "") for name in names))


class Cutter:
    """Takes a <record> apart. ``space`` is the namespace of the answer in lxml's notation, ``{…}``."""

    __slots__ = ("_datestamp", "_header", "_identifier", "_metadata")

    def __init__(self, space: str) -> None:
        self._header = f"{space}header"
        self._metadata = f"{space}metadata"
        self._identifier = f"{space}identifier"
        self._datestamp = f"{space}datestamp"

    def __call__(self, record: etree._Element, number: int) -> Reading:
        identifier = datestamp = media_type = ""
        content = b""
        deleted = False
        for part in record:
            if part.tag == self._header:
                deleted = part.get("status") == "deleted"
                identifier = (part.findtext(self._identifier) or "").strip()
                datestamp = (part.findtext(self._datestamp) or "").strip()
            elif part.tag == self._metadata:
                element = next(part.iterchildren("*"), None)
                if element is not None:
                    content = etree.tostring(element, encoding="utf-8", with_tail=False)
                    media_type = _media_type(element.tag)
        if deleted:
            content = b""
        fault = None
        if not identifier:
            fault = Finding(Unread.NO_IDENTIFIER, Severity.ERROR, f"record[{number}]/header/identifier")
        elif not content and not deleted:
            fault = Finding(Unread.NO_METADATA, Severity.ERROR, f"record[{number}]/metadata")
            content = etree.tostring(record, encoding="utf-8", with_tail=False)
        return Reading(identifier, content, media_type or "application/xml", datestamp, deleted, fault)


def namespace(root: etree._Element) -> str:
    name = etree.QName(root).namespace
    return f"{{{name}}}" if name else ""


def errors_in(root: etree._Element) -> dict[str, str]:
    """Return error code -> what the server says about it."""
    return {
        error.get("code", ""): plain(error.text or "") for error in root.findall(f"{namespace(root)}error")
    }


def read_token(element: etree._Element) -> tuple[str, int | None]:
    """Return the token, which is empty at the end of the list, and the number of records announced."""
    size = element.get("completeListSize", "").strip()
    total = int(size) if size.isascii() and size.isdigit() and len(size) < 12 else None
    return (element.text or "").strip(), total


@lru_cache(maxsize=256)
def _media_type(tag: str) -> str:
    return _MEDIA_TYPES.get(etree.QName(tag).namespace or "", "application/xml")
