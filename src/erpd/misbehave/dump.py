"""A correct RDF dump: one file, and the same data sets in Hydra pages (G5.1.4)."""

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from erpd.formats.rdf import rdf_xml
from erpd.metadata.terms import HYDRA, RDF, XSD
from erpd.misbehave.data_sets import DataSet, triples
from erpd.misbehave.exchange import PAGE, Answer, Listing, Request

PATH = "/catalogue.rdf"
PAGED = "/pages.rdf"
_MEDIA_TYPE = "application/rdf+xml"


def place(request: Request, size: int) -> tuple[int, int]:
    """See ``Protocol.place``."""
    if request.path != PAGED:
        return (1, 1) if request.path == PATH else (-1, 0)
    number = request.query.get("page", "1")
    return (int(number) if number.isascii() and number.isdigit() else -1), -(-size // PAGE)


def first(request: Request) -> Request:
    """The request for the first page."""
    return Request(request.path, {}, request.base)


def listing(request: Request, data_sets: Sequence[DataSet]) -> Listing:
    """The page asked for, or all data sets if it is the single file."""
    if request.path == PATH:
        return Listing(list(data_sets))
    page, _ = place(request, len(data_sets))
    records = list(data_sets[(page - 1) * PAGE : page * PAGE])
    return Listing(records, len(data_sets), page + 1 if page * PAGE < len(data_sets) else 0)


def answer(request: Request, found: Listing | None, data_sets: Sequence[DataSet]) -> Answer:
    """The RDF/XML of the page."""
    if found is None:
        return Answer(b"Not found\n", status=404)
    statements = [statement for one in found.records for statement in triples(one)]
    if request.path == PAGED:
        statements = [*_paging(request, found), *statements]
    return Answer(rdf_xml.write(statements), _MEDIA_TYPE)


def _paging(request: Request, found: Listing) -> Iterator[Quad]:
    first = request.base + PAGED
    here = NamedNode(f"{first}?page={request.query['page']}" if "page" in request.query else first)
    yield Quad(here, RDF.type, HYDRA.PagedCollection)
    yield Quad(here, HYDRA.firstPage, NamedNode(first))
    if found.total is not None:
        yield Quad(here, HYDRA.totalItems, Literal(str(found.total), datatype=XSD.integer))
    if found.next:
        yield Quad(here, HYDRA.nextPage, NamedNode(f"{first}?page={found.next}"))
