"""What a node is called. Only this module lists the properties that name things."""

from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Graph, Term
from erpd.metadata.terms import DCT, FOAF, RDF, RDFS, SCHEMA, SKOS, VCARD, expand
from erpd.metadata.text import Text, primary
from erpd.metadata.vocabularies import label_of, labelled

# The most meaningful first; properties that only identify come last.
NAMES_IN_WORDS = (
    *(DCT.title, FOAF.name, VCARD.fn, SKOS.prefLabel, RDFS.label),
    *(expand("vcard:organization-name"), SCHEMA.name),
)
NAMES = (*NAMES_IN_WORDS, RDF.value, SKOS.notation)


class Statement(NamedTuple):
    """A triple of the record, for callers that track which statements they have shown."""

    subject: Term
    predicate: NamedNode
    value: Term


def called(graph: Graph, node: Term, *languages: str) -> tuple[str, str]:
    """Return the name of a node for a reader of ``languages`` (preferred first), and its language.

    A literal is its own name. A node is called what the record calls it, unless only an authority table has a
    name that is known to be in the reader's language. Returns ("", "") if the node has no name.
    """
    if isinstance(node, Literal):
        text, language = node.value, (node.language or "").lower()
    else:
        _, text, language = _own(graph, node, languages)
        known = text and (language or not languages)
        if isinstance(node, NamedNode) and not (known and _suits(language, languages)):
            label, tag = labelled(node.value, *languages)
            if label and (language or not text or _suits(tag, languages)):
                return label, tag
    return text, language


def name(graph: Graph, node: Term, *languages: str) -> Statement | None:
    """Return the statement by which the record itself names a node best."""
    predicate, text, language = _own(graph, node, languages)
    if predicate is None:
        return None
    values = (value for value in graph.objects(node, predicate) if isinstance(value, Literal))
    best = (value for value in values if (value.value, (value.language or "").lower()) == (text, language))
    return Statement(node, predicate, next(best))


def _own(graph: Graph, node: Term, languages: tuple[str, ...]) -> tuple[NamedNode | None, str, str]:
    """Property, text and language of the best name that the record gives a node."""
    properties = graph.properties(node)
    for predicate in NAMES if properties else ():
        if predicate in properties:
            text, language = Text.of(properties[predicate]).best(*languages)
            if text:
                return predicate, text, language
    return None, "", ""


def names(graph: Graph, node: Term) -> Iterator[tuple[str, str]]:
    """Yield language and name in every language; if there are none, the authority table's English label."""
    if isinstance(node, Literal):
        yield from Text.of([node])
    elif predicate := _own(graph, node, ())[0]:
        yield from Text.of(graph.objects(node, predicate))
    elif isinstance(node, NamedNode) and (label := label_of(node.value, "en")):
        yield "en", label


def all_names(graph: Graph, node: Term) -> list[str]:
    """Return every text by which the record names a node, so that it can be recognised."""
    if isinstance(node, Literal):
        return [node.value]
    properties = graph.properties(node)
    named = (properties[predicate] for predicate in NAMES if predicate in properties)
    return [value.value for values in named for value in values if isinstance(value, Literal)]


def _suits(language: str, languages: tuple[str, ...]) -> bool:
    """Text without a language suits everybody, and a reader without languages takes any text."""
    return not (language and languages) or primary(language) in (primary(tag.lower()) for tag in languages)
