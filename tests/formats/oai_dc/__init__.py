"""Dublin Core, read and written."""

from pyoxigraph import BlankNode, Literal

from erpd.formats import oai_dc
from erpd.metadata.graph import Term
from erpd.metadata.record import Record
from erpd.metadata.terms import RDF

_START = (
    f'<oai_dc:dc xmlns:oai_dc="{oai_dc.NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/">'
)


def read(*elements: str, identifier: str = "oai:data.example:1") -> Record:
    """The record of ``oai_dc:dc`` with these elements, as XML."""
    return oai_dc.read(f"{_START}{''.join(elements)}</oai_dc:dc>".encode(), identifier)


def dc(name: str, text: str, language: str = "") -> str:
    tag = f' xml:lang="{language}"' if language else ""
    return f"<dc:{name}{tag}>{text}</dc:{name}>"


def said(record: Record, node: Term) -> dict[str, list[object]]:
    """What the graph says of a node: local name -> values; blank nodes are what is said of them."""
    found: dict[str, list[object]] = {}
    for predicate, values in record.graph.nodes[node].items():
        if predicate != RDF.type:
            name = predicate.value.rpartition("/")[2].rpartition("#")[2]
            found.setdefault(name, []).extend(_plain(record, value) for value in values)
    return found


def _plain(record: Record, value: Term) -> object:
    if isinstance(value, BlankNode):
        return said(record, value)
    if isinstance(value, Literal) and value.language:
        return f"{value.value}@{value.language}"
    return value.value
