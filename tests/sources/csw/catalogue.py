"""CSW answers and a small well-behaved catalogue for tests."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

ROOT = (
    '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"'
    ' xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">'
)
XML = {"Content-Type": "application/xml"}


def record(identifier: str, inside: str = "<gmd:x>Kadaster é ☃</gmd:x>", date: str = "2026-01-01") -> str:
    return (
        f"<gmd:MD_Metadata><gmd:fileIdentifier><gco:CharacterString>{escape(identifier)}</gco:CharacterString>"
        f"</gmd:fileIdentifier><gmd:dateStamp><gco:Date>{date}</gco:Date></gmd:dateStamp>{inside}"
        "</gmd:MD_Metadata>\n"
    )


def page(records: Sequence[str], **attributes: object) -> bytes:
    """``attributes`` of SearchResults: matched, returned, next; None leaves one out."""
    said = {"matched": len(records), "returned": len(records), "next": 0, **attributes}
    names = {"matched": "numberOfRecordsMatched", "returned": "numberOfRecordsReturned", "next": "nextRecord"}
    told = " ".join(f'{names[name]}="{value}"' for name, value in said.items() if value is not None)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{ROOT}<csw:SearchStatus timestamp="2026-01-01T00:00:00Z"/>'
        f"<csw:SearchResults {told}>{''.join(records)}</csw:SearchResults></csw:GetRecordsResponse>"
    ).encode()


def exception(code: str, text: str) -> bytes:
    return (
        '<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows" version="1.2.0">'
        f'<ows:Exception exceptionCode="{code}"><ows:ExceptionText>{text}</ows:ExceptionText></ows:Exception>'
        "</ows:ExceptionReport>"
    ).encode()


class Catalogue:
    """Gives ``records`` in pages of at most ``size``; as a handler of Serving. ``sorts``: it can sort."""

    def __init__(self, records: Sequence[str], size: int = 4, sorts: bool = True) -> None:
        self.records = list(records)
        self.size = size
        self.sorts = sorts

    def __call__(
        self, path: str, query: dict[str, str], headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        if "sortBy" in query and not self.sorts:
            return 400, XML, exception("InvalidParameterValue", "sortBy")
        return 200, XML, self.answer(int(query["startPosition"]) - 1, int(query["maxRecords"]))

    def answer(self, start: int, most: int) -> bytes:
        end = start + min(most, self.size)
        follows = end + 1 if end < len(self.records) else 0
        return page(self.records[start:end], matched=len(self.records), next=follows)
