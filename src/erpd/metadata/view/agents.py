"""Publishers and contacts, and how to reach them."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from erpd.metadata.graph import Graph, Term
from erpd.metadata.terms import FOAF, SCHEMA, VCARD
from erpd.metadata.view.names import Statement, called

# Including their names in the vCard ontology of 2006 and in schema.org.
_EMAILS = (VCARD.hasEmail, FOAF.mbox, VCARD.email, SCHEMA.email)
_TELEPHONES = (VCARD.hasTelephone, FOAF.phone, VCARD.tel, SCHEMA.telephone)
_PAGES = (FOAF.homepage, VCARD.hasURL, FOAF.page, VCARD.url, SCHEMA.url)
_SCHEMES = ("mailto:", "tel:")
# What RFC 6068 reserves would begin header fields: those of somebody who gets a copy.
_ADDRESS = re.compile(r"[^\s@<>\"'?&#%]{1,64}@[^\s@<>\"'?&#%]{1,255}")
_PAGE = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


class Way(NamedTuple):
    """A way to reach an agent: an e-mail address, a telephone number or a page."""

    text: str
    """Without ``mailto:`` or ``tel:``."""
    iri: str
    """The link, or ""."""
    said_by: list[Statement]
    """The statements of the record that say so."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A publisher or a contact. ``node`` may be a node with properties, just a link, or just a name."""

    graph: Graph
    node: Term

    def called(self, *languages: str) -> str:
        """Return its name on one line for a reader of ``languages``, or ""."""
        return " ".join(called(self.graph, self.node, *languages)[0].split())

    @property
    def emails(self) -> list[Way]:
        return self._ways(_EMAILS)

    @property
    def telephones(self) -> list[Way]:
        return self._ways(_TELEPHONES)

    @property
    def pages(self) -> list[Way]:
        return self._ways(_PAGES)

    def _ways(self, predicates: tuple[NamedNode, ...]) -> list[Way]:
        """Without duplicates. In vCard, the value may be direct, or the ``vcard:hasValue`` of a node."""
        found: dict[str, tuple[str, list[Statement]]] = {}
        for predicate in predicates:
            for value in self.graph.objects(self.node, predicate):
                inner = self.graph.objects(value, VCARD.hasValue)
                for last in inner or [value]:
                    if isinstance(last, BlankNode):
                        continue
                    text, iri = _text_and_link(last)
                    link, said_by = found.get(text, ("", []))
                    said_by.append(Statement(self.node, predicate, value))
                    if inner:
                        said_by.append(Statement(value, VCARD.hasValue, last))
                    found[text] = link or iri, said_by
        return [Way(text, iri, said_by) for text, (iri, said_by) in found.items()]


def _text_and_link(value: Term) -> tuple[str, str]:
    text = value.value
    if isinstance(value, Literal):
        if _ADDRESS.fullmatch(text):
            return text, f"mailto:{text}"
        return text, text if _PAGE.fullmatch(text) else ""
    scheme = next((scheme for scheme in _SCHEMES if text.lower().startswith(scheme)), "")
    return text[len(scheme) :], text
