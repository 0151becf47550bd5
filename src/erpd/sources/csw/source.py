"""CSW 2.0.2, the catalogue service of geoportals (OGC 07-006r1): GetRecords in ISO 19139."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

from erpd.sources.csw.answer import GMD, PROTOCOL, RECORDS, cut, knows_no_such_record, read
from erpd.sources.csw.damage import read_damaged
from erpd.sources.errors import Reason, SourceError
from erpd.sources.http.client import Client
from erpd.sources.http.failures import status_error
from erpd.sources.page import Page
from erpd.sources.positions import PlacedAnswer, Positions, positions_from
from erpd.sources.xml_answer import parse, prepare

PAGE = 100
_FIXED = {
    "service": "CSW",
    "version": "2.0.2",
    "request": "GetRecords",
    "typeNames": "csw:Record",
    "namespace": "xmlns(csw=http://www.opengis.net/cat/csw/2.0.2)",
    "resultType": "results",
    "outputFormat": "application/xml",
    "outputSchema": GMD,
    "elementSetName": "full",
}
# Of these, what a question for one record has too.
_OF_ONE = ("service", "version", "outputFormat", "outputSchema", "elementSetName")
_EXCEPTIONS = ("ExceptionReport", "ServiceExceptionReport")
_ANSWERS = ("GetRecordByIdResponse", "GetRecordsResponse", *_EXCEPTIONS)
# What a whole request address states; anything else in it (a map file, a portal) belongs to the endpoint.
_OWN = {name.lower() for name in _FIXED} | {
    "constraint",
    "constraintlanguage",
    "constraint_language_version",
    "startposition",
    "maxrecords",
    "sortby",
    "requestid",
    "id",
    "hopcount",
    "distributedsearch",
}


class Csw:
    """A CSW endpoint. ``set_`` selects one type of record: dataset, series or service.

    ``constraint`` is CQL text, or an OGC filter in XML. ``url`` may be a whole request address: its
    constraint applies if none is given.
    """

    def __init__(self, url: str, client: Client, *, set_: str = "", constraint: str = "") -> None:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        asked = {name.lower(): value for name, value in query}
        kept = [(name, value) for name, value in query if name.lower() not in _OWN]
        self.url = urlunsplit(parts._replace(query=urlencode(kept), fragment="")) if query else url
        self.constraint = _constraint(set_, constraint or asked.get("constraint", ""))
        self.client = client

    def pages(self, checkpoint: dict[str, object] | None = None) -> Iterator[Page]:
        """Yield the answers to GetRecords to the end of the list, sorted by identifier if the server can.

        Raises SourceError.
        """
        walk = positions_from(checkpoint, self.url, PAGE)
        while not walk.done:
            answer = walk.asked(self._ask)
            page = walk.step(answer)
            if page is not None:
                yield page
            if answer.broken is not None:
                raise answer.broken

    def still_there(self, identifier: str) -> bool | None:
        """Whether the server has this record, and the selection of this source includes it.

        None if it is not known. Asked with GetRecordById (OGC 07-006r1, 10.9). Raises SourceError.
        """
        question = {name: _FIXED[name] for name in _OF_ONE} | {"request": "GetRecordById", "id": identifier}
        there = self._has(question, identifier)
        if not there or not self.constraint:
            return there
        if self.constraint["constraintLanguage"] != "CQL_TEXT":
            return None  # it may no longer match the filter
        one = "dc:identifier = '{}'".format(identifier.replace("'", "''"))
        both = {**self.constraint, "constraint": f"({self.constraint['constraint']}) AND {one}"}
        return self._has({**_FIXED, **both, "startPosition": "1", "maxRecords": "1"}, identifier)

    def _has(self, question: dict[str, str], identifier: str) -> bool | None:
        """Whether the answer has the record; False if it has none at all."""
        response = self.client.get(self.url, question, any_status=True)
        try:
            root = parse(prepare(response.content, response.url, PROTOCOL), response.url, PROTOCOL, *_ANSWERS)
        except (SourceError, etree.XMLSyntaxError):
            return None
        if etree.QName(root).localname in _EXCEPTIONS:
            return False if knows_no_such_record(root) else None
        found = [each for name in RECORDS for each in root.iter(f"{{{GMD}}}{name}")]
        if found:
            return True if any(cut(each, 1).identifier == identifier for each in found) else None
        results = next(root.iter("{*}SearchResults"), root)
        return False if response.status == 200 and not len(results) else None

    def _ask(self, walk: Positions) -> PlacedAnswer:
        parameters = {**_FIXED, "startPosition": str(walk.start + 1), "maxRecords": str(walk.most)}
        if walk.ordered:
            parameters["sortBy"] = "dc:identifier:A"
        if self.constraint:
            parameters |= self.constraint
        response = self.client.get(self.url, parameters, any_status=True)
        try:
            content = prepare(response.content, response.url, PROTOCOL)
            try:
                answer = read(content, response.url)
            except etree.XMLSyntaxError as error:
                answer = read_damaged(content, response.url, error)
        except SourceError as error:
            if response.status != 200 and error.rule != Reason.PROTOCOL_ERROR:
                raise status_error(response.status, response.url) from error
            raise
        if response.status != 200:
            raise status_error(response.status, response.url)
        return answer


def _constraint(set_: str, constraint: str) -> dict[str, str]:
    """The parameters of a constraint; none if there is no constraint."""
    if constraint.lstrip().startswith("<"):
        return {
            "constraintLanguage": "FILTER",
            "constraint_language_version": "1.1.0",
            "constraint": constraint,
        }
    wanted = "dc:type = '{}'".format(set_.replace("'", "''")) if set_ else ""
    text = f"{wanted} AND ({constraint})" if wanted and constraint else wanted or constraint
    if not text:
        return {}
    return {"constraintLanguage": "CQL_TEXT", "constraint_language_version": "1.1.0", "constraint": text}
