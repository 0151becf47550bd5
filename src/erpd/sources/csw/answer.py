"""A CSW answer -> readings, position, exceptions (OGC 07-006r1, section 10.8)."""

from lxml import etree

from erpd.formats.reading import Reading
from erpd.metadata.findings import Finding, Severity
from erpd.metadata.masking import plain
from erpd.metadata.rules import Unread
from erpd.sources.errors import Reason, SourceError
from erpd.sources.pieces import refuse_too_many
from erpd.sources.positions import PlacedAnswer
from erpd.sources.xml_answer import parse

PROTOCOL = "CSW"
ISO_19139 = "application/vnd.iso.19139+xml"
GMD = "http://www.isotc211.org/2005/gmd"
# gmd itself, ISO 19115-2 for imagery, and the Swiss profile: all contain the elements of gmd.
RECORDS = ("MD_Metadata", "MI_Metadata", "CHE_MD_Metadata")
_OTHERS = "http://standards.iso.org/iso/19115/-3"  # has an MD_Metadata too, but with other elements
_SPACE = f"{{{GMD}}}"
_GCO = "{http://www.isotc211.org/2005/gco}"
_DATES = (f"{_GCO}DateTime", f"{_GCO}Date")


def read(content: bytes, url: str) -> PlacedAnswer:
    """Return everything in a well-formed answer to GetRecords.

    Raises XMLSyntaxError if it is not well-formed, and SourceError for other XML, exceptions of the server,
    and records in another schema.
    """
    root = parse(content, url, PROTOCOL, "GetRecordsResponse", "ExceptionReport", "ServiceExceptionReport")
    if etree.QName(root).localname != "GetRecordsResponse":
        raise exception(root, url)
    results = next((child for child in root.iterchildren("{*}SearchResults")), None)
    if results is None:
        raise SourceError(
            Reason.PROTOCOL_ERROR,
            "The response to GetRecords has no SearchResults",
            "Check that the URL is that of the CSW endpoint.",
            url=url,
        )
    refuse_too_many(len(results), url)
    records = [cut(record, number) for number, record in enumerate(results.iterchildren("*"), start=1)]
    if records and all(reading.fault and reading.fault.rule == Unread.UNKNOWN_FORMAT for reading in records):
        name = etree.QName(results[0]).localname if isinstance(results[0].tag, str) else ""
        raise SourceError(
            Reason.NO_FORMAT,
            f"The server gives {name or 'its records'} instead of ISO 19139",
            "Ask the source's operator to offer the output schema http://www.isotc211.org/2005/gmd.",
            url=url,
        )
    return sliced(records, {str(name): str(value) for name, value in results.attrib.items()})


def cut(record: etree._Element, number: int) -> Reading:
    """Return one record, with a fault if it has no identifier or is not ISO 19139."""
    content = etree.tostring(record, encoding="utf-8", with_tail=False)
    name = etree.QName(record)
    if name.localname not in RECORDS or str(name.namespace).startswith(_OTHERS):
        path = f"SearchResults/{name.localname}[{number}]"
        return Reading(
            "", content, "application/xml", fault=Finding(Unread.UNKNOWN_FORMAT, Severity.ERROR, path)
        )
    identifier = _text(record, "fileIdentifier")
    fault = None
    if not identifier:
        path = f"{name.localname}[{number}]/fileIdentifier"
        fault = Finding(Unread.NO_IDENTIFIER, Severity.ERROR, path, section="G3.4.3")
    return Reading(identifier, content, ISO_19139, _text(record, "dateStamp"), fault=fault)


def sliced(records: list[Reading], attributes: dict[str, str]) -> PlacedAnswer:
    """Return an answer.

    ``attributes`` are those of SearchResults; nextRecord counts from 1, and 0 is the end.
    """
    follows = _number(attributes.get("nextRecord", ""))
    return PlacedAnswer(
        records,
        total=_number(attributes.get("numberOfRecordsMatched", "")),
        sent=_number(attributes.get("numberOfRecordsReturned", "")),
        after=follows - 1 if follows else None,
        ended=not follows,
    )


def exception(root: etree._Element, url: str) -> SourceError:
    """Return the error in an ows:ExceptionReport (OGC 06-121r3, section 8)."""
    found = next(root.iter("{*}Exception", "{*}ServiceException"), root)
    code = plain(found.get("exceptionCode") or found.get("code") or "without a code", 100)
    text = plain(" ".join("".join(str(part) for part in found.itertext()).split()))
    return SourceError(
        Reason.PROTOCOL_ERROR,
        f"The server returned the CSW exception {code}{': ' if text else ''}{text}",
        "Check the URL, the set and the constraint of the source.",
        url=url,
    )


def knows_no_such_record(root: etree._Element) -> bool:
    """Whether a report answers a question for one record with: there is none, or: nobody may ask so."""
    found = next(root.iter("{*}Exception", "{*}ServiceException"), root)
    code = (found.get("exceptionCode") or found.get("code") or "").lower()
    place = (found.get("locator") or "").lower()
    return code == "operationnotsupported" or (code == "invalidparametervalue" and place == "id")


def _text(record: etree._Element, name: str) -> str:
    element = record.find(_SPACE + name)
    if element is None:
        return ""
    values = list(element.iterchildren("*"))
    if name == "dateStamp":
        values = [value for value in values if value.tag in _DATES]
    return next(("".join(str(part) for part in value.itertext()).strip() for value in values), "")


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
