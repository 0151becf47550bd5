"""A record -> ``oai_dc``. A property that refines a Dublin Core element is written as that element."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from erpd.formats.oai_dc.document import NAMESPACE
from erpd.formats.xml_text import escaped, legal
from erpd.metadata.graph import Graph, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import ADMS, DC11, DCAT, DCT, FOAF, RDFS
from erpd.metadata.view import names, period, place
from erpd.metadata.vocabularies import vocabulary

SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

# Language and text of one value of a property; the language is "" if it has none.
Values: TypeAlias = Iterator[tuple[str, str]]

_START = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)


def write(record: Record) -> bytes:
    """Return the element ``oai_dc:dc`` in UTF-8, without an XML declaration or duplicate values."""
    elements = [("type", "", "Dataset"), *_elements(record)]
    return element(elements)


def element(elements: list[tuple[str, str, str]]) -> bytes:
    """``oai_dc:dc`` of (name, language, value) triples: ``("title", "nl", "Kadaster")``."""
    lines = [_START]
    for name, language, value in dict.fromkeys(elements):
        tag = f' xml:lang="{escaped(language)}"' if language else ""
        lines.append(f"<dc:{name}{tag}>{escaped(value)}</dc:{name}>")
    lines.append("</oai_dc:dc>")
    return legal("\n".join(lines).encode())


def _elements(record: Record) -> Iterator[tuple[str, str, str]]:
    if record.iri:
        yield "identifier", "", record.iri
    for name, predicate, read in _OF_THE_DATA_SET:
        for term in record.values(predicate):
            for language, value in read(record.graph, term):
                yield name, language, value
    distributions = record.distributions
    # If there were several sizes, nobody could tell which belongs to which distribution.
    rows = (*_OF_A_DISTRIBUTION, _SIZE) if len(distributions) == 1 else _OF_A_DISTRIBUTION
    for distribution in distributions:
        for name, predicate, read in rows:
            for term in record.graph.objects(distribution, predicate):
                for language, value in read(record.graph, term):
                    yield name, language, value


def _named(graph: Graph, term: Term) -> Values:
    """A text itself; for a node, its name in each language, otherwise its IRI."""
    if isinstance(term, Literal):
        yield term.language or "", term.value
        return
    nameless = True
    for name in names(graph, term):
        nameless = False
        yield name
    if nameless and isinstance(term, NamedNode):
        yield "", term.value


def _language(_: Graph, term: Term) -> Values:
    """The ISO 639-3 code, which the authority table of languages writes in capitals."""
    code = vocabulary("language").code_of(term.value) if isinstance(term, NamedNode) else ""
    yield "", code.lower() or term.value


def _period(graph: Graph, term: Term) -> Values:
    """Its ends, otherwise its name."""
    _, start, end = period(graph, term)
    if start or end:
        yield "", f"{start}/{end}"
    else:
        yield from _named(graph, term)


def _place(graph: Graph, term: Term) -> Values:
    """Its name, otherwise where it is."""
    named = [*names(graph, term)]
    geometry = "" if named else place(graph, term).geometry
    if geometry:
        yield "", geometry
    else:
        yield from named or _named(graph, term)


def _statement(graph: Graph, term: Term) -> Values:
    yield from _named(graph, term)
    for link in graph.objects(term, RDFS.seeAlso):
        yield "", link.value


def _size(_: Graph, term: Term) -> Values:
    if term.value[:1].isdigit():
        yield "", f"{term.value} bytes"


_Row: TypeAlias = tuple[str, NamedNode, Callable[[Graph, Term], Values]]

_OF_THE_DATA_SET: tuple[_Row, ...] = (
    ("title", DCT.title, _named),
    ("title", DCT.alternative, _named),
    ("creator", DCT.creator, _named),
    ("subject", DCAT.keyword, _named),
    ("subject", DCAT.theme, _named),
    ("subject", DCT.subject, _named),
    ("description", DCT.description, _named),
    ("description", DCT.abstract, _named),
    ("publisher", DCT.publisher, _named),
    ("contributor", DCT.contributor, _named),
    ("date", DCT.issued, _named),
    ("date", DCT.modified, _named),
    ("type", DCT.type, _named),
    ("identifier", DCT.identifier, _named),
    ("identifier", ADMS.identifier, _named),
    ("source", DCT.source, _named),
    ("language", DCT.language, _language),
    ("relation", DCAT.landingPage, _named),
    ("relation", FOAF.page, _named),
    ("relation", DCT.relation, _named),
    ("relation", DCT.conformsTo, _named),
    ("relation", DCT.hasPart, _named),
    ("relation", DCT.hasVersion, _named),
    ("relation", DCT.isPartOf, _named),
    ("relation", DCT.isReferencedBy, _named),
    ("relation", DCT.isVersionOf, _named),
    ("relation", DCT.references, _named),
    ("coverage", DCT.spatial, _place),
    ("coverage", DCT.temporal, _period),
    ("rights", DCT.accessRights, _named),
    ("rights", DCT.rights, _statement),
    ("rights", DCT.license, _named),
    # What the reader kept as received.
    ("publisher", DC11.publisher, _named),
    ("date", DC11.date, _named),
    ("format", DC11.format, _named),
    ("language", DC11.language, _named),
    ("rights", DC11.rights, _named),
)
_OF_A_DISTRIBUTION: tuple[_Row, ...] = (
    ("format", DCT.format, _named),
    ("format", DCAT.mediaType, _named),
    ("rights", DCT.rights, _statement),
    ("rights", DCT.license, _named),
)
_SIZE: _Row = ("format", DCAT.byteSize, _size)
