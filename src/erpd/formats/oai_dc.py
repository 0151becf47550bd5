"""Dublin Core of a record, in the ``oai_dc`` schema that OAI-PMH 2.0 makes every repository offer (4.5)."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from erpd.formats.xml_text import escaped, legal
from erpd.metadata.graph import Graph, Term
from erpd.metadata.record import Record
from erpd.metadata.terms import ADMS, DCAT, DCT, FOAF, RDFS, SKOS, VCARD
from erpd.metadata.text import Text
from erpd.metadata.vocabularies import label_of, vocabulary

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

# (language, value) of one value of a property; the language is empty where there is none
Values: TypeAlias = Iterator[tuple[str, str]]

_NAMES = (FOAF.name, VCARD.fn, SKOS.prefLabel, RDFS.label, DCT.title, SKOS.notation)
_START = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)


def write(record: Record) -> bytes:
    """The element ``oai_dc:dc`` in UTF-8, without XML declaration; no value twice."""
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
    for distribution in record.distributions:
        for name, predicate, read in _OF_A_DISTRIBUTION:
            for term in record.graph.objects(distribution, predicate):
                for language, value in read(record.graph, term):
                    yield name, language, value


def _named(graph: Graph, term: Term) -> Values:
    """A text itself; the names of a node; the label of an authority's IRI; else the IRI."""
    if isinstance(term, Literal):
        yield term.language or "", term.value
        return
    for predicate in _NAMES:
        names = graph.objects(term, predicate)
        if names:
            yield from Text.of(names)
            return
    if isinstance(term, NamedNode):
        label = label_of(term.value, "en")
        yield ("en", label) if label else ("", term.value)


def _language(_: Graph, term: Term) -> Values:
    """The ISO 639-3 code, which the authority table of languages uses in capitals."""
    code = vocabulary("language").code_of(term.value) if isinstance(term, NamedNode) else ""
    yield "", code.lower() or term.value


def _period(graph: Graph, term: Term) -> Values:
    ends = [graph.first(term, end) for end in (DCAT.startDate, DCAT.endDate)]
    texts = [end.value if isinstance(end, Literal) else "" for end in ends]
    if any(texts):
        yield "", "/".join(texts)


_Row: TypeAlias = tuple[str, NamedNode, Callable[[Graph, Term], Values]]

_OF_THE_DATA_SET: tuple[_Row, ...] = (
    ("title", DCT.title, _named),
    ("creator", DCT.creator, _named),
    ("subject", DCAT.keyword, _named),
    ("subject", DCAT.theme, _named),
    ("description", DCT.description, _named),
    ("publisher", DCT.publisher, _named),
    ("date", DCT.issued, _named),
    ("date", DCT.modified, _named),
    ("identifier", DCT.identifier, _named),
    ("identifier", ADMS.identifier, _named),
    ("source", DCT.source, _named),
    ("language", DCT.language, _language),
    ("relation", DCAT.landingPage, _named),
    ("relation", FOAF.page, _named),
    ("relation", DCT.relation, _named),
    ("coverage", DCT.spatial, _named),
    ("coverage", DCT.temporal, _period),
    ("rights", DCT.accessRights, _named),
    ("rights", DCT.rights, _named),
    ("rights", DCT.license, _named),
)
_OF_A_DISTRIBUTION: tuple[_Row, ...] = (
    ("format", DCT.format, _named),
    ("format", DCAT.mediaType, _named),
    ("rights", DCT.rights, _named),
    ("rights", DCT.license, _named),
)
