"""Mail addresses and telephone numbers are links: "info@example.eu" -> <mailto:info@example.eu>."""

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from erpd.metadata.findings import Finding, Severity
from erpd.metadata.graph import Term
from erpd.metadata.iri import is_iri
from erpd.metadata.parts import excerpt, places
from erpd.metadata.record import Record
from erpd.metadata.terms import FOAF, VCARD, shorten

_MAIL = re.compile(r"\s*(?:mailto:\s*)?([^\s@<>:;,()]{1,64}@[^\s@<>:;,()]{1,255})\s*", re.IGNORECASE)
_TELEPHONE = re.compile(r"\s*(?:tel:\s*)?(\+?[0-9][0-9 ()./\u00a0-]{4,30})\s*", re.IGNORECASE)
_CONTACTS = {
    VCARD.hasEmail: ("mail-address", "mailto:", _MAIL),
    FOAF.mbox: ("mail-address", "mailto:", _MAIL),
    VCARD.hasTelephone: ("telephone", "tel:", _TELEPHONE),
}
_SECTIONS = {"mail-address": "RFC 6068", "telephone": "RFC 3966"}


def mend_contacts(record: Record) -> Iterator[Finding]:
    """Contacts of all agents, of whatever class they are."""
    for node, properties in record.graph.nodes.items():
        for predicate in _CONTACTS.keys() & properties.keys():
            rule, scheme, form = _CONTACTS[predicate]
            values = properties[predicate]
            mended = [_link(value, scheme, form) for value in values]
            if mended == values:
                continue
            path = places(record).get(node, "[_:]/") + shorten(predicate)
            for old, new in zip(values, mended, strict=True):
                if old != new:
                    section = _SECTIONS[rule]
                    yield Finding(
                        rule, Severity.REPAIR, path, excerpt(old.value), section, excerpt(new.value)
                    )
            record.graph.set(node, predicate, mended)


def _link(value: Term, scheme: str, form: re.Pattern[str]) -> Term:
    address = form.fullmatch(value.value) if isinstance(value, Literal) else None
    if not address:
        return value
    iri = scheme + (re.sub(r"[^0-9+-]", "", address[1]) if scheme == "tel:" else address[1])
    return NamedNode(iri) if is_iri(iri) else value
