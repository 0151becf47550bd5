"""OAI-PMH: ListRecords in pages."""

from collections.abc import Callable, Mapping

from bench.sites import Record, Site

_PAGE = 250  # records
_STAMP = b"2025-01-01T00:00:00Z"
_FORMATS = (
    b"<ListMetadataFormats><metadataFormat><metadataPrefix>dcat_ap</metadataPrefix>"
    b"<schema>http://www.openarchives.org/OAI/2.0/rdf.xsd</schema>"
    b"<metadataNamespace>http://www.w3.org/1999/02/22-rdf-syntax-ns#</metadataNamespace></metadataFormat>"
    b"</ListMetadataFormats>"
)


def site(size: int, record: Record) -> Site:
    """All pages are made before the first is asked for."""
    made = {start: _page(start, size, record) for start in range(0, size, _PAGE)}
    return _site(made.__getitem__)


def lazy(size: int, record: Record) -> Site:
    """Each page is made when it is asked for: ``record`` must be quick."""
    return _site(lambda start: _page(start, size, record))


def _site(page: Callable[[int], bytes]) -> Site:
    def answer(_: str, query: Mapping[str, str]) -> tuple[str, bytes]:
        listed = query["verb"] == "ListRecords"
        inside = page(int(query.get("resumptionToken", "0"))) if listed else _FORMATS
        return "text/xml; charset=utf-8", (
            b'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
            b"<responseDate>%b</responseDate><request>https://data.example/oai</request>%b</OAI-PMH>"
            % (_STAMP, inside)
        )

    return answer


def _page(start: int, size: int, record: Record) -> bytes:
    """The token is the number of the next record; no token: the last page."""
    end = min(start + _PAGE, size)
    records = b"".join(
        b"<record><header><identifier>oai:data.example:%d</identifier><datestamp>%b</datestamp></header>"
        b"<metadata>%b</metadata></record>" % (number, _STAMP, record(number))
        for number in range(start, end)
    )
    token = b"%d" % end if end < size else b""
    return b'<ListRecords>%b<resumptionToken completeListSize="%d">%b</resumptionToken></ListRecords>' % (
        records,
        size,
        token,
    )
