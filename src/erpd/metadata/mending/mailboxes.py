"""Mail addresses are links: "info@example.eu" -> <mailto:info@example.eu> (RFC 6068)."""

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Term
from erpd.metadata.iri import is_iri
from erpd.metadata.parts import excerpt, places
from erpd.metadata.record import Record
from erpd.metadata.terms import FOAF, VCARD, shorten

_MAILBOXES = (VCARD.hasEmail, FOAF.mbox)
_ADDRESS = re.compile(r"\s*(?:mailto:\s*)?([^\s@<>:;,()]{1,64}@[^\s@<>:;,()]{1,255})\s*", re.IGNORECASE)


def mend_mailboxes(record: Record) -> Iterator[Finding]:
    """Mailboxes of all agents and contacts, of whatever class they are."""
    for node, properties in record.graph.nodes.items():
        for predicate in _MAILBOXES:
            values = properties.get(predicate)
            if values and any(isinstance(value, Literal) for value in values):
                mended = [_mailbox(value) for value in values]
                path = places(record).get(node, f"[{node.value}]/") + shorten(predicate)
                for old, new in zip(values, mended, strict=True):
                    if old is not new:
                        yield Finding(
                            "mailbox",
                            Severity.REPAIR,
                            path,
                            excerpt(old.value),
                            "RFC 6068",
                            excerpt(new.value),
                        )
                record.graph.set(node, predicate, mended)


def _mailbox(value: Term) -> Term:
    address = isinstance(value, Literal) and _ADDRESS.fullmatch(value.value)
    iri = f"mailto:{address[1]}" if address else ""
    return NamedNode(iri) if is_iri(iri) else value
