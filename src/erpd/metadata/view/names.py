"""What a node is called: the one list of the properties that name things."""

from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Graph, Term
from erpd.metadata.terms import DCT, FOAF, RDF, RDFS, SCHEMA, SKOS, VCARD, expand
from erpd.metadata.text import Text, primary
from erpd.metadata.vocabularies import label_of

# The most telling first; what only identifies, last.
NAMES_IN_WORDS = (
    *(DCT.title, FOAF.name, VCARD.fn, SKOS.prefLabel, RDFS.label),
    *(expand("vcard:organization-name"), SCHEMA.name),
)
NAMES = (*NAMES_IN_WORDS, RDF.value, SKOS.notation)


class Statement(NamedTuple):
    """A triple of the record: who keeps account of what was shown needs more than the value."""

    subject: Term
    predicate: NamedNode
    value: Term


def called(graph: Graph, node: Term, *languages: str) -> tuple[str, str]:
    """(what a node is called, the language of that), for a reader of ``languages``, best first.

    A literal is its own name. A node has its own, unless an authority table alone has one in the reader's
    language: the language is then "". ("", "") for a node without a name.
    """
    if isinstance(node, Literal):
        text, language = node.value, (node.language or "").lower()
    else:
        _, text, language = _own(graph, node, languages)
        if not (text and _suits(language, languages)) and isinstance(node, NamedNode):
            label = label_of(node.value, *languages)
            if label:
                return label, ""
    return text, language


def name(graph: Graph, node: Term, *languages: str) -> Statement | None:
    """The statement in which the record itself names a node best."""
    predicate, text, language = _own(graph, node, languages)
    if predicate is None:
        return None
    values = (value for value in graph.objects(node, predicate) if isinstance(value, Literal))
    best = (value for value in values if (value.value, (value.language or "").lower()) == (text, language))
    return Statement(node, predicate, next(best))


def _own(graph: Graph, node: Term, languages: tuple[str, ...]) -> tuple[NamedNode | None, str, str]:
    """(property, text, language) of the best name that the record gives a node."""
    properties = graph.properties(node)
    for predicate in NAMES if properties else ():
        if predicate in properties:
            text, language = Text.of(properties[predicate]).best(*languages)
            if text:
                return predicate, text, language
    return None, "", ""


def names(graph: Graph, node: Term) -> Iterator[tuple[str, str]]:
    """(language, name) in every language; the English label of an authority table where there is no own."""
    if isinstance(node, Literal):
        yield from Text.of([node])
    elif predicate := _own(graph, node, ())[0]:
        yield from Text.of(graph.objects(node, predicate))
    elif isinstance(node, NamedNode) and (label := label_of(node.value, "en")):
        yield "en", label


def all_names(graph: Graph, node: Term) -> list[str]:
    """Every text by which the record names a node, to know it again; a literal's own."""
    if isinstance(node, Literal):
        return [node.value]
    properties = graph.properties(node)
    named = (properties[predicate] for predicate in NAMES if predicate in properties)
    return [value.value for values in named for value in values if isinstance(value, Literal)]


def _suits(language: str, languages: tuple[str, ...]) -> bool:
    """Text without a language suits everybody, and whoever names none takes any."""
    return not (language and languages) or primary(language) in (primary(tag.lower()) for tag in languages)
