"""CSW and CBS as protocols of the misbehaving server, so that its faults can be tried on them as well."""

from collections.abc import Sequence

from erpd.misbehave.data_sets import DataSet
from erpd.misbehave.exchange import PAGE, Answer, Listing, Protocol, Request
from erpd.misbehave.fault import HARVESTED_AS
from erpd.misbehave.protocols import PROTOCOLS
from tests.formats.iso19139.documents import document
from tests.sources.cbs.odata import Catalogue as Tables
from tests.sources.csw.catalogue import page


def iso(one: DataSet) -> str:
    """The description of a data set in ISO 19139."""
    content = document().decode().replace("file-1", one.identifier)
    return content.replace("Percelen", one.title)


def _place_in_csw(request: Request, size: int) -> tuple[int, int]:
    start = int(request.query.get("startPosition", "0"))
    return (1 + -(-(start - 1) // PAGE), -(-size // PAGE)) if start else (-1, 0)


def _list_csw(request: Request, there: Sequence[DataSet]) -> Listing:
    start = int(request.query["startPosition"]) - 1
    end = start + min(int(request.query["maxRecords"]), PAGE)
    return Listing(list(there[start:end]), len(there), end + 1 if end < len(there) else 0)


def _answer_csw(request: Request, found: Listing | None, there: Sequence[DataSet]) -> Answer:
    if found is None:  # GetRecordById
        named = [one for one in there if one.identifier == request.query.get("id")]
        found = Listing(named, len(named))
    content = page([iso(one) for one in found.records], matched=found.total, next=found.next)
    return Answer(content, "application/xml")


def _place_in_cbs(request: Request, size: int) -> tuple[int, int]:
    if not request.path.endswith("/Tables"):
        return -1, 0
    return 1 + -(-int(request.query.get("$skip", "0")) // PAGE), -(-size // PAGE)


def table(one: DataSet) -> dict[str, object]:
    """The description of a data set as an entry of CBS's catalogue."""
    facts = {"Identifier": one.identifier, "Title": one.title, "Summary": "By diagnosis"}
    return {**facts, "Updated": f"{one.datestamp}T02:00:00"}


def _list_cbs(request: Request, there: Sequence[DataSet]) -> Listing:
    return Listing(list(there))


def _answer_cbs(request: Request, found: Listing | None, there: Sequence[DataSet]) -> Answer:
    lists = {"Tables": [table(one) for one in (found or Listing()).records], "Themes": []}
    status, headers, body = Tables(lists, PAGE)(request.path, dict(request.query), {})
    return Answer(body, headers["Content-Type"], status)


# Every protocol that is harvested, and hydra as a second way of dumps.
SERVED: dict[str, Protocol] = PROTOCOLS | {
    "csw": Protocol("csw", "/csw", _place_in_csw, _list_csw, _answer_csw, lambda request: request),
    "cbs": Protocol("cbs", "/ODataCatalog", _place_in_cbs, _list_cbs, _answer_cbs, lambda request: request),
}


def harvested_as(protocol: str) -> str:
    """Its name in erpd."""
    return HARVESTED_AS.get(protocol, protocol)
