"""A correct OAI-PMH 2.0 repository: ListRecords in pages, with the metadata prefix ``dcat_ap``."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from erpd.formats.rdf import rdf_xml
from erpd.misbehave.data_sets import DataSet, triples
from erpd.misbehave.exchange import PAGE, Answer, Listing, Request

PATH = "/oai"
PREFIX = "dcat_ap"
_ABOUT = {
    "Identify": "<repositoryName>Misbehaving source</repositoryName><baseURL>{base}</baseURL>"
    "<protocolVersion>2.0</protocolVersion><adminEmail>nobody@misbehave.example</adminEmail>"
    "<earliestDatestamp>2026-01-01</earliestDatestamp><deletedRecord>no</deletedRecord>"
    "<granularity>YYYY-MM-DD</granularity>",
    "ListMetadataFormats": f"<metadataFormat><metadataPrefix>{PREFIX}</metadataPrefix>"
    "<schema>https://www.w3.org/ns/dcat.xsd</schema>"
    "<metadataNamespace>http://www.w3.org/ns/dcat#</metadataNamespace></metadataFormat>",
}


def place(request: Request, size: int) -> tuple[int, int]:
    """See ``Protocol.place``."""
    if request.query.get("verb") != "ListRecords":
        return -1, 0
    return _asked(request)[0], -(-size // PAGE)


def _asked(request: Request) -> tuple[int, str, str]:
    """The page number (-1 if invalid), ``from`` and ``until``; a resumption token contains all three."""
    token = request.query.get("resumptionToken")
    if token is None:
        return 1, request.query.get("from", "")[:10], request.query.get("until", "")[:10]
    prefix, number, begin, end = [*token.split("/"), "", "", ""][:4]
    return (int(number) if prefix == PREFIX and number.isascii() and number.isdigit() else -1), begin, end


def first(request: Request) -> Request:
    """The request for the first page."""
    return Request(request.path, {"verb": "ListRecords", "metadataPrefix": PREFIX}, request.base)


def listing(request: Request, data_sets: Sequence[DataSet]) -> Listing:
    """The page asked for, of the data sets in the range of dates asked for."""
    page, begin, end = _asked(request)
    chosen = [one for one in data_sets if begin <= one.datestamp <= (end or "z")]
    records = chosen[(page - 1) * PAGE : page * PAGE]
    return Listing(records, len(chosen), page + 1 if page * PAGE < len(chosen) else 0)


def answer(request: Request, found: Listing | None, data_sets: Sequence[DataSet]) -> Answer:
    """The XML of the page, or the answer to another verb."""
    verb = request.query.get("verb", "")
    if found is not None:
        selects = "resumptionToken" in request.query or "metadataPrefix" in request.query
        if not selects or request.query.get("metadataPrefix", PREFIX) != PREFIX:
            return error("cannotDisseminateFormat" if selects else "badArgument")
        if not (found.records or found.next or found.total):
            return error("noRecordsMatch")
        return _around("".join(map(_record, found.records)) + _token(found, request), "ListRecords")
    if verb == "GetRecord":
        named = {one.identifier: one for one in data_sets}
        wanted = named.get(request.query.get("identifier", ""))
        return _around(_record(wanted), verb) if wanted else error("idDoesNotExist")
    if verb in _ABOUT:
        return _around(_ABOUT[verb].format(base=request.base + PATH), verb)
    return error("badResumptionToken" if verb == "ListRecords" else "badVerb")


def error(code: str, status: int = 200) -> Answer:
    """An OAI-PMH error."""
    return _around(f'<error code="{code}">{code}</error>', "", status)


def _around(inside: str, verb: str, status: int = 200) -> Answer:
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-02-01T00:00:00Z</responseDate><request>https://misbehave.example{PATH}</request>"
        f"{f'<{verb}>{inside}</{verb}>' if verb else inside}</OAI-PMH>\n"
    )
    return Answer(document.encode(), "text/xml; charset=utf-8", status)


def _record(one: DataSet) -> str:
    return (
        f"<record><header><identifier>{escape(one.identifier)}</identifier>"
        f"<datestamp>{one.datestamp}</datestamp></header>"
        f"<metadata>{rdf_xml.element(triples(one)).decode()}</metadata></record>\n"
    )


def _token(found: Listing, request: Request) -> str:
    size = "" if found.total is None else f' completeListSize="{found.total}"'
    _, begin, end = _asked(request)
    dates = f"/{begin}/{end}" if begin or end else ""
    return f"<resumptionToken{size}>{f'{PREFIX}/{found.next}{dates}' if found.next else ''}</resumptionToken>"
