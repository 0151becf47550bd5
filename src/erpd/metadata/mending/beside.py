"""If a code replaces a node, whatever else the node says stays in the record (docs/decisions/0018).

"Restricted" with a comment on who may apply is worth more than the code RESTRICTED, so the comment is kept.
"""

import re

from pyoxigraph import Literal, NamedNode

from erpd.metadata.graph import Graph, Node, Term
from erpd.metadata.terms import DC11, DCT, RDF, RDFS, SKOS

LABELS = (RDFS.label, RDF.value, SKOS.prefLabel, SKOS.notation, DCT.title, DCT.identifier)
# sr-Latn and nl-BE; de-DE says no more than de.
_LOCALE = re.compile(r"([A-Za-z]{2,3})[-_](?:[A-Z][a-z]{3}(?:[-_][A-Z]{2})?|([A-Z]{2})|[0-9]{3})")
_BARE = frozenset({RDF.type, *LABELS})

# For a property that takes only one value: the wider property that it refines (DCMI Metadata Terms, 3), so
# that the statement about the data set remains true.
_WIDER = {DCT.accessRights: DCT.rights, DCT.format: DC11.format}


def says_more(graph: Graph, value: Term) -> bool:
    """Whether a value says more than its class and one label.

    That is a node with other properties or with an IRI, a media type with parameters, or a language with a
    script or a region.
    """
    if isinstance(value, Literal):
        locale = _LOCALE.fullmatch(value.value.strip())
        return ";" in value.value or (locale is not None and locale[1].lower() != (locale[2] or "").lower())
    said = graph.nodes.get(value)
    if not said:
        return False
    if isinstance(value, NamedNode) or not said.keys() <= _BARE:
        return True
    types = len(said.get(RDF.type, ()))
    return types > 1 or sum(map(len, said.values())) - types > 1


def keep(graph: Graph, subject: Node, predicate: NamedNode, values: list[Term]) -> None:
    """Keep values that another value has replaced: under the wider property, or, if text, as a comment."""
    for value in values:
        wider = RDFS.comment if isinstance(value, Literal) else _WIDER.get(predicate, RDFS.seeAlso)
        graph.add(subject, wider, value)
